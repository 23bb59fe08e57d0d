"""What stands in front of the page, outermost first."""

from __future__ import annotations

from starlette.middleware import Middleware

from rag.config import Config
from rag.ui.slow_clients import SocketLimit
from rag.ui.visitors import VisitorCookies, signer_of
from rag.ui.web import HostOriginGuard, SecurityHeaders, inline_script_hashes


def layers(config: Config) -> list[Middleware]:
    """Return the layers of the settings. Raises ConfigError E-CFG-004."""
    name = config.public_name
    headers = Middleware(SecurityHeaders, script_hashes=inline_script_hashes(), public_name=name)
    guard = Middleware(HostOriginGuard, public_name=name)
    in_front = [headers, guard, Middleware(SocketLimit)]
    if name:
        in_front.append(Middleware(VisitorCookies, signer=signer_of(config.home)))
    return in_front
