"""The commands that answer: ask, search, article."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.cli.answer_output import answer_text
from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE, EXIT_NOT_IN_ARTICLES
from rag.cli.explanation_output import explanation_text
from rag.cli.options import (
    ANSWER_MODEL,
    CAUTION,
    EMBEDDER,
    PATHS,
    RETRIEVAL,
    Options,
    add_command,
    add_filters,
    positive,
)
from rag.cli.output import to_json
from rag.cli.terminal import write_exactly
from rag.config import Config
from rag.errors import ConfigError, IndexingError, RagError
from rag.explanation import Explanation
from rag.records import Answer, Filters, Question, Turn
from rag.sharing.shapes import answered_record, search_record

if TYPE_CHECKING:
    from rag.evaluation.records import SetQuestion


def add_search(commands: Any) -> None:
    """Add `search`."""
    parser = add_command(
        commands,
        "search",
        search,
        "show the passages for a query",
        settings=PATHS + EMBEDDER + RETRIEVAL,
    )
    parser.add_argument("question", metavar="QUERY")
    parser.add_argument("-k", type=positive, default=8, help="number of passages (8)")
    add_filters(parser)


def add_ask(commands: Any) -> None:
    """Add `ask`."""
    parser = add_command(
        commands,
        "ask",
        ask,
        "answer a question from the articles",
        settings=PATHS + EMBEDDER + RETRIEVAL + CAUTION + ANSWER_MODEL,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", metavar="QUESTION")
    what.add_argument(
        "--file",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help="answer one question a line (needs --json)",
    )
    parser.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question of the conversation; may be repeated",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="show every signal, candidate and score behind the answer; "
        'with --json under the key "explanation"',
    )
    add_filters(parser)


def add_article(commands: Any) -> None:
    """Add `article`."""
    parser = add_command(
        commands, "article", article, "print an article's text exactly", settings=PATHS
    )
    parser.add_argument("ids", nargs="+", metavar="ID")


def ask(config: Config, options: Options) -> int:
    """Answer one question, or a file of them."""
    assistant = Assistant(config)
    if options["file"]:
        if not options["json"]:
            raise ConfigError("E-CFG-001", '"--file" prints JSON lines; add --json.')
        from rag.evaluation.questions.question_set import read_question_set

        questions = read_question_set(options["file"])
        return _ask_all(assistant, questions, explains=options["explain"])
    answer, explanation = _asked(assistant, _question(options), explains=options["explain"])
    if options["json"]:
        print(to_json(answered_record(answer, explanation)))
    else:
        print(answer_text(answer, is_terminal=sys.stdout.isatty()))
        if explanation is not None:
            print(f"\n{explanation_text(explanation)}")
    return EXIT_NOT_IN_ARTICLES if answer.outcome == "not_in_articles" else EXIT_DONE


def search(config: Config, options: Options) -> int:
    """Print the passages for a query."""
    assistant = Assistant(config)
    started = time.perf_counter()
    retrieval = assistant.search(_question(options), k=options["k"])
    elapsed = (time.perf_counter() - started) * 1000
    if options["json"]:
        print(to_json(search_record(retrieval, total_ms=elapsed)))
        return EXIT_DONE
    for hit in retrieval.hits:
        print(f"{hit.rank}. {hit.passage.id}  ({hit.score:.4f})\n{hit.passage.text}\n")
    return EXIT_DONE


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
            print(to_json(found))
        else:
            write_exactly(found.text)
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
