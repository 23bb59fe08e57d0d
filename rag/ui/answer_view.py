"""What the answer view is given: plain data, every quote checked again.

The script in `assets/` puts each text into the page as text. What an answer looks like is decided
here: sentences of an LLM run on as prose, excerpts stand apart with their sources, and a list, a
comparison or a timeline is grouped by the labels of its sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from rag.answering.marks import marked_pieces
from rag.answering.meanings import BESIDE
from rag.answering.verification.said_by import said_by
from rag.records import Answer, AnswerKind, Quote, Sentence
from rag.ui import wording
from rag.ui.copying import copied_html, copied_text
from rag.ui.escape import plain
from rag.ui.views import QUOTING, Find, is_excerpt, is_true, quotes_of

STOPPED = "Stopped. This is the part that had come."
PEEK_CHARACTERS = 420  # of a quote that is shown while a pointer rests on its number
ACCEPTED = "Shown because you asked for an answer anyway; the articles may not give one."

_GROUPED: frozenset[AnswerKind] = frozenset({"list", "compare", "timeline", "summary", "new"})


def answer_data(  # noqa: PLR0913 - one field each of what is drawn
    *,
    sentences: Sequence[Sentence],
    answer: Answer | None,
    is_stopped: bool,
    opened: int | None,
    is_last: bool,
    find: Find,
    answerer: str = QUOTING,
    is_accepted: bool = False,
) -> dict[str, Any]:
    """Return what the answer view draws; `answer` is None while sentences still come.

    `answerer` is who is going to answer; `is_accepted` says that the person takes an unsure answer
    for one.
    """
    quotes = quotes_of(sentences)
    numbers = {quote: number for number, quote in enumerate(quotes, 1)}
    data = {
        "sentences": [
            _sentence(each, [numbers[quote] for quote in each.quotes]) for each in sentences
        ],
        "citations": [_citation(quote, find) for quote in quotes],
        **_arranged(sentences, answer, answer.answerer if answer else answerer, numbers),
        "opened": opened,
        "isLast": is_last,
        "isRunning": answer is None,
        "note": STOPPED if is_stopped else "",
    }
    if answer is None:
        return data
    return data | _ended(answer) | (_accepted(answer) if is_accepted else {})


def failure_data(message: str, *, is_last: bool) -> dict[str, Any]:
    """Return what the answer view draws where there is no answer: one sentence."""
    return {
        "sentences": [],
        "citations": [],
        "opened": None,
        "isLast": is_last,
        "isRunning": False,
        "failure": plain(message),
    }


def _sentence(sentence: Sentence, numbers: Sequence[int]) -> dict[str, Any]:
    return {
        "pieces": [[plain(text), is_marked] for text, is_marked in marked_pieces(sentence)],
        "verdict": sentence.verdict,
        "saidBy": plain(said_by(sentence)),
        "numbers": list(numbers),
    }


def _citation(quote: Quote, find: Find) -> dict[str, Any]:
    title, rest = wording.source_parts(quote)
    return {
        "title": plain(title),
        "rest": plain(rest),
        "text": plain(shorten(quote.text, PEEK_CHARACTERS, placeholder=" …")),
        "isTrue": is_true(quote, find),
    }


def _arranged(
    sentences: Sequence[Sentence],
    answer: Answer | None,
    answerer: str,
    numbers: dict[Quote, int],
) -> dict[str, Any]:
    """Return the layout, which sentences run on as prose, and how the others are grouped."""
    kind = answer.kind if answer else "fact"
    is_about = answer is not None and answer.outcome == "about"
    apart = [i for i, s in enumerate(sentences) if not is_about and is_excerpt(s, answerer)]
    prose = [i for i in range(len(sentences)) if i not in apart]
    labels = ((i, sentences[i].label) for i in apart)
    labelled = [(i, "" if prose and label == BESIDE else label) for i, label in labels]
    return {
        "layout": "about" if is_about else kind,
        "prose": prose,
        "groups": _groups(labelled, by_label=kind in _GROUPED),
        "sources": _sources([quote for i in prose for quote in sentences[i].quotes], numbers),
    }


def _groups(labelled: Sequence[tuple[int, str]], *, by_label: bool) -> list[dict[str, Any]]:
    """Put together what has one label, in the order in which the labels come."""
    groups: dict[str, dict[str, Any]] = {}
    for index, label in labelled:
        key = label if by_label else str(index)
        group = groups.setdefault(key, {"label": plain(wording.capital(label)), "sentences": []})
        group["sentences"].append(index)
    return list(groups.values())


def _sources(quotes: Sequence[Quote], numbers: dict[Quote, int]) -> list[dict[str, Any]]:
    """One line an article, with the numbers of the quotes from it."""
    found: dict[str, dict[str, Any]] = {}
    for quote in dict.fromkeys(quotes):
        line = {"source": plain(wording.source(quote)), "numbers": []}
        found.setdefault(quote.article_id, line)["numbers"].append(numbers[quote])
    return list(found.values())


def _ended(answer: Answer) -> dict[str, Any]:
    quotes = quotes_of(answer.sentences)
    return {
        "outcome": answer.outcome,
        "label": wording.OUTCOMES[answer.outcome],
        "reason": plain(wording.reason(answer)),
        "follows": plain(answer.follows),
        "query": plain(answer.searched),
        "nearMisses": [
            {
                "index": len(quotes) + i,
                "text": plain(quote.text),
                "source": plain(wording.source(quote)),
            }
            for i, quote in enumerate(answer.near_misses)
        ],
        "hasLead": answer.kind == "fact" and answer.outcome != "unsure",
        "foot": plain(wording.answerer(answer)),
        "copy": plain(copied_text(answer)) if answer.sentences else "",
        "copyHtml": plain(copied_html(answer)),
    }


def _accepted(answer: Answer) -> dict[str, Any]:
    """Return what changes where an unsure answer is to be shown as an answer."""
    if answer.outcome != "unsure":
        return {}
    return {"outcome": "answered", "label": "", "note": ACCEPTED, "hasLead": answer.kind == "fact"}
