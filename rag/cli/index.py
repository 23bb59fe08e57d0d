"""The commands about the index: build, status, verify, rollback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE
from rag.cli.options import EMBEDDER, PATHS, Options, add_command
from rag.cli.output import changes_text, report_text, status_text, to_json, verification_text
from rag.config import Config
from rag.errors import IndexingError
from rag.records import Progress


def add_index(commands: Any) -> None:
    """Add `index` with its actions."""
    index = commands.add_parser("index", help="build, inspect, verify or roll back the index")
    actions = index.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = add_command(
        actions, "build", index_build, "bring the index up to date", settings=PATHS + EMBEDDER
    )
    build.add_argument("--dry-run", action="store_true", help="show what would change")
    build.add_argument(
        "--on",
        default="",
        metavar="ray[://HOST:PORT]",
        help="read and embed with Ray: on this machine's processors, or on a cluster's",
    )
    add_command(
        actions,
        "status",
        index_status,
        "show the versions of the index and what changed",
        settings=PATHS,
    )
    add_command(actions, "verify", index_verify, "check every file", settings=PATHS)
    rollback = add_command(
        actions,
        "rollback",
        index_rollback,
        "go back to an earlier version of the index",
        settings=PATHS,
    )
    rollback.add_argument(
        "generation", type=int, nargs="?", help="its number; default: the one before"
    )


def index_build(config: Config, options: Options) -> int:
    """Build, or with --dry-run say what a build would change."""
    assistant = Assistant(config)
    if options["dry_run"]:
        changes = assistant.changes()
        print(to_json(changes) if options["json"] else changes_text(changes))
        return EXIT_DONE
    report = assistant.build(build_progress(), on=options["on"])
    print(to_json(report) if options["json"] else report_text(report))
    return EXIT_DONE


def index_status(config: Config, options: Options) -> int:
    """Show the generations, and what changed in the corpus since the last build."""
    from rag.index.inspection import status

    assistant = Assistant(config)
    snapshot = assistant.snapshot()
    found = replace(status(config.index_folder, snapshot=snapshot), index=config.index)
    changes = assistant.changes(snapshot)
    if options["json"]:
        shown = {"index": found, "articles": snapshot.article_ids, "changes": changes}
        print(to_json(shown))
    else:
        print(f"{status_text(found)}\n\nSince then in {config.corpus}:\n{changes_text(changes)}")
    return EXIT_DONE


def index_verify(config: Config, options: Options) -> int:
    """Check every file of every generation."""
    from rag.index.inspection import verify
    from rag.index.store import store_of

    checked = verify(config.index_folder, store=store_of(config))
    print(to_json(checked) if options["json"] else verification_text(checked))
    return EXIT_FIXABLE if any(one.damage for one in checked) else EXIT_DONE


def index_rollback(config: Config, options: Options) -> int:
    """Make an earlier generation current again."""
    from rag.index.generations import rollback
    from rag.index.inspection import status
    from rag.index.snapshot import open_snapshot
    from rag.index.store import store_of

    folder, store = config.index_folder, store_of(config)
    wanted = options["generation"]
    if wanted is None:
        found = status(folder, snapshot=open_snapshot(folder, store=store))
        earlier = [g.generation for g in found.generations if g.generation < found.generation]
        if not earlier:
            raise IndexingError(
                "E-IDX-011",
                f"There is no version before {found.generation}. "
                "See what there is with: python -m rag index status",
            )
        wanted = max(earlier)
    snapshot = rollback(folder, wanted, store=store)
    told = {"generation": snapshot.generation, "created": snapshot.created}
    print(
        to_json(told)
        if options["json"]
        else f"Version {snapshot.generation} of the index is current."
    )
    return EXIT_DONE


def build_progress() -> Callable[[Progress], None] | None:
    """Return what shows a build's progress at a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    bar: tqdm[Any] = tqdm(bar_format="{desc:<10} {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt}")

    def show(progress: Progress) -> None:
        if progress.stage != bar.desc.strip():
            bar.set_description_str(progress.stage)
        bar.total, bar.n = max(progress.total, 1), progress.done
        bar.refresh()

    return show
