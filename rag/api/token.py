"""The token that proves that a program is the owner's: kept in a file of the home folder.

Deleting the file takes the token from every program at once; the next start, or
`python -m rag token`, makes another.
"""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from rag.errors import ConfigError
from rag.private_files import kept_secret

TOKEN_FILE = "api.token"  # noqa: S105 - the name of a file
TOKEN_BYTES = 32
SHORTEST = 16  # characters; what a person has put there instead is to be no password


def token_of(home: Path) -> str:
    """Return the token of a home folder, made where there is none. Raises ConfigError E-CFG-004."""
    path = home / TOKEN_FILE
    try:
        kept = kept_secret(path, lambda: secrets.token_urlsafe(TOKEN_BYTES).encode() + b"\n")
        token = kept.decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("E-CFG-004", f'The token "{path}" cannot be used: {error}.') from error
    if len(token) < SHORTEST:
        raise ConfigError("E-CFG-004", f'"{path}" is no token. Delete it; a new one is made.')
    return token


def is_token(given: str, home: Path) -> bool:
    """Tell whether it is the token that the file has now, in a time that does not depend on it."""
    path = home / TOKEN_FILE
    return path.is_file() and hmac.compare_digest(given.encode(), token_of(home).encode())
