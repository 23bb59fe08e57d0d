"""Question sets for measuring: one folder each, with articles.jsonl and questions.jsonl.

An article is {"id", "title", "text"}; a question {"id", "question", "answers", "articles",
"quotes", "answerable"[, "history"]}. The sets are not in the repo: their folder is an argument.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # run as a script, from anywhere

from rag.config import Config
from rag.index.build import build_index
from rag.index.embedding import Embedder, load_embedder
from rag.index.snapshot import Snapshot, open_snapshot
from rag.records import Question, Turn

SHORT_ANSWER = 60
"""Characters from which an accepted answer is a written one, and gold sentences tell instead."""


@dataclass(frozen=True)
class Asked:
    """One labelled question; `articles` are ids as the index has them."""

    id: str
    question: Question
    answers: tuple[str, ...]
    articles: frozenset[str]
    quotes: tuple[str, ...]
    is_answerable: bool


def load_questions(folder: Path) -> list[Asked]:
    """Return the questions of a set."""
    return [_asked(json.loads(line)) for line in _lines(folder / "questions.jsonl")]


def open_set(folder: Path, work: Path) -> tuple[Embedder, Snapshot]:
    """Return the default embedder and the set's articles, indexed below `work` (kept there)."""
    corpus = work / folder.name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "articles.jsonl", corpus / "a.jsonl")
    config = Config(corpus=corpus, index=work / folder.name / "index")
    embedder = load_embedder(config)
    build_index(config, embedder)
    return embedder, open_snapshot(config.index)


def is_answering(asked: Asked, article_id: str, sentence: str) -> bool:
    """Tell whether a sentence carries the labelled answer: its words, or the gold sentence's."""
    if article_id not in asked.articles:
        return False
    own = _plain(sentence)
    gold = [_plain(quote) for quote in asked.quotes]
    if gold and (not asked.answers or len(asked.answers[0]) > SHORT_ANSWER):
        return any(_is_same(own, each) for each in gold if each)
    if gold and not any(_overlap(own, each) > 0.8 for each in gold):
        return False
    return any(f" {_plain(a)} " in f" {own} " for a in asked.answers if _plain(a))


def _is_same(one: str, other: str) -> bool:
    return one in other or other in one or _overlap(one, other) > 0.8


def _overlap(one: str, other: str) -> float:
    """Return the share of the words of the shorter text that the other has."""
    a, b = set(one.split()), set(other.split())
    return len(a & b) / max(1, min(len(a), len(b)))


def _asked(row: dict) -> Asked:
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history", ()))
    return Asked(
        row["id"],
        Question(row["question"], history),
        tuple(row["answers"]),
        frozenset(f"a.jsonl#{each}" for each in row["articles"]),
        tuple(row["quotes"]),
        row["answerable"],
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
