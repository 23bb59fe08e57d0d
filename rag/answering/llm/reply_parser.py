"""Read what an answer model sends, as it comes, into drafts of sentences.

The prompt asks for JSON; small models send prose with markers, JSON in a code fence, half of
it, or XML. All of these are read. A draft is a claim and nothing more: it reaches no one until
`support` has found the quotes that carry it.

>>> reader = ReplyReader()
>>> reader.feed("The rule took effect in May [2]. It was ")
[Draft(text='The rule took effect in May.', citations=(2,), quotes=())]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rag.answering.llm.plain_text import plain_text
from rag.answering.quotes import is_long_enough
from rag.text.sentences import split_sentences

LOOK_EVERY = 16
"""Characters to wait for between two looks at what is pending, and the share of it when it is
long: looking at each chunk is quadratic in a reply that never ends a sentence."""

_TEXT_KEYS = ("text", "sentence", "claim", "statement", "content", "answer", "response")
_QUOTE_KEYS = ("quotes", "quote", "cites", "citations", "citation", "evidence", "sources", "source")
_EXCERPT_KEYS = ("quote", "excerpt", "text", "span", "content")
_NUMBER_KEYS = ("passage", "id", "source", "n", "number", "citation", "passage_id")
_ABSTAIN_KEYS = frozenset({"abstain", "abstained", "not_in_articles", "unanswerable"})
_JSON_START = re.compile(r"(?:\A|\n)\s*(?:```\w*\s*)?(?=\{\s*[\"'}]|\[\s*[\"'{\]])")
_OPENING_PAIRS = re.compile(
    r"\{\s*(?:\"\w+\"\s*:\s*(?:\"(?:[^\"\\]|\\.)*\"|[\w.+-]+)\s*,\s*)*\"(?P<key>\w+)\"\s*:\s*[\[{]"
)
_TEXT_FIELD = re.compile(
    rf"[\"'](?:{'|'.join(_TEXT_KEYS)})[\"']\s*:\s*"
    r"(?:\"((?:[^\"\\]|\\.)*)\"?|'((?:[^'\\]|\\.|'(?=\w))*)'?)",
    re.DOTALL,
)
_ABSTAIN_FIELD = re.compile(
    rf"[\"'](?:{'|'.join(sorted(_ABSTAIN_KEYS))})[\"']\s*:\s*true", re.IGNORECASE
)
_THOUGHT = re.compile(r"<(think|thinking|reasoning)\b[^>]*>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(r"<(?:think|thinking|reasoning)\b.*\Z", re.DOTALL | re.IGNORECASE)
_MARKER = re.compile(
    r"\s*[\[【(]\s*\^?(?:(?:passages?|sources?|articles?|quotes?)\s*)?#?[Pp]?"
    r"(\d{1,3}(?:\s*(?:[,;&–-]|and)\s*#?[Pp]?\d{1,3})*)(?:†[^\]】]*)?\s*[\]】)]",
    re.IGNORECASE,
)
_STOP_THEN_MARKERS = re.compile(
    r"([.!?][\"”’]?)((?:\s*[\[【]\s*\^?[^\[\]【】\n]{0,30}?\d\s*[^\[\]【】\n]{0,20}[\]】])+)"
)
_BLOCK_TAG = re.compile(r"</?(?:sentence|s|p|li|br|answer|div|ul|ol|claim)\b[^>]*>", re.IGNORECASE)
_QUOTE_TAG = re.compile(
    r"<(quote|cite|blockquote|excerpt)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:[-*•>]\s+|\d{1,2}[.)]\s+|#{1,6}\s+.*$)")
_NOT_A_CLAIM = re.compile(
    r"^\s*(?:```|quotes?\s*:|evidence\s*:|sources?\s*:|citations?\s*:|references?\s*:|\|)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\[【(][^\]】)]*[\]】)]?")
_QUOTED = re.compile(r"“([^”]{10,})”|\"([^\"]{10,})\"|«([^»]{10,})»")
_WRAPPED = re.compile(r"(?<![.!?:\]\"”’])[ \t]*\n(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of a model, unchecked: plain text, the passages it names, the quotes it gives."""

    text: str
    citations: tuple[int, ...]
    quotes: tuple[str, ...]


