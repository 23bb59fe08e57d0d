"""What stands in front of the page, outermost first, and the API beside it."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from rag.config import Config
from rag.errors import RagError
from rag.ui.slow_clients import SocketLimit
from rag.ui.visitors import VisitorCookies, signer_of
from rag.ui.web import HostOriginGuard, SecurityHeaders, inline_script_hashes

if TYPE_CHECKING:
    from rag.assistant import Assistant

SWITCH_S = 0.0005
"""How long a thread may keep others waiting; of itself 5 ms, at each of a page's 110 files."""


def layers(config: Config) -> list[Middleware]:
    """Return the layers of the settings. Raises ConfigError E-CFG-004."""
    name = config.public_name
    headers = Middleware(SecurityHeaders, script_hashes=inline_script_hashes(), public_name=name)
    guard = Middleware(HostOriginGuard, public_name=name)
    in_front = [headers, guard, Middleware(SocketLimit)]
    if name:
        in_front.append(Middleware(VisitorCookies, signer=signer_of(config.home)))
    return in_front


def routes(config: Config) -> list[BaseRoute]:
    """Return what is served beside the page: the API where it is on. Raises ConfigError E-CFG-004.

    Programs ask the assistant that the chat asks, whose parts are loaded once.
    """
    if not config.api:
        return []
    from rag.api.answering import Answering  # noqa: PLC0415 - off by default
    from rag.api.routes import api_routes  # noqa: PLC0415 - likewise
    from rag.api.token import token_of  # noqa: PLC0415 - likewise

    token_of(config.home)  # made now, so that whoever starts the server can print it
    return api_routes(Answering(_shared_assistant), home=config.home)


@contextlib.asynccontextmanager
async def load_ahead(_: object) -> AsyncIterator[None]:
    """Load the first page and what answers beside the server, while a browser loads its scripts."""
    sys.setswitchinterval(SWITCH_S)
    threading.Thread(target=_load, name="loading", daemon=True).start()
    yield


def _load() -> None:
    from rag.ui import article_pane, chat, sidebar  # noqa: F401, PLC0415 - the first page's

    with contextlib.suppress(RagError):  # the page says it
        _shared_assistant()


def _shared_assistant() -> Assistant:
    from rag.ui.backend import shared_backend  # noqa: PLC0415 - heavy

    return shared_backend().assistant
