"""Measures of one answer, worked out by hand."""

import dataclasses

import pytest

from rag.evaluation.measuring.answer_measures import judge_right, measure_answer, token_f1
from rag.evaluation.measuring.gold import is_answering, normalised
from rag.evaluation.records import Expected, ExpectedQuote, Place
from rag.records import Answer, Article, Hit, Passage, Quote, Sentence, Span

TEXT = "The ban began in May 2023. It covers chips. Mr. Li called it unfair. Exports fell 5 %."
ARTICLE = Article("a.md", "f" * 64, "Ban", TEXT)
LONG = "a written answer that goes on for longer than sixty characters, as people write them"


def find(article_id, sha256):
    return ARTICLE if (article_id, sha256) == (ARTICLE.id, ARTICLE.sha256) else None


def quoting(text, *, article_id="a.md", sha256=ARTICLE.sha256):
    start = TEXT.index(text)
    return Quote(article_id, sha256, "Ban", "", None, start, start + len(text), text)


def saying(*quotes, outcome="answered", near_misses=()):
    """Return an answer with one sentence a quote."""
    sentences = tuple(Sentence(quote.text, "supported", (quote,)) for quote in quotes)
    return Answer("q", "q", outcome, "", sentences, tuple(near_misses), (), 1, "extractive")


def refusing(*near_misses):
    return saying(outcome="not_in_articles", near_misses=near_misses)


def unsure(*quotes):
    return saying(*quotes, outcome="unsure")


def gold(*texts, answers=(), articles=(), outcome=None):
    return Expected(
        answers=tuple(answers),
        articles=tuple(articles),
        quotes=tuple(
            ExpectedQuote(t, (Place("a.md", Span(TEXT.index(t), TEXT.index(t) + len(t))),))
            for t in texts
        ),
        is_answerable=True,
        outcome=outcome,
    )


UNANSWERABLE = Expected(is_answerable=False)
ONLY_WRONG = {"outcome_right": 0, "unsure": 0, "quote_exactness": 1, "attributed_share": 0}
BEGAN, COVERS, UNFAIR, FELL = (
    "The ban began in May 2023.",
    "It covers chips.",
    "Mr. Li called it unfair.",
    "Exports fell 5 %.",
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The U.S.  BAN, an end", "us ban end"),
        ("“theatre”—a ‘play’…now", "theatre play now"),
        ("5.5 %", "55"),
        ("Sa\u0303o Paulo", "são paulo"),
        ("the a an", ""),
    ],
)
def test_answers_are_compared_as_squad_does(text, plain):
    assert normalised(text) == plain


@pytest.mark.parametrize(
    ("answer", "accepted", "f1"),
    [
        ("began in may 2023", "may 2023", 2 * (2 / 4) * 1 / (2 / 4 + 1)),
        ("no no", "no", 2 * (1 / 2) * 1 / (1 / 2 + 1)),
        ("yes", "no", 0),
    ],
)
def test_token_f1_counts_common_words_with_repeats(answer, accepted, f1):
    assert token_f1(answer, accepted) == pytest.approx(f1)


def test_the_closest_accepted_answer_counts():
    answer = saying(quoting("May 2023"))

    found = measure_answer(answer, gold(answers=["in the May, 2023", "2020"]), find=find)

    assert found["token_f1"] == pytest.approx(2 * 1 * (2 / 3) / (1 + 2 / 3))
    assert (found["exact_match"], found["contains_answer"]) == (0, 0)


def test_an_answer_contains_an_accepted_one_as_whole_words_in_order():
    answer = saying(quoting(BEGAN))

    assert measure_answer(answer, gold(answers=["May 2023"]), find=find)["contains_answer"] == 1
    assert measure_answer(answer, gold(answers=["2023 May"]), find=find)["contains_answer"] == 0
    assert measure_answer(answer, gold(answers=["gan in May"]), find=find)["contains_answer"] == 0


def test_a_long_accepted_answer_is_compared_but_not_looked_for():
    found = measure_answer(saying(quoting(BEGAN)), gold(answers=[LONG]), find=find)

    assert "contains_answer" not in found
    assert "sentence_success@1" not in found
    assert {"exact_match", "token_f1"} <= found.keys()


def test_a_refusal_of_an_answerable_question_scores_zero():
    found = measure_answer(refusing(), gold(BEGAN, answers=["May 2023"]), find=find)

    assert found == {
        **dict.fromkeys(["exact_match", "token_f1", "contains_answer", "citation_recall"], 0),
        **dict.fromkeys(["sentence_success@1", "sentence_success@3", "outcome_right"], 0),
        "unsure": 0,
        "false_refusals": 1,
    }


def test_an_unanswerable_question_has_only_outcome_and_exactness():
    refused = measure_answer(refusing(quoting(COVERS)), UNANSWERABLE, find=find)
    answered = measure_answer(saying(quoting(COVERS)), UNANSWERABLE, find=find)

    assert refused == {"outcome_right": 1, "unsure": 0, "quote_exactness": 1}
    assert answered == ONLY_WRONG


