"""Where the words that answer stand in an excerpt as it is shown.

`Sentence.marks` count in the article; an excerpt is shown with other white space. A mark whose
quote is not in the text of the sentence (an LLM's own words) marks nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Quote, Sentence, Span


def marked_pieces(sentence: Sentence) -> tuple[tuple[str, bool], ...]:
    r"""Cut the text of a sentence at its marks: (text, whether it is marked), in order.

    >>> quote = Quote("a.md", "", "", "", None, 10, 24, "It\nopens today")
    >>> marked_pieces(Sentence("It opens today", "supported", (quote,), marks=(Span(19, 24),)))
    (('It opens ', False), ('today', True))
    """
    spans = _shown_marks(sentence)
    return tuple(
        (sentence.text[piece.start : piece.end], piece in spans)
        for piece in cut_at(spans, Span(0, len(sentence.text)))
    )


def cut_at(spans: Sequence[Span], whole: Span) -> tuple[Span, ...]:
    """Return `whole` in pieces, cut wherever one of `spans` starts or ends inside it."""
    edges = {edge for span in spans for edge in (span.start, span.end)}
    inside = sorted(edge for edge in edges if whole.start < edge < whole.end)
    borders = [whole.start, *inside, whole.end]
    return tuple(map(Span, borders, borders[1:]))


def _shown_marks(sentence: Sentence) -> list[Span]:
    """Return the marks as places in the text of the sentence; ordered, none touching another."""
    marked: set[int] = set()
    shown = _without_spaces(sentence.text)
    text = "".join(sentence.text[place] for place in shown)
    for quote in sentence.quotes:
        if _is_of_first(quote, sentence):
            marked |= _marked_places(quote, sentence.marks, shown, text)
    return _runs(sorted(marked), sentence.text)


def _marked_places(
    quote: Quote, marks: Sequence[Span], shown: Sequence[int], text: str
) -> set[int]:
    own = _without_spaces(quote.text)
    begin = text.find("".join(quote.text[place] for place in own))
    if begin < 0:
        return set()
    return {
        shown[begin + number]
        for number, place in enumerate(own)
        if any(mark.start <= quote.start + place < mark.end for mark in marks)
    }


def _is_of_first(quote: Quote, sentence: Sentence) -> bool:
    first = sentence.quotes[0]
    version = (first.article_id, first.article_sha256)
    return (quote.article_id, quote.article_sha256) == version


def _without_spaces(text: str) -> list[int]:
    return [place for place, character in enumerate(text) if not character.isspace()]


def _runs(places: Sequence[int], text: str) -> list[Span]:
    """Join places between which there is nothing but white space."""
    spans: list[Span] = []
    for place in places:
        if spans and not text[spans[-1].end : place].strip():
            spans[-1] = Span(spans[-1].start, place + 1)
        else:
            spans.append(Span(place, place + 1))
    return spans
