"""Count paragraphs with machine markup in what is read of the installed packages' descriptions.

python -m tests.benchmarks.markup_residue
"""

import importlib.metadata
import re

from rag.corpus.extraction import extract
from rag.errors import ArticleError
from tests.corpus.corpus_samples import source

MARKUP = re.compile(
    r"^\.\. |^:\w[\w-]*:|:\w+:`|`_|^\|[^|]+\|$|^!!!|^:::|\{[%<#.]|^\[TOC\]|shields\.io|badge"
    r"|toctree|^=+$",
    re.MULTILINE,
)


def main() -> None:
    """Print, by format, the articles, their words and the paragraphs with markup."""
    tally: dict[str, list[int]] = {}
    for package in importlib.metadata.distributions():
        kind = package.metadata.get("Description-Content-Type") or "text/x-rst"
        suffix = ".md" if "markdown" in kind else ".txt"  # a .txt with directives is read as .rst
        text = package.metadata.get_payload() or package.metadata.get("Description") or ""
        try:
            [article] = extract(source(f"a{suffix}", text)).articles
        except ArticleError:
            continue
        paragraphs = article.text.split("\n\n")
        counts = (1, len(article.text.split()), sum(bool(MARKUP.search(p)) for p in paragraphs))
        tally[suffix] = [a + b for a, b in zip(tally.get(suffix, [0, 0, 0]), counts, strict=True)]
    for suffix, (articles, words, marked) in sorted(tally.items()):
        print(f"{suffix}: {articles} articles, {words:,} words, {marked} paragraphs with markup")


if __name__ == "__main__":
    main()
