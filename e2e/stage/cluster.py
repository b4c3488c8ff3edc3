"""A cluster in a process of its own that keeps a journal, so that it can be killed and come back; and its jobs."""

import concurrent.futures
import http.client
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error

from . import ROOT, control, expect
from .programs import emulator_program, environment, output
from .servers import LOOPBACK, end, free_port

MODEL = ROOT / "e2e/models/one-task.bpmn"
JOB_TYPE = "work"
STARTERS = 4


class Cluster:
    """`camunda-emulator --data DIR` on a port that it keeps. `token` brings the credentials that it asks for, if any."""

    def __init__(self, data, *arguments, token=None):
        self.port = free_port()
        self.address = f"http://{LOOPBACK}:{self.port}"
        self._data, self._arguments, self._token = data, arguments, token
        self._process = None

    def start(self):
        command = [emulator_program(), "--port", self.port, "--data", self._data, *self._arguments]
        self._process = subprocess.Popen(list(map(str, command)), env=environment(), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        expect(line.startswith("listening on "), f"the cluster did not start: {line}")
        self._process.stdout.close()

    def kill(self):
        self._process.kill()
        self._process.wait()

    def pause(self):
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self._process.pid, signal.SIGCONT)

    def end(self):
        if self._process and self._process.poll() is None:
            self.resume()
            end(self._process)

    def headers(self):
        return {"Authorization": f"Bearer {self._token()}"} if self._token else {}

    def deploy(self):
        boundary = "----one-task"
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="resources"; filename="{MODEL.name}"\r\n'
                f"Content-Type: text/xml\r\n\r\n{MODEL.read_text()}\r\n--{boundary}--\r\n")
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        kind = f"multipart/form-data; boundary={boundary}"
        connection.request("POST", "/v2/deployments", body, {"Content-Type": kind, **self.headers()})
        answer = connection.getresponse()
        expect(answer.status == 200, f"the model was not deployed: {answer.status} {answer.read()}")

    def start_instances(self, count):
        """Starts so many instances, at the cluster itself, whatever is in front of it; their keys."""
        shares = [len(range(number, count, STARTERS)) for number in range(STARTERS)]
        with concurrent.futures.ThreadPoolExecutor(STARTERS) as pool:
            return [key for keys in pool.map(self._start_share, shares) for key in keys]

    def _start_share(self, count):
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        body, keys = json.dumps({"processDefinitionId": "one-task"}), []
        for _ in range(count):
            headers = {"Content-Type": "application/json", **self.headers()}
            connection.request("POST", "/v2/process-instances", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            expect(answer.status == 200, f"no instance was started: {answer.status} {text}")
            keys.append(json.loads(text)["processInstanceKey"])
        return keys

    def count(self, what, **conditions):
        """How many of them there are."""
        query = {"filter": conditions, "page": {"limit": 1}}
        return control.post(self.address, f"/v2/{what}/search", query, self.headers())["page"]["totalItems"]

    def wait_until_done(self, seconds):
        """Waits until no instance is active. Whether that came about in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.count("process-instances", state="ACTIVE") == 0:
                    return True
            except (urllib.error.URLError, OSError):
                pass  # it has its troubles: that is what this is about
            time.sleep(0.5)
        return False

    def leases(self):
        """Each time that a job was handed out, as the journal tells it. The cluster must have ended."""
        lines = output([emulator_program(), "--leases", self._data], quiet=True).splitlines()
        return [json.loads(line) for line in lines]


class Tokens:
    """Bearer tokens for requests of the check itself, fetched anew before they end."""

    def __init__(self, fetch, life):
        self._fetch, self._life = fetch, life
        self._token, self._until, self._lock = None, 0, threading.Lock()

    def __call__(self):
        with self._lock:
            if time.monotonic() > self._until:
                self._token, self._until = self._fetch(), time.monotonic() + self._life / 2
            return self._token
