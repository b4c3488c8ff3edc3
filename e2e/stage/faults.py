"""Faults in the middle of work, each with its surroundings: what is done to a cluster, to what is in front of it, or to the
worker, while jobs are worked. Who works them, and who judges, is elsewhere.
"""

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import E2E, Skip, control, expect, ledger
from .cluster import Cluster, Tokens
from .keycloak import AUDIENCE, keycloak
from .programs import environment, output
from .servers import LOOPBACK, end, free_port, serving

OUTAGE = 20  # seconds of a pause, and of refusals
DOWN = 2  # seconds that something is away before it is started again
IDLE = 5  # seconds after which the balancer cuts what is not answered
LIFE = 5  # seconds of a token
PATIENCE = 60  # seconds from the end of a fault until work must have resumed
SEED = 8


class Run:
    """One cluster, its jobs, and the worker. A fault gets hold of all of it."""

    def __init__(self, folder, cluster, variables, command, jobs):
        self.cluster, self.jobs, self.instances, self.reports = cluster, jobs, [], []
        self.ledger = Path(folder) / "ledger"
        # Seconds from the end of a fault to the next job that reached a handler; none if it took too long.
        self.resumed = []
        self.notes = []
        self._variables = {"CAMUNDA_REST_ADDRESS": cluster.address, **variables}
        self._command = [*map(str, command), "--ledger", str(self.ledger)]
        self._log, self._worker = Path(folder) / "worker.log", None

    def feed(self, part):
        """Starts this part of all instances."""
        self.instances += self.cluster.start_instances(round(self.jobs * part))

    def worked(self):
        return self.ledger.read_bytes().count(b"\n") if self.ledger.exists() else 0

    def wait_for(self, part, seconds=120):
        """Waits until so many of the jobs that were to be worked have reached a handler."""
        wanted, deadline = round(self.jobs * part), time.monotonic() + seconds
        while self.worked() < wanted:
            self.expect_worker()
            expect(time.monotonic() < deadline, f"only {self.worked()} jobs after {seconds} s, not {wanted}")
            time.sleep(0.02)

    def resumes(self):
        """A fault has ended: notes how long it takes until a handler gets a job again."""
        ended, before = time.monotonic(), self.worked()
        while self.worked() == before:
            self.expect_worker()
            if time.monotonic() - ended > PATIENCE:
                self.resumed.append(None)
                return
            time.sleep(0.01)
        self.resumed.append(time.monotonic() - ended)

    def resumption(self):
        """How long it took each time, as text."""
        return ", ".join(f"more than {PATIENCE}" if s is None else f"{s:.1f}" for s in self.resumed)

    def start_worker(self):
        with open(self._log, "a", encoding="utf-8") as log:
            self._worker = subprocess.Popen(self._command, env=environment(self._variables), stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True)

    def stop_worker(self, seconds=60):
        """Asks the worker to end and keeps what it tells of itself."""
        try:
            told, _ = self._worker.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()
            told = ""
        self.reports.append(json.loads(told.splitlines()[-1]) if told.strip() else {})

    def expect_worker(self):
        expect(self._worker.poll() is None, f"the worker ended by itself:\n{self.log()}")

    def log(self):
        return self._log.read_text(errors="replace")[-4000:]

    def end(self):
        if self._worker and self._worker.poll() is None:
            self._worker.stdin.close()
            end(self._worker)
        self.cluster.end()


# Surroundings: the cluster, what a worker needs to reach it, and a hold on what is in front, if anything is.


@contextlib.contextmanager
def alone(data):
    yield Cluster(data), {}, None


@contextlib.contextmanager
def behind_keycloak(data):
    with keycloak(LIFE) as provider:
        variables = provider.environment()
        token = Tokens(lambda: control.fetch_token(variables), LIFE)
        yield Cluster(data, "--oidc", provider.issuer(), "--audience", AUDIENCE, token=token), variables, provider


class Balancer:
    """nginx in front of a cluster."""

    def __init__(self, upstream):
        self.port, self._upstream = free_port(), upstream
        self.address = f"http://{LOOPBACK}:{self.port}"

    def __call__(self, command, *arguments):
        return output([E2E / "servers/nginx", command, self.port, *arguments], quiet=True)

    def start(self):
        self("start", self._upstream, IDLE)

    def cuts(self):
        return int(self("cuts"))


@contextlib.contextmanager
def behind_a_balancer(data):
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        raise Skip("nginx is not installed (Debian: nginx-light)")
    cluster = Cluster(data)
    balancer = Balancer(cluster.port)
    balancer.start()
    try:
        yield cluster, {"CAMUNDA_REST_ADDRESS": balancer.address}, balancer
    finally:
        balancer("stop")


@contextlib.contextmanager
def behind_a_bad_proxy(data):
    cluster, port = Cluster(data), free_port()
    command = [E2E / "servers/disturb", port, cluster.port, SEED]
    with serving(command, lambda log: "ready" in log) as server:
        yield cluster, {"CAMUNDA_REST_ADDRESS": f"http://{LOOPBACK}:{port}"}, server


