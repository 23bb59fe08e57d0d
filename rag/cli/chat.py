"""The commands that serve the chat and list the settings."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from rag.cli.exit_codes import EXIT_DONE
from rag.cli.options import ANSWER_MODEL, CAUTION, EMBEDDER, PATHS, SERVER, Options, add_command
from rag.cli.output import to_json
from rag.config import Config, describe_settings
from rag.errors import IndexingError
from rag.redaction import without_secrets

NO_INDEX = "E-IDX-001"


def add_chat(commands: Any) -> None:
    """Add `chat`."""
    parser = add_command(
        commands,
        "chat",
        chat,
        "open the chat in the browser",
        settings=PATHS + EMBEDDER + CAUTION + ANSWER_MODEL + SERVER,
        has_json=False,
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")


def add_settings(commands: Any) -> None:
    """Add `settings`."""
    add_command(commands, "settings", settings, "list every setting and its value", settings=PATHS)


def add_token(commands: Any) -> None:
    """Add `token`."""
    add_command(commands, "token", token, "print the token that programs ask with", has_json=False)


def chat(config: Config, options: Options) -> int:
    """Serve the chat and open it in the browser, after a build where no index can be asked."""
    from rag.ui.server import run_chat

    return run_chat(config, open_browser=not options["no_browser"], before=_build_first)


def _build_first(config: Config) -> None:
    """Build where there is no index that can be asked, so that the first question can be at once.

    In a process of its own, whose memory ends with it. What it cannot read the chat says as well.
    """
    from rag.ui.server import settings_environment

    if not (why := _why_build(config)):
        return
    print(why, flush=True)
    built = subprocess.run(
        [sys.executable, "-m", "rag", "index", "build"],
        env={**os.environ, **settings_environment(config)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print("".join(built.stdout.splitlines()[-1:]), flush=True)


def _why_build(config: Config) -> str:
    """Return why the articles are read before anything is asked; empty where they need not be."""
    from rag.index.disk import Disk, read_file
    from rag.index.layout import Layout
    from rag.index.manifest import MANIFEST, MAX_MANIFEST_BYTES, parse_manifest
    from rag.text.tokens import TOKENIZER

    layout, disk = Layout(config.index_folder), Disk()
    try:
        if layout.current.exists():
            manifest = layout.generation(layout.pointer(disk).generation) / MANIFEST
            built = parse_manifest(read_file(disk, manifest, limit=MAX_MANIFEST_BYTES))
            is_older = built.settings.get("tokenizer") != TOKENIZER
            return "Reading the articles anew, for this version of Footnote." if is_older else ""
        from rag.index.snapshot import open_snapshot
        from rag.index.store import store_of

        open_snapshot(config.index_folder, store=store_of(config))
    except IndexingError as error:
        return "Reading the articles for the first time." if error.code == NO_INDEX else ""
    except OSError:
        return ""
    return ""


def settings(config: Config, options: Options) -> int:
    """List every setting with its value and meaning."""
    shown = {name: without_secrets(str(getattr(config, name))) for name, *_ in describe_settings()}
    if options["json"]:
        print(to_json(shown))
        return EXIT_DONE
    for name, _, meaning in describe_settings():
        print(f"{name} = {shown[name]!r}\n    {meaning}")
    return EXIT_DONE


def token(config: Config, options: Options) -> int:
    """Print the token of the API; it is made where there is none."""
    from rag.api.token import token_of

    del options
    print(token_of(config.home))
    return EXIT_DONE
