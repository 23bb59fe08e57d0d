"""Every measure says what it means; the names are fixed, as files and gates hold them."""

import dataclasses

from rag.evaluation.measuring.measures import MEASURES

BY_ARTICLE = "nDCG@10 RR@10 AP R@5 R@10 R@20 Success@1 Success@5 Success@10".split()
LOWER_IS_BETTER = {"unsure", "attributed_share", "false_refusals", "aurc", "calibration_error"}


def test_the_names_are_those_of_the_field():
    assert list(MEASURES) == [
        *BY_ARTICLE,
        *(f"quote.{name}" for name in BY_ARTICLE),
        *"contains_answer exact_match token_f1 items_shown".split(),
        *"sentence_success@1 sentence_success@3".split(),
        *"citation_precision citation_recall quote_exactness attributed_share".split(),
        *"outcome_right unsure unsure_right false_refusals answered_when_retrieved".split(),
        *"abstain_precision abstain_recall abstain_f1".split(),
        *"answerable_auroc aurc calibration_error".split(),
    ]


def test_every_measure_has_its_name_meaning_formula_and_source():
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert all(dataclasses.astuple(measure)[:5])
        assert "http" not in measure.source


def test_lower_is_better_only_for_errors():
    assert {n for n, m in MEASURES.items() if not m.higher_is_better} == LOWER_IS_BETTER
