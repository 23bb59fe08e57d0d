"""What a reranker changes: which sentence comes first, and whether a veto holds."""

import numpy as np
import pytest

from rag.answering import ranking
from rag.answering.abstention import reranker_probability
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.reading import SentenceReader
from rag.answering.vetoes import SURE_ANYWAY, find_vetoes
from rag.records import Question, Turn
from tests.doubles import WordEmbedder

ARTICLE = (
    "Port of Lund closes\n\nThe harbour master shut the port on Monday. "
    "The port of Lund has four cranes and a school. Ships wait outside the port of Lund."
)


class FixedReranker:
    """Gives sentences that hold a word high log odds, others low; remembers what it read."""

    name = "fixed"

    def __init__(self, word, *, high=4.0):
        self.word, self.high, self.read, self.asked = word, high, [], set()

    def answers(self, question, texts):
        self.read += texts
        self.asked.add(question)
        return np.array([self.high if self.word in t else -4.0 for t in texts], np.float32)


@pytest.fixture
def ask(make_assistant):
    def ask(question, reranker):
        assistant = make_assistant({"port.md": ARTICLE})
        assistant.reranker = reranker
        return assistant.explain(Question(question))

    return ask


def first(explanation):
    return explanation.parts[0].candidates[0]


def test_the_reranker_decides_between_sentences_that_words_cannot_tell(ask):
    question = "What about the port of Lund?"

    _, with_school = ask(question, FixedReranker("school"))
    _, with_ships = ask(question, FixedReranker("Ships"))

    assert "school" in first(with_school).quote.text
    assert "Ships" in first(with_ships).quote.text


def test_it_reads_a_sentence_with_the_title_of_its_article(ask):
    reranker = FixedReranker("school")

    ask("How many cranes has the port of Lund?", reranker)

    assert reranker.read
    assert all(text.startswith("Port of Lund closes | ") for text in reranker.read)


def test_of_a_follow_up_it_reads_what_is_asked_now(make_assistant):
    assistant = make_assistant({"port.md": ARTICLE})
    assistant.reranker = reranker = FixedReranker("cranes")
    before = Turn("Why was the port of Lund shut?", "The harbour master shut the port on Monday.")

    answer = assistant.ask(Question("And how many cranes does it have?", (before,)))

    assert answer.query == "port of Lund shut: how many cranes does it have?"
    assert reranker.asked == {"how many cranes does it have?"}


def test_without_a_reranker_other_weights_hold(ask):
    _, without = ask("How many cranes has the port of Lund?", None)
    _, with_one = ask("How many cranes has the port of Lund?", FixedReranker("school"))

    def weight(explanation, name):
        return next(s.weight for s in first(explanation).signals if s.name == name)

    assert weight(without, "cosine") == ranking.WITHOUT_RERANKER.cosine
    assert weight(with_one, "cosine") == ranking.WITH_RERANKER.cosine
    assert weight(without, "reranker") == 0.0


def test_nothing_is_read_together_without_a_reranker():
    reader = SentenceReader(WordEmbedder())

    assert not reader.has_reranker
    assert reader.read("Who?", []).log_odds.shape == (0,)


@pytest.mark.parametrize(("log_odds", "holds"), [(1.0, True), (3.0, False)])
def test_no_veto_holds_against_a_sure_reranker(make_assistant, log_odds, holds):
    """0.9 is the probability of log odds of 2.2."""
    assistant = make_assistant({"port.md": ARTICLE})
    assistant.reranker = FixedReranker("school", high=log_odds)
    question = Question("How many cranes has the port of Malmo?")
    snapshot = assistant.snapshot()
    retrieval = assistant.search(question, k=3)

    answerer = ExtractiveAnswerer(assistant.embedder, assistant.reranker)
    ranked = answerer.rank(retrieval, snapshot)
    vetoes = find_vetoes(question.text, ranked, snapshot)

    assert (reranker_probability(ranked[0]) < SURE_ANYWAY) == holds
    assert bool(vetoes) == holds
