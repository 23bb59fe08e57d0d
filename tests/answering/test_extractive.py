"""Answers in the articles' own words: sure, unsure with what is closest, or refused."""

import threading

import pytest

from rag.answering.answerability import CALL_FROM, SURE_FROM, UNSURE_FROM, is_worth_a_call
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.question.subquestions import subquestions
from rag.records import Answer, Filters, Question, Sentence, Turn
from tests.doubles import WordReader

FILES = {
    "port.md": "# The port of Lund\n\nAnna Berg has led the port of Lund since 2019. She wants to "
    "close the western gate because the old crane is unsafe. Who will pay for a new crane? The "
    "city council meets in May.",
    "ferry.md": "# The ferry Aurora\n\nThe ferry Aurora ran aground near Gotland in March 2021. "
    "Forty passengers were taken off by helicopter. The captain, Nils Ek, was fined 900 euros.",
}
AGROUND = Question("Where did the ferry Aurora run aground?")


def quotes_are_true(assistant, answer):
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    for quote in (*quotes, *answer.near_misses):
        article = assistant.article(quote.article_id, quote.article_sha256)
        assert article.text[quote.start : quote.end] == quote.text
    for sentence in answer.sentences:
        (quote,) = sentence.quotes
        assert all(quote.start <= m.start < m.end <= quote.end for m in sentence.marks)


@pytest.fixture
def small(make_assistant):
    """Return an assistant whose embedder and reader know nothing beyond shared words."""
    assistant = make_assistant(FILES)
    assistant.reader = WordReader()
    return assistant


def with_chance(monkeypatch, chance):
    monkeypatch.setattr("rag.answering.extractive.answer_probability", lambda *_: chance)


def test_a_line_without_a_full_stop_is_stated_where_it_has_a_figure(make_assistant):
    text = (
        "# Changes\n\nVersion 1.33 of the tool, 2021-01-07\n\nWildcards match no slash.\n\n"
        "The version of the tool\n\nIt was dropped.\n\n2.1 The version of the tool\n\nA. B."
    )
    assistant = make_assistant({"news.md": text})
    assistant.reader = WordReader()

    answer = assistant.ask(Question("Which version of the tool came on 2021-01-07?"))

    assert "Version 1.33 of the tool" in answer.sentences[0].text
    assert all("The version of" not in sentence.text for sentence in answer.sentences)


class TestOnTheDemoCorpus:
    """With the real embedder and the real weights."""

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("What does the Chinese Embassy say?", "opposes turning trade and technology"),
            ("When do the two presidents meet?", "due in April"),
            ("When did Japan's controls on 23 items take effect?", "23 July 2023"),
            ("What did the H20 restriction cost Nvidia?", "5.5 billion dollars"),
            ("When was the AI diffusion rule rescinded?", "13 May 2025"),
            ("To which countries did staff turn their attention?", "Iran and Russia"),
        ],
    )
    def test_what_the_articles_state_is_shown(self, demo, question, words):
        answer = demo.ask(Question(question))

        assert answer.outcome in {"answered", "conflicting", "unsure"}
        assert words in " ".join(sentence.text for sentence in answer.sentences)
        quotes_are_true(demo, answer)

    @pytest.mark.parametrize(
        "question", ["Who won the football world cup?", "recipe for apple pie"]
    )
    def test_what_is_about_something_else_is_not_answered(self, demo, question):
        answer = demo.ask(Question(question))

        assert answer.outcome in {"not_in_articles", "unsure"}
        quotes_are_true(demo, answer)


def test_the_sentence_that_answers_leads_with_its_words_marked(small):
    answer = small.ask(AGROUND)

    lead = answer.sentences[0]
    assert lead.text.startswith("The ferry Aurora ran aground near Gotland")
    assert small.article("ferry.md").text[lead.marks[0].start : lead.marks[0].end] == "Gotland"
    assert {sentence.verdict for sentence in answer.sentences} == {"supported"}
    quotes_are_true(small, answer)


def test_a_question_never_answers(small):
    answer = small.ask(Question("Who will pay for a new crane?"))

    assert all(not sentence.text.startswith("Who") for sentence in answer.sentences)


class TestDoubt:
    @pytest.mark.parametrize("caution", ["low", "normal", "high"])
    def test_the_probability_decides_between_three_levels(self, small, monkeypatch, caution):
        outcomes = []
        for chance in (SURE_FROM[caution], SURE_FROM[caution] - 0.01, UNSURE_FROM[caution] - 0.01):
            with_chance(monkeypatch, chance)
            outcomes.append(small.ask(Question(AGROUND.text, caution=caution)).outcome)

        assert outcomes == ["answered", "unsure", "not_in_articles"]

    def test_more_caution_asks_for_more(self):
        for levels in (SURE_FROM, UNSURE_FROM):
            assert 0 < levels["low"] < levels["normal"] < levels["high"] < 1
        assert all(UNSURE_FROM[each] < SURE_FROM[each] for each in SURE_FROM)
        assert UNSURE_FROM["low"] >= CALL_FROM

    def test_unsure_shows_what_is_closest(self, small, monkeypatch):
        with_chance(monkeypatch, UNSURE_FROM["normal"])

        answer = small.ask(AGROUND)

        assert answer.reason == "The articles may not answer this. Closest:"
        assert answer.sentences
        assert answer.near_misses == ()

    def test_a_refusal_shows_no_sentences_but_the_closest_quotes(self, small, monkeypatch):
        with_chance(monkeypatch, 0.0)

        answer = small.ask(Question("Did Zorro sail the ferry?"))

        assert answer.sentences == ()
        assert 1 <= len(answer.near_misses) <= 3
        quotes_are_true(small, answer)

    def test_a_model_is_asked_where_there_is_doubt_and_not_where_there_is_none(
        self, small, monkeypatch
    ):
        for chance, expected in ((0.9, True), (CALL_FROM, True), (CALL_FROM / 2, False)):
            with_chance(monkeypatch, chance)
            assert is_worth_a_call(small.ask(AGROUND)) is expected


