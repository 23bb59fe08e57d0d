"""An S3 server on loopback, for tests and commands: `moto`, in a process of its own."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from typing import Self


class S3Server:
    """A running server; `environment` leads to it, and has made-up credentials."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "made-up-secret-of-tests",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}",
        }
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Self:
        for _ in range(600):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return self
            time.sleep(0.1)
        raise TimeoutError

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Answer nothing more, with connections open, until `go_on`."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again."""
        os.kill(self._process.pid, signal.SIGCONT)

    def files(self):
        """Return fsspec's file system of this server; the environment must lead to it."""
        import s3fs

        return s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)

    def names(self, address: str) -> list[str]:
        """Return the names of all objects below an address."""
        root = address.removeprefix("s3://")
        return sorted(path[len(root) + 1 :] for path in self.files().find(root))

    def read(self, address: str, name: str) -> bytes:
        """Return an object."""
        return self.files().cat_file(f"{address}/{name}")

    def remove(self, address: str, name: str) -> None:
        """Remove an object."""
        self.files().rm_file(f"{address}/{name}")

    def flip(self, address: str, name: str, *, at: int) -> None:
        """Flip one bit of an object."""
        data = bytearray(self.files().cat_file(f"{address}/{name}"))
        data[at] ^= 1
        self.files().pipe_file(f"{address}/{name}", bytes(data))

    def new_folder(self) -> str:
        """Make a bucket; return the address of a folder in it."""
        bucket = f"news-{secrets.token_hex(4)}"
        self.files().mkdir(bucket)
        return f"s3://{bucket}/index"
