"""A corpus of any size for benchmarks: sentences of the demo corpus, recombined and renumbered.

Deterministic: the same count gives the same files. Nothing in it is meant to be true.

    python tests/benchmarks/synthetic.py 4300 /tmp/synthetic
"""

from __future__ import annotations

import random
import re
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SENTENCES_PER_ARTICLE = 12  # about two to three passages
FIRST_DAY = date(2018, 1, 1)
DAYS = 2900
_NUMBER = re.compile(r"\d+")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def demo_sentences() -> list[str]:
    """Return every sentence of the demo corpus."""
    sys.path.insert(0, str(ROOT))
    from rag.text.sentences import split_sentences

    return [
        text[span.start : span.end].replace("\n", " ")
        for path in sorted((ROOT / "corpus").rglob("*.md"))
        for text in [_FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))]
        for span in split_sentences(text)
        if not text[span.start :].startswith("#")
    ]


def write_corpus(folder: Path, articles: int) -> None:
    """Write `articles` Markdown files below `folder`."""
    sentences = demo_sentences()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(articles):
        (folder / f"{number:06}.md").write_text(_article(number, sentences), encoding="utf-8")


def _article(number: int, sentences: list[str]) -> str:
    chance = random.Random(number)  # noqa: S311 - made to be repeatable, not secret
    chosen = chance.sample(sentences, SENTENCES_PER_ARTICLE)
    body = [_NUMBER.sub(lambda _: str(chance.randint(1, 9999)), text) for text in chosen]
    published = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    third = SENTENCES_PER_ARTICLE // 3
    paragraphs = [" ".join(body[at : at + third]) for at in range(0, len(body), third)]
    return (
        f'---\ntitle: "Synthetic article {number}"\npublished: {published}\n'
        f"outlet: Outlet {number % 7}\n---\n" + "\n\n".join(paragraphs) + "\n"
    )


if __name__ == "__main__":
    write_corpus(Path(sys.argv[2]), int(sys.argv[1]))
