"""The gate: answers get no worse on the demo set, nor on questions as people type them.

The second set is not in the repo; where its folder is not beside it, that half skips. Half of the
questions are asked, so that it takes a minute.
"""

import json
from pathlib import Path

import pytest

from rag.evaluation.measuring.gold import holds_answer, normalised
from rag.evaluation.questions.question_set import read_question_set
from rag.records import Question, Turn

ROOT = Path(__file__).parent.parent.parent
ASKED = ROOT.parent / "shared" / "data" / "asked" / "questions.jsonl"
EVERY = 2
LONGEST_LEAD = 60  # words
pytestmark = pytest.mark.timeout(900)  # hundreds of questions, on whatever machine

REACHED = {
    "demo": {"lead": 0.53, "shown": 0.73, "refused wrongly": 0.07},
    "asked": {"lead": 0.54, "shown": 0.73, "refused wrongly": 0.06},
}
"""What the questions below get (.54, .73, .045; .56, .75, .024), less some for other processors."""


def measured(assistant, asked):
    """Return the shares of answerable questions (question, accepted strings)."""
    lead, shown, refused = [], [], []
    for question, accepted in asked:
        answer = assistant.ask(question)
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


def test_the_demo_set_is_answered_as_well_as_before(demo):
    questions = [
        each
        for each in read_question_set(ROOT / "tests" / "questions" / "demo.jsonl")
        if each.is_answerable and (each.answers or each.quotes)
    ]

    require(
        measured(demo, [(q.question, q.answers or q.quotes) for q in questions[::EVERY]]),
        REACHED["demo"],
    )


@pytest.mark.skipif(not ASKED.exists(), reason="the questions are not beside the repository")
def test_questions_as_people_type_them_are_answered_as_well_as_before(demo):
    rows = [json.loads(line) for line in ASKED.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["kind"] != "app" and row["answerable"]]

    require(
        measured(demo, [(question_of(r), accepted(r)) for r in rows[::EVERY]]), REACHED["asked"]
    )


def question_of(row):
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history") or ())
    return Question(row["question"], history)


def accepted(row):
    return row.get("answers") or row.get("all_of") or []
