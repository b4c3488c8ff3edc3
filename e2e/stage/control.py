"""Plain HTTP to the emulator: its operations for tests, and what the checks must know of a cluster. No client of ours."""

import json
import urllib.parse
import urllib.request


def post(address, path, body, headers=()):
    """Posts JSON and returns the JSON of the answer, if it has any."""
    headers = {"Content-Type": "application/json", **dict(headers)}
    request = urllib.request.Request(address + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def fault(address, **rule):
    """Asks for a fault; see the emulator's documentation for its members."""
    post(address, "/emulator/faults", rule)


def clear_faults(address):
    request = urllib.request.Request(address + "/emulator/faults", method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()


def fetch_token(variables):
    """A token for the client that these variables name."""
    form = {
        "grant_type": "client_credentials",
        "client_id": variables["CAMUNDA_CLIENT_ID"],
        "client_secret": variables["CAMUNDA_CLIENT_SECRET"],
    }
    with urllib.request.urlopen(variables["CAMUNDA_OAUTH_URL"], urllib.parse.urlencode(form).encode()) as answer:
        return json.load(answer)["access_token"]
