"""Compares what the parsers read with what other programs show of the same files.

python tests/benchmarks/reading.py FOLDER… [--most 100]

The words of a page are those that lxml finds outside scripts, menus and feet; of a PDF those of
`pdftotext`; of a Word file those of its text elements, deletions aside. Of both sides every word
counts as often as it stands there: lost are those that the article lacks, invented those that it
has too often.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import lxml.html
from lxml import etree

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.corpus.drafts import Limits, Source
from rag.corpus.extraction import extract
from rag.errors import ArticleError

LIMITS = Limits(characters=5_000_000, pages=2_000, latest=date(2100, 1, 1))
FEWEST_WORDS = 50  # of a file that is worth comparing
FRAME = "//script|//style|//noscript|//template|//nav|//footer|//header|//aside|//head|//form|//svg"
ROLES = "//*[@role='navigation' or @role='search' or @role='contentinfo' or @role='banner']"
HIDDEN = "//*[@hidden]|//comment()|//a[contains(@class,'headerlink')]"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def words(text: str) -> Counter[str]:
    plain = re.sub(r"(?<=\w)[-\u00ad\u2010]\n\s*", "", unicodedata.normalize("NFKC", text))
    return Counter(re.findall(r"[^\W_]+", plain.casefold()))


def shown(path: Path) -> str:
    """Return the text that another program shows of a file."""
    if path.suffix == ".pdf":
        done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=False)  # noqa: S607
        return done.stdout.decode("utf-8", "replace")
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            tree = etree.fromstring(package.read("word/document.xml"))
        return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in tree.iter(f"{W}p"))
    tree = lxml.html.fromstring(path.read_bytes())
    for query in (HIDDEN, FRAME, ROLES):
        for element in tree.xpath(query):
            if element.getparent() is not None:
                element.drop_tree()
    return "\n".join(tree.itertext())


def compared(path: Path) -> tuple[int, int, int, int] | None:
    """Return the words of a file, those lost, those read, and those invented."""
    try:
        there = words(shown(path))
        if there.total() < FEWEST_WORDS:
            return None
        articles = extract(Source(path.name, path.read_bytes(), LIMITS)).articles
    except (ArticleError, etree.LxmlError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return None
    text, around = Counter[str](), Counter[str]()
    for article in articles:
        text += words(article.text)
        around += words(f"{article.title} {' '.join(article.authors)} {article.published or ''}")
    lost = there - text - around
    return there.total(), lost.total(), text.total(), (text - there).total()


def sampled(folders: list[Path], suffix: str, most: int) -> Iterator[Path]:
    """Yield at most `most` files of a kind, spread evenly over the folders."""
    found = sorted(
        path for folder in folders for path in folder.rglob(f"*{suffix}") if path.is_file()
    )
    yield from found[:: max(1, -(-len(found) // most))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=100, help="files of each kind (100)")
    parser.add_argument("--worst", type=int, default=0, help="list so many files of each kind")
    options = parser.parse_args()
    for suffix in (".html", ".pdf", ".docx"):
        results = [(compared(p), p) for p in sampled(options.folders, suffix, options.most)]
        rows = [(row, path) for row, path in results if row]
        if rows:
            there, lost, read, invented = map(sum, zip(*(row for row, _ in rows), strict=True))
            share = f"{lost / there:.1%} lost, {invented / max(1, read):.1%} invented"
            print(f"{suffix:6}{len(rows):4} files, {there:8,} words: {share}")
        rows.sort(key=lambda item: (item[0][1] + item[0][3]) / item[0][0], reverse=True)
        for row, path in rows[: options.worst]:
            print(f"    {path}: {row[1]} of {row[0]} lost, {row[3]} of {row[2]} invented")


if __name__ == "__main__":
    main()