def test_what_a_set_says_of_the_answer_of_an_unanswerable_question_is_not_measured():
    plausible = dataclasses.replace(gold(BEGAN, answers=["May 2023"]), is_answerable=False)

    found = measure_answer(saying(quoting(BEGAN)), plausible, find=find)

    assert found == ONLY_WRONG


def test_what_is_not_known_is_not_measured():
    assert measure_answer(saying(), Expected(), find=find) == {}


def test_the_first_of_the_sentences_that_answers_is_looked_for():
    answer = saying(quoting(COVERS), quoting(UNFAIR), quoting(BEGAN), quoting(FELL))

    third = measure_answer(answer, gold(BEGAN), find=find)
    fourth = measure_answer(answer, gold(FELL), find=find)

    assert (third["sentence_success@1"], third["sentence_success@3"]) == (0, 1)
    assert (fourth["sentence_success@1"], fourth["sentence_success@3"]) == (0, 0)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("May 2023.", True),  # all of the shorter span
        ("in May 2023. It covers chips.", False),  # 12 of the 26 characters of the gold sentence
        ("n in May 2023. It covers chips.", True),  # 14 of them
    ],
)
def test_a_quote_lies_at_a_place_from_half_of_the_shorter_span(text, answers):
    assert is_answering([quoting(text)], gold(BEGAN)) is answers


def test_a_quote_of_another_article_does_not_lie_at_a_gold_place():
    assert is_answering([quoting(BEGAN, article_id="b.md")], gold(BEGAN)) is False


def test_a_sentence_of_a_gold_paragraph_must_hold_the_short_answer():
    expected = gold(TEXT, answers=["5 %"])

    assert is_answering([quoting(COVERS)], expected) is False
    assert is_answering([quoting(COVERS), quoting(FELL)], expected) is True


def test_without_places_the_answer_must_come_from_an_expected_article():
    expected = gold(answers=["5 %"], articles=["a.md"])

    assert is_answering([quoting(FELL)], expected) is True
    assert is_answering([quoting(FELL, article_id="b.md")], expected) is False
    assert is_answering([quoting(FELL, article_id="b.md")], gold(answers=["5 %"])) is True


@pytest.mark.parametrize("expected", [Expected(), gold(answers=[LONG]), gold(articles=["a.md"])])
def test_nothing_tells_without_place_or_short_answer(expected):
    assert is_answering([quoting(FELL)], expected) is None


def test_citations_are_held_against_gold_places_each_once():
    answer = saying(quoting(BEGAN), quoting(COVERS), quoting(UNFAIR), quoting(COVERS))

    found = measure_answer(answer, gold(BEGAN, FELL), find=find)

    assert found["citation_precision"] == pytest.approx(1 / 3)
    assert found["citation_recall"] == 1 / 2


def test_gold_quotes_without_a_place_do_not_count_as_missed():
    expected = gold(BEGAN)
    lost = Expected(quotes=(*expected.quotes, ExpectedQuote("lost")), is_answerable=True)

    assert measure_answer(saying(quoting(BEGAN)), lost, find=find)["citation_recall"] == 1


def test_every_quote_shown_is_held_against_its_article_version():
    exact = quoting(BEGAN)
    moved = Quote("a.md", ARTICLE.sha256, "", "", None, 1, 27, BEGAN)
    other_version = quoting(BEGAN, sha256="0" * 64)

    cited = measure_answer(saying(exact, moved), Expected(), find=find)
    missed = measure_answer(refusing(exact, other_version, moved), Expected(), find=find)

    assert cited == {"quote_exactness": 1 / 2, "attributed_share": 0}
    assert missed == {"quote_exactness": pytest.approx(1 / 3)}


@pytest.mark.parametrize(
    ("outcome", "expected", "is_right"),
    [
        ("partial", gold(BEGAN, outcome="partial"), 1),
        ("answered", gold(BEGAN, outcome="partial"), 0),
        ("partial", gold(BEGAN), 1),
        ("not_in_articles", gold(BEGAN), 0),
        ("not_in_articles", UNANSWERABLE, 1),
        ("conflicting", UNANSWERABLE, 0),
    ],
)
def test_the_outcome_is_held_against_what_is_known_of_it(outcome, expected, is_right):
    found = measure_answer(saying(outcome=outcome), expected, find=find)

    assert found["outcome_right"] == is_right


