"""How many articles of folders have a date, a date of update and authors, and which.

python tests/benchmarks/metadata.py FOLDER… [--list]

Whether they are right is for a person to see: `--list` prints a line an article to compare with
its file, or with the list of another checkout.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.corpus.drafts import Limits, Source
from rag.corpus.extraction import extract
from rag.errors import ArticleError
from rag.records import Article

LIMITS = Limits(characters=5_000_000, pages=2_000, latest=date(2100, 1, 1))


def articles(folder: Path) -> list[Article]:
    """Return the articles of all files below `folder` that can be read."""
    found: list[Article] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            source = Source(str(path.relative_to(folder)), path.read_bytes(), LIMITS)
            found += extract(source).articles
        except (ArticleError, KeyError) as error:
            print(f"{path.name}: {error}", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    print("| folder | articles | dated | updated | authors |\n|---|---:|---:|---:|---:|")
    for folder in options.folders:
        read = articles(folder)
        counts = [
            sum(map(bool, each))
            for each in zip(*((a.published, a.updated, a.authors) for a in read), strict=True)
        ]
        print(f"| {folder.name} | {len(read)} | {' | '.join(map(str, counts))} |")
        for a in read if options.list else ():
            print(a.id, a.published, a.published_from, a.updated, a.authors, a.title, sep=" · ")


if __name__ == "__main__":
    main()
