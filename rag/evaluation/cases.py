"""From an answer in the chat to a question of a question set, for a person to complete."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.quotes import is_long_enough, locate, quote_at
from rag.corpus.names import is_plain_path
from rag.errors import QuestionSetError
from rag.evaluation.feedback import Feedback, not_answered
from rag.evaluation.records import SetQuestion
from rag.records import Outcome, Question, Quote, Span
from rag.text.visible import one_line

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

DEFAULT_FILE = "cases.jsonl"
SUFFIX = ".jsonl"
MAX_FILE_NAME = 80  # characters; readable in a list
SHOWN = 80  # characters of what was typed, in an error
TAG = "chat"
OPENING = "\"'“‘«„("
CLOSING = ".!?…,;:\"'”’»)"


def draft_case(feedback: Feedback) -> SetQuestion:
    """Return what an answer suggests as a test case.

    The quotes of an answer that was called wrong are not suggested as the right ones.
    """
    outcome = expected_outcome(feedback)
    is_gold = feedback.verdict != "wrong" and outcome not in {"not_in_articles", "about"}
    quotes = feedback.quotes if is_gold else ()
    return SetQuestion(
        id=f"{TAG}-{feedback.exchange_id}",
        question=Question(feedback.question, feedback.history, feedback.filters),
        articles=articles_of(quotes),
        quotes=tuple(quote.text for quote in quotes),
        outcome=outcome,
        tags=(TAG,),
        generation=feedback.generation,
        note=feedback.comment,
    )


def expected_outcome(feedback: Feedback) -> Outcome:
    """Return the outcome that the person seems to expect."""
    if "should_refuse" in feedback.reasons:
        return "not_in_articles"
    if "should_answer" in feedback.reasons and not_answered(feedback.outcome):
        return "answered"
    return feedback.outcome


def articles_of(quotes: Iterable[Quote]) -> tuple[str, ...]:
    """Return the articles of quotes, each once."""
    return tuple(dict.fromkeys(quote.article_id for quote in quotes))


def find_quote(text: str, snapshot: Snapshot, *, likely: Iterable[str]) -> Quote:
    """Return where an article says `text`.

    The `likely` articles are looked through as for any quote, the others for the very
    characters. Raises QuestionSetError E-EVL-031 where no article says it, or it is too short.
    """
    wanted = text.strip()
    if not is_long_enough(wanted):
        raise QuestionSetError(
            "E-EVL-031",
            f"“{wanted}” is too short to be looked for. Paste a whole sentence of an article.",
        )
    first = [id_ for id_ in dict.fromkeys(likely) if id_ in set(snapshot.article_ids)]
    for place, article_id in enumerate((*first, *snapshot.article_ids)):
        article = snapshot.article(article_id)
        if article is not None and (place < len(first) or wanted in article.text):
            span = locate(wanted, article.text)
            if span is not None:
                return quote_at(article, _with_edges(span, wanted, article.text))
    raise QuestionSetError(
        "E-EVL-031",
        f"No article says “{one_line(wanted, SHOWN)}”. Copy a whole sentence from an article as it "
        "stands.",
    )


def case_files(home: Path) -> list[str]:
    """Return the names of the question sets made here, the usual one first, there or not."""
    names = {path.name for path in _folder(home).glob(f"*{SUFFIX}") if path.is_file()}
    return [DEFAULT_FILE, *sorted(names - {DEFAULT_FILE})]


def case_file(home: Path, name: str) -> Path:
    """Return where the question set of that name is or will be, always directly in its folder.

    Raises QuestionSetError E-EVL-030 for what is no plain file name.
    """
    name = name.strip()
    whole = name if name.endswith(SUFFIX) else name + SUFFIX
    is_plain = "/" not in name and "." not in whole.removesuffix(SUFFIX) and is_plain_path(whole)
    if not is_plain or len(whole) > MAX_FILE_NAME or whole == SUFFIX:
        raise QuestionSetError(
            "E-EVL-030",
            f'"{one_line(name, SHOWN)}" is no plain file name. Use letters, digits and "-": '
            f"my-cases{SUFFIX}",
        )
    return _folder(home) / whole


def _with_edges(span: Span, wanted: str, text: str) -> Span:
    """Return the span with the marks around it that were pasted too; no look at words needs them.

    >>> _with_edges(Span(1, 6), "“It is.”", "“It is.” So be it.")
    Span(start=0, end=8)
    """
    start, end = span.start, span.end
    while wanted[0] in OPENING and start > 0 and text[start - 1] in OPENING:
        start -= 1
    while wanted[-1] in CLOSING and end < len(text) and text[end] in CLOSING:
        end += 1
    return Span(start, end)


def _folder(home: Path) -> Path:
    return home / "questions"
