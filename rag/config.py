"""The one frozen Config: defaults, then a settings file, then the environment, then options.

The only module that reads the environment. What a setting means is said beside it, once;
`python -m rag settings` and the README print from here.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from rag.errors import ConfigError
from rag.records import Caution
from rag.redaction import HIDDEN, has_password, looks_like_key

SETTINGS_FILE = "footnote.toml"
ENV_PREFIX = "RAG_"
_NAMES_FILE = ENV_PREFIX + "SETTINGS"
DEFAULT_EMBEDDER = "sentence-transformers/all-MiniLM-L6-v2"
ADDED_FOLDER = "added"  # below the corpus folder: what a person gave to the library
OWN_RERANKER = "footnote"
NO_RERANKER = "none"


def _setting(
    default: Any, meaning: str, *, low: float | None = None, high: float | None = None
) -> Any:
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting of Footnote. Paths are taken from the working directory."""

    corpus: Path = _setting(Path("corpus"), "folder of the articles")
    index: Path | str = _setting(
        Path("index"),
        "folder of the index, or its address on object storage, as s3://BUCKET/FOLDER "
        "(docs/scale.md); deleting it loses only time",
    )
    store: Literal["embedded", "milvus"] = _setting(
        "embedded", "what searches the index: its own files, or a Milvus server (docs/scale.md)"
    )
    store_url: str = _setting("", "address of the Milvus server, as http://HOST:19530")
    prompts: Path = _setting(Path("prompts"), "folder of the prompts sent to an answer model")
    home: Path = _setting(Path(".footnote"), "folder of what you made: conversations, runs")

    embedder: str = _setting(DEFAULT_EMBEDDER, "sentence-transformers model, by name or path")
    embedder_runner: Literal["auto", "openvino", "torch"] = _setting(
        "auto", "what runs the embedder; auto takes openvino where it can run the model"
    )
    embedder_precision: Literal["auto", "float32", "bfloat16", "int8"] = _setting(
        "auto", "number format of the embedder; auto takes int8 where the processor has it"
    )
    threads: int = _setting(0, "threads for embedding; 0 takes every core", low=0, high=1024)
    reranker: str = _setting(
        OWN_RERANKER,
        'what reads question and passage together: "footnote" (the reader that comes with it), '
        '"none", or a cross-encoder by name or path, for ranking',
    )

    passage_tokens: int = _setting(
        180,
        "longest passage in the embedder's tokens, title and date included",
        low=32,
        high=100_000,
    )
    retrieval: Literal["hybrid", "dense", "bm25"] = _setting(
        "hybrid", "what ranks passages: meaning (dense), words (bm25) or both"
    )
    hits: int = _setting(
        12, "passages found for an answer: an LLM gets all, the reader the best 6", low=1, high=1000
    )

    caution: Caution = _setting(
        "normal", "how sure an answer must be: low answers more questions, high refuses more"
    )

    excerpts: int = _setting(3, "most excerpts of an answer", low=1, high=6)

    answer_model: str = _setting(
        "",
        'model that writes answers, as "provider:model" or "gguf:PATH"; empty: quotes only, no LLM',
    )
    answer_model_url: str = _setting("", "base URL of an OpenAI-compatible server")
    answer_model_for: Literal["owner", "visitors"] = _setting(
        "owner", "whom the answer model answers with public_name: the owner only, or visitors, too"
    )
    answer_model_timeout_s: float = _setting(
        30.0, "longest wait for the answer model", low=0.1, high=3600
    )

    limit_file_mb: float = _setting(20.0, "largest file that is read", low=0.001, high=4096)
    limit_characters: int = _setting(
        5_000_000, "longest article after extraction", low=1, high=10**9
    )
    limit_pages: int = _setting(2_000, "most pages of a PDF", low=1, high=1_000_000)
    limit_read_s: float = _setting(30.0, "longest time for reading one file", low=0.1, high=3600)
    limit_read_mb: int = _setting(1024, "most memory for reading one file", low=128, high=2**20)

    keep_generations: int = _setting(
        5, "generations kept besides the current one", low=1, high=1000
    )
    rebuild: Literal["by hand", "automatic"] = _setting(
        "by hand", "whether the chat brings the index up to date by itself when the folder changes"
    )
    theme: Literal["system", "light", "dark"] = _setting("system", "colours of the chat")
    host: str = _setting("127.0.0.1", "address that the chat listens on")
    port: int = _setting(8501, "port of the chat", low=1, high=65_535)
    public_name: str = _setting(
        "", "the one host name under which the chat is reached; empty: this machine only"
    )
    api: bool = _setting(
        False,  # noqa: FBT003 - a default
        "whether other programs may ask on the chat's port; they need the token",
    )

    @property
    def index_folder(self) -> Path:
        """The folder of the index: of an address, this machine's copy of what is there."""
        if isinstance(self.index, Path):
            return self.index
        return self.home / "index-copies" / hashlib.sha256(self.index.encode()).hexdigest()[:16]


def load_config(
    options: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    settings_file: Path | None = None,
) -> Config:
    """Return the Config from defaults, settings file, environment and options, in that order.

    `options` holds values by setting name; None means not given. The settings file is
    `footnote.toml` in the working directory, or what `RAG_SETTINGS` names.
    Raises ConfigError E-CFG-001 for an unknown setting or a value that cannot be, E-CFG-005 for a
    folder of Footnote's own in the corpus.
    """
    env = dict(os.environ if environment is None else environment)
    path = settings_file or settings_path(env)
    must_exist = settings_file is not None or _NAMES_FILE in env
    values: dict[str, Any] = {}
    for key, value in _read_settings(path, must_exist=must_exist).items():
        values[key] = checked_setting(key, value, where=str(path))
    for name, value in env.items():
        if name.startswith(ENV_PREFIX) and name != _NAMES_FILE:
            key = name.removeprefix(ENV_PREFIX).lower()
            values[key] = checked_setting(key, value, where=f"the environment variable {name}")
    for key, value in (options or {}).items():
        if value is not None:
            values[key] = checked_setting(key, value, where="the options")
    config = Config(**values)
    _refuse_own_files_in(config)
    return config


