"""Keycloak, a real identity provider, on a free port. Its tokens live as long as it is told."""

import contextlib
import shlex

from . import E2E
from .programs import output, tool
from .servers import emulator, free_port

AUDIENCE = "orchestration-api"


class Keycloak:
    """A running Keycloak and what it saw."""

    def __init__(self, port, life):
        self._settings = {"KEYCLOAK_PORT": str(port)}
        self._life = str(life)

    def command(self, *arguments, limit=600):
        return output([E2E / "servers/keycloak", *arguments], self._settings, limit=limit, quiet=True)

    def start(self):
        return self.command("start", self._life)

    def kill(self):
        """Ends it without giving it time for anything."""
        self.command("kill")

    def environment(self):
        """What a client needs to get tokens."""
        return dict(word.split("=", 1) for word in shlex.split(self.command("env")))

    def issuer(self):
        return self.environment()["CAMUNDA_OAUTH_URL"].removesuffix("/protocol/openid-connect/token")

    @contextlib.contextmanager
    def cluster(self, audience=AUDIENCE):
        """A cluster that takes its tokens."""
        with emulator("--oidc", self.issuer(), "--audience", audience) as variables:
            yield {**self.environment(), "CAMUNDA_REST_ADDRESS": variables["CAMUNDA_REST_ADDRESS"]}

    def tokens(self):
        """How many tokens it gave since it was started."""
        return self.command("log").count('type="CLIENT_LOGIN"')


@contextlib.contextmanager
def keycloak(life):
    """A Keycloak whose tokens live so many seconds."""
    tool("mvn")
    server = Keycloak(free_port(), life)
    try:
        print(server.start(), end="")
        yield server
    finally:
        server.command("stop")
