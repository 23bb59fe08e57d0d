r"""Splits a text into sentences with exact offsets.

Blocks first: a blank line always ends a sentence, a single line end does where a heading or a list
item does. In a block, a full stop ends a sentence unless it belongs to an abbreviation, an initial
or a quotation that goes on. Nothing looks further than `_QUOTATION` characters, so the time is
linear. English; other languages lose their abbreviations, never a character.

>>> text = 'The U.S. paused it. "Why now? Who asked?" Lee said.'
>>> [text[span.start : span.end] for span in split_sentences(text)]
['The U.S. paused it.', '"Why now? Who asked?" Lee said.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.records import Span
from rag.text.abbreviations import (
    AFTER_CLOCK,
    BEFORE_A_NAME,
    BEFORE_A_NUMBER,
    CLOCK,
    MID_SENTENCE,
    OPENERS,
    REPORTING,
)

# A longer "sentence" (a table, a list of names) is cut at a space, in characters.
LONGEST_SENTENCE = 1_000
# A line without a full stop is a headline up to here, in characters: two lines of a newspaper.
LONGEST_HEADLINE = 150
# What is written for machines, and the share of it from which a sentence is, spaces aside.
SYMBOLS = frozenset("{}[]<>=;|\\/_*#@&`^~+")
CODE_FROM = 0.1

_QUOTATION = 300  # characters; a longer quotation is cut between its sentences
_WORD = 40  # characters looked at before and after a full stop
_NARROWEST_WRAP = 40  # characters; a shorter line that stops short was meant to end there
_MARKS = ("!", "?", ".", "…")
_CLOSERS = "\"'”’»)\\]"
_OPENERS = "\"'“‘«(\\["
# Footnote marks count; so do the detached quotes and brackets of tokenised text: "He left . ''".
_CLOSING = rf"(?:[{_CLOSERS}]|\[\d{{1,3}}\]|[⁰¹²³⁴-⁹]|[ ](?:''|[”)\]](?=\s|\Z)))"

_LINE_END = re.compile(r"\n(?:[^\S\n]*+\n)*+")
_ITEM = re.compile(r"[^\S\n]*(?:#{1,6}\s|[-*+•◦▪‣·–—]\s|\(?(?:\d{1,3}|[a-z])[.)]\s|[|>])")
_HEADING = re.compile(r"[^\S\n]*#{1,6}\s")
# The look-behind makes each run of marks one candidate: without it a long run is quadratic.
_END = re.compile(
    rf"(?<![.!?…])(?P<marks>[.!?…]++)(?P<closers>{_CLOSING}*+)(?=\s|\Z)"
    r"|[。！？]++[」』”’）]*+"
)
_WHOLE = re.compile(
    rf"“[^“”\n]{{1,{_QUOTATION}}}”"
    rf'|(?<![^\s(\[—–])"(?=\S)[^"\n]{{1,{_QUOTATION}}}(?<=\S)"(?![^\s.,;:!?)\]—–])'
    rf"|\([^()\n]{{1,{_QUOTATION}}}\)"
)
_LAST_WORD = re.compile(r"[^\s\"'“”‘’«»()\[\]—–/]*\Z")
_NEXT_WORD = re.compile(rf"\s*(?P<opener>[{_OPENERS}]*)(?P<word>[^\s{_CLOSERS}{_OPENERS},;:]*)")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|Ph\.D|M\.Sc|B\.Sc")
_NUMERAL = re.compile(r"[\d#§$€£(]|[IVXLC]+\b")
_LIST_MARK = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})")
_SPEAKER = re.compile(rf"\s*(?:[A-Z][\w.'’-]*\s+){{1,4}}(?:{REPORTING})\b")
_ENDS = re.compile(rf"[.!?…。！？:;][{_CLOSERS}」』）]*\Z")
_ASKS = re.compile(rf"[?？؟][!?…]*[{_CLOSERS}」』）]*\s*\Z")


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in order: trimmed, without overlap, all non-space covered."""
    return [
        piece
        for block in _blocks(text)
        for sentence in _sentences(text, block)
        for piece in _pieces(text, sentence)
    ]


def is_question(sentence: str) -> bool:
    """Return whether a sentence ends in a question mark, within quotation marks or not."""
    return bool(_ASKS.search(sentence))


def is_headline(sentence: str) -> bool:
    """Return whether a sentence is a heading, a caption or a list entry: short, with no full stop.

    >>> is_headline("U.S. pauses measures"), is_headline("The U.S. paused them.")
    (True, False)
    """
    line = sentence.strip()
    if _HEADING.match(line) or line.endswith(":"):
        return len(line) <= LONGEST_HEADLINE
    return len(line) <= LONGEST_HEADLINE and not _ENDS.search(line)


