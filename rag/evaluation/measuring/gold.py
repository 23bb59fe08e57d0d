"""Whether quotes and texts carry what is expected: gold places and accepted answers."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence

from rag.evaluation.expected import overlaps
from rag.evaluation.records import Expected, Place
from rag.records import Quote, Span

SHORT_ANSWER = 60
"""Characters, normalised, up to which an accepted answer can stand in a text word for word; a
longer one is a written text. Of SQuAD's, which people marked in texts, 19 of 20 are short."""

_SCRIPTS_IN_USE = 0x10000  # looking through all of Unicode would take 0.2 s
_WORD_BREAKS = dict.fromkeys("—―…", " ")  # set between words without a space
_PUNCTUATION = str.maketrans(
    {
        character: ""
        for character in map(chr, range(_SCRIPTS_IN_USE))
        if unicodedata.category(character).startswith("P")
    }
    | dict.fromkeys(string.punctuation, "")
    | _WORD_BREAKS
)
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def normalised(text: str) -> str:
    """Return `text` as SQuAD compares answers: lower case, no punctuation, no articles.

    Punctuation is that of all of Unicode, as in MLQA's script (Lewis et al. 2020): articles
    have typographic quotation marks, where SQuAD's own script knows ASCII only.

    >>> normalised("The U.S. raised  tariffs—to “5.5 %”.")
    'us raised tariffs to 55'
    """
    plain = unicodedata.normalize("NFC", text).lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLE.sub(" ", plain).split())


def accepted_answers(expected: Expected) -> tuple[str, ...]:
    """Return the accepted answers normalised, without those of which nothing is left."""
    return tuple(filter(None, map(normalised, expected.answers)))


def short_answers(expected: Expected) -> tuple[str, ...]:
    """Return the accepted answers, normalised, that a text can hold word for word."""
    return _short(expected.answers)


def _short(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in map(normalised, texts) if 0 < len(each) <= SHORT_ANSWER)


def items_held(text: str, expected: Expected) -> float | None:
    """Return the share of what must all be shown that a text holds; None where nothing must."""
    items = tuple(filter(None, map(normalised, expected.all_of)))
    return sum(holds_answer(text, [item]) for item in items) / len(items) if items else None


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Return whether a text holds the words of one of the normalised answers in order."""
    held = f" {normalised(text)} "
    return any(f" {answer} " in held for answer in answers)


def gold_places(expected: Expected) -> list[Place]:
    """Return every place of every gold quote."""
    return [place for quote in expected.quotes for place in quote.places]


def lies_at(quote: Quote, places: Iterable[Place]) -> bool:
    """Return whether a quote has half of the shorter span in common with one of the places."""
    span = Span(quote.start, quote.end)
    return any(p.article_id == quote.article_id and overlaps(span, p.span) for p in places)


def is_answering(quotes: Sequence[Quote], expected: Expected) -> bool | None:
    """Return whether a sentence with these quotes answers; None when nothing tells.

    One quote must lie at a gold place or, where no place is known, in an expected article. And
    the quotes must hold an accepted short answer, where one is known, or one of what must all be
    shown: a gold quote may be a whole paragraph, which says too little by itself.
    """
    places, answers = gold_places(expected), _short(expected.answers or expected.all_of)
    if places:
        found = any(lies_at(quote, places) for quote in quotes)
        return found and (not answers or holds_answer(_joined(quotes), answers))
    if not answers:
        return None
    articles = expected.articles
    return holds_answer(
        _joined(quote for quote in quotes if not articles or quote.article_id in articles), answers
    )


def _joined(quotes: Iterable[Quote]) -> str:
    return " ".join(quote.text for quote in quotes)
