"""The command that serves programs over MCP."""

from __future__ import annotations

import importlib.util
from typing import Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE
from rag.cli.options import ANSWER_MODEL, CAUTION, EMBEDDER, PATHS, Options, add_command
from rag.config import Config
from rag.errors import ConfigError


def add_mcp(commands: Any) -> None:
    """Add `mcp`."""
    add_command(
        commands,
        "mcp",
        mcp,
        "serve a program over MCP, on standard input and output",
        settings=PATHS + EMBEDDER + CAUTION + ANSWER_MODEL,
        has_json=False,
    )


def mcp(config: Config, options: Options) -> int:
    """Serve until the input ends. Raises ConfigError E-CFG-006 without the package."""
    del options
    if importlib.util.find_spec("mcp") is None:
        raise ConfigError(
            "E-CFG-006",
            'The package "mcp" is not installed. Install it with: '
            "pip install -r requirements-mcp.txt",
        )
    from rag.api.mcp import mcp_server

    mcp_server(Assistant(config)).run("stdio")
    return EXIT_DONE
