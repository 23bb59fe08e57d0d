"""Reading the corpus: every file's articles, from the cache where its bytes were read before.

The content of a file decides whether a build reads it again, never its time. A file that could not
be read is remembered with its reason, and tried again when its bytes or the parsers change. A look
at what a build would change trusts a file whose size, times and inode are those it was read with.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from rag.config import Config
from rag.corpus.files import MEGABYTE, CorpusFile, list_files, read_bytes
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
DUPLICATE = "W-DOC-004"
SAME_ID = "E-DOC-019"


@dataclass(frozen=True, slots=True)
class Listing:
    """Which articles the corpus folder holds now, and what was wrong; all sorted.

    `digests` has by article id, in its order, what stands for all that is known of the article.
    """

    digests: dict[str, str]
    duplicates: tuple[Problem, ...]
    failed: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that a person may want to fix."""
        return self.duplicates + self.failed + self.warnings


@dataclass(frozen=True, slots=True)
class Corpus(Listing):
    """A listing that hands out the articles themselves; `load` takes ids and keeps their order.

    `load` raises ArticleError E-DOC-018 for an article that is no longer what was listed.
    """

    load: Callable[[Iterable[str]], list[Article]]


def read_corpus(
    config: Config,
    cache: Cache,
    *,
    tell: Callable[[int, int], None] | None = None,
    read_elsewhere: Callable[[Sequence[CorpusFile]], Iterable[int]] | None = None,
) -> Corpus:
    """Return what the corpus folder holds; only files that the cache does not know are parsed.

    `read_elsewhere` takes the files to parse, fills the cache, and yields how many are done. What
    it leaves out is parsed here.
    """
    files, problems = list_files(config.corpus)
    found: list[_Found] = []
    used: list[bytes] = []
    with ArticleReader(config) as parser:
        reader = CachedReader(config, cache, files, parser)
        if read_elsewhere is not None and (new := reader.unknown()):
            for done in read_elsewhere(new):
                if tell is not None:
                    tell(len(files) - len(new) + done, len(files))
            tell = None
        for number, file in enumerate(files, start=1):
            reading = reader.read(file)
            found += reading.found
            problems += reading.problems
            used += reading.keys
            if tell is not None:
                tell(number, len(files))
    cache.commit()
    cache.prune(lambda: used, count=len(used))
    listing, kept = _sort_out(found, problems)
    by_id = {each.id: each for each in kept}

    def load(ids: Iterable[str]) -> list[Article]:
        with parser:
            return reader.load([by_id[id_] for id_ in ids])

    return Corpus(listing.digests, listing.duplicates, listing.failed, listing.warnings, load)


def list_corpus(config: Config, cache: Cache) -> Listing:
    """Return which articles the corpus folder holds; only files that seem new are opened."""
    files, problems = list_files(config.corpus)
    version = _version(config)
    keys = [_stat_key(file, version) for file in files]
    stored = cache.get_many(keys)
    found: list[_Found] = []
    new = []
    for file, key in zip(files, keys, strict=True):
        data = stored.get(key)
        if data is None:
            new.append(file)
        else:
            reading = _decode_summary(data, file)
            found += reading.found
            problems += reading.problems
    with ArticleReader(config) as parser:
        reader = CachedReader(config, cache, new, parser)
        for file in new:
            reading = reader.read(file)
            found += reading.found
            problems += reading.problems
    cache.commit()
    return _sort_out(found, problems)[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """What tells an article from others, and the name of its file."""

    id: str
    sha256: str
    digest: str
    file: str


@dataclass(frozen=True, slots=True)
class _Reading:
    found: tuple[_Found, ...] = ()
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
        self._version = _version(config)
        self._started = time.time_ns()
        self._files = {file.name: file for file in files}
        self._hashes = {file.name: self._hash(file) for file in files}
        self._stored = cache.get_many(
            _summary_key(self._key(name, sha256)) for name, sha256 in self._hashes.items() if sha256
        )
        self._listed = cache.get_many(_stat_key(file, self._version) for file in files)

    def read(self, file: CorpusFile) -> _Reading:
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

    def load(self, wanted: Sequence[_Found]) -> list[Article]:
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

    def _load(self, wanted: _Found, body: bytes | None) -> Article:
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

    def _found(self, file: CorpusFile, key: bytes, summary: bytes) -> _Reading:
        """Return the reading of a file, and remember by its times which articles it holds."""
        stat_key = _stat_key(file, self._version)
        is_settled = file.changed_ns + SETTLED_NS < self._started
        if is_settled and self._listed.get(stat_key) != summary:
            self._cache.put_many({stat_key: summary})
        reading = _decode_summary(summary, file)
        return _Reading(reading.found, reading.problems, (key, _summary_key(key), stat_key))

    def _summarised(
        self,
        file: CorpusFile,
        key: bytes,
        articles: tuple[Article, ...],
        problems: tuple[Problem, ...],
    ) -> _Reading:
        known = [[a.id, a.sha256, article_digest(a)] for a in articles]
        summary = canonical_json([known, [asdict(problem) for problem in problems]])
        self._cache.put_many({_summary_key(key): summary})
        return self._found(file, key, summary)

    def _parse(self, file: CorpusFile, sha256: str) -> _Reading:
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
        return self._summarised(file, key, articles, problems)

    def _key(self, name: str, sha256: str) -> bytes:
        return cache_key(name, sha256, self._version)


def _version(config: Config) -> str:
    """Return what a reading depends on besides the file."""
    limits = (config.limit_file_mb, config.limit_characters, config.limit_pages)
    return json.dumps(
        [STORED_FORM, PARSER_VERSION, *limits, config.limit_read_s, config.limit_read_mb]
    )


def _summary_key(key: bytes) -> bytes:
    return cache_key("summary", key.hex())


def _stat_key(file: CorpusFile, version: str) -> bytes:
    stamp = (file.size, file.mtime_ns, file.changed_ns, file.inode)
    return cache_key("listed", file.name, *map(str, stamp), version)


def _sort_out(found: Iterable[_Found], problems: Iterable[Problem]) -> tuple[Listing, list[_Found]]:
    """Keep one article an id and one a text: the first in the order of ids."""
    kept: dict[str, _Found] = {}
    first_with: dict[str, str] = {}
    duplicates, others = [], list(problems)
    for article in sorted(found, key=lambda a: (a.id, a.sha256)):
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
    listing = Listing(
        digests={each.id: each.digest for each in kept.values()},
        duplicates=tuple(duplicates),
        failed=tuple(p for p in order if not p.code.startswith("W-")),
        warnings=tuple(p for p in order if p.code.startswith("W-")),
    )
    return listing, list(kept.values())


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


def _decode_summary(data: bytes, file: CorpusFile) -> _Reading:
    known, told = json.loads(data)
    return _Reading(
        tuple(_Found(id_, sha256, digest, file.name) for id_, sha256, digest in known),
        tuple(Problem(**fields) for fields in told),
    )


def _decode(data: bytes) -> tuple[tuple[Article, ...], tuple[Problem, ...]]:
    articles, problems = json.loads(data)
    return tuple(map(as_article, articles)), tuple(Problem(**problem) for problem in problems)
