"""Plain HTTP to the emulator: its operations for tests, and what the checks must know of a cluster. No client of ours."""

import json
import urllib.error
import urllib.request


def post(address, path, body=None):
    """Posts JSON and returns the JSON of the answer, if it has any."""
    data = json.dumps(body).encode() if body is not None else b""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    request = urllib.request.Request(address + path, data, headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def fault(address, **rule):
    """Asks for a fault; see the emulator's documentation for its members."""
    post(address, "/emulator/faults", rule)


def clear_faults(address):
    request = urllib.request.Request(address + "/emulator/faults", method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()
