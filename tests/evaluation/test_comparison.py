"""Comparing two runs: differences and p worked out by hand, and what changed in each question."""

import dataclasses

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.comparing.compared_measures import ComparedMeasure, adjust
from rag.evaluation.comparing.comparison import compare_runs
from rag.evaluation.records import Expected, ExpectedQuote, Place, RunTimes, StageTimes
from rag.records import Span, Turn
from tests.written_runs import evaluated, write_run

REFUSED, ANSWERED = "not_in_articles", "answered"


@pytest.fixture
def compare(tmp_path):
    """Return a function that compares the rows of two runs."""

    def run(a, b, *, info_a=None, info_b=None, **options):
        runs = (
            write_run(tmp_path / "before", a, **(info_a or {})),
            write_run(tmp_path / "after", b, **(info_b or {})),
        )
        return compare_runs(*runs, **options)

    return run


def rows(values, name="RR@10"):
    return [evaluated(f"q{n}", measures={name: value}) for n, value in enumerate(values, 1)]


def refusals(refused, answerable=(True, True, False, False), **fields):
    return [
        evaluated(f"q{n}", is_answerable=known, outcome=REFUSED if refuses else ANSWERED, **fields)
        for n, (refuses, known) in enumerate(zip(refused, answerable, strict=True), 1)
    ]


def measure(comparison, name):
    return next(one for one in comparison.measures if one.name == name)


def test_means_difference_interval_and_p_are_those_worked_out_by_hand(compare):
    # Differences 0, 1/2, 1/2, 0. Of the four ways to flip the two that are not 0, two give a sum
    # as far from 0 as 1: p = 1/2. A resample has mean 0 with probability 1/16, over 2.5 %, and so
    # has 1/2: both ends of the interval.
    found = measure(compare(rows([1, 0.5, 0, 0.25]), rows([1, 1, 0.5, 0.25])), "RR@10")

    assert (found.a, found.b, found.n) == (0.4375, 0.6875, 4)
    assert (found.difference, found.low, found.high, found.p) == (0.25, 0.0, 0.5, 0.5)
    assert found.effect == "better"


def test_a_measure_of_the_set_is_tested_by_swapping_the_rows_of_questions(compare):
    # F1 of refusing is 2 * 1 / (2 + 2) in a and 2 * 2 / (2 + 2) in b. Only q2 and q4 differ; of
    # the four ways to swap them, none and both give 1/2 or -1/2, each alone +-(4/5 - 2/3).
    a, b = refusals([0, 1, 1, 0]), refusals([0, 0, 1, 1])

    found = measure(compare(a, b), "abstain_f1")

    assert (found.a, found.b, found.n) == (0.5, 1.0, 4)
    assert (found.difference, found.p, found.effect) == (0.5, 0.5, "better")
    assert found.low <= 0.5 <= found.high


def test_a_measure_of_the_set_that_needs_an_order_is_right_where_both_sets_are_mixed(compare):
    # By confidence, a asks q2 (right), q1 (wrong): risks 0, 1/2, so aurc 1/4; b asks q1 first:
    # 1, 1/2, so 3/4. Swapping one question makes both confidences equal: 1/2 and 1/2.
    def rows_with(confidences):
        return [
            evaluated(
                f"q{n}", is_answerable=True, outcome=ANSWERED, confidence=c, would_be_right=right
            )
            for n, (c, right) in enumerate(zip(confidences, (False, True), strict=True), 1)
        ]

    found = measure(compare(rows_with([0.2, 0.8]), rows_with([0.8, 0.2])), "aurc")

    assert (found.a, found.b) == (0.25, 0.75)
    assert (found.difference, found.p, found.effect) == (0.5, 0.5, "worse")


def test_swapped_runs_give_the_opposite_difference_and_the_same_p(compare, tmp_path):
    confidences = [0.9, 0.3, 0.6, 0.2]
    a = refusals([0, 1, 1, 0], measures={"RR@10": 0.5}, would_be_right=True)
    b = refusals([0, 0, 1, 1], measures={"RR@10": 1.0}, would_be_right=False)
    a = [dataclasses.replace(row, confidence=c) for row, c in zip(a, confidences, strict=True)]
    b = [dataclasses.replace(row, confidence=1 - c) for row, c in zip(b, confidences, strict=True)]
    forth = compare(a, b)

    back = compare_runs(*(write_run(tmp_path / name, each) for name, each in (("x", b), ("y", a))))

    assert len(forth.measures) == 7
    for one, other in zip(forth.measures, back.measures, strict=True):
        assert one.difference == pytest.approx(-other.difference)
        assert one.p == other.p
        assert {one.effect, other.effect} in ({"better", "worse"}, {"same"})


