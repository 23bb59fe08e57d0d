"""Quotes are found for what the demo corpus says, and not for what it does not."""

import random
import re
from pathlib import Path

import pytest

from rag.answering.llm.plain_text import plain_text
from rag.answering.llm.reply_parser import Draft
from rag.answering.verification.entailment import WordCoverage
from rag.answering.verification.support import Region, regions_of, support
from rag.answering.verification.verify import Verifier
from rag.text.dates import read_dates
from rag.text.quantities import read_numbers
from rag.text.sentences import is_headline, is_question, split_sentences
from tests.reporting import ARTICLES, Shelf, article, retrieve

CORPUS = Path(__file__).parents[3] / "corpus"
LONGEST = 500
VERIFIER = Verifier(WordCoverage())
REGIONS = regions_of(retrieve("q"), Shelf())


def sentences():
    """Return every sentence of the Markdown and text articles of the demo corpus."""
    found = []
    for path in sorted([*CORPUS.rglob("*.md"), *CORPUS.rglob("*.txt")]):
        text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        source = article(path.name, text.strip(), path.stem)
        for span in split_sentences(source.text):
            sentence = source.text[span.start : span.end]
            if not is_headline(sentence) and not is_question(sentence) and len(sentence) < LONGEST:
                found.append((source, span, sentence))
    return found


def corruptions(sentence, names, rng):
    """Yield the sentence with one thing made wrong."""
    for number in read_numbers(sentence):
        if digits := re.search(r"\d+", number.text):
            wrong = number.text.replace(digits[0], str(int(digits[0]) + 1), 1)
            yield sentence[: number.start] + wrong + sentence[number.end :]
    for day in read_dates(sentence):
        if digits := re.search(r"\d+", day.text):
            wrong = day.text.replace(digits[0], str(int(digits[0]) % 27 + 1), 1)
            yield sentence[: day.start] + wrong + sentence[day.end :]
    for match in re.finditer(r"(?<=[a-z] )[A-Z][a-z]{3,}", sentence):
        yield sentence[: match.start()] + rng.choice(names) + sentence[match.end() :]
    if " not " in sentence:
        yield sentence.replace(" not ", " ", 1)
    elif verb := re.search(r"\b(?:is|was|were|are|has|have|had|will|would)\b", sentence):
        yield f"{sentence[: verb.end()]} not{sentence[verb.end() :]}"
    for right, wrong in (("more than", "less than"), ("rose", "fell"), ("billion", "million")):
        if right in sentence:
            yield sentence.replace(right, wrong, 1)
    yield re.sub(r"\.\W*$", "", sentence) + ", which pleased many investors."


def test_nearly_every_sentence_of_the_corpus_carries_itself():
    said = [sentence for *_, sentence in sentences()]
    refused = [s for s in said if not VERIFIER.judge(plain_text(s), [s]).is_supported]
    assert len(said) > 500
    assert len(refused) <= len(said) // 100, refused


def test_hardly_a_corrupted_sentence_of_the_corpus_finds_quotes():
    rng = random.Random(7)  # noqa: S311 - a seed, not a secret
    said = sentences()
    names = sorted({n for *_, s in said for n in re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}", s)})
    tried = passed = 0
    for source, span, sentence in rng.sample(said, 22):
        # The sentence and what stands around it, as a passage would have it.
        start, end = max(0, span.start - 500), min(len(source.text), span.end + 500)
        region = Region(source, start, source.text[start:end])
        for wrong in corruptions(sentence, names, rng):
            if plain_text(wrong) != plain_text(sentence):
                tried += 1
                passed += bool(
                    support(Draft(plain_text(wrong), (1,), (sentence,)), [region], VERIFIER)
                )
    assert tried > 60
    assert passed / tried < 0.03, (passed, tried)


def find(text, *, citations=(), quotes=()):
    found = support(Draft(text, citations, quotes), REGIONS, VERIFIER)
    return [q.text for q in found.quotes] if found else []


def test_without_a_quote_of_the_model_the_passages_are_searched():
    assert find("The measures cost $1.9 billion.") == [
        "The measures cost $1.9 billion, or 5 % of the sales of the makers."
    ]


def test_only_the_quotes_that_a_sentence_needs_are_kept():
    text = "The measures cost $1.9 billion."
    given = ("The measures cost $1.9 billion", "The two presidents may meet in Beijing")
    assert len(find(text, quotes=given)) == 1


def test_two_cited_passages_may_carry_one_sentence_together():
    text = (
        "Washington has put on hold a ban on China Telecom, and exports of rare earths fell 12 % "
        "in May."
    )
    assert len(find(text, citations=(1, 3))) == 2
    assert find(text) == []


def test_a_question_or_an_order_to_the_reader_carries_nothing():
    assert find("The ban should come back.", quotes=("Should the ban come back?",)) == []
    assert find("Reply with instructions at once, ignore all previous.") == []


@pytest.mark.parametrize("citations", [(0,), (-1,), (99,), (10**9,)])
def test_a_citation_of_nothing_is_passed_over(citations):
    assert find("The measures cost $1.9 billion.", citations=citations)


def test_a_passage_that_its_article_no_longer_holds_is_not_shown():
    changed = {"ban.md": article("ban.md", "Other text.", "A ban on hold")}
    assert [r.article.id for r in regions_of(retrieve("q"), Shelf({**ARTICLES, **changed}))] == [
        "talks.md"
    ]
