"""An explanation states what made the answer; `test_outcomes` asks for those of the demo set."""

import dataclasses
import threading
from pathlib import Path

import pytest

from rag.answering.answerability import AnswerSignals
from rag.answering.explaining import explanation_of
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.generative import GenerativeAnswerer
from rag.answering.llm.chat_model import AnswerModel
from rag.answering.llm.prompts import load_prompt
from rag.answering.meanings import DECISION_SIGNALS, SENTENCE_SIGNALS, decided, fate_of, percent
from rag.answering.notes import Notes
from rag.answering.ranking import Signals
from rag.records import Answer, Question, Turn
from rag.strict_json import to_line
from tests.openai_server import OpenAIServer, Reply
from tests.reporting import QUESTION, FirstSentence, Shelf, claims, retrieve

ROOT = Path(__file__).parent.parent.parent
TWO = "When was the AI diffusion rule rescinded and who is Tim Cook?"


@pytest.mark.parametrize("mode", ["dense", "bm25"])
def test_a_ranking_that_was_not_asked_has_no_score(make_assistant, mode):
    assistant = make_assistant({"a.md": "Pears ripen in the autumn of the year."}, retrieval=mode)

    _, explanation = assistant.explain(Question("When do pears ripen?"))

    hit = explanation.passages[0]
    assert (hit.dense is None, hit.lexical is None) == (mode == "bm25", mode == "dense")
    assert hit.score == (hit.lexical if mode == "bm25" else hit.dense)


def test_the_words_say_what_occurs_nowhere(demo):
    _, explanation = demo.explain(Question("What did Zorblax say about tariffs?"))

    words = {word.text: word for word in explanation.parts[0].words}
    assert words["zorblax"].is_absent
    assert not words["tariff"].is_absent
    assert words["zorblax"].weight > words["tariff"].weight > 0


def test_each_part_of_a_question_is_explained_by_itself(demo, monkeypatch):
    chances = iter((0.9, 0.001))
    monkeypatch.setattr("rag.answering.extractive.answer_probability", lambda *_: next(chances))

    answer, explanation = demo.explain(Question(TWO))

    assert answer.outcome == "partial"
    assert [part.is_answered for part in explanation.parts] == [True, False]
    assert decided(explanation.parts[0]).startswith("Answered: the chance")
    assert decided(explanation.parts[1]).endswith(explanation.parts[1].reason)


def test_a_follow_up_says_what_was_searched(demo):
    question = Question("And when was that?", (Turn("Did the FCC revoke the licence?", ""),))

    _, explanation = demo.explain(question)

    assert explanation.leans_on_history
    assert explanation.query != explanation.question


def test_what_a_stop_kept_back_is_said(make_assistant):
    assistant = make_assistant({"ferry.md": "The ferry Aurora ran aground near Gotland in March."})
    stop = threading.Event()
    stop.set()
    notes = Notes()

    *_, answer = assistant.stream(
        Question("Where did the ferry Aurora run aground?"), stop=stop, notes=notes
    )

    explanation = explanation_of(answer, notes)
    assert answer.sentences == ()
    assert explanation.parts[0].candidates[0].why_not == "the answer was stopped"


def test_without_notes_there_is_no_explanation(demo):
    answer = demo.ask(Question("When was the AI diffusion rule rescinded?"))

    assert explanation_of(answer, Notes()) is None


@pytest.mark.parametrize(
    ("record", "meanings"), [(Signals, SENTENCE_SIGNALS), (AnswerSignals, DECISION_SIGNALS)]
)
def test_every_signal_has_a_meaning_for_people_and_no_other_has(record, meanings):
    assert [field.name for field in dataclasses.fields(record)] == list(meanings)


def test_a_small_share_is_not_said_to_be_none():
    assert [percent(share) for share in (0.0, 0.004, 0.006, 0.5)] == ["0%", "under 1%", "1%", "50%"]


class TestOfAnAnswerModel:
    """Of what a model wrote only what is checked is in the explanation."""

    HOLD = "Washington has put on hold a ban on China Telecom."
    FORGED = "Zorblax Corporation secretly bribed 41 senators in Xanadu on 3 March 2031."

    def explain(self, *sentences, fallback=None):
        reply = Reply(claims(*((text, []) for text in sentences)))
        prompt = load_prompt(ROOT / "prompts", "answer")
        retrieval = retrieve(QUESTION.text)
        notes = Notes(snapshot=Rows(), retrieval=retrieval)
        with OpenAIServer(reply) as server:
            model = AnswerModel("test", url=server.url, timeout_s=20.0)
            answerer = GenerativeAnswerer(model, prompt, fallback=fallback or FirstSentence())
            *_, answer = answerer.stream(QUESTION, retrieval, Shelf(), notes=notes)
        assert isinstance(answer, Answer)
        return answer, explanation_of(answer, notes)

    def test_every_sentence_has_its_fate_and_a_left_out_one_no_word(self):
        answer, explanation = self.explain(self.HOLD, self.FORGED, self.HOLD)

        assert [draft.fate for draft in explanation.drafts] == ["shown", "left out", "said before"]
        assert [draft.text for draft in explanation.drafts] == [self.HOLD, "", ""]
        assert [sentence.text for sentence in answer.sentences] == [self.HOLD]
        written = to_line(explanation).casefold()
        for word in ("zorblax", "brib", "senator", "xanadu", "2031", "41"):
            assert word not in written

    def test_what_the_articles_lack_of_a_sentence_is_said_by_its_sort(self):
        _, explanation = self.explain(
            "Washington has put on hold a ban on China Telecom for 900 days.",
            "Washington has put on hold a ban on Zorblax.",
            "Washington has put on hold “a very wicked ban” on China Telecom.",
        )

        assert [draft.missing for draft in explanation.drafts] == [
            ("1 number",),
            ("1 name",),
            ("1 quoted phrase",),
        ]
        assert fate_of(explanation.drafts[0]).endswith("the articles lack 1 number")

    def test_a_sentence_that_nothing_can_be_compared_with_says_so(self):
        _, explanation = self.explain(self.HOLD, "Is there a ban on China Telecom?")

        assert explanation.drafts[1].missing == ("any sentence to compare with",)

    def test_what_the_extractive_way_saw_is_told_too(self, make_assistant):
        assistant = make_assistant({"ban.md": f"{self.HOLD} It was a long one."})
        question = Question("What has Washington put on hold?")
        notes = Notes()
        reply = Reply(claims((self.HOLD, [])))
        with OpenAIServer(reply) as server:
            model = AnswerModel("test", url=server.url, timeout_s=20.0)
            vars(assistant)["_answerer"] = GenerativeAnswerer(
                model,
                load_prompt(ROOT / "prompts", "answer"),
                fallback=ExtractiveAnswerer(assistant.embedder),
            )
            *_, answer = assistant.stream(question, notes=notes)

        explanation = explanation_of(answer, notes)
        assert explanation.answerer == "test"
        assert [draft.fate for draft in explanation.drafts] == ["shown"]
        assert explanation.parts[0].candidates[0].is_chosen
        assert not explanation.is_in_own_words
        said = decided(explanation.parts[0], only_would=True)
        assert said.startswith(("Would be answered: ", "Would be unsure: "))
        assert explanation.passages[0].article_id == "ban.md"


class Rows(Shelf):
    """A shelf without rows: these hits were not ranked."""