def test_a_measure_is_compared_over_the_questions_that_have_it_in_both_runs(compare):
    a = [*rows([1, 0]), evaluated("q3", measures={"RR@10": 1.0})]
    b = [*rows([0, 0]), evaluated("q3", measures={"AP": 1.0})]

    found = compare(a, b)

    assert [(one.name, one.n, one.a, one.b) for one in found.measures] == [("RR@10", 2, 0.5, 0.0)]


def test_what_a_judge_said_stands_apart(compare):
    said = {"judge_correct": 1.0, "judge_failed": 0.0}
    found = compare(
        [evaluated("q1", judged=said, measures={"AP": 1.0})],
        [evaluated("q1", judged=said | {"judge_correct": 0.0}, measures={"AP": 1.0})],
    )

    assert [one.name for one in found.measures] == ["AP"]
    assert [(one.name, one.effect) for one in found.judged] == [("judge_correct", "worse")]


def test_p_is_adjusted_for_the_number_of_measures():
    # Holm (1979): 0.01 * 3, then max(0.03, 0.04 * 2), then max(0.08, 0.05 * 1).
    measures = [
        ComparedMeasure(name, 0, 0, 0, 0, 0, p, 1.0, 4, "same")
        for name, p in (("AP", 0.04), ("R@5", 0.01), ("R@10", 0.05))
    ]

    adjusted = {one.name: one.p_holm for one in adjust(measures)}

    assert adjusted == pytest.approx({"AP": 0.08, "R@5": 0.03, "R@10": 0.08})
    assert adjust([dataclasses.replace(measures[0], p=0.7)])[0].p_holm == 0.7


def test_a_difference_is_significant_by_the_adjusted_p_and_equality_never_is():
    measures = [
        ComparedMeasure(name, 0, 0, 0, 0, 0, p, 1.0, 4, effect)
        for name, p, effect in (
            ("AP", 0.001, "worse"),
            ("R@5", 0.03, "better"),  # times 2: 0.06
            ("R@10", 0.04, "better"),
            ("RR@10", 0.0, "same"),
        )
    ]

    significant = {one.name for one in adjust(measures) if one.is_significant}

    assert significant == {"AP"}


def test_questions_got_better_or_worse_by_whether_their_answer_is_right(compare):
    def row(name, *, right, value):
        return evaluated(name, is_right=right, measures={"nDCG@10": value})

    found = compare(
        [
            row("up", right=False, value=1),
            row("down", right=True, value=0),
            row("like", right=True, value=0),
        ],
        [
            row("up", right=True, value=0),
            row("down", right=False, value=1),
            row("like", right=True, value=1),
        ],
    )

    assert [(one.id, one.gain) for one in found.better] == [("up", 1.0)]
    assert [(one.id, one.gain) for one in found.worse] == [("down", -1.0)]


def test_without_a_verdict_ndcg_tells_and_the_largest_change_comes_first(compare):
    a, b = rows([0.5, 0.5, 0.5, 0.5], "nDCG@10"), rows([0.6, 1, 0.1, 0.5], "nDCG@10")

    found = compare(a, b)

    assert [one.id for one in found.better] == ["q2", "q1"]
    assert [one.id for one in found.worse] == ["q3"]
    assert found.better[0].question == "What of q2?"


def test_a_measure_that_is_asked_for_tells_instead_of_the_verdict_in_its_own_direction(compare):
    a = [evaluated("q1", is_right=False, measures={"false_refusals": 0.0})]
    b = [evaluated("q1", is_right=True, measures={"false_refusals": 1.0})]

    found = compare(a, b, by="false_refusals")

    assert [(one.id, one.gain) for one in found.worse] == [("q1", -1.0)]
    assert found.better == ()


