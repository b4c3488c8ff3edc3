"""The ways in which a cluster asks its clients who they are, each with an emulator that does. It judges nothing."""

import contextlib

from .servers import emulator

AUDIENCE = "orchestration-api"


@contextlib.contextmanager
def _provider_elsewhere():
    """A cluster that trusts the tokens of another program: here, of a second emulator."""
    with emulator("--identity-provider", "5") as provider:
        issuer = provider["CAMUNDA_REST_ADDRESS"] + "/identity-provider"
        with emulator("--oidc", issuer, "--audience", AUDIENCE) as cluster:
            yield {**provider, **cluster}


PLAIN = "no credentials"
WAYS = {
    PLAIN: lambda: emulator(),
    "basic": lambda: emulator("--basic", "demo:p&ss:wörd"),
    "tokens of five seconds": lambda: emulator("--identity-provider", "5"),
    "tokens of a provider elsewhere": _provider_elsewhere,
}


def wrong(variables):
    """The same environment with a wrong password or secret; nothing if there is none to get wrong."""
    secrets = {"CAMUNDA_BASIC_AUTH_PASSWORD", "CAMUNDA_CLIENT_SECRET"} & variables.keys()
    return {**variables, **dict.fromkeys(secrets, "wrong")} if secrets else None
