"""The setting `caution`: from which probability there is an answer, and from which a call."""

import dataclasses

import pytest

from rag.answering.abstention import ANSWER_FROM, CALL_FROM
from rag.answering.caution import how_to_answer, is_sure, is_worth_a_call
from rag.answering.generative import GenerativeAnswerer
from rag.answering.part_answers import VETO
from rag.config import Config
from rag.evaluation.runs.subject import answer_settings
from rag.records import Question
from tests.answering.test_generative import GOOD, PROMPT, Scripted
from tests.reporting import ARTICLES, QUESTION, FirstSentence, Shelf, retrieve

NEAREST = next(FirstSentence().stream(QUESTION, retrieve(""), Shelf())).quotes
FILES = {
    "port.md": "# The port of Lund\n\nAnna Berg has led the port of Lund since 2019. She wants to "
    "close the western gate because the old crane is unsafe.",
}


def test_each_step_of_caution_refuses_more():
    low, normal, high = (ANSWER_FROM[caution] for caution in ("low", "normal", "high"))

    assert CALL_FROM < low < normal < high < 1


def test_what_is_vetoed_is_refused_with_any_caution():
    assert not any(is_sure(VETO * 1.0, caution) for caution in ANSWER_FROM)


@pytest.mark.parametrize(
    ("between", "caution", "named"),
    [
        (("normal", "high"), "high", "normal"),
        (("low", "normal"), "high", "low"),
        (("low", "normal"), "normal", "low"),
        (("low", "normal"), "low", ""),
        (None, "high", ""),
    ],
)
def test_a_refusal_names_the_mildest_change_that_would_answer(between, caution, named):
    confidence = sum(ANSWER_FROM[each] for each in between) / 2 if between else CALL_FROM

    told = how_to_answer(confidence, caution)

    assert told == (named and f"To answer such a question all the same, set caution to {named}.")


def test_the_setting_decides_what_is_answered(make_assistant, monkeypatch):
    monkeypatch.setattr("rag.answering.part_answers.answer_probability", lambda *_: 0.4)
    asked = Question("Who has led the port of Lund?")
    middle = {"low": 0.3, "normal": 0.4, "high": 0.5}
    monkeypatch.setattr("rag.answering.caution.ANSWER_FROM", middle)

    found = {c: make_assistant(FILES, caution=c).ask(asked) for c in ANSWER_FROM}

    assert [found[c].outcome for c in ("low", "normal", "high")] == [
        *("answered", "answered", "not_in_articles")
    ]
    assert found["high"].reason.endswith("set caution to normal.")


def test_a_question_may_bring_a_caution_of_its_own(make_assistant, monkeypatch):
    monkeypatch.setattr("rag.answering.part_answers.answer_probability", lambda *_: 0.4)
    middle = {"low": 0.3, "normal": 0.4, "high": 0.5}
    monkeypatch.setattr("rag.answering.caution.ANSWER_FROM", middle)
    assistant = make_assistant(FILES, caution="high")

    asked = Question("Who has led the port of Lund?", caution="low")

    assert assistant.ask(asked).outcome == "answered"


def test_a_run_records_the_caution():
    assert answer_settings(Config(caution="high"))["caution"] == "high"


class Counting(Scripted):
    """A model that counts how often it is called."""

    def __init__(self):
        super().__init__(GOOD)
        self.calls = 0

    def stream(self, messages, *, stop=None):
        self.calls += 1
        yield from super().stream(messages, stop=stop)


def ask(**extractive):
    model = Counting()
    answerer = GenerativeAnswerer(model, PROMPT, fallback=FirstSentence(**extractive))
    *streamed, answer = answerer.stream(QUESTION, retrieve(QUESTION.text), Shelf())
    return model.calls, streamed, answer


REFUSAL = {"outcome": "not_in_articles", "sentences": (), "reason": "No.", "near_misses": NEAREST}


def test_articles_that_clearly_do_not_answer_spend_no_call():
    calls, streamed, answer = ask(**REFUSAL, confidence=CALL_FROM - 0.001)

    assert (calls, streamed[1:]) == (0, [])
    assert (answer.outcome, answer.reason, answer.answerer) == (
        *("not_in_articles", "No.", "extractive"),
    )
    assert answer.near_misses == NEAREST
    assert answer.near_misses[0].article_id in ARTICLES


@pytest.mark.parametrize(
    "extractive",
    [
        {**REFUSAL, "confidence": CALL_FROM},
        {**REFUSAL, "confidence": None},
        {"confidence": 0.0},
    ],
    ids=["in doubt", "gives none", "answered"],
)
def test_in_doubt_the_model_is_asked(extractive):
    calls, _, answer = ask(**extractive)

    assert (calls, answer.answerer) == (1, "scripted")


def test_a_refusal_without_near_misses_spends_no_call():
    *_, answer = FirstSentence(**REFUSAL, confidence=0.3).stream(QUESTION, retrieve(""), Shelf())

    assert is_worth_a_call(answer)
    assert not is_worth_a_call(dataclasses.replace(answer, near_misses=()))


def test_the_contract_holds_for_a_question_about_something_else(make_assistant, monkeypatch):
    """Rule 4: with no evidence there is no call to an LLM, and the refusal is the whole answer."""
    assistant = make_assistant(FILES, answer_model="scripted")
    assistant.answer_model = model = Counting()
    model.load = lambda: None

    answer = assistant.ask(Question("quantum entanglement photosynthesis recipe"))

    assert (model.calls, answer.outcome, answer.sentences) == (0, "not_in_articles", ())
    assert answer.reason
