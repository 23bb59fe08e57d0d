"""Questions made from sentences of a few plain shapes, each with the sentence that answers it.

What somebody said, what something is, when it took effect, what was done on a day. The chat
offers some of them to start with; a question set takes some as drafts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rag.records import Article
from rag.text.sentences import split_sentences

SENTENCES_READ = 40  # of an article; what matters comes early
MAX_CHARACTERS = 90  # a button of one or two lines
MIN_MENTIONS = 3  # of a name in its article, before it is asked about
COMMON_NAME = 0.2  # of the articles; a name in more of them says little about any one

Shape = Literal[
    "said", "effect", "is", "day", "about", "when", "who", "how many", "role", "letters"
]
SHAPES: tuple[Shape, ...] = ("said", "effect", "is", "day", "about")
"""Those made here; `clause_questions.py` and `name_questions.py` make more."""

_NAME = r"[A-Z][\w’'-]*(?: (?:(?:of|and|the|for) )?[A-Z0-9][\w’'-]*){1,4}"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SAID = re.compile(
    rf"(?:^|[,;] )(?P<the>[Tt]he )?(?P<name>{_NAME})(?:,[^,]{{3,80}},)? (?:said|says) "
)
_EFFECT = re.compile(
    rf"^(?P<the>The )(?P<name>(?:[a-z]+ )?{_NAME}) (?:took effect|(?:came|entered) into force)"
)
_IS = re.compile(rf"^(?P<the>The )?(?P<name>{_NAME}) (?P<be>is|was|are|were) (?:an?|the) [a-z]")
_DAY = re.compile(
    rf"^On (?P<name>\d{{1,2}} (?:{_MONTHS}) \d{{4}}|(?:{_MONTHS}) \d{{1,2}}, \d{{4}}),? "
)
_DID = re.compile(
    rf"^On (?P<day>\d{{1,2}} (?:{_MONTHS}) \d{{4}}),? (?P<the>the )?(?P<name>{_NAME}) [a-z]+ed "
)
_MENTION = re.compile(rf"(?<=[a-z,] )(?:(?P<the>the) )?(?P<name>{_NAME}|[A-Z][a-z]{{3,}})")
_FIRST_WORDS = {"The", "A", "An", "In", "On", "But", "And", "It", "This", "That", "These", "Two"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, its shape, and the sentence (`quote`) of the article that answers it.

    `answers` are accepted strings where code can tell them; `name` is the name or day in the
    question that makes it this question.
    """

    question: str
    shape: Shape
    article_id: str
    quote: str = ""
    answers: tuple[str, ...] = ()
    name: str = ""


def candidates(articles: Iterable[Article]) -> list[Candidate]:
    """Return questions that the articles should answer, shapes taking turns, without repeats."""
    by_shape: dict[Shape, list[Candidate]] = {shape: [] for shape in SHAPES}
    seen: set[str] = set()
    read = list(articles)
    mentions = [_mentions(article) for article in read]
    spread = Counter(name for found in mentions for name in found)
    for article, found in zip(read, mentions, strict=True):
        rare = {n: c for n, c in found.items() if spread[n] <= max(1, COMMON_NAME * len(read))}
        for candidate in _of_article(article, _main_name(article, rare)):
            if candidate.question.casefold() not in seen:
                seen.add(candidate.question.casefold())
                by_shape[candidate.shape].append(candidate)
    longest = max(map(len, by_shape.values()), default=0)
    turns = (by_shape[shape][i : i + 1] for i in range(longest) for shape in SHAPES)
    return [candidate for turn in turns for candidate in turn]


def _of_article(article: Article, main_name: str) -> Iterator[Candidate]:
    spans = split_sentences(article.text)[:SENTENCES_READ]
    for span in spans:
        sentence = article.text[span.start : span.end]
        for shape, question, name in _of_sentence(sentence, main_name):
            if len(question) <= MAX_CHARACTERS:
                yield Candidate(question, shape, article.id, quote=sentence, name=name)
    if main_name:
        yield Candidate(f"What do the articles say about {main_name}?", "about", article.id)


def _of_sentence(sentence: str, main_name: str) -> Iterator[tuple[Shape, str, str]]:
    """Yield shape, question, and the name or day in it that makes it this question."""
    if (match := _SAID.search(sentence)) and _is_name(match):
        is_other = main_name and main_name not in _named(match)
        about = f" about {main_name}" if is_other else ""
        yield "said", f"What did {_named(match)} say{about}?", match["name"]
    if match := _EFFECT.search(sentence):
        yield "effect", f"When did {_named(match)} take effect?", match["name"]
    if (match := _IS.search(sentence)) and _is_name(match):
        yield "is", f"What {match['be']} {_named(match)}?", match["name"]
    if match := _DID.search(sentence):
        yield "day", f"What did {_named(match)} do on {match['day']}?", match["day"]
    elif match := _DAY.search(sentence):
        yield "day", f"What happened on {match['name']}?", match["name"]


def _mentions(article: Article) -> Counter[str]:
    return Counter(_named(match) for match in _MENTION.finditer(article.text))


def _main_name(article: Article, mentions: dict[str, int]) -> str:
    """Return the name of the title that an article mentions most, if it does so often."""
    title = article.title.casefold()
    often = [
        (-count, name)
        for name, count in mentions.items()
        if count >= MIN_MENTIONS and name.removeprefix("the ").casefold() in title
    ]
    return min(often)[1] if often else ""


def _named(match: re.Match[str]) -> str:
    return ("the " if match["the"] else "") + match["name"]


def _is_name(match: re.Match[str]) -> bool:
    return match["name"].split()[0] not in _FIRST_WORDS