def test_changed_outcomes_are_listed_and_a_question_without_one_has_not_changed_it(compare):
    a = [evaluated("q1", outcome=ANSWERED), evaluated("q2", outcome=ANSWERED), evaluated("q3")]
    b = [
        evaluated("q1", outcome=REFUSED),
        evaluated("q2", outcome=ANSWERED),
        evaluated("q3", outcome=ANSWERED),
    ]

    (changed,) = compare(a, b).changed_outcome

    assert (changed.id, changed.a_outcome, changed.b_outcome) == ("q1", ANSWERED, REFUSED)


def test_only_questions_in_both_runs_are_compared_and_the_others_are_named(compare):
    found = compare(rows([1, 0, 0]), [*rows([1, 0]), evaluated("x"), evaluated("w")])

    assert found.questions == 2
    assert (found.only_in_a, found.only_in_b) == (("q3",), ("w", "x"))
    assert found.warnings == (
        "The question sets differ; 2 questions are in both and compared. "
        "Only in A: 1 (q3). Only in B: 2 (w, x).",
    )


@pytest.mark.parametrize(
    "other",
    [{"question": "Another?"}, {"history": (Turn("Earlier?", "Yes."),)}],
    ids=["question", "history"],
)
def test_an_id_that_stands_for_two_questions_is_an_error(compare, other):
    with pytest.raises(QuestionSetError, match='Question "q1" is "What of q1') as error:
        compare([evaluated("q1")], [evaluated("q1", **other)])
    assert error.value.code == "E-EVL-018"


def test_runs_that_share_no_question_are_an_error(compare):
    with pytest.raises(QuestionSetError, match='"before" and "after" share no question'):
        compare([evaluated("q1")], [evaluated("q2")])


def test_other_labels_of_a_question_are_warned_of_and_other_places_are_not(compare):
    quote = ExpectedQuote("They meet.")
    placed = ExpectedQuote("They meet.", (Place("a.md", Span(0, 10)),))
    same, other = Expected(quotes=(quote,)), Expected(answers=("In April.",))
    a = [evaluated("q1", expected=same), evaluated("q2", expected=same)]
    b = [
        evaluated("q1", expected=Expected(quotes=(placed,), relevant={"a.md#0": 1})),
        evaluated("q2", expected=other),
    ]

    (warning,) = compare(a, b).warnings

    assert "What is known of the right answer differs between the runs: 1 (q2)." in warning


def test_questions_that_could_be_asked_in_one_run_only_are_warned_of(compare):
    found = compare([evaluated("q1")], [evaluated("q1", error_code="E-Q-003", error="Too long.")])

    (warning,) = found.warnings
    assert warning.endswith("Only in A: none. Only in B: 1 (q1).")


def test_what_the_runs_were_made_with_otherwise_is_listed(compare):
    found = compare(
        rows([1]),
        rows([1]),
        info_a={"settings": {"retrieval": "dense", "hits": "8"}, "generation": 3},
        info_b={
            "settings": {"retrieval": "hybrid", "hits": "8", "embedder": "e5"},
            "generation": 4,
            "generation_sha256": "c" * 64,
            "questions_sha256": "d" * 64,
            "versions": {"numpy": "3"},
            "retrieval_only": True,
        },
    )

    assert [(one.kind, one.name, one.a, one.b) for one in found.differing] == [
        ("run", "questions", "questions.jsonl (aaaaaaaa)", "questions.jsonl (dddddddd)"),
        ("run", "generation", "3 (bbbbbbbb)", "4 (cccccccc)"),
        ("run", "retrieval only", "no", "yes"),
        ("setting", "retrieval", "dense", "hybrid"),
        ("setting", "embedder", "", "e5"),
        ("version", "numpy", "2", "3"),
    ]
    assert "only measures of retrieval are compared" in found.warnings[0]


def test_median_times_stand_apart_with_their_ratio(tmp_path):
    a, b = (
        write_run(
            tmp_path / name,
            rows([1]),
            times=RunTimes({stage: StageTimes(p50, 9.0, 1) for stage, p50 in stages.items()}),
        )
        for name, stages in (
            ("before", {"query": 0.0, "retrieval": 10.0, "answering": 5.0}),
            ("after", {"query": 1.0, "retrieval": 12.5}),
        )
    )

    found = compare_runs(a, b).times

    assert [(one.stage, one.a_ms, one.b_ms, one.ratio) for one in found] == [
        ("query", 0.0, 1.0, None),
        ("retrieval", 10.0, 12.5, 1.25),
    ]
