"""An explanation as a tree of elements: the decision first, then sentences, signals, passages.

A sentence of an article is shown only while it is still at its place, as every quote is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering.meanings import (
    BESIDE_REPLY,
    DECISION_SIGNALS,
    SENTENCE_SIGNALS,
    chosen_or_why_not,
    decided,
    fate_of,
    meaning_of,
    percent,
    read_as,
    signed,
    weightiest,
    written,
)
from rag.explanation import (
    CandidateScores,
    Decision,
    DraftExplained,
    Explanation,
    PartExplained,
    PassageScores,
    SignalShare,
    WordRead,
)
from rag.ui import wording
from rag.ui.nodes import Node, node
from rag.ui.views import Find, is_true

MOST_SHOWN = 5
"""Sentences at once, besides those of the answer; the rest comes with a click."""

CHANGED = "The article has changed since, so the sentence is not shown."


def explanation_nodes(explanation: Explanation, find: Find) -> Node:
    """Return everything about one answer."""
    return node(
        "div",
        node("p", read_as(explanation.kind), class_="decided") if explanation.kind else None,
        _drafts(explanation),
        *(
            _part(part, number, explanation, find)
            for number, part in enumerate(explanation.parts, start=1)
        ),
        _passages(explanation.passages),
        class_="why",
    )


def _drafts(explanation: Explanation) -> Node | None:
    if not explanation.has_reply:
        return None
    if not explanation.drafts:
        return node("section", node("p", written(explanation)), class_="part")
    return node(
        "section",
        node("h4", written(explanation)),
        node("ol", *map(_draft, explanation.drafts), class_="hits"),
        class_="part",
    )


def _draft(draft: DraftExplained) -> Node:
    head = node(
        "p",
        node("span", f"{draft.number}", class_="rank"),
        node("span", _capital(fate_of(draft))),
        class_="head",
    )
    return node("li", head, node("p", draft.text, class_="text") if draft.text else None)


def _part(part: PartExplained, number: int, explanation: Explanation, find: Find) -> Node:
    said: list[Node | None] = []
    only_would = not explanation.is_in_own_words
    if number == 1 and explanation.has_reply:
        said.append(node("h4", BESIDE_REPLY))
    if len(explanation.parts) > 1:
        said.append(node("h3", f"Part {number} of {len(explanation.parts)}: “{part.text}”"))
    said.append(node("p", decided(part, only_would=only_would), class_="decided"))
    said.append(_decision(part.decision, number) if part.decision else None)
    said.append(_words(part))
    said += _candidates(part, number, find, only_would=only_would)
    return node("section", *said, class_="part")


def _words(part: PartExplained) -> Node:
    return node(
        "div",
        node("h4", "The question's words, and how much each counts"),
        node("ul", *map(_word, part.words), class_="values"),
    )


def _word(word: WordRead) -> Node:
    absent = node("span", " nowhere in the articles", class_="flag") if word.is_absent else None
    return node("li", node("strong", word.text), f" {word.weight:.2f}", absent)


def _decision(decision: Decision, number: int) -> Node:
    added = [
        _sum_row("what every question starts from", decision.bias),
        _sum_row("sum: the log-odds of the chance by the signals", decision.log_odds),
    ]
    table = _signal_table(decision.signals, DECISION_SIGNALS, added)
    said = node("summary", "What speaks for an answer and against it")
    return node("details", said, table, class_="quiet", id=f"decision-{number}")


def _signal_table(
    signals: Sequence[SignalShare], meanings: Mapping[str, str], added: Sequence[Node]
) -> Node:
    heads = [node("th", name, scope="col") for name in ("Signal", "Value", "Weight", "Adds")]
    rows = [_signal_row(each, meaning_of(each.name, meanings)) for each in weightiest(signals)]
    table = node(
        "table",
        node("thead", node("tr", *heads)),
        node("tbody", *rows, *added),
        class_="numbers",
    )
    return node("div", table, class_="scroll")


def _signal_row(each: SignalShare, meaning: str) -> Node:
    return node(
        "tr",
        node("td", meaning, node("p", each.name, class_="source")),
        node("td", f"{each.value:.2f}"),
        node("td", f"{each.weight:.2f}"),
        node("td", signed(each.contribution)),
    )


def _sum_row(meaning: str, number: float) -> Node:
    return node(
        "tr",
        node("td", meaning),
        node("td", ""),
        node("td", ""),
        node("td", node("strong", signed(number))),
    )


def _candidates(
    part: PartExplained, number: int, find: Find, *, only_would: bool
) -> list[Node | None]:
    if not part.candidates:
        return []
    is_first = [each.is_chosen or each.rank <= MOST_SHOWN for each in part.candidates]
    drawn = [_candidate(each, number, find, only_would=only_would) for each in part.candidates]
    first = [each for each, is_shown in zip(drawn, is_first, strict=True) if is_shown]
    rest = [each for each, is_shown in zip(drawn, is_first, strict=True) if not is_shown]
    more = None
    if rest:
        listed = node("ol", *rest, class_="hits")
        said = node("summary", f"The next {len(rest)}")
        more = node("details", said, listed, class_="quiet", id=f"rest-{number}")
    return [
        node("h4", "Sentences, best first, and each one's share of the choice"),
        node("ol", *first, class_="hits"),
        more,
    ]


def _candidate(each: CandidateScores, number: int, find: Find, *, only_would: bool) -> Node:
    fate = _capital(chosen_or_why_not(each, only_would=only_would))
    head = node(
        "p",
        node("span", f"{each.rank}", class_="rank"),
        node("span", node("strong", fate) if each.is_chosen else fate),
        node("span", percent(each.probability), class_="score"),
        class_="head",
    )
    if is_true(each.quote, find):
        text = node("p", f"“{each.quote.text}”", class_="text")
    else:
        text = node("p", CHANGED, class_="source flag")
    sum_row = _sum_row("sum: the score", each.score)
    made = node(
        "details",
        node("summary", f"Score {each.score:.2f}: what it is made of"),
        _signal_table(each.signals, SENTENCE_SIGNALS, [sum_row]),
        class_="quiet",
        id=f"made-{number}-{each.rank}",
    )
    return node("li", head, text, node("p", wording.source(each.quote), class_="source"), made)


def _passages(passages: Sequence[PassageScores]) -> Node | None:
    if not passages:
        return None
    names = ("Place", "Score", "Meaning", "Words")
    heads = [node("th", name, scope="col") for name in names]
    table = node(
        "table",
        node("thead", node("tr", *heads)),
        node("tbody", *map(_passage, passages)),
        class_="numbers",
    )
    said = node("summary", f"The {wording.count(len(passages), 'place')} found, best first")
    told = node(
        "p",
        "Meaning is the cosine of the question and the text there; words are counted by BM25, as a "
        "share of the place where they fit best.",
        class_="aside",
    )
    listed = node("details", said, told, node("div", table, class_="scroll"), class_="quiet")
    return node("section", listed, class_="part")


def _passage(each: PassageScores) -> Node:
    where = f"{each.article_id}, {each.start:,}–{each.end:,}"
    return node(
        "tr",
        node("td", f"{each.rank}. {each.title}", node("p", where, class_="source")),
        node("td", f"{each.score:.2f}"),
        node("td", _score(each.dense)),
        node("td", _score(each.lexical)),
    )


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