def settings_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the settings file that `load_config` reads; it may not be there."""
    env = os.environ if environment is None else environment
    return Path(env.get(_NAMES_FILE, SETTINGS_FILE))


def fixed_settings() -> frozenset[str]:
    """Return the settings that the environment gives, so that the settings file cannot."""
    prefix = ENV_PREFIX
    return frozenset(n.removeprefix(prefix).lower() for n in os.environ if n.startswith(prefix))


def _refuse_own_files_in(config: Config) -> None:
    """Raise ConfigError E-CFG-005 where a build would read what Footnote wrote as articles."""
    corpus = Path(os.path.realpath(config.corpus))
    for name in ("index", "home"):
        folder = Path(os.path.realpath(getattr(config, name)))
        if name == "index" and not isinstance(config.index, Path):
            continue  # its copy is in `home`
        if not folder.is_relative_to(corpus):
            continue
        below = folder.relative_to(corpus).parts
        if name == "index" or not any(part.startswith(".") for part in below):  # hidden: not read
            raise ConfigError(
                "E-CFG-005",
                f'{name} "{getattr(config, name)}" lies in the corpus "{config.corpus}", '
                f"so that it would be read as articles. Set {name} to a folder outside of it.",
            )


def describe_settings() -> list[tuple[str, str, str]]:
    """Return (name, default, meaning) of every setting, in the order of Config."""
    return [(f.name, str(f.default), f.metadata["meaning"]) for f in fields(Config)]


def _read_settings(path: Path, *, must_exist: bool) -> dict[str, Any]:
    if not path.is_file():
        if must_exist:
            raise ConfigError("E-CFG-001", f'No settings file "{path}". Check its path.')
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("E-CFG-001", f'"{path}" is not valid TOML: {error}.') from error


def checked_setting(key: str, value: Any, *, where: str) -> Any:
    """Return a value as `Config` takes it. Raises ConfigError E-CFG-001 or E-CFG-005."""
    known = {f.name: f for f in fields(Config)}
    if key not in known:
        close = difflib.get_close_matches(key, known, n=1)
        hint = f'did you mean "{close[0]}"?' if close else "see: python -m rag settings"
        raise ConfigError("E-CFG-001", f'Unknown setting "{key}" in {where}; {hint}')
    kind = typing.get_type_hints(Config)[key]
    bounds = (known[key].metadata["low"], known[key].metadata["high"])
    try:
        converted = _convert(value, kind)
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise _refused(key, value, kind, bounds, where=where) from error
    if bounds[0] is not None and not bounds[0] <= converted <= bounds[1]:
        raise _refused(key, value, kind, bounds, where=where)
    if kind in {str, Path, Path | str}:
        is_place = kind is not str or key in {"host", "public_name"}
        _refuse_secret(key, str(converted), is_place=is_place, where=where)
    return converted


def _refuse_secret(key: str, value: str, *, is_place: bool, where: str) -> None:
    """Raise ConfigError E-CFG-005 for a key or a password where none belongs; it is not repeated.

    A setting is printed, stored with every run, and sent where it names something.
    """
    if looks_like_key(value, is_place=is_place):
        raise ConfigError(
            "E-CFG-005",
            f"{key} in {where} looks like a key. Keys belong into the provider's own variable of "
            "the environment, such as OPENAI_API_KEY.",
        )
    if key not in {"answer_model_url", "store_url"} and has_password(value):
        raise ConfigError(
            "E-CFG-005", f"{key} in {where} has a user name and a password in it; take them out."
        )


def _convert(value: Any, kind: Any) -> Any:
    if typing.get_origin(kind) is Literal:
        if value in typing.get_args(kind):
            return value
        raise ValueError(value)
    if kind is bool:
        return value if isinstance(value, bool) else {"true": True, "false": False}[value.lower()]
    if kind == Path | str:
        return str(value).rstrip("/") if "://" in str(value) else _convert(value, Path)
    if isinstance(value, bool) or (kind in (str, Path) and not isinstance(value, str | Path)):
        raise TypeError(value)
    if kind is Path and not str(value).strip():
        raise ValueError(value)
    return kind(value)


def _refused(
    key: str, value: Any, kind: Any, bounds: tuple[float | None, float | None], *, where: str
) -> ConfigError:
    if typing.get_origin(kind) is Literal:
        wanted = "one of " + ", ".join(typing.get_args(kind))
    elif kind is bool:
        wanted = "true or false"
    elif kind is Path:
        wanted = "the path of a folder"
    elif kind == Path | str:
        wanted = "the path of a folder, or an address such as s3://BUCKET/FOLDER"
    elif isinstance(kind, types.GenericAlias) or kind is str:
        wanted = "text"
    else:
        wanted = "a whole number" if kind is int else "a number"
        low, high = bounds
        wanted += f" from {low:,} to {high:,}"
    shown = HIDDEN if looks_like_key(str(value)) or has_password(str(value)) else value
    return ConfigError("E-CFG-001", f'{key} in {where} must be {wanted} (found "{shown}").')