# Faults: what happens in the middle.


def restart(run, _):
    run.feed(1)
    run.start_worker()
    run.wait_for(1 / 3)
    run.cluster.kill()
    time.sleep(DOWN)
    run.cluster.start()
    run.resumes()


def pause(run, _):
    run.feed(1)
    run.start_worker()
    run.wait_for(1 / 3)
    run.cluster.pause()
    time.sleep(OUTAGE)
    run.cluster.resume()
    run.resumes()


def refusal(run, _):
    run.feed(1)
    run.start_worker()
    run.wait_for(1 / 3)
    control.fault(run.cluster.address, times=None, answer={"status": 503, "title": "RESOURCE_EXHAUSTED"})
    time.sleep(OUTAGE)
    control.clear_faults(run.cluster.address)
    run.resumes()


def short_tokens(run, provider):
    run.feed(1)
    started = time.monotonic()
    run.start_worker()
    run.wait_for(1)
    seconds = time.monotonic() - started
    expect(run.jobs < 5000 or seconds > 2 * LIFE, f"worked in {seconds:.0f} s: too soon for several tokens")
    run.notes.append(f"{provider.tokens()} tokens in {seconds:.0f} s")


def balancer_cuts(run, balancer):
    run.start_worker()
    run.feed(1 / 3)
    run.wait_for(1 / 3)
    # With no jobs left the polls are idle, and one is cut; what it left behind at the cluster is still there.
    before, deadline = balancer.cuts(), time.monotonic() + 4 * IDLE
    while balancer.cuts() == before:
        expect(time.monotonic() < deadline, "the balancer cut no poll")
        time.sleep(0.1)
    run.feed(1 / 3)
    run.resumes()
    run.wait_for(1 / 2)
    balancer("reload")
    run.resumes()
    run.wait_for(0.6)
    run.feed(1 - 2 * round(run.jobs / 3) / run.jobs)
    run.wait_for(3 / 4)
    balancer("stop")
    time.sleep(DOWN)
    balancer.start()
    run.resumes()
    run.notes.append(f"{balancer.cuts()} polls cut by 504")


def bad_proxy(run, server):
    run.feed(1)
    run.start_worker()
    run.wait_for(1, seconds=240)
    run.after = lambda: run.notes.append(counts(server))


def counts(server):
    end(server.process)
    told = json.loads(server.log().splitlines()[-1])
    return ", ".join(f"{count} {what}" for what, count in sorted(told.items()))


def worker_restart(run, _):
    run.feed(1)
    run.start_worker()
    run.wait_for(1 / 3)
    run.stop_worker()
    time.sleep(DOWN)
    run.start_worker()
    run.resumes()


class Case:
    """A fault by name. `timeout`: seconds for which a job is locked; `loses`: whether jobs may be lost on their way."""

    def __init__(self, title, surroundings, fault, timeout=30, loses=False):
        self.title, self.surroundings, self.fault = title, surroundings, fault
        self.timeout, self.loses = timeout, loses


CASES = {
    "restart": Case("cluster killed (`kill -9`), back after 2 s", alone, restart, loses=True),
    "pause": Case("cluster stopped (`SIGSTOP`) for 20 s", alone, pause, loses=True),
    "refusal": Case("503 `RESOURCE_EXHAUSTED` for 20 s", alone, refusal),
    "tokens": Case("tokens of five seconds from Keycloak", behind_keycloak, short_tokens),
    "balancer": Case("nginx cuts idle polls after 5 s, is reloaded and restarted", behind_a_balancer, balancer_cuts,
                     loses=True),
    "proxy": Case("a proxy that cuts, delays, trickles, truncates", behind_a_bad_proxy, bad_proxy, timeout=15, loses=True),
    "worker": Case("the worker stopped, and started after 2 s", alone, worker_restart),
}


def play(case, command, jobs, limit=240):
    """Plays one case with a worker of this command, gives it so many seconds after the fault, and tells what came of it."""
    with tempfile.TemporaryDirectory(prefix="e2e-fault-") as folder, \
            case.surroundings(Path(folder) / "data") as (cluster, variables, front):
        run = Run(folder, cluster, variables, [*command, "--timeout", case.timeout], jobs)
        run.after = lambda: None
        started = time.monotonic()
        try:
            cluster.start()
            cluster.deploy()
            case.fault(run, front)
            done = cluster.wait_until_done(limit)
            run.seconds = time.monotonic() - started
            run.expect_worker()
            run.stop_worker()
            run.after()
            if not done:
                # What is locked by then shows how it ends.
                time.sleep(case.timeout)
            run.completed, run.active = (cluster.count("process-instances", state=s) for s in ("COMPLETED", "ACTIVE"))
            run.incidents = cluster.count("incidents")
        finally:
            run.end()
        run.entries, run.leases, run.worker_log = ledger.read(run.ledger), cluster.leases(), run.log()
        return run
