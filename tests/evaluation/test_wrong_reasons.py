"""Why an answer is called wrong, said from what the run kept."""

import pytest

from rag.evaluation.records import Expected, ExpectedQuote, Place
from rag.evaluation.reporting.report import write_report
from rag.evaluation.reporting.wrong_reasons import why_wrong
from rag.records import Sentence, Span
from tests.evaluation.run_samples import a_failure, a_hit, a_refusal, a_row, write_run

ARTICLE = "town/bridge.md"
QUOTED = (ExpectedQuote("The bridge opened in May.", (Place(ARTICLE, Span(0, 25)),)),)
GOLD = (ExpectedQuote("It cost 4 million.", (Place(ARTICLE, Span(60, 78)),)),)


def expected(**fields):
    return Expected(**({"articles": (ARTICLE,), "is_answerable": True} | fields))


def sentences(count):
    return tuple(Sentence(f"Sentence {n}.", "supported", ()) for n in range(count))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            a_row(is_right=False, expected=Expected(is_answerable=False)),
            "Answered, but the articles do not answer it.",
        ),
        (
            a_row(is_right=False, expected=Expected(outcome="about")),
            "The expected outcome is about, not answered.",
        ),
        (
            a_row(
                is_right=False,
                expected=expected(quotes=QUOTED, all_of=("May", "June")),
                measures={"items_shown": 0.5, "sentence_success@3": 1.0},
                hits=(),
            ),
            "It does not show all that it must.",
        ),
        (
            a_refusal(expected=expected(), near_misses=(), hits=()),
            "Refused, but the articles answer it.",
        ),
        (
            a_refusal(expected=expected(quotes=GOLD), would_be_right=True, hits=()),
            "Refused, but the articles answer it. The nearest passages hold an expected quote.",
        ),
        (
            a_refusal(expected=expected(quotes=GOLD), would_be_right=False, hits=()),
            "Refused, but the articles answer it. "
            "The nearest passages do not hold an expected quote.",
        ),
        (
            a_row(is_right=False, expected=expected(quotes=GOLD), sentences=sentences(4), hits=()),
            "Its first three sentences do not hold an expected quote.",
        ),
        (
            a_row(
                is_right=False,
                expected=expected(quotes=GOLD, answers=("4 million",)),
                sentences=sentences(2),
                hits=(),
            ),
            "Its two sentences do not hold an expected quote with an accepted answer.",
        ),
        (
            a_row(is_right=False, expected=expected(quotes=QUOTED, answers=("June",)), hits=()),
            "Its sentence does not hold an accepted answer at the expected quote.",
        ),
        (
            a_row(is_right=False, expected=expected(answers=("June",)), hits=()),
            "Its sentence does not hold an accepted answer from an expected article.",
        ),
    ],
)
def test_why_an_answer_is_wrong_follows_what_it_was_judged_by(row, why):
    assert why_wrong(row) == why


@pytest.mark.parametrize(
    ("known", "hits", "where"),
    [
        (
            expected(quotes=GOLD, relevant={f"{ARTICLE}#50": 1}),
            (a_hit(), a_hit(start=50, rank=2)),
            "An expected passage was retrieved at rank 2.",
        ),
        (
            expected(quotes=GOLD, relevant={f"{ARTICLE}#50": 1}),
            (a_hit(), a_hit(start=90, rank=2)),
            "No expected passage was among the 2 retrieved.",
        ),
        (
            expected(answers=("June",)),
            (a_hit("other.md"), a_hit("more.md", rank=2), a_hit(rank=3)),
            "An expected article was retrieved at rank 3.",
        ),
        (
            expected(answers=("June",)),
            (a_hit("other.md"),),
            "No expected article was among the 1 retrieved.",
        ),
        (Expected(answers=("June",), is_answerable=True), (a_hit(),), "an accepted answer."),
    ],
)
def test_it_says_where_retrieval_ranked_what_was_expected(known, hits, where):
    row = a_row(is_right=False, expected=known, hits=hits)

    assert why_wrong(row).endswith(where)


@pytest.mark.parametrize("row", [a_row(), a_row(is_right=None), a_failure()])
def test_what_is_not_wrong_has_no_reason(row):
    assert why_wrong(row) == ""


def test_the_report_says_why_beside_the_answer(tmp_path):
    write_report(write_run(tmp_path / "run", [a_refusal(), a_row(2)]), tmp_path / "report.html")

    text = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert text.count("<h4>Wrong</h4><p>Refused, but the articles answer it.") == 1
    assert text.count("<h4>Wrong</h4>") == 1
