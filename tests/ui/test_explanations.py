"""Why an answer is as it is, in the chat: kept, drawn when opened, gone with the conversation."""

import dataclasses
import json

import pytest

from rag.explanation import DraftExplained
from rag.ui.conversations import new_id
from rag.ui.explanation_nodes import CHANGED, explanation_nodes
from rag.ui.nodes import to_data
from rag.ui.shelf import ExplanationStore
from tests.ui.explained import ARTICLE, EXPLANATION, OPENED
from tests.ui.scripted import an_article


@pytest.fixture
def store(tmp_path):
    return ExplanationStore(tmp_path / "explanations")


def drawn(explanation, find):
    return json.dumps(to_data(explanation_nodes(explanation, find)), ensure_ascii=False)


def known(article_id, sha256):
    return ARTICLE


def test_an_explanation_is_kept_as_it_is(store):
    conversation, exchange = new_id(), new_id()

    store.put(conversation, exchange, EXPLANATION)

    assert store.has(conversation, exchange)
    assert store.load(conversation, exchange) == EXPLANATION


def test_what_is_damaged_or_not_there_is_no_explanation_and_no_error(store, tmp_path):
    conversation, exchange = new_id(), new_id()
    store.put(conversation, exchange, EXPLANATION)
    (path,) = (tmp_path / "explanations").iterdir()
    path.write_bytes(path.read_bytes()[:-9])

    assert store.load(conversation, exchange) is None
    assert store.load(conversation, new_id()) is None
    assert not store.has(conversation, "../../elsewhere")


def test_deleting_a_conversation_deletes_its_explanations_and_no_others(store):
    conversation, other, exchange = new_id(), new_id(), new_id()
    store.put(conversation, exchange, EXPLANATION)
    store.put(other, exchange, EXPLANATION)

    store.delete(conversation)

    assert not store.has(conversation, exchange)
    assert store.has(other, exchange)


def test_a_sentence_is_shown_with_its_fate_and_what_its_score_is_made_of():
    data = drawn(EXPLANATION, known)

    assert f"“{OPENED.text}”" in data
    assert "Shown" in data
    assert "Not shown: too unlikely" in data
    assert "has the question's words" in data
    assert "+2.00" in data


def test_a_sentence_whose_article_has_changed_is_not_shown():
    changed = an_article("Something else altogether.")

    data = drawn(EXPLANATION, lambda article_id, sha256: changed)

    assert OPENED.text not in data
    assert CHANGED in data


def test_a_left_out_sentence_of_a_model_is_counted_and_said_to_lack_something():
    draft = DraftExplained(1, "left out", "unsupported", "", ("1 name",))

    data = drawn(dataclasses.replace(EXPLANATION, drafts=(draft,), answerer="some:model"), known)

    assert "What “some:model” wrote, sentence by sentence" in data
    assert "Would be shown" in data
    assert "Left out, its words not shown: the articles lack 1 name" in data


def test_a_model_that_wrote_nothing_is_said_to_have_written_nothing():
    data = drawn(dataclasses.replace(EXPLANATION, answerer="some:model"), known)

    assert "“some:model” wrote no sentence that could be checked." in data
    assert "What the way without an LLM saw" in data
