"""Answers in the articles' own words, and refusals that say why."""

import threading

import pytest

from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.refusals import lacks_a_name
from rag.records import Answer, Filters, Question, Sentence, Turn
from rag.retrieval.retriever import Retriever

FILES = {
    "port.md": "# The port of Lund\n\nAnna Berg has led the port of Lund since 2019. She wants to "
    "close the western gate because the old crane is unsafe. Who will pay for a new crane? The "
    "city council meets in May.",
    "ferry.md": "# The ferry Aurora\n\nThe ferry Aurora ran aground near Gotland in March 2021. "
    "Forty passengers were taken off by helicopter. The captain, Nils Ek, was fined 900 euros.",
}


def quotes_are_true(assistant, answer):
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    for quote in (*quotes, *answer.near_misses):
        article = assistant.article(quote.article_id, quote.article_sha256)
        assert article.text[quote.start : quote.end] == quote.text


class TestOnTheDemoCorpus:
    """With the real embedder and the real weights."""

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("What does the Chinese Embassy say?", "opposes turning trade and technology"),
            ("What does Matt Pottinger find ironic?", "sees an irony"),
            ("When do the two presidents meet?", "due in April"),
            ("When did Japan's controls on 23 items take effect?", "took effect on 23 July 2023"),
            ("What did the H20 restriction cost Nvidia?", "5.5 billion dollars"),
            ("What did Chuck Schumer say?", "tough on China"),
            ("When was the AI diffusion rule rescinded?", "13 May 2025"),
            ("Which measures were put on hold?", "China Telecom's business"),
            ("When does the suspension of the affiliates rule end?", "November 2026"),
            ("To which countries did staff turn their attention?", "Iran and Russia"),
        ],
    )
    def test_what_the_articles_tell_is_answered_with_their_sentence(self, demo, question, words):
        answer = demo.ask(Question(question))

        assert answer.outcome == "answered"
        assert words in " ".join(sentence.text for sentence in answer.sentences)
        quotes_are_true(demo, answer)

    @pytest.mark.parametrize(
        ("question", "missing"),
        [
            ("What did the government say about TP-Link?", "TP-Link"),
            ("What did Tim Cook say about tariffs?", "Tim Cook"),
            ("Who won the football world cup?", "football world cup"),
            ("recipe for apple pie", "apple pie"),
            ("Who is the prime minister of Japan?", "prime minister"),
            ("How many chips did Nvidia sell in Germany?", "Germany"),
        ],
    )
    def test_what_they_do_not_tell_is_refused_with_what_is_missing(self, demo, question, missing):
        answer = demo.ask(Question(question))

        assert answer.outcome == "not_in_articles"
        assert f"“{missing}”" in answer.reason
        assert answer.sentences == ()
        assert answer.near_misses
        quotes_are_true(demo, answer)

    def test_two_articles_with_different_figures_are_both_shown(self, demo):
        answer = demo.ask(Question("How many telecom companies were hit by Salt Typhoon?"))

        assert answer.outcome == "conflicting"
        assert {q.article_id for s in answer.sentences for q in s.quotes} == {
            "cyber/salt-typhoon-eight-companies.md",
            "cyber/salt-typhoon-ninth-company.md",
        }
        assert "newer" in answer.reason


@pytest.fixture
def small(make_assistant):
    """Return an assistant whose word-overlap embedder tells nothing beyond shared words."""
    return make_assistant(FILES)


def test_the_sentence_that_answers_comes_first(small):
    answer = small.ask(Question("Where did the ferry Aurora run aground?"))

    assert answer.outcome == "answered"
    assert answer.sentences[0].text.startswith("The ferry Aurora ran aground near Gotland")
    assert {sentence.verdict for sentence in answer.sentences} == {"supported"}


def test_a_leaning_sentence_is_shown_with_its_subject(small):
    answer = small.ask(Question("Why does she want to close the western gate in Lund?"))

    assert "Anna Berg" in answer.sentences[0].text
    assert "close the western gate" in answer.sentences[0].text


def test_a_question_never_answers(small):
    answer = small.ask(Question("Who will pay for a new crane?"))

    assert all("?" not in sentence.text for sentence in answer.sentences)


def test_a_name_that_occurs_nowhere_is_refused_by_name(small):
    answer = small.ask(Question("When did the ferry Estonia run aground near Gotland?"))

    assert (answer.outcome, answer.reason) == (
        "not_in_articles",
        "Nothing in the articles mentions “Estonia”.",
    )


def test_facts_of_another_name_do_not_answer(small):
    answer = small.ask(Question("When did Nils Berg lead the port of Gotland?"))

    assert answer.outcome == "not_in_articles"


def test_how_things_stand_is_told_by_the_newer_article(make_assistant):
    files = {
        "old.md": "---\npublished: 2023-01-05\n---\nThe Aurora ban on ships is in force in Lund.",
        "new.md": "---\npublished: 2024-06-05\n---\nThe Aurora ban on ships is over in Lund today.",
    }
    assistant = make_assistant(files)
    answerer = ExtractiveAnswerer(assistant.embedder)

    def best(question):
        ranked = answerer.rank(assistant.search(Question(question), k=8), assistant.snapshot())
        return ranked[0].candidate.article.id

    assert best("Is the Aurora ban on ships in Lund?") == "new.md"
    assert best("Which Aurora ban was in force in Lund?") == "old.md"


