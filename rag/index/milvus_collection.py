"""A collection of Milvus: its fields and indexes, its rows, and filters as its expressions."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

from rag.errors import ConfigError
from rag.index.lexical import K1, B, term_key
from rag.records import Article, Filters

BUILDS_WITHIN_S = 600.0  # one call of a build: some wait for the server's disk
MOST_AUTHORS = 1_024  # of an article that filters find
UNDATED = 0
WORD = re.compile(r"[a-z0-9]+")


def expression(filters: Filters, number_of: Callable[[str], int | None]) -> str:
    """Return the filters as Milvus' expression; "" for no limit. It holds numbers alone.

    >>> expression(Filters(as_of=date(2024, 6, 1)), {}.get)
    'published <= 739038'
    """
    parts = []
    if filters.articles:
        numbers = [n for each in filters.articles if (n := number_of(each)) is not None]
        parts.append(f"article in {numbers or [-1]}")
    if filters.outlets:
        parts.append(f"outlet in {list(map(_key, filters.outlets))}")
    if filters.authors:
        parts.append(f"array_contains_any(authors, {list(map(_key, filters.authors))})")
    if filters.published_from:
        parts.append(f"published >= {filters.published_from.toordinal()}")
    if filters.published_from or filters.published_to:
        parts.append(f"published > {UNDATED}")
    last = [day.toordinal() for day in (filters.published_to, filters.as_of) if day]
    if last:
        parts.append(f"published <= {min(last)}")
    return " and ".join(parts)


def import_pymilvus() -> tuple[Any, Any]:
    """Import pymilvus and gRPC; errors come as exceptions and need not be logged, too."""
    try:
        import grpc  # noqa: PLC0415 - likewise
        import pymilvus  # noqa: PLC0415 - an extra, and heavy
    except ImportError as error:
        raise ConfigError(
            "E-CFG-001",
            'store "milvus" needs pymilvus. Install it with: '
            ".venv/bin/pip install -r requirements-milvus.txt",
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    return pymilvus, grpc


def create_collection(client: Any, name: str, dimension: int, index: str) -> None:
    """Make a collection for vectors of that dimension, indexed so, and for BM25 over terms."""
    pymilvus, _ = import_pymilvus()
    types = pymilvus.DataType
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", types.INT64, is_primary=True)
    for field in ("article", "published", "outlet"):
        schema.add_field(field, types.INT64)
    schema.add_field("authors", types.ARRAY, element_type=types.INT64, max_capacity=MOST_AUTHORS)
    schema.add_field(
        "terms",
        types.VARCHAR,
        max_length=(1 << 16) - 1,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    schema.add_field("dense", types.FLOAT_VECTOR, dim=dimension)
    schema.add_field("sparse", types.SPARSE_FLOAT_VECTOR)
    bm25 = pymilvus.Function(
        name="bm25",
        function_type=pymilvus.FunctionType.BM25,
        input_field_names=["terms"],
        output_field_names=["sparse"],
    )
    schema.add_function(bm25)
    indexes = client.prepare_index_params()
    indexes.add_index("dense", index_type=index, metric_type="IP")
    indexes.add_index(
        "sparse",
        index_type="SPARSE_INVERTED_INDEX",
        metric_type="BM25",
        # within "params": pymilvus unfolds the outer one, and milvus-lite reads the inner one alone
        params={"params": {"bm25_k1": K1, "bm25_b": B}},
    )
    client.create_collection(name, schema=schema, index_params=indexes, timeout=BUILDS_WITHIN_S)


def filtered(article: Article) -> dict[str, Any]:
    """Return what of an article the filters ask for."""
    published = article.published
    return {
        "published": published.toordinal() if published else UNDATED,
        "outlet": _key(article.outlet),
        "authors": list(map(_key, article.authors[:MOST_AUTHORS])),
    }


def _key(name: str) -> int:
    """Return the number that stands for a name, however it is capitalised."""
    return term_key(name.casefold()) >> 1  # an INT64 of Milvus has a sign


def as_words(terms: Sequence[str]) -> str:
    """Return terms as a text whose words, to any analyzer, are these terms."""
    return " ".join(
        t if WORD.fullmatch(t) else f"0x{t.encode('utf-8', 'surrogatepass').hex()}" for t in terms
    )