class TestReasons:
    def test_a_name_that_no_article_has_is_named(self, small, monkeypatch):
        with_chance(monkeypatch, 0.0)

        answer = small.ask(Question("When did the ferry Estonia run aground near Gotland?"))

        assert answer.reason == "No article mentions “Estonia”."

    def test_a_name_that_an_article_has_is_never_denied(self, small, monkeypatch):
        with_chance(monkeypatch, 0.0)

        answer = small.ask(Question("What did Nils Ek eat near Gotland?"))

        assert answer.reason == "I found no answer to this in the articles."

    def test_a_limit_that_no_article_passes_is_the_reason(self, small):
        limits = Filters(outlets=("Nowhere Post",))

        answer = small.ask(Question("Where is the ferry?", filters=limits))

        assert answer.outcome == "not_in_articles"
        assert "limits" in answer.reason

    def test_nothing_to_search_for_is_said(self, small):
        assert "no word" in small.ask(Question("is it?")).reason


class TestSeveralQuestions:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("What is HBM and why does it matter?", ["What is HBM", "why does it matter?"]),
            ("Who won? When?", ["Who won?", "When?"]),
            ("Which ships and what they carry", ["Which ships", "what they carry"]),
            ("Tell me who won and what it cost.", ["Tell me who won and what it cost."]),
        ],
    )
    def test_a_message_is_parted_into_its_questions(self, text, parts):
        if text == "Who won? When?":
            parts = [text]  # "When?" alone has no word to search for
        assert subquestions(text) == parts

    def test_each_is_answered(self, small, monkeypatch):
        with_chance(monkeypatch, 0.9)

        answer = small.ask(
            Question("Who has led the port of Lund and when did the ferry Aurora run aground?")
        )

        text = " ".join(sentence.text for sentence in answer.sentences)
        assert "Anna Berg" in text
        assert "March 2021" in text
        assert answer.outcome == "answered"

    def test_the_later_is_read_with_the_earlier(self, small):
        small.ask(Question("What is the ferry Aurora and why did it run aground?"))

        assert small.reader.asked[-1] == ("What is the ferry Aurora | why did it run aground?")

    def test_half_an_answer_is_partial_and_says_which_half_is_missing(self, small, monkeypatch):
        chances = iter((0.9, 0.1))
        monkeypatch.setattr("rag.answering.extractive.answer_probability", lambda *_: next(chances))

        answer = small.ask(Question("When did the Aurora run aground and who built Zeppelin?"))

        assert answer.outcome == "partial"
        assert "Zeppelin" in answer.reason


def test_a_follow_up_is_read_with_the_turn_before(small):
    history = (Turn("How did the ferry Aurora run aground near Gotland?", "In fog."),)

    answer = small.ask(Question("When was that?", history))

    assert answer.query != answer.question
    assert small.reader.asked[-1] == (
        "How did the ferry Aurora run aground near Gotland? In fog. | When was that?"
    )
    assert "March 2021" in answer.sentences[0].text


def test_a_signal_that_is_left_out_counts_nothing(small):
    whole = ExtractiveAnswerer(small.embedder, WordReader())
    without = ExtractiveAnswerer(small.embedder, WordReader(), without=("reader", "lead"))

    assert whole.weights.reader
    assert not without.weights.reader
    assert without.weights.retrieval == whole.weights.retrieval


def test_sentences_stream_before_the_answer_that_repeats_them(small):
    *sentences, answer = small.stream(AGROUND)

    assert isinstance(answer, Answer)
    assert all(isinstance(sentence, Sentence) for sentence in sentences)
    assert answer.sentences == tuple(sentences)


def test_stop_ends_the_answer_with_what_came(small):
    stop = threading.Event()
    stop.set()

    pieces = list(small.stream(AGROUND, stop=stop))

    assert [type(piece) for piece in pieces] == [Answer]
    assert pieces[0].sentences == ()


def test_the_same_question_gets_the_same_answer(small):
    retrieval, snapshot = small.search(AGROUND, k=8), small.snapshot()

    first = list(ExtractiveAnswerer(small.embedder).stream(AGROUND, retrieval, snapshot))
    second = list(ExtractiveAnswerer(small.embedder).stream(AGROUND, retrieval, snapshot))

    assert first == second