def test_a_question_for_a_date_is_not_answered_without_one(small):
    answer = small.ask(Question("When was the captain of the ferry Aurora, Nils Ek, fined?"))

    assert all("2021" in sentence.text for sentence in answer.sentences)


def test_a_refusal_offers_near_misses_and_no_sentences(small):
    answer = small.ask(Question("Did Zorro sail the ferry?"))

    assert answer.sentences == ()
    assert 1 <= len(answer.near_misses) <= 3
    quotes_are_true(small, answer)


def test_each_of_two_questions_is_answered(small):
    answer = small.ask(
        Question(
            "Who has led the port of Lund and when did the ferry Aurora run aground near Gotland?"
        )
    )

    text = " ".join(sentence.text for sentence in answer.sentences)
    assert "Anna Berg" in text
    assert "March 2021" in text


def test_half_an_answer_is_partial_and_says_which_half_is_missing(small):
    answer = small.ask(
        Question("When did the ferry Aurora run aground near Gotland and who built Zeppelin?")
    )

    assert answer.outcome == "partial"
    assert "Zeppelin" in answer.reason
    assert "March 2021" in answer.sentences[0].text


def test_a_limit_that_no_article_passes_is_the_reason(small):
    answer = small.ask(Question("Where is the ferry?", filters=Filters(outlets=("Nowhere Post",))))

    assert answer.outcome == "not_in_articles"
    assert "limits" in answer.reason


def test_asked_what_an_article_is_about_its_opening_is_shown(small):
    chosen = Filters(articles=("ferry.md",))

    answer = small.ask(Question("What is this about?", filters=chosen))

    assert answer.outcome == "answered"
    assert answer.sentences[0].text.startswith("The ferry Aurora ran aground")


def test_a_follow_up_is_answered_with_the_subject_before(small):
    history = (Turn("How did the ferry Aurora run aground near Gotland?", "In fog."),)

    answer = small.ask(Question("When was that?", history))

    assert answer.query != answer.question
    assert "March 2021" in answer.sentences[0].text


def test_a_follow_up_is_not_answered_with_what_was_just_read(make_assistant):
    told = (
        "Anna Berg said in May that the western gate of the port is unsafe.",
        "Anna Berg said in June that the western gate of the port is old.",
    )
    assistant = make_assistant({"gate.md": f"# The gate\n\n{' '.join(told)}"})
    question = "And what did Anna Berg say about the western gate of the port?"

    for read, other in (told, told[::-1]):
        before = Turn("What did Anna Berg say about the western gate?", read)
        answer = assistant.ask(Question(question, (before,)))
        again = assistant.ask(Question("And in what month did she say that?", (before,)))

        assert answer.sentences[0].text == other
        assert read in {sentence.text for sentence in again.sentences}


def ranked_by(assistant, question):
    snapshot = assistant.snapshot()
    retrieval = Retriever(assistant.embedder).retrieve(question, snapshot, k=12)
    ranked = ExtractiveAnswerer(assistant.embedder).rank(retrieval, snapshot)
    return retrieval.query.text, ranked, snapshot


@pytest.mark.parametrize(
    ("asked", "was_told"), [("And how many passengers did it have?", 0), ("And why did it?", 1)]
)
def test_what_was_read_counts_as_told_unless_it_has_what_is_asked_now(small, asked, was_told):
    told = "Forty passengers were taken off by helicopter."
    before = Turn("What happened to the ferry Aurora near Gotland?", told)

    _, ranked, _ = ranked_by(small, Question(asked, (before,)))

    (signals,) = [each.signals for each in ranked if each.candidate.text == told]
    assert signals.was_told == was_told


@pytest.mark.parametrize(("seat", "lacks"), [("Tokyo", False), ("Seoul", True)])
def test_an_article_about_the_country_knows_its_government(make_assistant, seat, lacks):
    text = "# Chip tools\n\nThe Japanese ministry limited exports of chip tools in July."
    assistant = make_assistant({"tools.md": text})

    query, ranked, snapshot = ranked_by(assistant, Question(f"What did {seat} limit in July?"))

    assert lacks_a_name(query, ranked, snapshot) is lacks


def test_sentences_stream_before_the_answer_that_repeats_them(small):
    *sentences, answer = small.stream(Question("Where did the ferry Aurora run aground?"))

    assert isinstance(answer, Answer)
    assert all(isinstance(sentence, Sentence) for sentence in sentences)
    assert answer.sentences == tuple(sentences)


def test_stop_ends_the_answer_with_what_came(small):
    stop = threading.Event()
    stop.set()

    pieces = list(small.stream(Question("Where did the ferry Aurora run aground?"), stop=stop))

    assert [type(piece) for piece in pieces] == [Answer]
    assert pieces[0].sentences == ()


def test_the_same_question_gets_the_same_answer(small):
    snapshot = small.snapshot()
    question = Question("Who was fined 900 euros?")
    retrieval = small.search(question, k=8)

    first = list(ExtractiveAnswerer(small.embedder).stream(question, retrieval, snapshot))
    second = list(ExtractiveAnswerer(small.embedder).stream(question, retrieval, snapshot))

    assert first == second


def test_a_sentence_is_embedded_once_for_many_questions(small):
    small.ask(Question("Where did the ferry Aurora run aground?"))
    before = len(small.embedder.embedded)

    small.ask(Question("When did the ferry Aurora run aground?"))

    assert len(small.embedder.embedded) == before
