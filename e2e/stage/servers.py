"""Servers on free ports of the loopback address. Leaving the `with` block ends them by their process id."""

import contextlib
import socket
import subprocess
import tempfile
import time

from . import Failed
from .programs import emulator_program, environment

LOOPBACK = "127.0.0.1"


def free_port():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


class Server:
    """A running server and what it printed so far."""

    def __init__(self, process, log):
        self.process = process
        self._log = log

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for(self, ready, seconds):
        """Waits until `ready(log)` is true; ends with an error when the server does, or after this time."""
        deadline = time.monotonic() + seconds
        while not ready(self.log()):
            if self.process.poll() is not None:
                raise Failed(f"{self.process.args[0]} ended:\n{self.log()}")
            if time.monotonic() > deadline:
                raise Failed(f"{self.process.args[0]} is not ready after {seconds} s:\n{self.log()}")
            time.sleep(0.05)


@contextlib.contextmanager
def serving(command, ready, seconds=30, variables=()):
    """Starts a server and yields it once it is ready."""
    with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        command = [str(part) for part in command]
        process = subprocess.Popen(
            command,
            env=environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            server = Server(process, log.name)
            server.wait_for(ready, seconds)
            yield server
        finally:
            end(process)


def end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# The last variable that the emulator prints, by its strategy of authentication.
LAST_VARIABLE = {
    "NONE": "CAMUNDA_AUTH_STRATEGY",
    "BASIC": "CAMUNDA_BASIC_AUTH_PASSWORD",
    "OAUTH": "CAMUNDA_TOKEN_AUDIENCE",
}


@contextlib.contextmanager
def emulator(*arguments):
    """Starts the emulator and yields the environment that a client of it needs."""

    def printed(log):
        return dict(line.split("=", 1) for line in log.splitlines() if line.startswith("CAMUNDA_") and "=" in line)

    def ready(log):
        variables = printed(log) if log.endswith("\n") else {}
        return LAST_VARIABLE.get(variables.get("CAMUNDA_AUTH_STRATEGY")) in variables

    with serving([emulator_program(), "--port", "0", *arguments], ready) as server:
        yield printed(server.log())
