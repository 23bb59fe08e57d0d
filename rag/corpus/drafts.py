"""From what a format found in a file to the Article: title, byline, normal text, identity."""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass, field
from datetime import date

from rag.corpus.bylines import find_byline, find_update, parse_byline, split_names
from rag.corpus.datelines import find_addressed, find_dateline, find_stamp
from rag.corpus.names import is_number, readable_name, shown_name
from rag.corpus.normal_form import (
    BLOCK_BREAK,
    EncodingError,
    MarkRunError,
    SurrogateError,
    decode,
    letters,
    normal_text,
    one_line,
)
from rag.errors import ArticleError
from rag.records import Article, DateSource, Problem

LONGEST_TITLE = 300  # characters; a longer first heading is a paragraph that was set as one
LONGEST_HEADLINE = 150  # characters of a first line that may be a title
LONGEST_LINE = 1_000_000  # characters; beyond it no person broke lines
FIRST_WORDS = 80  # characters of a text that name it where nothing else does
BLOCKS_BEFORE_TITLE = 3  # a kicker, an outlet or a date may stand above the title

_MILLION = 1_000_000
_BY = re.compile(r"\Aby\s+", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?:;,…][\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one article may hold, and the latest date that it can have appeared on."""

    characters: int
    pages: int
    latest: date


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read: its id, its bytes, and what applies to it."""

    name: str
    data: bytes
    limits: Limits

    def error(self, code: str, what: str) -> ArticleError:
        """Return the error about this file; `what` completes the sentence that its name starts."""
        return ArticleError(code, f'"{shown_name(self.name)}" {what}')

    def problem(self, code: str, what: str) -> Problem:
        """Return the warning about this file; `what` completes the sentence."""
        shown = shown_name(self.name)
        return Problem(shown, code, f'"{shown}" {what}')

    def on_line(self, error: ArticleError, line: int) -> Problem:
        """Return `error` about this file as the problem of one of its lines."""
        shown = shown_name(self.name)
        rest = error.message.removeprefix(f'"{shown}"').lstrip(" :")
        return Problem(shown, error.code, f'"{shown}" line {line}: {rest}')

    def text(self, *, declared: str = "") -> str:
        """Return the file as text. Raises ArticleError E-DOC-001 and E-DOC-006."""
        try:
            return decode(self.data, declared=declared)
        except EncodingError as error:
            raise self.error("E-DOC-006", str(error)) from error


@dataclass(slots=True)
class Draft:
    """What a format found; `blocks` are headings, paragraphs and table rows in reading order.

    `part` and `line` tell the articles of one file apart; `empty` says why there is no text.
    """

    blocks: list[str]
    title: str = ""
    published: date | None = None
    published_from: DateSource = "unknown"
    updated: date | None = None
    is_ocr: bool = False
    outlet: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    part: str = ""
    line: int = 0
    empty: str = "contains no text."
    warnings: list[Problem] = field(default_factory=list)


def finish(draft: Draft, source: Source) -> tuple[Article, list[Problem]]:
    """Return the Article of `draft` and the warnings about it.

    Raises ArticleError: E-DOC-001 no text, E-DOC-003 too long, E-DOC-006 a character that cannot
    be, E-TXT-004 stacked marks.
    """
    warnings = list(draft.warnings)
    text = _normal(BLOCK_BREAK.join(draft.blocks), "text", source, warnings)
    blocks = text.split(BLOCK_BREAK) if text else []
    title = one_line(_normal(draft.title, "title", source, warnings))[:LONGEST_TITLE]
    if not title and len(blocks) > 1 and _is_headline(blocks[0], latest=source.limits.latest):
        title = one_line(blocks[0])
    blocks = _without_title(blocks, title)
    byline, places = find_byline(blocks, latest=source.limits.latest, known=draft.published)
    blocks = [block for place, block in enumerate(blocks) if place not in places]
    latest = source.limits.latest
    updated, place = find_update(blocks, latest=latest)
    blocks = blocks[:place] + blocks[place + 1 :] if updated and len(blocks) > 1 else blocks
    body = BLOCK_BREAK.join(blocks)
    _check_length(body, draft, source)
    if max(map(len, body.split("\n"))) > LONGEST_LINE:
        warnings.append(source.problem("W-DOC-002", "has a very long line; it is cut by length."))
    updated = draft.updated or byline.updated or updated
    seen = byline.published or find_stamp(title, latest=latest)
    dates: tuple[tuple[DateSource, date | None], ...] = (
        (draft.published_from, draft.published),
        ("byline", seen or find_dateline(blocks, latest=latest)),
        ("address", find_addressed(draft.url, latest=latest)),
        ("update", updated),
    )
    outlet = one_line(_normal(draft.outlet, "outlet", source, warnings))
    stated = _names(draft.authors, source, warnings)
    authors = tuple(name for name in stated if letters(name) != letters(outlet)) or byline.authors
    published_from, published = next((each for each in dates if each[1]), ("unknown", None))
    article = Article(
        id=f"{source.name}#{draft.part}" if draft.part else source.name,
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        title=title or _name(body, "" if draft.part else source.name),
        text=body,
        published=published,
        published_from=published_from,
        updated=updated,
        is_ocr=draft.is_ocr,
        outlet=outlet,
        authors=authors,
        url=one_line(_normal(draft.url, "url", source, warnings)),
    )
    return article, warnings


def _normal(raw: str, label: str, source: Source, warnings: list[Problem]) -> str:
    """Return `raw` in normal form; removed characters become a warning."""
    try:
        normal = normal_text(raw)
    except MarkRunError as error:
        where = f"more than 30 combining marks in a row at position {error.position:,}"
        raise source.error("E-TXT-004", f"has {where} of its {label}. Remove them.") from error
    except SurrogateError as error:
        what = f"field {label} holds an invalid character (lone surrogate). Remove it."
        raise source.error("E-DOC-006", what) from error
    if normal.removed:
        plural = "s" if normal.removed > 1 else ""
        removed = f"held {normal.removed:,} invisible character{plural} in its {label}; removed."
        warnings.append(source.problem("W-TXT-001", removed))
    return normal.text


def _names(authors: tuple[str, ...], source: Source, warnings: list[Problem]) -> tuple[str, ...]:
    names = (one_line(_normal(name, "authors", source, warnings)) for name in authors)
    people = (split_names(_BY.sub("", name)) for name in names)
    return tuple(dict.fromkeys(name for group in people for name in group))


def _is_headline(block: str, *, latest: date) -> bool:
    """Return whether a first block can be the title: short, with letters, no sentence or byline."""
    byline = parse_byline(block, latest=latest) if len(block) <= LONGEST_HEADLINE else None
    if byline and byline.authors and not byline.is_bare:
        return False
    return (
        len(block) <= LONGEST_HEADLINE
        and "\n" not in block
        and any(c.isalpha() for c in block)
        and not _ENDS_SENTENCE.search(block)
    )


def _name(body: str, path: str) -> str:
    """Return what an article without title is called: its file's name, or else its first words.

    `path` is empty where the file holds several.
    """
    if path and not is_number(path):
        return readable_name(path)
    opening = body[: 2 * FIRST_WORDS].partition(BLOCK_BREAK)[0]  # an article may be one paragraph
    first = textwrap.shorten(opening, FIRST_WORDS, placeholder="…", break_on_hyphens=False)
    return first.removesuffix("…") if first.endswith((".…", "!…", "?…")) else first


def _without_title(blocks: list[str], title: str) -> list[str]:
    """Return `blocks` without the block near the top that only repeats the title."""
    wanted = letters(title)
    for place, block in enumerate(blocks[:BLOCKS_BEFORE_TITLE]):
        if wanted and len(block) <= 2 * LONGEST_TITLE and letters(block) == wanted:
            return blocks[:place] + blocks[place + 1 :]
    return blocks


def _check_length(body: str, draft: Draft, source: Source) -> None:
    if not body:
        raise source.error("E-DOC-001", draft.empty)
    limit = source.limits.characters
    if len(body) > limit:
        length = f"holds {len(body) / _MILLION:.1f} M characters"
        what = f"{length}; the limit is {limit / _MILLION:g} M. Split it or raise limit_characters."
        raise source.error("E-DOC-003", what)
