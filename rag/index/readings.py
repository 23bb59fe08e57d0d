"""Reading the corpus: every file's articles, from the cache where its bytes were read before.

The content of a file decides whether it is read again, never its time. A file that could not be
read is remembered with its reason, and tried again when its bytes or the reader change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass

from rag.config import Config
from rag.corpus.files import MEGABYTE, CorpusFile, list_files
from rag.corpus.reading import PARSER_VERSION, ArticleReader, FileReading, as_article
from rag.errors import ArticleError
from rag.index.cache import Cache, cache_key
from rag.index.manifest import canonical_json
from rag.index.passages import article_digest
from rag.records import Article, Problem

# Not remembered: no permission, changed while being read, no process to read it.
PASSING_TROUBLE = {"E-DOC-017", "E-DOC-018", "E-DOC-022"}
STORED_FORM = 2  # raise it with every change of what _encode writes, or of Article
DUPLICATE = "W-DOC-004"
SAME_ID = "E-DOC-019"


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the corpus folder holds now: articles by id, and what was wrong; all sorted.

    A digest stands for all that is known of the article at its place.
    """

    articles: tuple[Article, ...]
    digests: tuple[str, ...]
    duplicates: tuple[Problem, ...]
    failed: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that a person may want to fix."""
        return self.duplicates + self.failed + self.warnings


def read_corpus(
    config: Config, cache: Cache, *, tell: Callable[[int, int], None] | None = None
) -> Corpus:
    """Return what the corpus folder holds; only files that the cache does not know are parsed."""
    files, problems = list_files(config.corpus)
    articles: list[Article] = []
    used: list[bytes] = []
    with ExitStack() as stack:
        reader = _Reader(config, cache, files, stack)
        for number, file in enumerate(files, start=1):
            reading = reader.read(file)
            articles += reading.articles
            problems += reading.problems
            used += reading.keys
            if tell is not None:
                tell(number, len(files))
    cache.commit()
    cache.prune(used)
    return _sort_out(articles, problems)


@dataclass(frozen=True, slots=True)
class _Reading:
    articles: tuple[Article, ...] = ()
    problems: tuple[Problem, ...] = ()
    keys: tuple[bytes, ...] = ()


class _Reader:
    """Reads one file after the other; starts the parser at the first file that needs it."""

    def __init__(
        self, config: Config, cache: Cache, files: Sequence[CorpusFile], stack: ExitStack
    ) -> None:
        self._config = config
        self._cache = cache
        self._stack = stack
        self._parser: ArticleReader | None = None
        limits = (config.limit_file_mb, config.limit_characters, config.limit_pages)
        self._version = json.dumps(
            [STORED_FORM, PARSER_VERSION, *limits, config.limit_read_s, config.limit_read_mb]
        )
        self._hashes = {file.name: self._hash(file) for file in files}
        self._stored = cache.get_many(
            self._key(name, sha256) for name, sha256 in self._hashes.items() if sha256
        )

    def read(self, file: CorpusFile) -> _Reading:
        sha256 = self._hashes[file.name]
        if sha256:
            key = self._key(file.name, sha256)
            if key in self._stored:
                articles, problems = _decode(self._stored[key])
                return _Reading(articles, problems, (key,))
        return self._parse(file, sha256)

    def _hash(self, file: CorpusFile) -> str:
        """Return the SHA-256 of a file's bytes; empty where the reader will refuse it anyway."""
        if file.size > self._config.limit_file_mb * MEGABYTE:
            return ""  # hashing it could take long
        try:
            with file.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return ""

    def _parse(self, file: CorpusFile, sha256: str) -> _Reading:
        if self._parser is None:
            self._parser = self._stack.enter_context(ArticleReader(self._config))
        try:
            found: FileReading = self._parser.read(file)
        except ArticleError as error:
            problem = Problem(file.name, error.code, error.message)
            if not sha256 or error.code in PASSING_TROUBLE:
                return _Reading(problems=(problem,))
            return self._keep(file, sha256, (), (problem,))
        return self._keep(file, found.sha256, found.articles, found.problems)

    def _keep(
        self,
        file: CorpusFile,
        sha256: str,
        articles: tuple[Article, ...],
        problems: tuple[Problem, ...],
    ) -> _Reading:
        key = self._key(file.name, sha256)
        self._cache.put_many({key: _encode(articles, problems)})
        return _Reading(articles, problems, (key,))

    def _key(self, name: str, sha256: str) -> bytes:
        return cache_key(name, sha256, self._version)


def _sort_out(articles: Iterable[Article], problems: Iterable[Problem]) -> Corpus:
    """Keep one article an id and one a text: the first in the order of ids."""
    kept: dict[str, Article] = {}
    first_with: dict[str, str] = {}
    duplicates, others = [], list(problems)
    for article in sorted(articles, key=lambda a: (a.id, a.sha256)):
        if article.id in kept:
            message = f'Two articles use the id "{article.id}"; the first is kept.'
            others.append(Problem(article.id, SAME_ID, message))
        elif article.sha256 in first_with:
            first = first_with[article.sha256]
            message = f'"{article.id}" is identical to "{first}"; kept once.'
            duplicates.append(Problem(article.id, DUPLICATE, message))
        else:
            kept[article.id] = article
            first_with[article.sha256] = article.id
    order = sorted(others, key=lambda p: (p.name, p.code, p.message))
    return Corpus(
        articles=tuple(kept.values()),
        digests=tuple(map(article_digest, kept.values())),
        duplicates=tuple(duplicates),
        failed=tuple(p for p in order if not p.code.startswith("W-")),
        warnings=tuple(p for p in order if p.code.startswith("W-")),
    )


def _encode(articles: tuple[Article, ...], problems: tuple[Problem, ...]) -> bytes:
    plain = [
        {
            **asdict(a),
            "published": a.published and a.published.isoformat(),
            "updated": a.updated and a.updated.isoformat(),
        }
        for a in articles
    ]
    return canonical_json([plain, [asdict(problem) for problem in problems]])


def _decode(data: bytes) -> tuple[tuple[Article, ...], tuple[Problem, ...]]:
    articles, problems = json.loads(data)
    return tuple(map(as_article, articles)), tuple(Problem(**problem) for problem in problems)
