"""The commands: each takes a Config and its options, prints, and returns an exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE, EXIT_NOT_IN_ARTICLES
from rag.cli.explanation_output import explanation_text
from rag.cli.output import (
    answer_text,
    answered_record,
    article_record,
    changes_text,
    report_text,
    status_text,
    to_json,
    verification_text,
)
from rag.config import Config, describe_settings
from rag.errors import ConfigError, IndexingError, RagError
from rag.evaluation.questions.question_set import read_question_set
from rag.evaluation.records import SetQuestion
from rag.explanation import Explanation
from rag.records import Answer, Filters, Progress, Question, Turn

Options = dict[str, Any]


def index_build(config: Config, options: Options) -> int:
    """Build, or with --dry-run say what a build would change."""
    assistant = Assistant(config)
    if options["dry_run"]:
        changes = assistant.changes()
        print(to_json(changes) if options["json"] else changes_text(changes))
        return EXIT_DONE
    report = assistant.build(build_progress())
    print(to_json(report) if options["json"] else report_text(report))
    return EXIT_DONE


def index_status(config: Config, options: Options) -> int:
    """Show the generations, and what changed in the corpus since the last build."""
    from rag.index.generations import status  # noqa: PLC0415 - heavy

    found, changes = status(config.index), Assistant(config).changes()
    articles = Assistant(config).snapshot().article_ids
    if options["json"]:
        print(to_json({"index": found, "articles": articles, "changes": changes}))
    else:
        print(f"{status_text(found)}\n\nSince then in {config.corpus}:\n{changes_text(changes)}")
    return EXIT_DONE


def index_verify(config: Config, options: Options) -> int:
    """Check every file of every generation."""
    from rag.index.generations import verify  # noqa: PLC0415 - heavy

    checked = verify(config.index)
    print(to_json(checked) if options["json"] else verification_text(checked))
    return EXIT_FIXABLE if any(one.damage for one in checked) else EXIT_DONE


def index_rollback(config: Config, options: Options) -> int:
    """Make an earlier generation current again."""
    from rag.index.generations import rollback, status  # noqa: PLC0415 - heavy

    wanted = options["generation"]
    if wanted is None:
        found = status(config.index)
        earlier = [g.generation for g in found.generations if g.generation < found.generation]
        if not earlier:
            raise IndexingError(
                "E-IDX-011",
                f"There is no generation before {found.generation}. "
                "See what there is with: python -m rag index status",
            )
        wanted = max(earlier)
    snapshot = rollback(config.index, wanted)
    told = {"generation": snapshot.generation, "created": snapshot.created}
    print(to_json(told) if options["json"] else f"Generation {snapshot.generation} is current.")
    return EXIT_DONE


def chat(config: Config, options: Options) -> int:
    """Serve the chat and open it in the browser."""
    from rag.ui.server import run_chat  # noqa: PLC0415 - heavy

    return run_chat(config, open_browser=not options["no_browser"])


def search(config: Config, options: Options) -> int:
    """Print the passages for a query."""
    assistant = Assistant(config)
    started = time.perf_counter()
    retrieval = assistant.search(_question(options), k=options["k"])
    elapsed = round((time.perf_counter() - started) * 1000, 1)
    if options["json"]:
        hits = [
            {
                "passage_id": hit.passage.id,
                "article_id": hit.passage.article_id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "rank": hit.rank,
                "score": hit.score,
                "text": hit.passage.text,
            }
            for hit in retrieval.hits
        ]
        record = {
            "query": retrieval.query.text,
            "hits": hits,
            "generation": retrieval.generation,
            "timings_ms": {"total": elapsed},
        }
        print(to_json(record))
        return EXIT_DONE
    for hit in retrieval.hits:
        print(f"{hit.rank}. {hit.passage.id}  ({hit.score:.4f})\n{hit.passage.text}\n")
    return EXIT_DONE


def ask(config: Config, options: Options) -> int:
    """Answer one question, or a file of them."""
    assistant = Assistant(config)
    if options["file"]:
        if not options["json"]:
            raise ConfigError("E-CFG-001", '"--file" prints JSON lines; add --json.')
        questions = read_question_set(options["file"])
        return _ask_all(assistant, questions, explains=options["explain"])
    answer, explanation = _asked(assistant, _question(options), explains=options["explain"])
    if options["json"]:
        print(to_json(answered_record(answer, explanation)))
    else:
        print(answer_text(answer))
        if explanation is not None:
            print(f"\n{explanation_text(explanation)}")
    return EXIT_NOT_IN_ARTICLES if answer.outcome == "not_in_articles" else EXIT_DONE


def article(config: Config, options: Options) -> int:
    """Print the text of articles, exactly; as JSON with all that is known of them."""
    assistant = Assistant(config)
    for article_id in options["ids"]:
        found = assistant.article(article_id)
        if found is None:
            raise IndexingError(
                "E-IDX-011",
                f'No article "{article_id}" in the index. List them with: '
                "python -m rag index status --json",
            )
        if options["json"]:
            print(to_json(article_record(found)))
        else:
            sys.stdout.write(found.text)
    return EXIT_DONE


def settings(config: Config, options: Options) -> int:
    """List every setting with its value and meaning."""
    if options["json"]:
        print(to_json({name: str(getattr(config, name)) for name, *_ in describe_settings()}))
        return EXIT_DONE
    for name, _, meaning in describe_settings():
        print(f"{name} = {str(getattr(config, name))!r}\n    {meaning}")
    return EXIT_DONE


def _asked(
    assistant: Assistant, question: Question, *, explains: bool
) -> tuple[Answer, Explanation | None]:
    return assistant.explain(question) if explains else (assistant.ask_once(question), None)


def _ask_all(assistant: Assistant, questions: list[SetQuestion], *, explains: bool) -> int:
    code = EXIT_DONE
    for item in questions:
        try:
            answer, explanation = _asked(assistant, item.question, explains=explains)
            record = {"id": item.id, **answered_record(answer, explanation)}
        except IndexingError:
            raise
        except RagError as error:
            record = {
                "id": item.id,
                "question": item.question.text,
                "error": {"code": error.code, "message": error.message},
            }
            code = EXIT_FIXABLE
        print(to_json(record), flush=True)
    return code


def _question(options: Options) -> Question:
    return Question(
        options["question"],
        tuple(Turn(earlier, "") for earlier in options.get("after", ())),
        Filters(
            published_from=options["published_from"],
            published_to=options["published_to"],
            as_of=options["as_of"],
            outlets=tuple(options["outlets"]),
            authors=tuple(options["authors"]),
            articles=tuple(options["articles"]),
        ),
    )


def build_progress() -> Callable[[Progress], None] | None:
    """Return what shows a build's progress at a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm  # noqa: PLC0415 - only a build at a terminal shows it

    bar: tqdm[Any] = tqdm(bar_format="{desc:<10} {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt}")

    def show(progress: Progress) -> None:
        if progress.stage != bar.desc.strip():
            bar.set_description_str(progress.stage)
        bar.total, bar.n = max(progress.total, 1), progress.done
        bar.refresh()

    return show
