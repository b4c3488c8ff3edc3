"""Clients and tools of other makers, installed once at pinned versions into the cache. Nothing lands in the worktree."""

import hashlib
import shutil
import sys

from . import CACHE
from .programs import output, tool


def _folder(kind, *pins):
    """A folder of the cache for exactly these pins, and whether it is complete already."""
    digest = hashlib.sha256()
    for pin in pins:
        digest.update(pin.read_bytes())
    folder = CACHE / f"{kind}-{digest.hexdigest()[:12]}"
    return folder, (folder / ".complete").exists()


def python(requirements):
    """The interpreter of a virtual environment with these requirements."""
    folder, complete = _folder("python", requirements)
    if not complete:
        shutil.rmtree(folder, ignore_errors=True)
        output([sys.executable, "-m", "venv", folder])
        output([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
        (folder / ".complete").touch()
    return folder / "bin/python"


def npm(package, lock):
    """The folder whose node_modules hold what these two files name."""
    folder, complete = _folder(package.parent.name, package, lock)
    if not complete:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in (package, lock):
            shutil.copy(file, folder)
        output([tool("npm"), "ci", "--no-audit", "--no-fund", "--silent"], limit=600, cwd=folder)
        (folder / ".complete").touch()
    return folder


def maven(project):
    """The class path of a project built with its dependencies: a copy of it, with its classes beside the archives."""
    sources = sorted(file for file in project.rglob("*") if file.is_file())
    folder, complete = _folder(project.name, *sources)
    if not complete:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(project, folder)
        copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
        output([tool("mvn"), "--quiet", "--batch-mode", "compile", copy], limit=600, cwd=folder)
        (folder / ".complete").touch()
    return f"{folder}/target/classes:{folder}/target/dependency/*"
