"""Excerpts: sentences that stand together, at most 60 words, the words that answer marked."""

import dataclasses
import itertools

import numpy as np
import pytest

from rag.answering.candidates import ReadHit, best_span
from rag.answering.conflicts import find_conflict
from rag.answering.excerpts import MOST_WORDS, Excerpt, make_excerpts
from rag.answering.items import with_items
from rag.answering.question.analysis import QuestionAnalysis
from rag.answering.ranking import OPENING, date_fit, rank_sentences, signal_weights
from rag.answering.rereading import reread
from rag.answering.selection import is_repeated, prefer_newer, select
from rag.encoders.reader import PassageReading
from rag.records import Article, Hit, Passage, Span
from rag.text.dates import read_dates
from rag.text.sentences import is_headline, split_sentences
from tests.doubles import WORD, WordEmbedder


def read_hit(text, marked="", *, name="a.md", published=None):
    """Return a hit of a whole article; the reader points at the words `marked`."""
    article = Article(name, "0" * 64, name, text, published=published)
    tokens = tuple(Span(*match.span()) for match in WORD.finditer(text))
    at = text.find(marked) if marked else -1
    begins = np.array([float(token.start == at) for token in tokens], np.float32)
    ends = np.array([float(token.end == at + len(marked)) for token in tokens], np.float32)
    spans = tuple(split_sentences(text))
    scores = np.array(
        [-np.inf if is_headline(text[s.start : s.end]) else 0.0 for s in spans], np.float32
    )
    reading = PassageReading(scores, 0.0, begins, ends, tokens)
    hit = Hit(Passage(name, 0, len(text), text), 1, 1.0)
    return ReadHit(article, hit, spans, scores.astype(float), np.zeros(len(spans)), reading)


def excerpt_of(text, marked, *, name="a.md", published=None, probability=0.5):
    hit = read_hit(text, marked, name=name, published=published)
    start = text.find(marked)
    return Excerpt(
        hit.article,
        hit.hit,
        Span(0, len(text)),
        hit.sentences[0],
        (Span(start, start + len(marked)),),
        probability,
    )


@pytest.mark.parametrize(
    ("text", "marked", "items"),
    [
        ("They named five firms: Ant, Bee and Cow.", "five firms", "five firms: Ant, Bee and Cow"),
        ("They named the firm Ant.", "Ant", "Ant"),
    ],
)
def test_the_items_of_a_list_are_marked_where_a_sentence_names_them(text, marked, items):
    hit = read_hit(text, marked)
    last = len(hit.reading.tokens) - 1
    hit.reading.ends[last] = max(0.5, hit.reading.ends[last])  # nearly as likely as the marked end

    (excerpt,) = make_excerpts([hit], [np.ones(1)], most=1)

    assert excerpt.marked == marked
    assert with_items(excerpt, hit).marked == items


def words(count, *, end="."):
    return "It " + " ".join(["word"] * (count - 1)) + end


