"""The gate: answers get no worse on the demo set, nor on questions as people type them.

An explanation of each states the very sentences, scores and decision that made the answer.

The second set is not in the repo; where its folder is not beside it, that half skips. A third of
the questions is asked, so that it takes a minute.
"""

import dataclasses
import json
import math
from pathlib import Path

import pytest

from rag.evaluation.measuring.gold import holds_answer, normalised
from rag.evaluation.questions.question_set import read_question_set
from rag.records import Question, Turn
from rag.retrieval.fusion import LEXICAL_WEIGHT
from rag.strict_json import from_text, to_line

ROOT = Path(__file__).parent.parent.parent
ASKED = ROOT.parent / "shared" / "data" / "asked" / "questions.jsonl"
EVERY = 3
OTHERS_EVERY = 24
LONGEST_LEAD = 60  # words
pytestmark = pytest.mark.timeout(900)  # hundreds of questions, on whatever machine

REACHED = {
    "demo": {"lead": 0.53, "shown": 0.80, "refused wrongly": 0.05},
    "asked": {"lead": 0.53, "shown": 0.65, "refused wrongly": 0.06},
}
"""What the questions below get (.56, .82, .02; .55, .68, .036), less some for other processors."""


def measured(answers):
    """Return the shares of answerable questions (pairs of an answer and the accepted strings)."""
    lead, shown, refused = [], [], []
    for answer, accepted in answers:
        texts = [sentence.text for sentence in answer.sentences]
        wanted = [normalised(each) for each in accepted]
        first = texts[0] if texts and len(texts[0].split()) <= LONGEST_LEAD else ""
        lead.append(holds_answer(first, wanted))
        shown.append(any(holds_answer(text, wanted) for text in texts[:3]))
        refused.append(answer.outcome == "not_in_articles")
    return {
        "lead": sum(lead) / len(lead),
        "shown": sum(shown) / len(shown),
        "refused wrongly": sum(refused) / len(refused),
    }


def require(found, reached):
    assert found["lead"] >= reached["lead"], found
    assert found["shown"] >= reached["shown"], found
    assert found["refused wrongly"] <= reached["refused wrongly"], found


@pytest.fixture(scope="module")
def explained(demo):
    """Of the demo set a third of what can be measured and some of the rest, each asked once:
    the question, its answer and the explanation of it.
    """
    questions = read_question_set(ROOT / "tests" / "questions" / "demo.jsonl")
    rest = [each for each in questions if not is_measured(each)]
    asked = [each for each in questions if is_measured(each)][::EVERY] + rest[::OTHERS_EVERY]
    return [(each, *demo.explain(each.question)) for each in asked]


def is_measured(item):
    return item.is_answerable and bool(item.answers or item.quotes)


def test_the_demo_set_is_answered_as_well_as_before(explained):
    found = [(answer, q.answers or q.quotes) for q, answer, _ in explained if is_measured(q)]

    require(measured(found), REACHED["demo"])


@pytest.mark.skipif(not ASKED.exists(), reason="the questions are not beside the repository")
def test_questions_as_people_type_them_are_answered_as_well_as_before(demo):
    rows = [json.loads(line) for line in ASKED.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["kind"] != "app" and row["answerable"]]

    require(
        measured([(demo.ask(question_of(r)), accepted(r)) for r in rows[::EVERY]]), REACHED["asked"]
    )


def question_of(row):
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history") or ())
    return Question(row["question"], history)


def accepted(row):
    return row.get("answers") or row.get("all_of") or []


def ranked(explained):
    """Return those that a ranking answered or refused: a summary or a timeline has none."""
    return [each for each in explained if each[2].parts or each[2].kind is None]


def chosen_of(explanation):
    return [each for part in explanation.parts for each in part.candidates if each.is_chosen]


def holder(quote, answer):
    """Return which sentence of the answer a quote is part of."""
    return next(
        number
        for number, sentence in enumerate(answer.sentences)
        if any(
            q.article_id == quote.article_id and q.start <= quote.start < quote.end <= q.end
            for q in sentence.quotes
        )
    )


def test_the_chosen_sentences_are_those_of_the_answer(explained):
    for _, answer, explanation in ranked(explained):
        chosen = [each.quote for each in chosen_of(explanation)]

        assert {holder(quote, answer) for quote in chosen} == set(range(len(answer.sentences)))


def test_explaining_changes_nothing_of_the_answer(demo, explained):
    for item, answer, _ in explained[::20]:
        plain = demo.ask(item.question)

        assert dataclasses.replace(plain, timings_ms={}) == dataclasses.replace(
            answer, timings_ms={}
        )


def test_every_sentence_that_is_not_in_the_answer_has_a_reason(explained):
    for *_, explanation in explained:
        for part in explanation.parts:
            for each in part.candidates:
                assert each.is_chosen != bool(each.why_not)
            if not part.is_answered:
                assert {each.why_not for each in part.candidates} <= {"refused"}
                assert part.reason


def test_the_contributions_add_up_to_the_score_and_to_the_chance(explained):
    for *_, explanation in explained:
        for part in explanation.parts:
            for each in part.candidates:
                total = sum(signal.contribution for signal in each.signals)
                assert total == pytest.approx(each.score, abs=1e-6)
            decision = part.decision
            if decision is None:
                continue
            log_odds = decision.bias + sum(each.contribution for each in decision.signals)
            assert decision.probability == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_the_decision_is_the_answers_confidence_and_outcome(explained):
    for _, answer, explanation in ranked(explained):
        chances = [part.decision.probability for part in explanation.parts if part.decision]
        answered = [part.is_answered for part in explanation.parts]

        assert round(max(chances, default=0.0), 4) == answer.confidence
        assert any(answered) is (answer.outcome != "not_in_articles")
        sure = [
            p.decision.probability >= p.decision.threshold for p in explanation.parts if p.decision
        ]
        assert any(sure) is (answer.outcome in {"answered", "partial", "conflicting"})


def test_the_passages_are_the_hits_with_both_scores_that_they_were_fused_from(explained):
    for _, answer, explanation in explained:
        found = [(each.passage_id, each.rank, each.score) for each in explanation.passages]

        assert found == [(hit.passage.id, hit.rank, hit.score) for hit in answer.hits]
        for each in () if explanation.leans_on_history else explanation.passages:
            fused = each.dense + LEXICAL_WEIGHT * each.lexical
            assert fused == pytest.approx(each.score, abs=1e-6)


def test_an_explanation_is_read_back_as_it_was_written(explained):
    for *_, explanation in explained[::8]:
        assert from_text(type(explanation), to_line(explanation)) == explanation
