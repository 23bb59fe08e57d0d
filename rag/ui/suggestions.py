"""Questions to start with, taken from the articles and tried before they are offered.

Sentences of a few plain shapes are turned into the question that they answer: who said
something, what something is, when it took effect, what happened on a day. A question is offered
only when asking it quotes the article that it came from. The same generation always gives the
same questions.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rag.errors import RagError
from rag.records import Article, Question
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.snapshot import Snapshot

OFFERED = 6
PER_SHAPE = 2  # so that they do not all sound alike
TRIED_AT_MOST = 30  # each costs an answer
ARTICLES_READ = 120  # spread over the corpus; enough to find six questions
SENTENCES_READ = 40  # of an article; what matters comes early
MAX_CHARACTERS = 90  # a button of one or two lines
MIN_MENTIONS = 3  # of a name in its article, before it is asked about
WAIT_S = 0.5  # while a person's own question is being answered

Shape = Literal["said", "effect", "is", "day", "about"]
SHAPES: tuple[Shape, ...] = ("said", "effect", "is", "day", "about")

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
_MENTION = re.compile(rf"(?<=[a-z,] )(?:(?P<the>the) )?(?P<name>{_NAME})")
_FIRST_WORDS = {"The", "A", "An", "In", "On", "But", "And", "It", "This", "That", "These", "Two"}

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, the shape of the sentence that it was made from, and where that stands."""

    question: str
    shape: Shape
    article_id: str


class Suggester:
    """Keeps the questions of the current generation; works them out in the background."""

    def __init__(self, assistant: Assistant, *, is_idle: Callable[[], bool]) -> None:
        self._assistant = assistant
        self._is_idle = is_idle
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._offered: tuple[str, ...] = ()
        self._is_ready = False

    def questions(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return the questions found so far for this generation."""
        with self._lock:
            if self._generation != snapshot.generation:
                self._generation, self._offered, self._is_ready = snapshot.generation, (), False
                threading.Thread(
                    target=self._find, args=(snapshot,), name="suggesting", daemon=True
                ).start()
            return self._offered

    @property
    def is_ready(self) -> bool:
        """Whether the questions of this generation are all found."""
        return self._is_ready

    def _find(self, snapshot: Snapshot) -> None:
        try:
            for question in self._tried(candidates(_spread(snapshot))):
                with self._lock:
                    if self._generation != snapshot.generation:
                        return
                    self._offered = (*self._offered, question)
        except RagError as error:
            _logger.info("No questions to suggest: %s", error.message)
        except Exception:
            _logger.exception("Suggesting questions failed.")
        with self._lock:
            self._is_ready = self._is_ready or self._generation == snapshot.generation

    def _tried(self, found: Sequence[Candidate]) -> Iterator[str]:
        """Yield the candidates that are answered from their own article, of mixed shapes."""
        articles: set[str] = set()
        shapes: Counter[Shape] = Counter()
        tried = 0
        for candidate in found:
            if len(articles) == OFFERED or tried == TRIED_AT_MOST:
                return
            if candidate.article_id in articles or shapes[candidate.shape] == PER_SHAPE:
                continue
            while not self._is_idle():
                time.sleep(WAIT_S)
            tried += 1
            answer = self._assistant.ask(Question(candidate.question))
            quoted = {quote.article_id for s in answer.sentences for quote in s.quotes}
            if answer.outcome == "answered" and candidate.article_id in quoted:
                articles.add(candidate.article_id)
                shapes[candidate.shape] += 1
                yield candidate.question


def candidates(articles: Iterable[Article]) -> list[Candidate]:
    """Return questions that the articles should answer, shapes taking turns, without repeats."""
    by_shape: dict[Shape, list[Candidate]] = {shape: [] for shape in SHAPES}
    seen: set[str] = set()
    for article in articles:
        for candidate in _of_article(article):
            if candidate.question.casefold() not in seen:
                seen.add(candidate.question.casefold())
                by_shape[candidate.shape].append(candidate)
    longest = max(map(len, by_shape.values()), default=0)
    turns = (by_shape[shape][i : i + 1] for i in range(longest) for shape in SHAPES)
    return [candidate for turn in turns for candidate in turn]


def _of_article(article: Article) -> Iterator[Candidate]:
    spans = split_sentences(article.text)[:SENTENCES_READ]
    for span in spans:
        for shape, question in _of_sentence(article.text[span.start : span.end]):
            if len(question) <= MAX_CHARACTERS:
                yield Candidate(question, shape, article.id)
    if name := _main_name(article):
        yield Candidate(f"What do the articles say about {name}?", "about", article.id)


def _of_sentence(sentence: str) -> Iterator[tuple[Shape, str]]:
    if (match := _SAID.search(sentence)) and _is_name(match):
        yield "said", f"What did {_named(match)} say?"
    if match := _EFFECT.search(sentence):
        yield "effect", f"When did {_named(match)} take effect?"
    if (match := _IS.search(sentence)) and _is_name(match):
        yield "is", f"What {match['be']} {_named(match)}?"
    if match := _DAY.search(sentence):
        yield "day", f"What happened on {match['name']}?"


def _main_name(article: Article) -> str:
    """Return the name that an article mentions most, if it does so often and in the title."""
    found = Counter(_named(match) for match in _MENTION.finditer(article.text))
    title = article.title.casefold()
    often = [
        (-n, name)
        for name, n in found.items()
        if n >= MIN_MENTIONS and name.removeprefix("the ").casefold() in title
    ]
    return min(often)[1] if often else ""


def _named(match: re.Match[str]) -> str:
    return ("the " if match["the"] else "") + match["name"]


def _is_name(match: re.Match[str]) -> bool:
    return match["name"].split()[0] not in _FIRST_WORDS


def _spread(snapshot: Snapshot) -> Iterator[Article]:
    """Yield whole articles, evenly over the corpus where it is large."""
    ids = snapshot.article_ids
    step = max(1, len(ids) // ARTICLES_READ)
    for article_id in ids[::step][:ARTICLES_READ]:
        article = snapshot.article(article_id)
        if article is not None:
            yield article