class TestMaking:
    def test_neighbours_join_the_likeliest_sentence(self):
        hit = read_hit("The mill burned down. Nobody was hurt. It stood in Lund.")

        (first, *_) = make_excerpts([hit], [np.array([0.1, 0.6, 0.1])], most=3)

        assert first.text == hit.article.text
        assert first.probability == pytest.approx(0.8)
        assert hit.article.text[first.best.start : first.best.end] == "Nobody was hurt."

    def test_an_excerpt_has_at_most_sixty_words(self):
        hit = read_hit(f"{words(30)} {words(29)} {words(10)}")

        (first, *_) = make_excerpts([hit], [np.array([0.1, 0.7, 0.05])], most=3)

        assert len(first.text.split()) == 59 <= MOST_WORDS

    def test_a_longer_sentence_comes_alone(self):
        hit = read_hit(f"Short one here. {words(80)} Another short one.")

        (first, *_) = make_excerpts([hit], [np.array([0.1, 0.8, 0.1])], most=3)

        assert len(first.text.split()) == 80

    def test_no_sentence_stands_in_two_excerpts(self):
        hit = read_hit(" ".join(f"Sentence {n} is here." for n in "abcdefg"))

        excerpts = make_excerpts([hit], [np.full(7, 1 / 7)], most=4)

        spans = sorted((each.span.start, each.span.end) for each in excerpts)
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))

    def test_no_excerpt_crosses_a_heading(self):
        hit = read_hit("The mill burned down.\n\nWeather\n\nIt rained all day in Lund.")

        excerpts = make_excerpts([hit], [np.array([0.5, 0.0, 0.5])], most=3)

        assert all("Weather" not in each.text for each in excerpts)

    def test_the_words_that_answer_are_marked_in_the_article(self):
        hit = read_hit("The mill burned down. It cost 3.5 million euros.", "3.5 million euros")

        (first,) = make_excerpts([hit], [np.array([0.1, 0.8])], most=1)

        assert first.marked == "3.5 million euros"
        assert first.sentence().marks == first.marks

    def test_without_a_reader_the_likeliest_sentence_is_marked(self):
        hit = read_hit("The mill burned down. It cost three million euros.")
        unread = ReadHit(hit.article, hit.hit, hit.sentences, hit.log_odds, hit.span_odds, None)

        (first,) = make_excerpts([unread], [np.array([0.1, 0.8])], most=1)

        assert first.marked == "It cost three million euros."

    @pytest.mark.parametrize(("between", "is_one"), [(" ", True), ("\n\n", False)])
    def test_an_excerpt_is_of_one_paragraph(self, between, is_one):
        hit = read_hit(f"The old mill burned down.{between}The new bridge cost ten crowns.")

        (first, *_) = make_excerpts([hit], [np.array([0.45, 0.55])], most=2)

        assert ("mill" in first.text and "bridge" in first.text) is is_one

    def test_the_best_span_ends_where_it_begins_or_later(self):
        begins, ends = np.array([0, 5, 0], np.float32), np.array([9, 1, 0], np.float32)

        assert best_span(begins, ends) == (0, 0)
        assert best_span(begins, ends * 0.1) == (1, 1)


class TestSelecting:
    def test_one_that_is_surely_the_answer_comes_alone(self):
        sure = excerpt_of("The mill burned down.", "mill", probability=0.93)
        other = excerpt_of("A barn burned in May.", "barn", name="b.md", probability=0.07)

        assert select([sure, other], WordEmbedder()) == [sure]

    def test_what_repeats_is_left_out_and_what_differs_in_value_is_not(self):
        first = excerpt_of("The fire at the mill cost 3 million euros.", "3 million")
        same = excerpt_of("The fire at the mill cost 3 million euros again.", "3 million")
        other = excerpt_of("The fire at the mill cost 5 million euros.", "5 million")

        assert is_repeated(same, first)
        assert not is_repeated(other, first)

    def test_the_newest_state_leads_and_the_older_says_when(self, days):
        old = excerpt_of(
            "Eight firms were hit by the storm.", "Eight", published=days[0], probability=0.5
        )
        new = excerpt_of(
            "Nine firms were hit by the storm.",
            "Nine",
            name="b.md",
            published=days[1],
            probability=0.3,
        )

        lead, second = select([old, new], WordEmbedder())

        assert lead is new
        assert second.label == "earlier, on 6 December 2024"

    def test_a_newer_article_about_something_else_does_not_lead(self, days):
        old = excerpt_of("Eight firms were hit by the storm.", "Eight", published=days[0])
        new = excerpt_of("Cats sleep a lot.", "Cats", published=days[1], probability=0.4)

        assert prefer_newer([old, new], WordEmbedder())[0] is old


