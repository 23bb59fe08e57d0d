"""Read what an answer model sends, as it comes, into drafts of sentences.

The prompt asks for JSON; small models send prose with markers, JSON in a code fence, half of
it, or XML. All of these are read. A draft is a claim and nothing more: it reaches no one until
it is verified.

>>> reader = ReplyReader()
>>> reader.feed('{"sentences": [{"text": "It took effect in May [2]."}, {"text": "It was ')
[Draft(text='It took effect in May.', citations=(2,), quotes=())]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rag.answering.llm.citation_marks import unmarked
from rag.answering.llm.plain_text import plain_text
from rag.answering.llm.thoughts import answer_in
from rag.answering.llm.tolerant_json import read_json
from rag.answering.quotes import is_long_enough
from rag.text.sentences import split_sentences

LOOK_EVERY = 16
"""Characters to wait for between two looks at the reply, and the share of it when it is long:
looking at each chunk is quadratic."""

_TEXT_KEYS = ("text", "sentence", "claim", "statement", "content", "answer", "response")
_QUOTE_KEYS = ("quotes", "quote", "cites", "citations", "citation", "evidence", "sources", "source")
_EXCERPT_KEYS = ("quote", "excerpt", "text", "span", "content")
_NUMBER_KEYS = ("passage", "id", "source", "n", "number", "citation", "passage_id")
_THOUGHT_KEYS = ("thought", "thoughts", "thinking", "reasoning", "analysis", "rationale")
_ABSTAIN_KEYS = ("abstain", "abstained", "not_in_articles", "unanswerable")
_YES = (True, "true", "yes", 1)

_JSON_START = re.compile(r"(?:\A|\n)\s*(?:```\w*\s*)?(?=\{\s*[\"'}]|\[\s*[\"'{\]])")
_BLOCK_TAG = re.compile(r"</?(?:sentence|s|p|li|br|answer|div|ul|ol|claim)\b[^>]*>", re.IGNORECASE)
_QUOTE_TAG = re.compile(
    r"<(quote|cite|blockquote|excerpt)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE
)
_UNFINISHED = re.compile(
    r"<(?:quote|cite|blockquote|excerpt)\b(?:(?!</).)*(?:</\w*)?\Z|[\[【(<◁\ue200][^\]】)>▷\n]*\Z",
    re.DOTALL | re.IGNORECASE,
)
"""A quote or a mark at the end of what has come so far, that may go on."""
_WRAPPED = re.compile(r"(?<![.!?:\]\"”’])[ \t]*\n(?=[a-z])")
_BULLET = re.compile(r"^\s*(?:[-*•>]\s+|\d{1,2}[.)]\s+|#{1,6}\s+.*$)")
_NOT_A_CLAIM = re.compile(
    r"^\s*(?:```|quotes?\s*:|evidence\s*:|sources?\s*:|citations?\s*:|references?\s*:|\||\[\^?\w+\]:)",
    re.IGNORECASE,
)
_LIST_OF_SOURCES = re.compile(
    r"^[\s#*_]*(?:references|sources|citations|works cited|bibliography|footnotes|notes"
    r"|sources used|passages used|used passages)[\s*_]*:?[\s*_]*$|^\s*(?:-{3,}|_{3,}|\*{3,})\s*$",
    re.IGNORECASE,
)
"""A line above what is no answer any more: a list of references, or what stands under a rule."""
_HEADING_OF_ANSWER = re.compile(
    r"^[\s#*_]*(?:final )?(?:answer|response)\b[\s*_]*:?", re.IGNORECASE
)
_META = r"(?:passages?|articles?|contexts?|sources?|documents?|information|texts?|excerpts?)"
_SAYS = r"(?:states?|says?|mentions?|notes?|reports?|indicates?)"
_LEAD_IN = re.compile(
    r"^(?:(?:final )?(?:answer|response|sentence|claim|statement)(?: \d+)?\s*:\s*"
    r"|(?:based (?:up)?on|according to|as (?:\w+ )?(?:in|by|per)|from|per|in|given)\s"
    rf"(?:[\w’'-]+\s){{0,3}}?{_META}"
    r"(?:\s(?:\d+|provided|given|above|i have|you (?:provided|gave)))*"
    r"\s*,\s*(?:it (?:is|appears|seems) (?:stated )?that\s)?"
    rf"|(?:the |these )?(?:\w+ )?{_META}(?: \d+)? {_SAYS} that\s)",
    re.IGNORECASE,
)
"""Words about the passages before the claim itself."""
_QUOTED = re.compile(r"“([^”]{10,})”|\"([^\"]{10,})\"|«([^»]{10,})»")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of a model, unchecked: plain text, the passages it names, the quotes it gives."""

    text: str
    citations: tuple[int, ...]
    quotes: tuple[str, ...]


