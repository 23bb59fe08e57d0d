"""What stands among the paragraphs of a page and is none: links elsewhere, bare days, rules.

"Read more: another story", the days of teasers whose words are gone, "Advertisement" three times,
what readers say below. Lists and tables of links are kept, for they may be what the page is for,
but not a list of headlines behind its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.bylines import parse_byline
from rag.corpus.dates import find_date
from rag.corpus.formats.blocks import Block
from rag.corpus.formats.markup import BLOCKS

MOSTLY = 0.75  # of the characters of a block: with more links it only leads elsewhere
MOST_LINKS = 2  # such blocks one after the other; more are a list, however it is set
FEWEST_DAYS = 3  # that stand below each other without a word between
TEASERS = range(2, 13)  # links behind the text of a page; more are a list that it is for
TEASER_WORDS = 6  # on average, or more: headlines; what "See also" names is shorter
SHORTEST_TEASER = 3  # words
MOST_TEASERS = 0.3  # of the words of a page; with more it is a list of links
SAME_WITHIN = 5  # blocks in which a heading of so many words stands again: over pictures
SAME_WORDS = 4
MOST_SAID = 0.85  # of the words of a page that readers say; with more the page is theirs

LONGEST_LABEL = 60  # characters, above a list of teasers

_PLAIN = ("p", "div")
_HEADS = ("h2", "h3", "h4", "h5", "h6")
_PARTS = ("article", "div", "li", "ol", "section", "ul")
_COMMENTS = re.compile(r"(?<![a-zA-Z])[Cc]omments?(?![a-z])")
_LINK, _DAY = "\n", "\r"  # no block is only a line end
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")


def without_asides(blocks: Sequence[Block], *, latest: date) -> list[Block]:
    """Return `blocks` without rules of dashes, links elsewhere, days alone and repeated labels.

    What stands above the first sentence may say who wrote the article, though it is a link.
    """
    kept: list[Block] = []
    said = [block for block in blocks if not _is_rule(block)]
    said = _without_teasers(_without_readers(_without_repeats(said)))
    for kind, group in groupby(said, lambda block: _kind(block, latest=latest)):
        run = list(group)
        is_link, is_days = kind == _LINK, kind == _DAY
        is_among = is_link and any(_ENDS_SENTENCE.search(block.text) for block in kept)
        if (is_among and len(run) <= MOST_LINKS) or (is_days and len(run) >= FEWEST_DAYS):
            continue
        is_label = not (is_link or is_days or _ENDS_SENTENCE.search(kind))
        kept += run[:1] if is_label else run
    return kept or list(blocks)


def _without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` without the heading of a gallery over each picture but the first."""
    last: dict[str, int] = {}
    kept = []
    for place, block in enumerate(blocks):
        is_line = _is_line(block)
        is_again = is_line and place - last.get(block.text, -SAME_WITHIN) < SAME_WITHIN
        kept += [] if is_again else [block]
        if is_line:
            last[block.text] = place
    return kept


def _is_line(block: Block) -> bool:
    is_said = _ENDS_SENTENCE.search(block.text) or _paragraph(block).tag not in _HEADS
    return not is_said and len(block.text.split()) >= SAME_WORDS


def _without_readers(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` without those in parts of the page that are named comments."""
    names = [_comments(block) for block in blocks]
    sizes: Counter[etree._Element] = Counter()
    for block, name in zip(blocks, names, strict=True):
        sizes[name] += len(block.text.split())
    most = MOST_SAID * sizes.total()
    is_small = sum(size for name, size in sizes.items() if name is not None) <= most
    return [b for b, name in zip(blocks, names, strict=True) if name is None or not is_small]


def _comments(block: Block) -> etree._Element | None:
    """Return the part around a block that its class or id names comments."""
    for element in (block.holder, *block.holder.iterancestors()):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag in _PARTS and _COMMENTS.search(names):
            return element
    return None


def _without_teasers(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` without the headlines of other pages behind the last paragraph."""
    total = sum(len(block.text.split()) for block in blocks)
    end = next((n for n in range(len(blocks), 0, -1) if _is_prose(blocks[n - 1])), 0)
    links = [n for n, block in enumerate(blocks) if block.linked >= MOSTLY * len(block.text)]
    last = [n for n in links if n >= end]
    words = [len(blocks[n].text.split()) for n in last]
    is_list = len(last) in TEASERS and sum(words) >= TEASER_WORDS * len(last)
    is_few = len(links) - len(last) <= MOST_LINKS and sum(words) <= MOST_TEASERS * total
    if not (end and is_list and is_few and min(words) >= SHORTEST_TEASER):
        return list(blocks)
    label = last[0] - 1
    is_label = label >= end and len(blocks[label].text) <= LONGEST_LABEL
    return [b for n, b in enumerate(blocks) if n not in last and not (is_label and n == label)]


def _is_prose(block: Block) -> bool:
    is_linked = block.linked >= MOSTLY * len(block.text)
    return not is_linked and bool(_ENDS_SENTENCE.search(block.text))


def _kind(block: Block, *, latest: date) -> str:
    """Return what stands beside its like in a run: a link, a day, or else the words themselves."""
    if _leads_elsewhere(block) and not parse_byline(block.text, latest=latest):
        return _LINK
    return _DAY if _is_day(block.text, latest=latest) else block.text


def _leads_elsewhere(block: Block) -> bool:
    """Return whether a paragraph is one link to another page, hardly a word more, no sentence."""
    paragraph = _paragraph(block)
    links = [link.get("href") or "" for link in paragraph.iter("a")]
    is_one = len(links) == 1 and not links[0].startswith("#") and paragraph.tag in _PLAIN
    is_linked = block.linked >= MOSTLY * len(block.text)
    return is_one and is_linked and not _ENDS_SENTENCE.search(block.text)


def _is_rule(block: Block) -> bool:
    """Return whether a paragraph has neither a letter nor a figure: "* * *"."""
    return _paragraph(block).tag in _PLAIN and not any(c.isalnum() for c in block.text)


def _paragraph(block: Block) -> etree._Element:
    around = (block.holder, *block.holder.iterancestors())
    return next((each for each in around if each.tag in BLOCKS), block.holder)


def _is_day(text: str, *, latest: date) -> bool:
    found = find_date(text, latest=latest)
    return found is not None and not (text[: found[1]] + text[found[2] :]).strip(" ,.")
