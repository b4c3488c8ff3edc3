"""What users have in front of a cluster: nginx and HAProxy on free ports, with certificates made for the occasion.

Each has the same doors: `plain`, `tls` (HTTP/2 on offer), `mutual` (wants a certificate of its clients), `limited` (a few
requests a second, else a page with status 429), `hasty` (keeps a connection for three requests and one second) and `curt`
(gives a request five seconds, then a page with status 504).
"""

import contextlib
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from . import Failed
from .programs import environment, output, tool
from .servers import LOOPBACK, end, free_port

DOORS = ["plain", "tls", "mutual", "limited", "hasty", "curt"]
SECURE = ["tls", "mutual"]


def certificates(folder):
    """An authority, another one, and certificates of a server and a client."""
    openssl = tool("openssl")

    def authority(name):
        command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
        output([*command, "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"], quiet=True)

    def leaf(name, extensions):
        request, extra = folder / f"{name}.csr", folder / f"{name}.ext"
        extra.write_text(extensions)
        key = folder / f"{name}.key"
        command = [openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"]
        output([*command, "-keyout", key, "-out", request], quiet=True)
        signed = ["-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "2"]
        command = [openssl, "x509", "-req", "-in", request, *signed, "-extfile", extra]
        output([*command, "-out", folder / f"{name}.pem"], quiet=True)

    authority("ca")
    authority("another")
    leaf("server", f"subjectAltName=DNS:localhost,IP:{LOOPBACK}")
    leaf("client", "extendedKeyUsage=clientAuth")
    (folder / "both.pem").write_text((folder / "server.pem").read_text() + (folder / "server.key").read_text())


class Front:
    """A running front."""

    def __init__(self, name, folder, ports, process):
        self.name, self.folder, self._ports, self.process = name, folder, ports, process

    def address(self, door):
        scheme, host = ("https", "localhost") if door in SECURE else ("http", LOOPBACK)
        return f"{scheme}://{host}:{self._ports[door]}"

    def certificate(self, name):
        return str(self.folder / name)

    def reload(self):
        """Takes its configuration anew: connections that are idle are closed, requests under way are answered."""
        self.process.send_signal(signal.SIGHUP if self.name == "nginx" else signal.SIGUSR2)

    def log(self):
        return (self.folder / "access.log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def front(name, upstream):
    """Starts one in front of the server of that port."""
    program = tool(name)
    with tempfile.TemporaryDirectory(prefix=f"front-{name}-") as folder:
        folder = Path(folder)
        certificates(folder)
        ports = {door: free_port() for door in DOORS}
        write = {"nginx": _nginx, "haproxy": _haproxy}[name]
        command = [program, *write(folder, ports, upstream)]
        with open(folder / "access.log", "w") as log:
            process = subprocess.Popen(
                command, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            running = Front(name, folder, ports, process)
            _wait(running, ports)
            yield running
        finally:
            end(process)


def _wait(running, ports):
    import socket

    deadline = time.monotonic() + 20
    for port in ports.values():
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((LOOPBACK, port)) == 0:
                    break
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{running.name} is not ready:\n{running.log()}")
            time.sleep(0.05)


def _nginx(folder, ports, upstream):
    pass_on = (
        "proxy_pass http://cluster; proxy_http_version 1.1; proxy_set_header Connection ''; "
        "proxy_set_header Host $host; client_max_body_size 8m;"
    )
    tls = f"ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;"
    clients = f"ssl_client_certificate {folder}/ca.pem; ssl_verify_client on;"
    listen = {door: f"listen {LOOPBACK}:{port}" for door, port in ports.items()}
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(f"""
pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; daemon off;
events {{ worker_connections 512; }}
http {{
  log_format seen '$server_port $server_protocol $ssl_alpn_protocol $status'; access_log /dev/stdout seen; {temporary}
  upstream cluster {{ server {LOOPBACK}:{upstream}; keepalive 16; }}
  limit_req_zone $binary_remote_addr zone=five:1m rate=5r/s; limit_req_status 429;
  server {{ {listen["plain"]}; location / {{ {pass_on} }} }}
  server {{ {listen["tls"]} ssl http2; {tls} location / {{ {pass_on} }} }}
  server {{ {listen["mutual"]} ssl http2; {tls} {clients} location / {{ {pass_on} }} }}
  server {{ {listen["limited"]}; location / {{ limit_req zone=five; {pass_on} }} }}
  server {{ {listen["hasty"]}; keepalive_requests 3; keepalive_timeout 1s; location / {{ {pass_on} }} }}
  server {{ {listen["curt"]}; location / {{ proxy_read_timeout 5s; {pass_on} }} }}
}}
""")
    return ["-c", folder / "nginx.conf"]


def _haproxy(folder, ports, upstream):
    bind = {door: f"bind {LOOPBACK}:{port}" for door, port in ports.items()}
    tls = f"ssl crt {folder}/both.pem alpn h2,http/1.1"
    (folder / "haproxy.cfg").write_text(f"""
global
  log stdout format raw local0
  stats socket {folder}/socket mode 600 level admin expose-fd listeners
defaults
  mode http
  log global
  log-format "%fp %HV %[ssl_fc_alpn] %ST"
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  default_backend cluster
frontend plain
  {bind["plain"]}
frontend tls
  {bind["tls"]} {tls}
frontend mutual
  {bind["mutual"]} {tls} ca-file {folder}/ca.pem verify required
frontend limited
  {bind["limited"]}
  stick-table type ip size 1k expire 10s store http_req_rate(1s)
  http-request track-sc0 src
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 5 }}
frontend hasty
  {bind["hasty"]}
  timeout http-keep-alive 1s
  timeout client 1s
frontend curt
  {bind["curt"]}
  default_backend curt
backend cluster
  server one {LOOPBACK}:{upstream}
backend curt
  timeout server 5s
  server one {LOOPBACK}:{upstream}
""")
    # As a master, so that it can be told to take its configuration anew.
    return ["-W", "-S", f"{folder}/master", "-f", folder / "haproxy.cfg"]
