"""Deterministic doubles for what is slow in tests; the real parts have tests of their own.

`WordEmbedder` implements the Embedder protocol: texts that share words have similar vectors.
`WordReader` implements the Reader protocol by shared words.
`TextReader` reads text files as ArticleReader does, without a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.corpus.files import CorpusFile, read_bytes
from rag.corpus.reading import FileReading
from rag.encoders.reader import EntailmentScores, PassageReading, ReadablePassage
from rag.errors import ArticleError
from rag.records import Article, Quote, Span
from rag.text.tokens import content_tokens

WORD = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*")


class WordEmbedder:
    """Embeds a text as the unit sum of one fixed vector a word; `embedded` lists what it was asked.

    >>> embedder = WordEmbedder()
    >>> a, b, c = embedder.embed_passages(["red apples", "green apples", "blue sky"])
    >>> bool(a @ b > a @ c)
    True
    """

    def __init__(self, *, name: str = "word-overlap", dimension: int = 64, max_tokens: int = 256):
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.fingerprint = {"id": name, "dimension": dimension, "max_tokens": max_tokens}
        canonical = json.dumps(self.fingerprint, sort_keys=True)
        self.key = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
        self.embedded: list[str] = []

    def embed_passages(
        self, texts: Sequence[str], *, on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            rows[row] = self._embed(text)
            self.embedded.append(text)
            if on_done is not None:
                on_done(row + 1)
        return rows

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._embed(text)

    def count_tokens(self, text: str) -> int:
        return len(WORD.findall(text))

    def _embed(self, text: str) -> NDArray[np.float32]:
        words = [word.casefold() for word in WORD.findall(text)] or ["\0"]
        total = np.sum([_word_vector(word, self.dimension) for word in words], axis=0)
        length = np.linalg.norm(total)
        if length == 0:
            return self._embed("")
        return (total / length).astype(np.float32)


@lru_cache(maxsize=20_000)
def _word_vector(word: str, dimension: int) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(dimension)


class TextReader:
    """Reads UTF-8 text files in this process, as ArticleReader does in one that it can end."""

    def __init__(self, config: Config) -> None:
        self._limit_mb = config.limit_file_mb

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def read(self, file: CorpusFile) -> FileReading:
        data = read_bytes(file, limit_mb=self._limit_mb)
        try:
            text = data.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise ArticleError("E-DOC-006", f'"{file.name}" is not valid UTF-8.') from error
        if not text:
            raise ArticleError("E-DOC-001", f'"{file.name}" contains no text.')
        sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
        article = Article(id=file.name, sha256=sha256, title=text.partition("\n")[0], text=text)
        return FileReading(hashlib.sha256(data).hexdigest(), (article,), ())


class WordReader:
    """Implements the Reader protocol: a sentence answers by the question's words that it has.

    The words that answer are the first figure or capitalised word that the question has not. A
    text entails a claim whose words it has.
    """

    name = "word-overlap"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[PassageReading]:
        self.asked.append(question)
        return [self._read(set(content_tokens(question)), passage) for passage in passages]

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        own, known = set(content_tokens(claim)), set(content_tokens(evidence))
        entailed = len(own & known) / max(1, len(own))
        return EntailmentScores(entailed, 0.0, 1.0 - entailed)

    def _read(self, asked: set[str], passage: ReadablePassage) -> PassageReading:
        texts = [passage.text[span.start : span.end] for span in passage.sentences]
        shared = [len(asked & set(content_tokens(text))) for text in texts]
        scores = np.array([4.0 * n / max(1, len(asked)) - 2.0 for n in shared], np.float32)
        tokens = [Span(*match.span()) for match in WORD.finditer(passage.text)]
        likely = np.array([self._is_answer(passage.text, t, asked) for t in tokens], np.float32)
        return PassageReading(scores, float(scores.max(initial=-2)), likely, likely, tuple(tokens))

    def _is_answer(self, text: str, token: Span, asked: set[str]) -> float:
        word = text[token.start : token.end]
        is_new = bool(content_tokens(word)) and not set(content_tokens(word)) & asked
        return 5.0 if is_new and (word[0].isdigit() or word[0].isupper()) else 0.0


def is_exact(quote: Quote, article: Article) -> bool:
    """Return whether the quote is what this version of the article says at that place."""
    return (
        quote.article_id == article.id
        and quote.article_sha256 == article.sha256
        and 0 <= quote.start < quote.end <= len(article.text)
        and article.text[quote.start : quote.end] == quote.text
    )