class ReplyReader:
    """Reads one reply chunk by chunk; `abstained` once the reply has said so in its JSON.

    Each look is at all that has come: the drafts before the last one stay as they are.
    """

    def __init__(self) -> None:
        self.abstained = False
        self._reply = ""
        self._look_again_at = 0
        self._given = 0

    def feed(self, chunk: str) -> list[Draft]:
        """Return the drafts that this chunk completes, a few characters late at most."""
        self._reply += chunk
        if len(self._reply) < self._look_again_at:
            return []
        self._look_again_at = len(self._reply) + max(LOOK_EVERY, len(self._reply) // LOOK_EVERY)
        answering = answer_in(self._reply)
        return self._new(self._drafts(answering.text)[:-1]) if answering.is_settled else []

    def finish(self) -> list[Draft]:
        """Return what is left once no more will come, complete or not."""
        return self._new(self._drafts(answer_in(self._reply).text, is_final=True))

    def _new(self, drafts: list[Draft]) -> list[Draft]:
        new = drafts[self._given :]
        self._given += len(new)
        return new

    def _drafts(self, answer: str, *, is_final: bool = False) -> list[Draft]:
        if start := _JSON_START.search(answer):
            drafts = list(self._json_drafts(answer, start.end()))
            if drafts or self.abstained or not is_final:
                return drafts
            answer = answer[: start.start()]
        return _prose_drafts(answer if is_final else _UNFINISHED.sub("", answer))

    def _json_drafts(self, text: str, at: int) -> Iterator[Draft]:
        """Yield the claims of every value; what stands around JSON is talk about it."""
        while at < len(text):
            if text[at] in '{["':
                value = read_json(text, at)
                yield from self._drafts_of(value.content)
                at = value.end
            else:
                at += 1

    def _drafts_of(self, value: Any) -> Iterator[Draft]:
        if isinstance(value, str):
            yield from _prose_drafts(value)
        elif isinstance(value, list):
            for item in value:
                yield from self._drafts_of(item)
        elif isinstance(value, dict):
            self.abstained = self.abstained or any(_is_yes(value.get(k)) for k in _ABSTAIN_KEYS)
            claim = next((value[k] for k in _TEXT_KEYS if isinstance(value.get(k), str)), None)
            if claim is not None:
                citations, quotes = _citations_and_quotes(value)
                for draft in _prose_drafts(claim):
                    named = tuple(dict.fromkeys((*draft.citations, *citations)))
                    yield Draft(draft.text, named, quotes + draft.quotes)
            for key, item in value.items():
                if isinstance(item, list | dict) and key not in _QUOTE_KEYS + _THOUGHT_KEYS:
                    yield from self._drafts_of(item)


def _is_yes(value: Any) -> bool:
    return (value.casefold() if isinstance(value, str) else value) in _YES


def _citations_and_quotes(value: dict[str, Any]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    citations: list[int] = []
    quotes: list[str] = []
    entries = [value[key] for key in _QUOTE_KEYS if key in value]
    entries += [value[key] for key in _NUMBER_KEYS if isinstance(value.get(key), int)]
    for entry in entries:
        for item in entry if isinstance(entry, list) else [entry]:
            if isinstance(item, dict):
                quotes += [item[k] for k in _EXCERPT_KEYS if isinstance(item.get(k), str)][:1]
                citations += [n for k in _NUMBER_KEYS for n in _numbers(item.get(k))][:1]
            elif isinstance(item, str) and not item.strip(" []#pP").isdigit():
                quotes.append(item)
            else:
                citations += _numbers(item)
    return tuple(dict.fromkeys(citations)), tuple(quotes)


def _numbers(value: Any) -> list[int]:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return []
    return [int(digits) for digits in re.findall(r"\d{1,6}", str(value))[:1]]


def _prose_drafts(text: str) -> list[Draft]:
    text = _WRAPPED.sub(" ", _BLOCK_TAG.sub("\n", text))
    return [draft for line in _lines_of_answer(text) for draft in _drafts_in(line)]


def _lines_of_answer(text: str) -> Iterator[str]:
    is_answer = True
    for line in text.split("\n"):
        if _LIST_OF_SOURCES.match(line):
            is_answer = False
        elif _HEADING_OF_ANSWER.match(line):
            is_answer = True
        if is_answer and not _NOT_A_CLAIM.match(line):
            yield line


def _drafts_in(line: str) -> Iterator[Draft]:
    line, marks = unmarked(line)
    tagged = tuple(plain_text(quote) for _, quote in _QUOTE_TAG.findall(line))
    claims = _BULLET.sub("", _QUOTE_TAG.sub("", line))
    shift = 0 if tagged else len(line) - len(claims)
    spans = split_sentences(claims)
    if not spans:
        return
    ends = [*(span.start + shift for span in spans[1:]), len(line)]
    begin = -1
    for span, end in zip(spans, ends, strict=True):
        cited = [n for at, numbers in marks if begin < at <= end for n in numbers]
        draft = _draft(claims[span.start : span.end], tuple(dict.fromkeys(cited)))
        begin = end
        if any(c.isalpha() for c in draft.text):
            yield Draft(draft.text, draft.citations, draft.quotes + tagged)


def _draft(sentence: str, citations: tuple[int, ...]) -> Draft:
    quotes = [next(part for part in found if part) for found in _QUOTED.findall(sentence)]
    text = plain_text(sentence)
    claim = _LEAD_IN.sub("", text) or text
    return Draft(
        text=claim if claim == text else claim[:1].upper() + claim[1:],
        citations=citations,
        quotes=tuple(quote for quote in quotes if is_long_enough(quote)),
    )
