"""Which kept answers a build has touched: a quote of theirs is no longer where it was, or gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.records import Article, BuildReport
from rag.sharing.receipt import check_quotes
from rag.ui.views import openable

if TYPE_CHECKING:
    from rag.ui.conversations import ConversationStore

KEPT_BUILDS = 32  # of all visitors' last looks; one that is made again costs a second at most
LOST = frozenset({"changed", "gone", "false"})


@dataclass(frozen=True, slots=True)
class Touched:
    """One answer with quotes that the articles no longer have."""

    conversation_id: str
    exchange_id: str
    question: str
    lost: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """The articles of one generation, by id; two of the same generation find the same."""

    generation: int
    find: Callable[[str], Article | None] = field(compare=False)


@lru_cache(maxsize=KEPT_BUILDS)
def touched_answers(
    conversations: ConversationStore, report: BuildReport, now: Lookup
) -> tuple[Touched, ...]:
    """Return the answers that rest on a quote which the build took away; worked out once.

    A quote that only moved is still there.
    """
    of_interest = frozenset((*report.changes.changed, *report.changes.removed))
    found = []
    for conversation in conversations.naming(of_interest):
        for exchange in conversation.exchanges:
            quotes = [
                quote for quote in openable(exchange.answer) if quote.article_id in of_interest
            ]
            lost = sum(checked.state in LOST for checked in check_quotes(quotes, now.find))
            if lost:
                found.append(Touched(conversation.id, exchange.id, exchange.question, lost))
    return tuple(found)
