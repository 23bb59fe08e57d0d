"""What stands among the paragraphs of a page and is none: links elsewhere, bare days, rules.

"Read more: another story", the days of teasers whose words are gone, "Advertisement" three times.
Lists and tables of links are kept: they may be what the page is for.
"""

from __future__ import annotations

import re
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

_PLAIN = ("p", "div")
_LINK, _DAY = "\n", "\r"  # no block is only a line end
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")


def without_asides(blocks: Sequence[Block], *, latest: date) -> list[Block]:
    """Return `blocks` without rules of dashes, links elsewhere, days alone and repeated labels.

    What stands above the first sentence may say who wrote the article, though it is a link.
    """
    kept: list[Block] = []
    said = [block for block in blocks if not _is_rule(block)]
    for kind, group in groupby(said, lambda block: _kind(block, latest=latest)):
        run = list(group)
        is_link, is_days = kind == _LINK, kind == _DAY
        is_among = is_link and any(_ENDS_SENTENCE.search(block.text) for block in kept)
        if (is_among and len(run) <= MOST_LINKS) or (is_days and len(run) >= FEWEST_DAYS):
            continue
        is_label = not (is_link or is_days or _ENDS_SENTENCE.search(kind))
        kept += run[:1] if is_label else run
    return kept or list(blocks)


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
