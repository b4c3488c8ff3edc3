"""What the checks stand on: the product's programs, servers on free ports, installed clients, and how a check ends.

It judges nothing; the checks do.
"""

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
E2E = ROOT / "e2e"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "camunda-e2e"


class Skip(Exception):
    """This machine lacks what the check needs."""


class Failed(Exception):
    """What the check expects is not so."""


def seen(text):
    """Notes a result; the runner shows these lines even when all is well."""
    print(f"seen: {text}", flush=True)


def expect(condition, text):
    if not condition:
        raise Failed(text)


def reference(path):
    """A file of the reference data."""
    folder = os.environ.get("CAMUNDA_REFERENCE_DATA")
    if not folder:
        raise Skip("CAMUNDA_REFERENCE_DATA is not set")
    file = Path(folder) / path
    expect(file.is_file(), f"{file} is not there")
    return file


def main(check):
    """Runs a check as a program: a signal unwinds it, so that its servers are ended in every case."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        check()
    except Skip as reason:
        print(reason, flush=True)
        sys.exit(77)
    except Failed as reason:
        print(f"failed: {reason}", flush=True)
        sys.exit(1)
