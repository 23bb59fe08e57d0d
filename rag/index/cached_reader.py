"""One file after the other, from the cache where its bytes were read before.

The content of a file decides whether a build reads it again, never its time. A file that could not
be read is remembered with its reason, and tried again when its bytes or the parsers change.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rag.config import Config
from rag.corpus.files import MEGABYTE, CorpusFile, read_bytes
from rag.corpus.reading import PARSER_VERSION, ArticleReader, FileReading, as_article
from rag.errors import ArticleError
from rag.index.cache import Cache, cache_key
from rag.index.manifest import canonical_json
from rag.index.passages import article_digest
from rag.records import Article, Problem

# Not remembered: no permission, changed while being read, no process to read it.
PASSING_TROUBLE = {"E-DOC-017", "E-DOC-018", "E-DOC-022"}
STORED_FORM = 2  # raise it with every change of what _encode writes, or of Article
SETTLED_NS = 3_000_000_000  # the times of a file may not show a change soon after another


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """What tells an article from others, and the name of its file."""

    id: str
    sha256: str
    digest: str
    file: str


@dataclass(frozen=True, slots=True)
class FileContents:
    """The articles of one file, what is wrong with it, and the keys of the cache that it used."""

    found: tuple[FoundArticle, ...] = ()
    problems: tuple[Problem, ...] = ()
    keys: tuple[bytes, ...] = ()


class CachedReader:
    """Reads one file after the other; `parser` starts at the first file that needs it."""

    def __init__(
        self, config: Config, cache: Cache, files: Sequence[CorpusFile], parser: ArticleReader
    ) -> None:
        self._config = config
        self._cache = cache
        self._parser = parser
        self._version = readings_version(config)
        self._started = time.time_ns()
        self._files = {file.name: file for file in files}
        self._hashes = {file.name: self._hash(file) for file in files}
        self._stored = cache.get_many(
            _summary_key(self._key(name, sha256)) for name, sha256 in self._hashes.items() if sha256
        )
        self._listed = cache.get_many(stat_key(file, self._version) for file in files)

    def read(self, file: CorpusFile) -> FileContents:
        """Return which articles a file holds, and what is wrong with it."""
        sha256 = self._hashes[file.name]
        if sha256:
            key = self._key(file.name, sha256)
            summary = self._stored.get(_summary_key(key))
            if summary is not None:
                return self._found(file, key, summary)
            body = self._cache.get(key)  # of a Footnote that kept no summaries
            if body is not None:
                return self._summarised(file, key, *_decode(body))
        return self._parse(file, sha256)

    def load(self, wanted: Sequence[FoundArticle]) -> list[Article]:
        """Return the articles that were found; one that the cache lost is read once more."""
        keys = [self._key(each.file, self._hashes[each.file]) for each in wanted]
        stored = self._cache.get_many(keys)
        return [self._load(each, stored.get(key)) for each, key in zip(wanted, keys, strict=True)]

    def unknown(self) -> list[CorpusFile]:
        """Return the files that will be parsed, but for those that cannot be opened."""
        keys = {
            _summary_key(self._key(name, sha256)): name
            for name, sha256 in self._hashes.items()
            if sha256
        }
        return [self._files[name] for key, name in keys.items() if key not in self._stored]

    def _load(self, wanted: FoundArticle, body: bytes | None) -> Article:
        file = self._files[wanted.file]
        if body is None:
            self._parse(file, self._hashes[file.name])
            body = self._cache.get(self._key(file.name, self._hashes[file.name]))
        articles = _decode(body)[0] if body is not None else ()
        for article in articles:
            if article.id == wanted.id and article_digest(article) == wanted.digest:
                return article
        raise ArticleError("E-DOC-018", f'"{wanted.id}" changed while it was read. Run it again.')

    def _hash(self, file: CorpusFile) -> str:
        """Return the SHA-256 of a file's bytes; empty where the reader will refuse it anyway."""
        if file.size > self._config.limit_file_mb * MEGABYTE:
            return ""  # hashing it could take long
        try:
            data = read_bytes(file, limit_mb=self._config.limit_file_mb)
        except ArticleError:
            return ""
        return hashlib.sha256(data).hexdigest()

    def _found(self, file: CorpusFile, key: bytes, summary: bytes) -> FileContents:
        """Return the reading of a file, and remember by its times which articles it holds."""
        by_times = stat_key(file, self._version)
        is_settled = file.changed_ns + SETTLED_NS < self._started
        if is_settled and self._listed.get(by_times) != summary:
            self._cache.put_many({by_times: summary})
        reading = decode_summary(summary, file)
        return FileContents(reading.found, reading.problems, (key, _summary_key(key), by_times))

    def _summarised(
        self,
        file: CorpusFile,
        key: bytes,
        articles: tuple[Article, ...],
        problems: tuple[Problem, ...],
    ) -> FileContents:
        known = [[a.id, a.sha256, article_digest(a)] for a in articles]
        summary = canonical_json([known, [asdict(problem) for problem in problems]])
        self._cache.put_many({_summary_key(key): summary})
        return self._found(file, key, summary)

    def _parse(self, file: CorpusFile, sha256: str) -> FileContents:
        try:
            found: FileReading = self._parser.read(file)
        except ArticleError as error:
            problem = Problem(file.name, error.code, error.message)
            if not sha256 or error.code in PASSING_TROUBLE:
                return FileContents(problems=(problem,))
            return self._keep(file, sha256, (), (problem,))
        return self._keep(file, found.sha256, found.articles, found.problems)

    def _keep(
        self,
        file: CorpusFile,
        sha256: str,
        articles: tuple[Article, ...],
        problems: tuple[Problem, ...],
    ) -> FileContents:
        key = self._key(file.name, sha256)
        self._cache.put_many({key: _encode(articles, problems)})
        return self._summarised(file, key, articles, problems)

    def _key(self, name: str, sha256: str) -> bytes:
        return cache_key(name, sha256, self._version)


def readings_version(config: Config) -> str:
    """Return what a reading depends on besides the file."""
    limits = (config.limit_file_mb, config.limit_characters, config.limit_pages)
    return json.dumps(
        [STORED_FORM, PARSER_VERSION, *limits, config.limit_read_s, config.limit_read_mb]
    )


def stat_key(file: CorpusFile, version: str) -> bytes:
    """Return the key of what a file of these times holds."""
    stamp = (file.size, file.mtime_ns, file.changed_ns, file.inode)
    return cache_key("listed", file.name, *map(str, stamp), version)


def decode_summary(data: bytes, file: CorpusFile) -> FileContents:
    """Return what the cache keeps of a file."""
    known, told = json.loads(data)
    return FileContents(
        tuple(FoundArticle(id_, sha256, digest, file.name) for id_, sha256, digest in known),
        tuple(Problem(**fields) for fields in told),
    )


def _summary_key(key: bytes) -> bytes:
    return cache_key("summary", key.hex())


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