def is_code(sentence: str) -> bool:
    """Return whether a sentence is written for a machine, by the share of its symbols.

    >>> is_code("let data = Arc::clone(&counter);"), is_code("Arc<T> is safe across threads.")
    (True, False)
    """
    written = [character for character in sentence if not character.isspace()]
    symbols = sum(character in SYMBOLS for character in written)
    return symbols >= CODE_FROM * max(1, len(written))


def _blocks(text: str) -> Iterator[Span]:
    start = 0
    for end in _line_ends(text):
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, len(text))


def _line_ends(text: str) -> Iterator[int]:
    """Yield the line ends that separate blocks."""
    start = 0
    for end in _LINE_END.finditer(text):
        if end.end() - end.start() > 1:  # a blank line
            yield end.start()
        else:
            following = text.find("\n", end.end())
            following = len(text) if following < 0 else following
            if not _goes_on(text, Span(start, end.start()), Span(end.end(), following)):
                yield end.start()
        start = end.end()


def _goes_on(text: str, line: Span, following: Span) -> bool:
    """Return whether a line end is a mere wrap: no sentence, heading or item ends or begins."""
    head = text[following.start : min(following.end, following.start + _WORD)].lstrip()
    tail = text[max(line.start, line.end - _WORD) : line.end].rstrip()
    if not head or not tail or _ITEM.match(text, following.start, following.end):
        return False
    if _HEADING.match(text, line.start, line.end) or _ENDS.search(tail):
        return False
    return head[0].islower() or line.end - line.start >= _NARROWEST_WRAP


def _sentences(text: str, block: Span) -> Iterator[Span]:
    wholes = _WHOLE.finditer(text, block.start, block.end)
    whole = next(wholes, None)
    start = block.start
    for end in _END.finditer(text, block.start, block.end):
        while whole and whole.end() <= end.start():
            whole = next(wholes, None)
        if whole and whole.start() < end.start() and end.end() < whole.end():
            continue
        if _ends_sentence(text, end, Span(start, block.end)):
            yield from _trimmed(text, start, end.end())
            start = end.end()
    yield from _trimmed(text, start, block.end)


def _ends_sentence(text: str, end: re.Match[str], rest: Span) -> bool:
    """Return whether the marks of `end` close the sentence that starts at `rest.start`."""
    if end["marks"] is None:  # a full stop of Chinese or Japanese
        return True
    following = _NEXT_WORD.match(text, end.end(), min(rest.end, end.end() + _WORD))
    word, opener = (following["word"], following["opener"]) if following else ("", "")
    if not (word or opener) or _runs_on(text, end, word):
        return end.end() >= rest.end
    if end["closers"] and end["marks"][-1] in "!?":
        return not _is_speaker(text, end.end(), word)
    if end["marks"] != "." or end["closers"] not in ("", ")"):
        return True
    before = _LAST_WORD.search(text, max(rest.start, end.start() - _WORD), end.start())
    last = before[0] if before else ""
    opens_rest = end.start() - rest.start <= _WORD
    is_first = opens_rest and not text[rest.start : end.start() - len(last)].strip(" \n(")
    return _stop_ends_sentence(last, word, opener=opener, is_first=is_first)


def _runs_on(text: str, end: re.Match[str], word: str) -> bool:
    """Return whether the next word cannot open a sentence, or the marks are those of "[...]"."""
    in_lower_case = word[:1].islower() and not word[1:2].isupper()  # "iPhone" may open one
    return in_lower_case or word[:1] in _MARKS or text[end.start() - 1 : end.start()] == "["


def _stop_ends_sentence(last: str, word: str, *, opener: str, is_first: bool) -> bool:
    """Return whether a full stop between the words `last` and `word` ends a sentence."""
    stem = word.rstrip(".")
    if last in BEFORE_A_NAME or (is_first and _LIST_MARK.fullmatch(last)):
        return False
    if last in BEFORE_A_NUMBER:
        return not _NUMERAL.match(opener.strip("\"'“‘") + word) and stem not in AFTER_CLOCK
    if last in CLOCK:
        return stem not in AFTER_CLOCK
    if last in MID_SENTENCE or _ACRONYM.fullmatch(last) or (len(last) == 1 and last.isupper()):
        return bool(opener.strip("([")) or word in OPENERS
    return True


def _is_speaker(text: str, start: int, word: str) -> bool:
    return word not in OPENERS and bool(_SPEAKER.match(text, start, start + 3 * _WORD))


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """Yield a sentence whole, or in pieces of at most LONGEST_SENTENCE characters."""
    start = sentence.start
    while sentence.end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + 1, start + LONGEST_SENTENCE + 1)
        cut = cut if cut > 0 else start + LONGEST_SENTENCE
        yield from _trimmed(text, start, cut)
        start = next(_trimmed(text, cut, sentence.end)).start
    yield Span(start, sentence.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the range without white space at its ends, if anything is left of it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
