"""Questions to start with, taken from the articles and tried before they are offered.

Sentences of a few plain shapes are turned into the question that they answer: what somebody
said, what something is, when it took effect, what was done on a day. A question is offered only
when asking it quotes the article that it came from. The same generation always gives the same
questions; they are kept in a file, so that a restart offers them at once.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.errors import RagError
from rag.records import Article, Question
from rag.text.sentences import split_sentences
from rag.strict_json import NotThisRecord, from_text, to_text

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.snapshot import Snapshot

OFFERED = 6
PER_SHAPE = 2  # so that they do not all sound alike
TRIED_AT_MOST = 20  # each costs an answer
ARTICLES_READ = 120  # spread over the corpus; enough to find six questions
SENTENCES_READ = 40  # of an article; what matters comes early
MAX_CHARACTERS = 90  # a button of one or two lines
MIN_MENTIONS = 3  # of a name in its article, before it is asked about
COMMON_NAME = 0.2  # of the articles; a name in more of them says little about any one
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
_DID = re.compile(
    rf"^On (?P<day>\d{{1,2}} (?:{_MONTHS}) \d{{4}}),? (?P<the>the )?(?P<name>{_NAME}) [a-z]+ed "
)
_MENTION = re.compile(rf"(?<=[a-z,] )(?:(?P<the>the) )?(?P<name>{_NAME}|[A-Z][a-z]{{3,}})")
_FIRST_WORDS = {"The", "A", "An", "In", "On", "But", "And", "It", "This", "That", "These", "Two"}

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, the shape of the sentence that it was made from, and where that stands."""

    question: str
    shape: Shape
    article_id: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The questions of one generation as they are kept in a file."""

    generation: int
    created: datetime
    questions: tuple[str, ...]


class Suggester:
    """Keeps the questions of the current generation; works them out in the background.

    `quoting` makes the assistant that they are tried with, when they are: one that answers with
    quotes only, so that suggesting costs nobody money.
    """

    def __init__(
        self, quoting: Callable[[], Assistant], *, file: Path, is_idle: Callable[[], bool]
    ) -> None:
        self._quoting = quoting
        self._file = file
        self._is_idle = is_idle
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._offered: tuple[str, ...] = ()
        self._is_ready = False

    def questions(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return the questions found so far for this generation."""
        with self._lock:
            if self._generation != snapshot.generation:
                kept = self._kept(snapshot)
                self._generation, self._offered = snapshot.generation, kept
                self._is_ready = bool(kept)
                if kept:
                    return kept
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
            if self._generation == snapshot.generation:
                self._is_ready = True
                self._keep(snapshot)

    def _kept(self, snapshot: Snapshot) -> tuple[str, ...]:
        try:
            kept = from_text(Kept, self._file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, NotThisRecord):
            return ()  # they are worked out again
        is_same = (kept.generation, kept.created) == (snapshot.generation, snapshot.created)
        return kept.questions if is_same else ()

    def _keep(self, snapshot: Snapshot) -> None:
        kept = Kept(snapshot.generation, snapshot.created, self._offered)
        aside = self._file.with_suffix(f".tmp-{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside.write_text(to_text(kept), encoding="utf-8")
            aside.replace(self._file)
        except OSError as error:
            _logger.warning('Cannot keep the questions in "%s": %s', self._file, error)

    def _tried(self, found: Sequence[Candidate]) -> Iterator[str]:
        """Yield the candidates that are answered from their own article, of mixed shapes."""
        articles: set[str] = set()
        shapes: Counter[Shape] = Counter()
        tried = 0
        assistant = self._quoting()
        for candidate in found:
            if len(articles) == OFFERED or tried == TRIED_AT_MOST:
                return
            if candidate.article_id in articles or shapes[candidate.shape] == PER_SHAPE:
                continue
            while not self._is_idle():
                time.sleep(WAIT_S)
            tried += 1
            answer = assistant.ask(Question(candidate.question))
            quoted = {quote.article_id for s in answer.sentences for quote in s.quotes}
            if answer.outcome == "answered" and candidate.article_id in quoted:
                articles.add(candidate.article_id)
                shapes[candidate.shape] += 1
                yield candidate.question


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
        for shape, question in _of_sentence(article.text[span.start : span.end], main_name):
            if len(question) <= MAX_CHARACTERS:
                yield Candidate(question, shape, article.id)
    if main_name:
        yield Candidate(f"What do the articles say about {main_name}?", "about", article.id)


def _of_sentence(sentence: str, main_name: str) -> Iterator[tuple[Shape, str]]:
    if (match := _SAID.search(sentence)) and _is_name(match):
        is_other = main_name and main_name not in _named(match)
        about = f" about {main_name}" if is_other else ""
        yield "said", f"What did {_named(match)} say{about}?"
    if match := _EFFECT.search(sentence):
        yield "effect", f"When did {_named(match)} take effect?"
    if (match := _IS.search(sentence)) and _is_name(match):
        yield "is", f"What {match['be']} {_named(match)}?"
    if match := _DID.search(sentence):
        yield "day", f"What did {_named(match)} do on {match['day']}?"
    elif match := _DAY.search(sentence):
        yield "day", f"What happened on {match['name']}?"


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


def _spread(snapshot: Snapshot) -> Iterator[Article]:
    """Yield whole articles, evenly over the corpus where it is large."""
    ids = snapshot.article_ids
    step = max(1, len(ids) // ARTICLES_READ)
    for article_id in ids[::step][:ARTICLES_READ]:
        article = snapshot.article(article_id)
        if article is not None:
            yield article
