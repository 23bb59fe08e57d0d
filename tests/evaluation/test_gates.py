"""Gates: each passes and fails where it should, and says why."""

import dataclasses

import pytest

from rag.errors import ConfigError
from rag.evaluation.comparing.comparison import compare_runs
from rag.evaluation.comparing.gates import check_gates, parse_gates
from rag.evaluation.records import Estimate, Summary
from tests.written_runs import evaluated, write_run


def summary(**means):
    """Return a Summary with the means; "RR_10" stands for RR@10."""
    named = {name.replace("_10", "@10"): value for name, value in means.items()}
    return Summary(40, 0, {name: Estimate(mean, mean, mean, 40) for name, mean in named.items()})


def reasons(found, gates=(), **options):
    return [failure.reason for failure in check_gates(found, gates, **options)]


@pytest.mark.parametrize(
    ("option", "gate", "mean", "said"),
    [
        ("fail_under", "RR@10=0.6", 0.6, []),
        ("fail_under", "RR@10=0.6", 0.7, []),
        ("fail_under", "RR@10=0.6", 0.571, ["RR@10 is 0.571, under 0.600."]),
        ("fail_under", "RR@10=0.6", 0.59996, ["RR@10 is 0.59996, under 0.60000."]),
        ("fail_over", "false_refusals=0.1", 0.1, []),
        ("fail_over", "false_refusals=0.1", 0.05, []),
        ("fail_over", "false_refusals=0.1", 0.12, ["false_refusals is 0.120, over 0.100."]),
    ],
)
def test_a_measure_must_reach_or_not_exceed_its_value(option, gate, mean, said):
    found = summary(**{gate.partition("=")[0]: mean})

    assert reasons(found, parse_gates(**{option: [gate]})) == said


def test_a_mean_that_is_the_value_but_for_the_arithmetic_passes():
    assert reasons(summary(RR_10=0.1 + 0.2), parse_gates(fail_under=["RR@10=0.3"])) == []
    assert 0.1 + 0.7 < 0.8
    assert reasons(summary(RR_10=0.1 + 0.7), parse_gates(fail_under=["RR@10=0.8"])) == []


def test_a_quote_that_is_not_exact_fails_whatever_the_options():
    (failure,) = check_gates(summary(quote_exactness=0.9995), ())

    assert failure.measure == "quote_exactness"
    assert failure.reason.startswith("quote_exactness is 0.9995, under 1: ")
    assert check_gates(summary(quote_exactness=1.0), ()) == []
    assert check_gates(summary(), ()) == []


def compared(tmp_path, before, after, name="RR@10"):
    """Compare two runs whose questions have these values of a measure."""
    a, b = (
        write_run(
            tmp_path / run,
            [evaluated(f"q{n}", measures={name: value}) for n, value in enumerate(values)],
        )
        for run, values in (("before", before), ("after", after))
    )
    return compare_runs(a, b)


@pytest.mark.parametrize(
    ("name", "before", "after", "passes"),
    [
        ("RR@10", [0.5, 1, 0], [0.5, 1, 0], True),
        ("RR@10", [0.5, 1, 0], [1, 0.5, 0.5], True),
        ("RR@10", [0.5, 1, 0], [0.5, 0.5, 0], False),
        ("false_refusals", [0, 1, 0], [0, 0, 0], True),
        ("false_refusals", [0, 1, 0], [0, 1, 1], False),
    ],
)
def test_no_worse_holds_the_mean_over_shared_questions_in_the_measures_own_direction(
    tmp_path, name, before, after, passes
):
    comparison = compared(tmp_path, before, after, name)

    failures = check_gates(
        summary(), parse_gates(no_worse=[name], has_baseline=True), baseline_comparison=comparison
    )

    assert [failure.measure for failure in failures] == ([] if passes else [name])


def test_a_measure_that_the_runs_do_not_share_cannot_be_no_worse(tmp_path):
    comparison = compared(tmp_path, [1], [1])
    gates = parse_gates(no_worse=["AP"], has_baseline=True)

    (reason,) = reasons(summary(), gates, baseline_comparison=comparison)

    assert reason.startswith("AP has no value")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fail_under": ["rr@10=0.5"]}, 'unknown measure "rr@10"; did you mean "RR@10"'),
        ({"no_worse": ["abstain_f2"], "has_baseline": True}, 'did you mean "abstain_f1"'),
        ({"fail_under": ["xyzzy=0.5"]}, "there are: nDCG@10"),
        ({"fail_under": ["aurc=0.3"]}, "lower is better.* use: --fail-over aurc=0.3"),
        ({"fail_over": ["AP=0.3"]}, "higher is better.* use: --fail-under AP=0.3"),
        ({"fail_under": ["RR@10"]}, 'must be like "--fail-under RR@10=0.6"'),
        ({"fail_under": ["RR@10=60"]}, '"60" must be a number from 0 to 1'),
        ({"fail_under": ["RR@10=nan"]}, '"nan" must be a number from 0 to 1'),
        ({"fail_under": ["RR@10=high"]}, '"high" must be a number from 0 to 1'),
        ({"no_worse": ["RR@10"]}, "needs a run to compare with: --baseline RUN"),
        ({"fail_under": ["judge_correct=0.5"]}, "an opinion and no gate"),
    ],
)
def test_a_gate_that_cannot_be_says_what_to_write_instead(options, said):
    with pytest.raises(ConfigError, match=said) as error:
        parse_gates(**options)
    assert error.value.code == "E-CFG-001"
    assert "\n" not in error.value.message


def test_no_gate_passes_where_questions_could_not_be_asked():
    found = dataclasses.replace(summary(**{"RR@10": 1.0}), failed=2)
    gates = parse_gates(fail_under=["RR@10=0.5"])

    [failure] = check_gates(found, gates)

    assert failure.reason == "2 of 40 questions could not be asked, and are in no measure."
    assert check_gates(found, ()) == []
