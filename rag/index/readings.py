"""Reading the corpus: every file's articles, one an id and one a text.

A look at what a build would change trusts a file whose size, times and inode are those it was read
with; a build trusts its content alone (`cached_reader`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.config import ADDED_FOLDER, Config
from rag.corpus.files import CorpusFile, list_files
from rag.corpus.reading import ArticleReader
from rag.index.cache import Cache
from rag.index.cached_reader import (
    CachedReader,
    FoundArticle,
    decode_summary,
    readings_version,
    stat_key,
)
from rag.records import Article, Problem

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
    found: list[FoundArticle] = []
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
    version = readings_version(config)
    keys = [stat_key(file, version) for file in files]
    stored = cache.get_many(keys)
    found: list[FoundArticle] = []
    new = []
    for file, key in zip(files, keys, strict=True):
        data = stored.get(key)
        if data is None:
            new.append(file)
        else:
            reading = decode_summary(data, file)
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


def _sort_out(
    found: Iterable[FoundArticle], problems: Iterable[Problem]
) -> tuple[Listing, list[FoundArticle]]:
    """Keep one article an id and one a text: the first in the order of ids.

    What was given to the library comes last: a copy of an article takes none of its quotes away.
    """
    kept: dict[str, FoundArticle] = {}
    first_with: dict[str, str] = {}
    duplicates, others = [], list(problems)
    for article in sorted(found, key=lambda a: (_is_added(a.id), a.id, a.sha256)):
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
    articles = [kept[name] for name in sorted(kept)]
    listing = Listing(
        digests={each.id: each.digest for each in articles},
        duplicates=tuple(sorted(duplicates, key=lambda p: p.name)),
        failed=tuple(p for p in order if not p.code.startswith("W-")),
        warnings=tuple(p for p in order if p.code.startswith("W-")),
    )
    return listing, articles


def _is_added(name: str) -> bool:
    return name.startswith(f"{ADDED_FOLDER}/")
