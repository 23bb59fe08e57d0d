"""The demo corpus reads cleanly: titles, dates with their source, blocks without their title."""

from datetime import date
from pathlib import Path

import pytest

from rag.config import Config
from rag.corpus.files import list_files
from rag.corpus.normal_form import normal_text
from rag.corpus.reading import ArticleReader

CORPUS = Path(__file__).parents[2] / "corpus"
UNDATED = {"source/technology-measures-on-hold.md"}

EXPECTED = {  # title, date, how the text begins, how many blocks
    ".pdf": (
        "From 145 per cent to a 90-day truce: the US-China tariff escalation of 2025",
        date(2025, 5, 14),
        "The United States and China have",
        14,
    ),
    ".docx": (
        "America's rules on outbound investment in Chinese technology",
        date(2024, 11, 18),
        "From 2 January 2025 the United",
        16,
    ),
    ".html": (
        "Busan truce: China suspends its October rare earth controls for a year",
        date(2025, 11, 12),
        "The trade truce that President Donald",
        19,
    ),
    ".txt": (
        "US agencies warn that Volt Typhoon is preparing to disrupt critical infrastructure",
        date(2024, 2, 9),
        "Hackers working for the Chinese state",
        8,
    ),
}


@pytest.fixture(scope="module")
def readings():
    files, problems = list_files(CORPUS)
    assert problems == []
    with ArticleReader(Config(corpus=CORPUS)) as reader:
        return {file.name: reader.read(file) for file in files}


def test_every_article_reads_without_a_problem(readings):
    assert len(readings) >= 24
    assert all(reading.problems == () for reading in readings.values())
    assert all(len(reading.articles) == 1 for reading in readings.values())


def test_every_article_but_the_undated_one_has_its_date_and_says_how(readings):
    sources = {name: reading.articles[0].published_from for name, reading in readings.items()}
    expected = {
        ".md": "front matter",
        ".html": "JSON-LD",
        ".pdf": "byline",
        ".docx": "byline",
        ".txt": "byline",
    }

    for name, known_from in sources.items():
        wanted = "unknown" if name in UNDATED else expected[Path(name).suffix]
        assert (name, known_from) == (name, wanted)


def test_the_text_is_in_normal_form_and_does_not_repeat_the_title(readings):
    for reading in readings.values():
        (article,) = reading.articles
        assert normal_text(article.text).text == article.text
        assert article.title not in article.text.split("\n\n")
        assert 1_000 < len(article.text) < 6_000
        assert max(map(len, article.text.split("\n\n"))) < 1_500


@pytest.mark.parametrize("suffix", EXPECTED)
def test_every_format_gives_clean_blocks(readings, suffix):
    ((article,),) = [r.articles for name, r in readings.items() if name.endswith(suffix)]

    blocks = article.text.split("\n\n")

    opening = " ".join(blocks[0].split()[:6])
    assert (article.title, article.published, opening, len(blocks)) == EXPECTED[suffix]
    assert article.authors == ("Footnote maintainers",)
    assert not any("cookie" in block or block == "Home" for block in blocks)
