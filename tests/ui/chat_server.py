"""A real chat server in a process of its own, with a folder of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

REPO = Path(__file__).parents[2]
START_WITHIN_S = 60
LOOPBACK = ("localhost", "127.0.0.1")


class ChatServer:
    """`streamlit run` of a launcher with settings of its own; stops and starts again."""

    def __init__(self, folder, *, launcher=REPO / "app.py", environment=None, flags=(), **settings):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.folder = folder
        if name := settings.get("public_name", ""):
            settings["public_name"] = f"{name}:{self.port}"
        self.host = settings.get("public_name") or f"localhost:{self.port}"
        self.url = f"http://{self.host}"
        self._command = [
            *(sys.executable, "-m", "streamlit", "run", str(launcher)),
            f"--server.port={self.port}",
            *(f"--server.allowedHosts={host}" for host in ([name] if name else LOOPBACK)),
            *("--server.address=127.0.0.1", "--logger.level=warning"),
            *flags,
        ]
        given = {"home": folder / "home", "index": folder / "index", "corpus": folder / "corpus"}
        self._environment = os.environ | {
            f"RAG_{name.upper()}": str(value) for name, value in (given | settings).items()
        }
        self._environment |= environment or {}
        self._environment["PYTHONPATH"] = str(REPO)

    def start(self):
        self._log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdout=self._log, stderr=self._log, cwd=REPO
        )
        deadline = time.monotonic() + START_WITHIN_S
        address = f"http://127.0.0.1:{self.port}/_stcore/health"
        health = urllib.request.Request(address, headers={"Host": self.host})
        while True:
            try:
                urllib.request.urlopen(health, timeout=2).close()  # noqa: S310 - ours
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, self.log()
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.1)
            else:
                return self

    @property
    def pid(self):
        return self._process.pid

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def log(self):
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def conversations(self):
        """What is on disk, by conversation id."""
        paths = (self.folder / "home" / "conversations").glob("*.json")
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def raw(port, host, origin, *, path="/", upgrade=False):
    """Return the status and the head of the response to one request, as sent over a socket."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    if origin:
        lines.append(f"Origin: {origin}")
    if upgrade:
        lines[2] = "Connection: Upgrade"
        lines += ["Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head and (part := connection.recv(4096)):
            head += part
    return int(head.split()[1]), head.decode("latin-1").lower()