class TestConflicts:
    def test_two_articles_with_other_figures_are_named_with_their_dates(self, days):
        old = excerpt_of("Eight firms were hit by the storm.", "Eight", published=days[0])
        new = excerpt_of(
            "Nine firms were hit by the storm.", "Nine", name="b.md", published=days[1]
        )

        conflict = find_conflict([new, old])

        assert conflict is not None
        assert conflict.reason == (
            "The articles differ: “Nine” (30 December 2024); “Eight” (6 December 2024)."
        )

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("Nine firms were hit by the storm.", "Nine"),  # the same value
            ("Firms were hit by the storm in May.", "Firms"),  # no value
            ("Eight cats sleep.", "Eight"),  # about something else
        ],
    )
    def test_nothing_else_is_a_conflict(self, text, marked):
        new = excerpt_of("Nine firms were hit by the storm.", "Nine", name="b.md")

        assert find_conflict([new, excerpt_of(text, marked)]) is None


@pytest.mark.parametrize(
    ("asked", "stated", "published", "fit"),
    [
        ("in May 2020", "It fell on 3 May 2020.", "", 1.0),
        ("in May 2020", "It fell in August 2019.", "", -1.0),
        ("in May 2020", "It fell in August 2019.", "2020-05-04", 0.0),
        ("in May 2020", "It fell.", "2020-05-04", 1.0),
        ("in May 2020", "It fell.", "2021-05-04", -1.0),
        ("in May 2020", "It fell.", "", 0.0),
    ],
)
def test_a_date_of_the_question_must_be_that_of_the_sentence(asked, stated, published, fit):
    assert date_fit(read_dates(asked), stated, read_dates(published)) == fit


@pytest.fixture
def days():
    return (read_date("2024-12-06"), read_date("2024-12-30"))


def read_date(text):
    from datetime import date

    return date.fromisoformat(text)


class ReadsAlone:
    """A reader to whom a text answers by as much as it is given."""

    def __init__(self, *odds):
        self.odds, self.asked = odds, []

    def read(self, question, passages):
        self.asked.append(question)
        return [
            PassageReading(np.full(len(p.sentences), odd), 0.0, np.zeros(0), np.zeros(0), ())
            for odd, p in zip(self.odds, passages, strict=True)
        ]


def test_an_excerpt_that_answers_better_alone_comes_first_and_takes_over_probability():
    reader = ReadsAlone(-3.0, 3.0)
    made = [excerpt_of("It fell in May.", "May", probability=0.5), excerpt_of("It rose.", "rose")]
    made[1] = dataclasses.replace(made[1], probability=0.3)
    first, second = reread("before | Did it?", made, reader)
    assert (first.text, first.alone, second.alone) == ("It rose.", 3.0, -3.0)
    assert first.probability > 0.65
    assert first.probability + second.probability == pytest.approx(0.8)
    assert reader.asked == ["before | Did it?"]


def test_only_the_likeliest_excerpts_are_read_once_more():
    texts = ["It fell.", "It rose.", "It stood.", "It sank.", "It went."]
    made = [excerpt_of(text, "It", probability=0.2) for text in texts]
    read = reread("Did it?", made, ReadsAlone(1.0, 2.0, 3.0, 4.0))
    assert [each.text for each in read] == [*reversed(texts[:4]), "It went."]
    assert read[4] == made[4]


def test_without_a_reader_excerpts_stay_as_they_are():
    made = [excerpt_of("It fell in May.", "May")]
    assert reread("When?", made, None) == made


def test_of_two_equal_sentences_the_one_that_an_article_begins_with_ranks_first():
    sentence = "The mill burned down in the night."
    late = read_hit("Nothing of it is known. " * (OPENING // 20) + sentence, name="late.md")
    early = read_hit(sentence, name="early.md")
    question = QuestionAnalysis("what burned?", "what burned?", (), (), ())

    ranked = rank_sentences(question, [late, early], signal_weights(has_reader=True))

    scores = {
        each.hit: each.score
        for each in ranked
        if (late, early)[each.hit].text(each.place) == sentence
    }
    assert scores[1] > scores[0]
