"""What a person is told of a file that was read with something left out."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.drafts import Source
from rag.corpus.names import shown_name
from rag.corpus.ocr import INSTALL
from rag.records import Problem


def struck_out(source: Source, count: int) -> Problem:
    """Return the note about words that were struck out or deleted under review."""
    what = f"holds {count:,} struck-out or deleted word{_plural(count)}; not read."
    return source.problem("W-DOC-008", what)


def hidden_text(source: Source, count: int) -> Problem:
    """Return the note about words that nobody sees."""
    return source.problem("W-DOC-007", f"holds {count:,} hidden word{_plural(count)}; not read.")


def unknown_symbols(source: Source, count: int) -> Problem:
    """Return the note about symbols of a font that is not known."""
    what = f"holds {count:,} unknown symbol{_plural(count)}; � stands in the text for each."
    return source.problem("W-DOC-010", what)


def unread_parts(source: Source, parts: Sequence[str]) -> Problem:
    """Return the note about parts whose words are not read."""
    return source.problem("W-DOC-011", f"holds {' and '.join(parts)}, which were not read.")


def unread_pages(source: Source, pages: Sequence[int], *, count: int, has_ocr: bool) -> Problem:
    """Return the note about pages of `count` that are pictures; `pages` count from 1."""
    some = f"{len(pages)} of {count} pages {'has' if len(pages) == 1 else 'have'} no text layer"
    what = f"{some} and were not read (page{_plural(len(pages))} {ranges(pages)})."
    how = "No words were recognised in them." if has_ocr else f"To read them: {INSTALL}."
    return source.problem("W-DOC-012", f"{what} {how}")


def read_by_ocr(source: Source, pages: Sequence[int]) -> Problem:
    """Return the note about pages whose words were recognised in a picture."""
    shown = f"page{_plural(len(pages))} {ranges(pages)}"
    return source.problem("W-DOC-013", f"was read by OCR on {shown}; letters may be wrong.")


def slanted_text(source: Source, texts: Sequence[str]) -> Problem:
    """Return the note about slanted text, which is a watermark as a rule."""
    shown = shown_name(" ".join(dict.fromkeys(texts))[:60])
    return source.problem("W-DOC-011", f'holds slanted text ("{shown}"), which was not read.')


def ranges(numbers: Sequence[int]) -> str:
    """Return sorted numbers in short.

    >>> ranges([2, 3, 4, 7])
    '2-4, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def _plural(count: int) -> str:
    return "" if count == 1 else "s"
