"""The steps between a ranking and an answer, each by itself."""

import hashlib
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rag.answering.abstention import AnswerSignals, _kind_missing, answer_probability
from rag.answering.candidate import Candidate
from rag.answering.conflicts import Conflict, find_conflict
from rag.answering.embeddings import SentenceEmbeddings
from rag.answering.joining import join
from rag.answering.near_misses import choose_near_misses
from rag.answering.ranking import RankedSentence, Signals
from rag.answering.refusals import read_coverage
from rag.answering.selection import select, select_sides
from rag.answering.terms import BY_COUNTRY, name_coverage, read_words, term_set
from rag.answering.weights import weigh_terms
from rag.records import Article, Hit, Passage, Span
from rag.text.tokens import content_tokens
from tests.doubles import WordEmbedder

EMBEDDER = WordEmbedder()
GOOD = AnswerSignals(
    reranker=2.0,
    cosine=0.7,
    passage_score=1.0,
    context_share=1.0,
    passage_share=1.0,
    predicate_share=1.0,
    heaviest_missing=0.0,
    names_missing=0.0,
    names_unknown=0.0,
    numbers_missing=0.0,
    focus_missing=0.0,
    kind_missing=0.0,
    length=1.6,
)


def ranked(text, *, article="a.md", published=None, score=10.0, probability=0.5):
    whole = Article(article, hashlib.sha256(text.encode()).hexdigest(), article, text, published)
    hit = Hit(Passage(article, 0, len(text), text), 1, 1.0)
    return RankedSentence(
        Candidate(whole, hit, Span(0, len(text)), (), 0),
        score,
        probability,
        Signals(0.0, 0.5, 1.0, 0.5, 0.5, 0.5, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        EMBEDDER.embed_query(text),
    )


def ranked_in(text, sentence, *, probability, before=None):
    whole = ranked(text, probability=probability)
    start = text.index(sentence)
    candidate = replace(
        whole.candidate,
        span=Span(start, start + len(sentence)),
        before=(before,) if before else (),
    )
    return replace(whole, candidate=candidate, vector=EMBEDDER.embed_query(sentence))


EIGHT = "At least eight telecom companies have been hit by the hackers of Salt Typhoon."
NINE = "Now nine telecom companies have been hit by the hackers of Salt Typhoon."
ASKED = "How many companies were hit by Salt Typhoon?"


def test_one_sentence_is_enough_when_it_is_surely_the_one():
    pair = [ranked(EIGHT, probability=0.9), ranked("Others say no.", probability=0.05)]

    chosen = select(pair)

    assert [each.candidate.text for each in chosen] == [EIGHT]


def test_doubt_shows_more_sentences_but_at_most_three():
    texts = ["The port was closed.", "A crane fell over.", "Ships wait outside.", "Fog came in."]
    rivals = [ranked(text, article=text, probability=0.15) for text in texts]

    chosen = select(rivals)

    assert [each.candidate.text for each in chosen] == texts[:3]


def test_a_sentence_that_hardly_answers_is_not_added():
    pair = [ranked(EIGHT, probability=0.5), ranked("Fog came in.", probability=0.05)]

    assert select(pair) == pair[:1]


def test_what_says_the_same_is_shown_once():
    again = ranked(EIGHT.replace("At least ", ""), article="b.md", probability=0.3)

    assert len(select([ranked(EIGHT, probability=0.3), again])) == 1


def test_repetitions_make_surer_what_is_shown():
    again = ranked(EIGHT.replace("At least ", ""), article="b.md", probability=0.45)
    noise = ranked("Fog came in.", article="c.md", probability=0.15)

    assert len(select([ranked(EIGHT, probability=0.5), again, noise])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EIGHT, NINE),
        ("The port of Lund was shut on 4 May 2021.", "The port of Lund was shut on 5 May 2021."),
    ],
)
def test_one_wording_with_other_values_is_no_repetition(one, other):
    pair = [ranked(one, probability=0.4), ranked(other, article="b.md", probability=0.3)]

    assert select(pair) == pair


def test_the_sentence_that_leans_on_a_chosen_one_is_joined_to_it():
    text = "Anna Berg leads the port of Lund. She wants to close the western gate."
    first = ranked_in(text, "Anna Berg leads the port of Lund.", probability=0.4)
    leaning = ranked_in(
        text, "She wants to close the western gate.", probability=0.3, before=first.candidate.span
    )

    (chosen,) = select([first, leaning])

    assert chosen.candidate.shown == text
    assert select([leaning, first])[0].candidate.shown == text


def test_what_gets_too_long_is_not_joined():
    text = "Anna Berg leads the port of Lund. She wants " + "to close the western gate " * 30
    first = ranked_in(text, "Anna Berg leads the port of Lund.", probability=0.4)
    leaning = ranked_in(text, text[34:], probability=0.3, before=first.candidate.span)

    assert join(first.candidate, leaning.candidate) is None