class ReplyReader:
    """Reads one reply chunk by chunk; `abstained` once the reply has said so in its JSON."""

    def __init__(self) -> None:
        self.abstained = False
        self._pending = ""
        self._look_again_at = 0
        self._is_json = False

    def feed(self, chunk: str) -> list[Draft]:
        """Return the drafts that this chunk completes, a few characters late at most."""
        self._pending += chunk
        if len(self._pending) < self._look_again_at:
            return []
        drafts = self._take(is_final=False)
        waiting = len(self._pending)
        self._look_again_at = waiting + max(LOOK_EVERY, waiting // LOOK_EVERY)
        return drafts

    def finish(self) -> list[Draft]:
        """Return what is left once no more will come, complete or not."""
        return self._take(is_final=True)

    def _take(self, *, is_final: bool) -> list[Draft]:
        self._pending = _THOUGHT.sub("", self._pending)
        if thought := _OPEN_THOUGHT.search(self._pending):
            if not is_final:
                return []
            self._pending = self._pending[: thought.start()]
        drafts: list[Draft] = []
        if not self._is_json:
            start = _JSON_START.search(self._pending)
            if start is None:
                return self._take_prose(is_final=is_final)
            before, self._pending = self._pending[: start.start()], self._pending[start.end() :]
            drafts += _prose_drafts(before)
            self._is_json = True
        return drafts + self._take_json(is_final=is_final)

    def _take_prose(self, *, is_final: bool) -> list[Draft]:
        text = _STOP_THEN_MARKERS.sub(_markers_first, _WRAPPED.sub(" ", self._pending))
        cut = len(text) if is_final else _end_of_complete_sentences(text)
        done, self._pending = text[:cut], text[cut:]
        return _prose_drafts(done)

    def _take_json(self, *, is_final: bool) -> list[Draft]:
        if is_final and _ABSTAIN_FIELD.search(self._pending):
            self.abstained = True
        drafts: list[Draft] = []
        at = 0
        while at < len(self._pending):
            step = self._json_step(at, drafts)
            if step is None:
                break
            at = step
        self._pending = self._pending[at:]
        if is_final and self._pending:
            drafts += _salvaged(self._pending)
            self._pending = ""
        return drafts

    def _json_step(self, at: int, drafts: list[Draft]) -> int | None:
        """Return where to go on after the value at `at`; None when it is not whole yet."""
        text = self._pending
        if text[at] not in '{"':
            return at + 1
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            inside = _inside_container(text, at)
            if inside and _ABSTAIN_FIELD.search(text, at, inside):
                self.abstained = True
            return inside
        if isinstance(value, str):
            after = re.compile(r"\s*").match(text, end)
            following = text[after.end() : after.end() + 1] if after else ""
            if not following:
                return None
            if following == ":":
                return self._after_pair(value, after.end() + 1 if after else end)
        drafts.extend(self._drafts_of(value))
        return end

    def _after_pair(self, key: str, at: int) -> int | None:
        """Return where to go on after the value of a key that stands behind the sentences."""
        text = self._pending
        while at < len(text) and text[at].isspace():
            at += 1
        if at < len(text) and text[at] == "[":
            return at
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            return None
        self._note_abstention({key: value})
        return end

    def _drafts_of(self, value: Any) -> Iterator[Draft]:
        if isinstance(value, str):
            yield from _prose_drafts(value)
        elif isinstance(value, list):
            for item in value:
                yield from self._drafts_of(item)
        elif isinstance(value, dict):
            self._note_abstention(value)
            claim = next((value[k] for k in _TEXT_KEYS if isinstance(value.get(k), str)), None)
            if claim is not None:
                citations, quotes = _citations_and_quotes(value)
                for draft in _prose_drafts(claim):
                    named = tuple(dict.fromkeys((*draft.citations, *citations)))
                    yield Draft(draft.text, named, quotes + draft.quotes)
            for key, item in value.items():
                if isinstance(item, list | dict) and key not in _QUOTE_KEYS:
                    yield from self._drafts_of(item)

    def _note_abstention(self, value: dict[str, Any]) -> None:
        if any(value.get(key) is True for key in _ABSTAIN_KEYS):
            self.abstained = True


def _inside_container(text: str, at: int) -> int | None:
    """Return where the list of sentences begins in an object that is not whole yet, if it does.

    An object with a claim of its own is waited for: its list holds quotes.
    """
    opening = _OPENING_PAIRS.match(text, at)
    if opening is None or opening["key"] in _QUOTE_KEYS or _TEXT_FIELD.search(opening[0]):
        return None
    return opening.end() - 1


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


def _salvaged(text: str) -> list[Draft]:
    """Return the claims of JSON that is none: cut short, or with quotes that are not escaped."""
    claims = [a or b for a, b in _TEXT_FIELD.findall(text)]
    prose = [] if claims else [re.sub(r"[{}\[\]]|\"\w+\"\s*:", " ", text)]
    return [draft for claim in claims or prose for draft in _prose_drafts(_unescaped(claim))]


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\'", "'")


def _prose_drafts(text: str) -> list[Draft]:
    text = _BLOCK_TAG.sub("\n", text)
    text = _STOP_THEN_MARKERS.sub(_markers_first, text)
    drafts: list[Draft] = []
    for line in text.split("\n"):
        if _NOT_A_CLAIM.match(line):
            continue
        tagged = tuple(plain_text(quote) for _, quote in _QUOTE_TAG.findall(line))
        claims = _BULLET.sub("", _QUOTE_TAG.sub("", line))
        for span in split_sentences(claims):
            draft = _draft(claims[span.start : span.end])
            if any(c.isalpha() for c in draft.text):
                drafts.append(Draft(draft.text, draft.citations, draft.quotes + tagged))
    return drafts


def _draft(sentence: str) -> Draft:
    citations = [
        int(number)
        for match in _MARKER.finditer(sentence)
        for number in re.findall(r"\d+", match[1])
    ]
    quotes = [next(part for part in found if part) for found in _QUOTED.findall(sentence)]
    return Draft(
        text=plain_text(_MARKER.sub("", sentence)),
        citations=tuple(dict.fromkeys(citations)),
        quotes=tuple(quote for quote in quotes if is_long_enough(quote)),
    )


def _markers_first(match: re.Match[str]) -> str:
    """Put "[1]" before the full stop that it follows, so that it stays with its sentence."""
    return f" {match[2].strip()}{match[1]}"


def _end_of_complete_sentences(text: str) -> int:
    """Return where the last sentence begins, or the last line: what may still change."""
    if tags := list(_BLOCK_TAG.finditer(text)):
        return max((tag.end() for tag in tags if tag[0].startswith("</")), default=0)
    last_line = text.rfind("\n") + 1
    spans = split_sentences(text[last_line:])
    if len(spans) <= 1:
        return last_line
    begun = _BRACKETED.sub("", text[last_line + spans[-1].start :])
    # A marker may still come for the sentence before; a word means that the next has begun.
    return last_line + spans[-1 if any(c.isalnum() for c in begun) else -2].start
