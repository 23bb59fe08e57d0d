"""Keeps passwords and keys out of what is said and stored: errors, settings, logs, records of runs.

A key has no grammar, so this knows the beginnings that providers give theirs, and for a value that
should be a name or a number also an unbroken row of letters and digits that nobody would type.
"""

from __future__ import annotations

import re

HIDDEN = "…"

_USERINFO = re.compile(r"(?<=://)[^\s/?#\"']*@")
_PARAMETER = re.compile(
    r"([?&][\w.-]*(?:key|token|secret|password|signature|sig)=)[^&#\s\"']+", re.IGNORECASE
)
_ROW = r"(?=[A-Za-z]*[0-9]|[0-9]*[A-Za-z])[A-Za-z0-9]{12}"  # both letters and digits are likely
_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    rf"(?:sk|rk|pk|gsk|xai|hf|gh[opsu]|github_pat|glpat|nvapi|pplx|r8|xox[abeprs])[-_](?=[\w-]*?{_ROW})"
    r"|AIza(?=[\w-]{20})|A[KS]IA(?=[A-Z0-9]{12})|eyJ(?=[\w-]+\.[\w-]+\.)"
    r")[\w.-]*"
)
_ONE_ROW = re.compile(r"(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{20,}")
_PASSWORD = re.compile(r"[^\s/@:]*:[^\s/@]+@")


def without_secrets(text: str) -> str:
    """Return `text` without the userinfo of URLs, keys in their queries, and providers' keys.

    >>> without_secrets('cannot reach "https://me:pass@host/v1?api_key=abc"')
    'cannot reach "https://…@host/v1?api_key=…"'
    """
    text = _USERINFO.sub(f"{HIDDEN}@", text)
    return _KEY.sub(HIDDEN, _PARAMETER.sub(rf"\1{HIDDEN}", text))


def looks_like_key(value: str, *, is_place: bool = False) -> bool:
    """Tell whether a setting's value is a provider's key, or a row of characters such as one.

    A place (a path, a URL, a host) may have such rows in it: hashes, random names.
    """
    is_place = is_place or "/" in value or "\\" in value
    return bool(_KEY.search(value) or (not is_place and _ONE_ROW.search(value)))


def has_password(value: str) -> bool:
    """Tell whether a value names a user and a password before a host."""
    return bool(_USERINFO.search(value) or _PASSWORD.search(value))
