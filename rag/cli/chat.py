"""The commands that serve the chat and list the settings."""

from __future__ import annotations

from typing import Any

from rag.cli.exit_codes import EXIT_DONE
from rag.cli.options import ANSWER_MODEL, CAUTION, EMBEDDER, PATHS, SERVER, Options, add_command
from rag.cli.output import to_json
from rag.config import Config, describe_settings
from rag.redaction import without_secrets


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
    """Serve the chat and open it in the browser."""
    from rag.ui.server import run_chat

    return run_chat(config, open_browser=not options["no_browser"])


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