@pytest.mark.parametrize(
    ("answer", "expected", "judged"),
    [
        (refusing(), UNANSWERABLE, (True, False)),
        (saying(quoting(FELL)), UNANSWERABLE, (False, False)),
        (saying(quoting(FELL)), gold(FELL), (True, True)),
        (saying(quoting(COVERS)), gold(FELL), (False, False)),
        (saying(*map(quoting, (BEGAN, COVERS, UNFAIR, FELL))), gold(FELL), (False, False)),
        (refusing(quoting(COVERS), quoting(FELL)), gold(FELL), (False, True)),
        (refusing(quoting(COVERS)), gold(FELL), (False, False)),
        (refusing(), gold(articles=["a.md"]), (False, None)),
        (saying(quoting(FELL)), gold(articles=["a.md"]), (None, None)),
        (saying(quoting(FELL)), Expected(), (None, None)),
        (unsure(quoting(FELL)), gold(FELL), (None, True)),
        (unsure(quoting(COVERS)), gold(FELL), (None, False)),
        (unsure(quoting(FELL)), UNANSWERABLE, (None, False)),
        (unsure(quoting(FELL)), gold(FELL, outcome="unsure"), (True, True)),
        (saying(quoting(FELL)), gold(FELL, outcome="unsure"), (False, False)),
        (saying(outcome="about"), gold(FELL), (False, False)),
        (saying(outcome="about"), UNANSWERABLE, (None, False)),
        (saying(outcome="about"), Expected(outcome="about"), (True, True)),
        (refusing(), Expected(outcome="about"), (False, False)),
    ],
)
def test_an_answer_is_right_that_answers_or_rightly_refuses(answer, expected, judged):
    assert judge_right(answer, expected) == judged


def test_unsure_is_counted_apart_as_neither_answered_nor_refused():
    expected = dataclasses.replace(gold(FELL), relevant={"a.md#0": 1})
    answers = [unsure(quoting(FELL)), unsure(quoting(COVERS)), saying(quoting(FELL)), refusing()]

    found = [
        measure_answer(dataclasses.replace(each, hits=hitting(0)), expected, find=find)
        for each in answers
    ]

    def values(name):
        return [each.get(name) for each in found]

    assert values("unsure") == [1, 1, 0, 0]
    assert values("unsure_right") == [1, 0, None, None]
    assert values("outcome_right") == [None, None, 1, 0]
    assert values("false_refusals") == [0, 0, 0, 1]
    assert values("answered_when_retrieved") == [0, 0, 1, 0]
    assert "unsure_right" not in measure_answer(unsure(quoting(FELL)), UNANSWERABLE, find=find)


def test_what_the_index_itself_knows_is_measured_by_its_outcome_alone():
    expected = Expected(answers=("May 2023",), articles=("a.md",), outcome="about")

    right = measure_answer(saying(outcome="about"), expected, find=find)
    wrong = measure_answer(refusing(), expected, find=find)

    assert (right, wrong) == ({"outcome_right": 1}, {"outcome_right": 0})


def test_all_that_must_be_shown_is_counted_and_needed():
    expected = dataclasses.replace(gold(TEXT), all_of=("chips", "fell 5 %"))
    half, whole = saying(quoting(COVERS)), saying(quoting(FELL), quoting(COVERS))

    shares = [measure_answer(each, expected, find=find)["items_shown"] for each in (half, whole)]

    assert shares == [1 / 2, 1]
    assert [judge_right(each, expected)[0] for each in (half, whole)] == [False, True]


def hitting(*starts, article_id="a.md"):
    """Return hits of passages that start there."""
    return tuple(
        Hit(Passage(article_id, start, start + 9, "…"), rank, 1.0)
        for rank, start in enumerate(starts, start=1)
    )


@pytest.mark.parametrize(
    ("hits", "fields", "was_retrieved"),
    [
        (hitting(0, 40), {"relevant": {"a.md#40": 1}}, True),
        (hitting(0), {"relevant": {"a.md#40": 1}, "articles": ("a.md",)}, False),
        (hitting(0), {"articles": ("b.md", "a.md")}, True),
        (hitting(0), {"articles": ("b.md",)}, False),
        ((), {"articles": ("a.md",)}, False),
        (hitting(0), {}, False),
    ],
    ids=["gold quote", "elsewhere in it", "an article", "another", "no hit", "nothing known"],
)
def test_refusing_what_was_retrieved_is_measured_by_itself(hits, fields, was_retrieved):
    expected = Expected(is_answerable=True, **fields)
    values = []
    for answer in (saying(quoting(BEGAN)), saying(outcome="partial"), refusing()):
        found = measure_answer(dataclasses.replace(answer, hits=hits), expected, find=find)
        values.append(found.get("answered_when_retrieved"))

    assert values == ([1, 1, 0] if was_retrieved else [None] * 3)


def test_an_unanswerable_question_has_no_evidence_to_retrieve():
    expected = Expected(articles=("a.md",), is_answerable=False)
    answer = dataclasses.replace(refusing(), hits=hitting(0))

    assert "answered_when_retrieved" not in measure_answer(answer, expected, find=find)


def test_what_is_told_as_somebodys_words_is_counted_and_its_speaker_held_against_the_article():
    said, speaker = quoting(BEGAN), quoting(BEGAN, sha256="0" * 64)
    answer = saying(said, quoting(FELL))
    attributed = Sentence("It began.", "attributed", (said,), speaker)
    answer = dataclasses.replace(answer, sentences=(attributed, answer.sentences[1]))

    found = measure_answer(answer, Expected(), find=find)

    assert found == {"attributed_share": 1 / 2, "quote_exactness": pytest.approx(2 / 3)}
