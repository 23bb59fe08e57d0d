"""The keys of providers that were given in the page: in one file of the home folder, 0600.

A key is kept for one place, a provider or the host of a server, and is sent nowhere else. It is
in no setting, and so in no run, no log and no export.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from rag.config import Config
from rag.errors import ConfigError
from rag.private_files import write_private

FILE = "keys.json"


def place_of(answer_model: str, url: str) -> str:
    """Return where a key for this model is sent: the host of the server, else the provider.

    >>> place_of("openai:gpt-5-mini", ""), place_of("m", "https://llm.example:8443/v1")
    ('openai', 'llm.example:8443')
    """
    return urlsplit(url).netloc.rpartition("@")[2] if url else answer_model.partition(":")[0]


def kept_key(config: Config) -> str:
    """Return the key for the answer model of the settings, or nothing.

    Raises ConfigError E-CFG-004 for a file that cannot be read.
    """
    return _read(config.home / FILE).get(place_of(config.answer_model, config.answer_model_url), "")


def keep_key(config: Config, key: str) -> None:
    """Keep the key for the answer model of the settings; an empty one forgets it.

    Raises ConfigError E-CFG-004 for a file that cannot be read or written, E-CFG-005 where the home
    folder lies in the corpus.
    """
    path = config.home / FILE
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(config.corpus)):
        raise ConfigError(
            "E-CFG-005", f'home "{config.home}" lies in the corpus, where no key is kept.'
        )
    place = place_of(config.answer_model, config.answer_model_url)
    keys = {name: kept for name, kept in _read(path).items() if name != place}
    try:
        write_private(path, json.dumps(keys | ({place: key} if key else {})).encode())
    except OSError as error:
        raise _unusable(path, error.strerror or "") from error


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unusable(path, error.strerror or "") from error
    except ValueError as error:
        raise _unusable(path, "it is damaged; delete it and give the keys again") from error
    return {str(name): str(key) for name, key in found.items()} if isinstance(found, dict) else {}


def _unusable(path: Path, why: str) -> ConfigError:
    return ConfigError("E-CFG-004", f'The keys "{path}" cannot be used: {why}.')