def test_each_article_has_its_say_where_they_are_compared():
    one = ranked(EIGHT, probability=0.5)
    more = ranked("Its captain was fined.", probability=0.3)
    other = ranked(NINE, article="b.md", probability=0.06)
    far = ranked("A mill burnt down.", article="c.md", probability=0.04)

    assert select_sides([one, more, other, far]) == [one, other]
    assert select([one, other]) == [one]


def test_of_two_equal_sentences_the_newer_article_speaks():
    old = ranked(EIGHT, published=date(2024, 12, 6), score=10.0, probability=0.5)
    new = ranked(EIGHT, article="b.md", published=date(2024, 12, 30), score=9.9, probability=0.4)

    assert select([old, new])[0] is new


def test_other_figures_of_one_thing_in_two_articles_conflict():
    pair = [ranked(EIGHT), ranked(NINE, article="b.md", score=9.0)]

    assert find_conflict(pair, "number", ASKED).sentences == tuple(pair)


@pytest.mark.parametrize(
    ("other", "article"),
    [
        (NINE, "a.md"),
        (EIGHT.replace("At least ", ""), "b.md"),
        ("Salt Typhoon was hit by nine lawsuits of many companies.", "b.md"),
        ("Some telecom companies have been hit by the hackers of Salt Typhoon.", "b.md"),
    ],
    ids=["one article", "same figure", "other thing", "no figure"],
)
def test_what_can_be_reconciled_is_no_conflict(other, article):
    assert find_conflict([ranked(EIGHT), ranked(other, article=article)], "number", ASKED) is None


def test_figures_nobody_asked_for_do_not_conflict():
    assert find_conflict([ranked(EIGHT), ranked(NINE, article="b.md")], "who", ASKED) is None


def test_the_reason_of_a_conflict_names_the_newer_article():
    old = ranked(EIGHT, article="old.md", published=date(2024, 12, 6))
    new = ranked(NINE, article="new.md", published=date(2024, 12, 30))

    assert Conflict((old, new), "figures").reason.endswith("“new.md” is the newer.")


@pytest.mark.parametrize(
    "worse",
    [
        {"cosine": 0.1},
        {"passage_score": 0.3},
        {"context_share": 0.0, "passage_share": 0.0, "predicate_share": 0.0},
        {"names_missing": 1.0, "names_unknown": 1.0},
        {"kind_missing": 1.0},
        {"focus_missing": 1.0},
    ],
)
def test_each_signal_that_gets_worse_makes_an_answer_less_likely(worse):
    values = {name: getattr(GOOD, name) for name in AnswerSignals.__slots__}

    assert answer_probability(AnswerSignals(**{**values, **worse})) < answer_probability(GOOD)


class Counts:
    """Stands for a snapshot of `passage_count` passages, of which `known` hold each term."""

    def __init__(self, passage_count, known):
        self.passage_count = passage_count
        self.known = known

    def document_frequency(self, term):
        return self.known.get(term, 0)


def known_of(text):
    return dict.fromkeys(term_set(text), 2)


def test_a_reason_quotes_names_and_phrases_whole():
    text = "The trade minister of Japan spoke in Tokyo."

    coverage = read_coverage(
        "Who is the prime minister of Japan?", [ranked(text)], Counts(10, known_of(text))
    )

    assert (coverage.missing, coverage.found) == (("prime minister",), ("Japan",))


@pytest.mark.parametrize(
    "question",
    [
        "Does the 50 percent rule apply now?",
        "How did the U.S. tariff reach 145 per cent?",
        "Is 1.2.3 % a well-known U. S.-China rate, or 5bn?",
        "WHO SAID IT IN THE U.S.A.?",
        "the the the",
    ],
)
def test_every_word_that_is_read_has_its_weight(question):
    counts = Counts(10, known_of("The rule applies in China."))

    coverage = read_coverage(question, [ranked(EIGHT)], counts)

    weights = weigh_terms(question, counts)
    assert all(term in weights.weights for word in weights.words for term in word.terms)
    assert all(text in question for text in (*coverage.absent_names, *coverage.missing))


def test_words_are_read_as_they_were_typed():
    words = read_words("Does the 50 percent rule of the U.S. bind China Mobile's unit?")

    assert [word.text for word in words] == [
        *("50 percent", "rule", "U.S.", "bind"),
        *("China Mobile", "unit"),
    ]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("China Mobile was refused.", 1.0),
        ("China Telecom sells mobile service.", 0.5),
        ("China Telecom was refused.", 0.25),
        ("The ferry was late.", 0.0),
    ],
)
def test_a_name_is_told_of_whole_or_only_in_pieces(text, share):
    (name,) = (word for word in read_words("When was China Mobile refused?") if word.is_name)

    assert name_coverage(name, text) == share


def test_initials_and_what_they_stand_for_are_one_name():
    (short,) = read_words("FCC")

    assert name_coverage(short, "The Federal Communications Commission voted.") == 1.0


