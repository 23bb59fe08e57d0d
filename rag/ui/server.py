"""Starting the chat from the command line: check first, serve, open the browser, end cleanly."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from rag.config import ENV_PREFIX, Config, load_config
from rag.errors import ConfigError, ServerError
from rag.ui.visitors import signer_of
from rag.ui.web import LOOPBACK_NAMES

APP = Path(__file__).parents[2] / "app.py"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
READY_WITHIN_S = 60.0  # a slow disk that has never read Streamlit needs half of that
POLL_S = 0.1
STOP_WITHIN_S = 8.0  # then the server is killed; a build leaves the old index in any case
FAILED = 2
HIGHEST_PORT = 65_535

_PUBLIC_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)

_logger = logging.getLogger(__name__)


def run_chat(
    config: Config,
    *,
    open_browser: bool = True,
    before: Callable[[Config], None] = lambda _: None,
) -> int:
    """Serve the chat until Ctrl+C and return the exit code; prints its address and who may do what.

    `before` is called once the address is known to be free.

    Raises ConfigError E-CFG-002 for an address that others can reach without `public_name`, or a
    name that is none, ServerError E-SRV-006 when the port is taken or the address not there.
    """
    check_address(config.host, public_name=config.public_name)
    check_port(config.host, config.port)
    before(config)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the server too, like Ctrl+C
    process = subprocess.Popen(  # noqa: S603 - our own
        _command(config),
        env={**os.environ, **settings_environment(config)},
        stdout=subprocess.DEVNULL,  # Streamlit's banner; what it logs goes to stderr
    )
    try:
        if not _is_ready(config, process):
            return FAILED
        sys.stdout.write(f"Footnote is at {address_of(config)} (Ctrl+C ends it)\n")
        if config.public_name:
            sys.stdout.write(visitors_text(config) + "\n")
        if config.api:
            sys.stdout.write(api_text(config) + "\n")
        sys.stdout.flush()
        if open_browser and not config.public_name:
            webbrowser.open(address_of(config))
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _end(process)


def address_of(config: Config) -> str:
    """Return the address to open. On loopback a public name is behind a proxy, which has TLS."""
    if not config.public_name:
        return f"http://localhost:{config.port}"
    return f"{'https' if config.host in LOOPBACK else 'http'}://{config.public_name}"


def visitors_text(config: Config) -> str:
    """Return what visitors can do, and the link that makes a browser the owner's."""
    answers = "answers by the answer model" if _lets_spend(config) else "quotes only, no LLM"
    return (
        f"Visitors can ask ({answers}) and see their own conversations and feedback, nobody "
        "else's.\nRebuilding, evaluation and the answer model are yours, in a browser that has "
        f"opened this link, which is for you alone:\n{address_of(config)}"
        f"{signer_of(config.home).owner_path}"
    )


def api_text(config: Config) -> str:
    """Return where programs ask, and what prints their token."""
    return (
        f"Programs can ask: {address_of(config)}/api/docs has how.\n"
        "Their token, which is as good as you: python -m rag token"
    )


def _lets_spend(config: Config) -> bool:
    return bool(config.answer_model) and config.answer_model_for == "visitors"


def check_address(address: str | None, *, public_name: str) -> None:
    """Raise ConfigError E-CFG-002 unless only this machine can connect, or that is meant."""
    if public_name and not _PUBLIC_NAME.fullmatch(public_name):
        raise ConfigError(
            "E-CFG-002",
            'public_name must be a host name, such as "news.example", without a scheme or a path.',
        )
    if address not in LOOPBACK and not public_name:
        raise ConfigError(
            "E-CFG-002",
            f'On "{address or "every address"}" others could reach the chat. '
            "Keep host at 127.0.0.1, or set public_name to the name that they reach it under.",
        )


def check_port(address: str, port: int) -> None:
    """Raise ServerError E-SRV-006 when the port is taken, or the address not this machine's."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, UnicodeError) as error:
            why = error.errno if isinstance(error, OSError) else None
            if why is None or why not in {errno.EADDRINUSE, errno.EACCES}:
                raise ServerError(
                    "E-SRV-006",
                    f'This machine has no address "{address}" to listen on. '
                    "Use: python -m rag chat --host 127.0.0.1",
                ) from error
            raise ServerError(
                "E-SRV-006",
                f"Port {port} is taken ({os.strerror(why)}). "
                f"Use another: python -m rag chat --port {port % HIGHEST_PORT + 1}",
            ) from error


def settings_environment(config: Config) -> dict[str, str]:
    """Return the `RAG_…` variables that give another process exactly this Config.

    What the settings file says already is left to it, so that the page can change it there.
    """
    known = load_config()
    values = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    return {
        ENV_PREFIX + name.upper(): str(value)
        for name, value in values.items()
        if value != getattr(known, name)
    }


def _command(config: Config) -> list[str]:
    public = config.public_name.partition(":")[0]
    names = [public] if public else LOOPBACK_NAMES
    flags = [
        f"--server.address={config.host}",
        f"--server.port={config.port}",
        *(f"--server.allowedHosts={name}" for name in names),
        "--logger.level=warning",
    ]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *flags]


def _is_ready(config: Config, process: subprocess.Popen[bytes]) -> bool:
    host = "[::1]" if config.host == "::1" else "127.0.0.1"
    request = urllib.request.Request(
        f"http://{host}:{config.port}/_stcore/health",
        headers={"Host": config.public_name or f"localhost:{config.port}"},
    )
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(request, timeout=2).close()  # noqa: S310 - our own address
            return True
        time.sleep(POLL_S)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
