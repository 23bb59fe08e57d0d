"""Draft a question set from the articles of an index, for a person to check and complete.

Two thirds are sentences of the articles with a name or a figure taken out, which is the accepted
answer, and the sentence the gold quote; a third are places for questions that the articles do not
answer. No grammar makes questions of them: a person words them, as the note of each says.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.evaluation.records import SetQuestion
from rag.records import Article, Question
from rag.text.sentences import is_headline, split_sentences

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

DRAFT = "draft"
GAP = "____"
"""What stands in a draft for what was taken out of its sentence."""
UNANSWERABLE = 1 / 3  # of a set: refusing is half of what a person relies on, and rarer
SENTENCES_READ = 40  # of an article; what matters comes early
SENTENCE_CHARACTERS = range(50, 240)  # shorter is no whole fact, longer holds several

_FIGURE = re.compile(
    r"(?<![\w.,$€£-])(?:(?:\d{1,2} )?[A-Z][a-z]{2,8} \d{4}|\d{1,2} [A-Z][a-z]{2,8}"  # a date
    r"|[$€£]?\d[\d.,]*(?<![.,])(?:[ -](?:%|percent|\w+illion))?)(?![\w-])"
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'&-]*(?: (?:(?:of|and|for) )?[A-Z][\w’'&-]*)+")


def draft_questions(snapshot: Snapshot, *, count: int, seed: int = 0) -> list[SetQuestion]:
    """Return up to `count` drafts, tagged "draft"; fewer where the articles are few.

    Articles take turns. The same generation, count and seed give the same drafts.
    """
    chance = random.Random(seed)  # noqa: S311 - a draw, no secret
    articles = [article for each in snapshot.article_ids if (article := snapshot.article(each))]
    chance.shuffle(articles)
    without = round(count * UNANSWERABLE)
    answered = list(_in_turns([_gaps(each, chance) for each in articles], count - without))
    refused = [_not_answered(each) for each in articles[:without]] if answered else []
    return [
        SetQuestion(
            id=_id(each),
            question=each.question,
            answers=each.answers,
            articles=each.articles,
            quotes=each.quotes,
            answerable=each.answerable,
            tags=(DRAFT, *each.tags),
            generation=snapshot.generation,
            note=each.note,
        )
        for each in (*answered, *refused)
    ]


def _gaps(article: Article, chance: random.Random) -> Iterator[SetQuestion]:
    """Yield sentences of an article in random order, each with a name or a figure taken out."""
    spans = split_sentences(article.text)[:SENTENCES_READ]
    chance.shuffle(spans)
    for span in spans:
        sentence = article.text[span.start : span.end]
        kinds = [("figure", _FIGURE), ("name", _NAME)]
        chance.shuffle(kinds)
        found = ((tag, match) for tag, pattern in kinds for match in pattern.finditer(sentence))
        tag, match = next(found, ("", None))
        if match and len(sentence) in SENTENCE_CHARACTERS and not is_headline(sentence):
            yield SetQuestion(
                id="",
                question=Question(f"{sentence[: match.start()]}{GAP}{sentence[match.end() :]}"),
                answers=(match[0],),
                articles=(article.id,),
                quotes=(sentence,),
                answerable=True,
                tags=(tag,),
                note=f"Ask for what is missing, so that the question can be understood without "
                f"“{article.title}”, and check that “{match[0]}” answers it.",
            )


def _not_answered(article: Article) -> SetQuestion:
    return SetQuestion(
        id="",
        question=Question(f"{GAP} “{article.title}”?"),
        answerable=False,
        tags=("unanswerable",),
        note="Ask for something that a reader of this article may want to know and that no "
        "article says: a detail that is left out, or the same of another year, place or person.",
    )


def _in_turns(groups: list[Iterator[SetQuestion]], count: int) -> Iterator[SetQuestion]:
    """Yield up to `count` of all groups: the first of each, then the second of each."""
    while groups and count:
        left = []
        for group in groups:
            each = next(group, None) if count else None
            if each is not None:
                left.append(group)
                count -= 1
                yield each
        groups = left


def _id(draft: SetQuestion) -> str:
    """Return the same id for the same question, whatever else is drawn with it."""
    return f"{DRAFT}-{hashlib.sha256(draft.question.text.encode()).hexdigest()[:8]}"