@pytest.mark.parametrize(
    ("question", "text", "coverage"),
    [
        ("What did Tokyo decide?", "The Japanese government decided.", BY_COUNTRY),
        ("What did New Delhi decide?", "India decided.", BY_COUNTRY),
        ("What has Washington decided?", "The US decided.", BY_COUNTRY),
        ("Why did talks with Seoul fail?", "South Korea left.", BY_COUNTRY),
        ("What did Seoul launch?", "North Korea launched a satellite.", 0.0),
        ("What did Tokyo decide?", "Tokyo decided.", 1.0),
        ("What did Tokyo decide?", "South Korea decided.", 0.0),
        ("What did the Washington Post say?", "The US said.", 0.0),
        ("What did Japan decide?", "Tokyo decided.", 0.0),
        ("How many people live in Paris?", "France is large.", 0.0),
        ("Why did the Paris agreement fail?", "France left.", 0.0),
        ("Who opened the bridge in Paris?", "The president of France opened it.", 0.0),
    ],
)
def test_a_government_is_spoken_of_by_its_country_and_a_city_is_not(question, text, coverage):
    name = next(word for word in read_words(question) if word.is_name)

    assert name_coverage(name, text) == coverage


def test_irregular_verbs_and_countries_adjectives_are_the_same_term():
    assert term_set("took effect in the Netherlands") == term_set("take effect in the Dutch")


def test_rare_words_and_names_weigh_more():
    (common,), (rare,), (name,) = map(content_tokens, ("report", "gallium", "Lund"))
    counts = Counts(10_000, {common: 4_000, rare: 5, name: 5})

    weights = weigh_terms("report on gallium in Lund", counts).weights

    assert weights[common] < weights[rare] < weights[name]


def test_what_was_asked_before_counts_less_than_what_is_asked_now_but_for_names():
    (vote,), (court,), (lund,) = map(content_tokens, ("vote", "court", "Lund"))
    counts = Counts(10_000, {vote: 5, court: 5, lund: 5})

    now = weigh_terms("vote in Lund court", counts).weights
    then = weigh_terms("vote in Lund: which court?", counts).weights

    assert then[vote] == now[vote] / 2
    assert then[court] == now[court]
    assert then[lund] == now[lund]


def test_a_word_of_no_passage_is_absent():
    weights = weigh_terms("gallium prices", Counts(10, dict.fromkeys(content_tokens("prices"), 2)))

    assert weights.absent == set(content_tokens("gallium"))


def test_in_three_passages_as_in_many_a_word_found_everywhere_still_counts():
    weights = weigh_terms("gallium prices", Counts(3, dict.fromkeys(content_tokens("prices"), 3)))

    assert weights.share(set(content_tokens("prices"))) > 0.3


def test_remembered_sentences_are_not_embedded_again_until_forgotten():
    embedder = WordEmbedder()
    embeddings = SentenceEmbeddings(embedder, remembered=2)

    embeddings.embed(["one", "two", "one"])
    embeddings.embed(["two"])
    embeddings.embed(["three"])
    vectors = embeddings.embed(["one", "two"])

    assert embedder.embedded == ["one", "two", "three", "one"]
    assert np.array_equal(vectors[1], embedder.embed_query("two"))


def test_no_sentences_have_no_vectors():
    assert SentenceEmbeddings(WordEmbedder()).embed([]).shape == (0, 64)


def test_a_word_found_in_another_form_is_not_absent():
    counts = Counts(10, dict.fromkeys(content_tokens("sold Dutch"), 2))

    assert weigh_terms("sell in the Netherlands", counts).absent == frozenset()


def test_what_adds_no_sentence_is_not_joined():
    text = "Anna Berg leads the port of Lund. She wants to close the western gate."
    first = ranked_in(text, "Anna Berg leads the port of Lund.", probability=0.3)
    leaning = ranked_in(text, text[34:], probability=0.4, before=first.candidate.span)

    assert join(leaning.candidate, first.candidate) is None


def test_a_refusal_offers_a_sentence_of_two_outlets_once():
    one = ranked("The harbour master shut the western gate of the port on Monday.")
    copy = ranked("On Monday the harbour master shut the western gate of the port.", article="b.md")

    assert len(choose_near_misses([[one, copy]])) == 1


@pytest.mark.parametrize(("question", "missing"), [("How much is it?", 0.7), ("Why is it?", 0.0)])
def test_what_likely_sentences_lack_counts_by_how_likely_they_are(question, missing):
    told = ranked("It costs 5 dollars.", probability=0.3)
    silent = ranked("It costs a lot.", probability=0.7)
    few = [
        replace(each, signals=replace(each.signals, holds=holds))
        for each, holds in ((silent, -1.0), (told, 1.0))
    ]

    assert _kind_missing(question, few) == pytest.approx(missing)
