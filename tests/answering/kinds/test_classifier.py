"""What a question asks for, recognised with the embedder that ships."""

import hashlib

import pytest

from rag.answering.kinds.classifier import (
    FACT,
    WEIGHTS,
    WEIGHTS_SHA256,
    load_classifier,
    load_weights,
)
from rag.answering.kinds.wordings import AskingWords
from rag.config import Config
from rag.encoders.embedder import load_embedder
from rag.errors import EmbedderError
from rag.training.kinds import learn_words, make_examples, read_wordings
from tests.doubles import WordEmbedder


@pytest.fixture(scope="module")
def classify():
    return load_classifier(load_embedder(Config())).classify


@pytest.mark.parametrize(
    ("question", "intent", "topic"),
    [
        ("sum up the Gotland ferry plz", "summary", "Gotland ferry"),
        ("Skagerrak", "summary", "Skagerrak"),
        ("please compare trams with buses", "compare", "trams with buses"),
        ("Chronology of the Aurora affair", "timeline", "Aurora affair"),
        ("whats the newest on Aurora?", "latest", "Aurora"),
        ("any articles that mention seals?", "finding", "seals"),
        ("hey there footnote", "greeting", None),
        ("cheers, thanks a bunch", "thanks", None),
        ("so what are you able to do?", "abilities", None),
        ("which papers have you read", "articles", None),
        ("could I send this answer to my boss?", "controls", None),
        ("do you check facts on the internet", "limits", None),
        ("anything new since friday", "new", None),
    ],
)
def test_ways_to_ask_that_are_not_in_the_wordings_are_recognised(classify, question, intent, topic):
    asked = classify(question)

    assert asked.intent == intent
    assert topic is None or asked.topic == topic


@pytest.mark.parametrize(
    "question",
    [
        "How do I know whether the toll is already due?",
        "How sure are geologists that the slope will hold?",
        "How many articles does the charter have?",
        "Who made the first map of Skagerrak?",
        "What can passengers do if the ferry is late?",
        "How do I add a column to a table?",
        "how do I open a socket",
        "how do I write a poem",
        "how do I export a cargo of timber?",
        "how do I share a socket between threads",
        "which documents did the court read",
        "Can I trust the tide tables?",
        "Where do the seals come from?",
        "What sources of power does the island use?",
    ],
)
def test_a_question_about_the_matter_is_never_taken_as_one_about_footnote(classify, question):
    assert not classify(question).is_about


def test_a_question_that_no_kind_claims_is_one_for_a_fact(classify):
    assert classify("In which year did the harbour freeze over?").intent == FACT


def test_weights_that_are_not_those_shipped_are_refused(tmp_path):
    damaged = tmp_path / "kinds.safetensors"
    damaged.write_bytes(WEIGHTS.read_bytes()[:-1] + b"\0")

    with pytest.raises(EmbedderError, match="git checkout"):
        load_weights(damaged)

    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == WEIGHTS_SHA256


def test_with_another_embedder_every_question_is_one_for_a_fact():
    assert load_classifier(WordEmbedder()) is None


def test_the_words_that_ship_are_those_that_the_wordings_give():
    _, wordings = read_wordings()

    assert load_weights().words == learn_words(wordings)


def test_a_wording_that_is_nothing_but_a_topic_is_learned_with_every_topic():
    topics, wordings = read_wordings()

    examples = make_examples(topics, [w for w in wordings if w.text == "{}"], seed=1)

    assert {e.question.casefold() for e in examples} == {t.casefold() for t in topics}


def test_the_topic_is_what_stands_between_words_that_do_not_ask_for_the_intent():
    words = AskingWords({"tell": frozenset({"summary"}), "of": frozenset({"summary"})})

    assert words.topic("tell of the port of Lund", "summary") == "the port of Lund"
    assert words.topic("tell of", "summary") == ""
