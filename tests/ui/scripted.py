"""A scripted assistant for what the real one does only when something goes wrong, or slowly."""

import dataclasses
import hashlib
import threading
from datetime import UTC, date, datetime
from types import SimpleNamespace

from rag.config import Config
from rag.records import Answer, Article, BuildReport, Changes, Progress, Quote, Sentence

TEXT = "The bridge opened in May. It cost 4 million euros.\n\nWho paid\n\nThe town paid for it."
TITLE = "A bridge for the town"


def an_article(text=TEXT, article_id="town/bridge.md", **fields):
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    given = {"published": date(2024, 12, 8), "published_from": "front matter", "outlet": "Gazette"}
    return Article(article_id, sha256, fields.pop("title", TITLE), text, **given | fields)


def a_quote(article, text):
    start = article.text.index(text)
    return Quote(
        article.id,
        article.sha256,
        article.title,
        article.outlet,
        article.published,
        start,
        start + len(text),
        text,
    )


def an_answer(question, *sentences, outcome="answered", near_misses=(), **fields):
    return Answer(
        question=question,
        query=fields.pop("query", question),
        outcome=outcome,
        reason=fields.pop("reason", ""),
        sentences=sentences,
        near_misses=near_misses,
        hits=(),
        generation=1,
        answerer=fields.pop("answerer", "extractive"),
        **fields,
    )


@dataclasses.dataclass
class ScriptedSnapshot:
    kept: tuple[Article, ...]
    generation: int = 1
    degraded: str = ""
    created: datetime = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)

    @property
    def article_ids(self):
        return tuple(article.id for article in self.kept)

    @property
    def passage_count(self):
        return len(self.kept)

    def article(self, article_id):
        return next((a for a in self.kept if a.id == article_id), None)

    def articles(self):
        return [dataclasses.replace(article, text="") for article in self.kept]

    def problems(self):
        return []


class ScriptedAssistant:
    """Answers with what it was given; `gate` holds back every sentence until it is set."""

    def __init__(self, home, *, pieces=(), error=None, articles=None):
        self.config = Config(home=home)
        article = an_article()
        self.current = ScriptedSnapshot((article,) if articles is None else tuple(articles))
        self.error = error
        self.pieces = pieces
        self.gate = threading.Event()
        self.gate.set()
        self.asked = []
        self.found_changes = Changes(unchanged=self.current.article_ids)
        self.build_error = None
        self.snapshot_error = None
        self.store = SimpleNamespace(away="")

    def snapshot(self):
        if self.snapshot_error:
            raise self.snapshot_error
        return self.current

    def stream(self, question, *, stop=None, notes=None):
        self.asked.append(question)
        if self.error:
            raise self.error
        given = []
        for sentence in self.pieces:
            self.gate.wait(5)
            if stop is not None and stop.is_set():
                break
            given.append(sentence)
            yield sentence
        self.gate.wait(5)
        yield an_answer(question.text, *given)

    def warm(self):
        self.search(None, k=1)

    def search(self, question, *, k):
        return None

    def ask(self, question):
        *_, answer = self.stream(question)
        return answer

    def build(self, on_progress):
        on_progress(Progress("embedding", 1, 2))
        self.gate.wait(5)
        if self.build_error:
            raise self.build_error
        self.current = dataclasses.replace(self.current, generation=self.current.generation + 1)
        return BuildReport(self.current.generation, self.found_changes, 1, 0, 0.5)

    def changes(self):
        return self.found_changes


def bridge_sentences():
    article = an_article()
    opened = a_quote(article, "The bridge opened in May.")
    cost = a_quote(article, "It cost 4 million euros.")
    return (
        Sentence(opened.text, "supported", (opened,)),
        Sentence(cost.text, "supported", (cost,)),
    )
