"""Writes the settings file, with what else stands in it: comments, order, blank lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from rag.config import checked_setting
from rag.errors import ConfigError


def write_settings(path: Path, values: Mapping[str, Any]) -> None:
    """Set `values` in the settings file; None takes a setting out, so that its default counts.

    Raises ConfigError E-CFG-001 for a value that cannot be or a file that is not TOML, E-CFG-006
    where it cannot be written; the file is then as it was.
    """
    for key, value in values.items():
        if value is not None:
            checked_setting(key, value, where=str(path))
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(text)
        for key, value in values.items():
            if value is None:
                document.pop(key, None)
            else:
                document[key] = value
        _replace(path, tomlkit.dumps(document))
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError("E-CFG-001", f'"{path}" is not valid TOML: {error}.') from error
    except OSError as error:
        raise ConfigError(
            "E-CFG-006", f'The settings file "{path}" cannot be written: {error.strerror}.'
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write the file aside and put it in place, also where a link leads to it."""
    path = path.resolve()
    aside = path.with_name(f".{path.name}.tmp")
    try:
        aside.write_text(text, encoding="utf-8")
        if path.exists():
            aside.chmod(path.stat().st_mode & 0o777)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
