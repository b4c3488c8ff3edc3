"""Runs programs to their end, and builds the product's own. Servers are elsewhere."""

import functools
import json
import os
import shutil
import subprocess

from . import ROOT, Failed, Skip


def tool(name):
    """The path of a program that this machine may lack."""
    path = shutil.which(name)
    if path is None:
        raise Skip(f"{name} is not installed")
    return path


def environment(variables=()):
    """This process's environment without what configures a client, and with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAMUNDA_", "ZEEBE_"))}
    return {**kept, **dict(variables)}


def output(command, variables=(), limit=400, status=0, cwd=ROOT, quiet=False):
    """Runs a program, shows what it printed and returns it; another exit status than this one fails the check.

    With `status=None` any status but 0 is right. If it is to be quiet, only a failure is shown.
    """
    command = [str(part) for part in command]
    print("" if quiet else f"$ {' '.join(command)}\n", end="", flush=True)
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired as late:
        print((late.stdout or b"").decode(errors="replace"))
        raise Failed(f"{command[0]} was not done after {limit} s") from None
    right = done.returncode != 0 if status is None else done.returncode == status
    print("" if quiet and right else done.stdout, end="", flush=True)
    if not right:
        raise Failed(f"{command[0]} exited with {done.returncode}")
    return done.stdout


@functools.cache
def built(*arguments):
    """Builds one program of the workspace and returns its path."""
    command = [tool("cargo"), "build", "--quiet", "--message-format=json", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} exited with {done.returncode}")
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    programs = [message["executable"] for message in messages if message.get("executable")]
    return programs[-1]


def emulator_program():
    return built("-p", "camunda-emulator", "--bin", "camunda-emulator")


def quickstart_program():
    return built("-p", "camunda-examples", "--example", "quickstart")


def models():
    """The process models that every client takes to their end."""
    return [ROOT / "e2e/models/parcel.bpmn", ROOT / "examples/models/order.bpmn"]
