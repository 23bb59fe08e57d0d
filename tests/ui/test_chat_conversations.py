import dataclasses
import json
import logging
import stat
from datetime import UTC, date, datetime

import pytest

from rag.records import Article, BuildReport, Changes, Filters, Turn
from rag.strict_json import NotThisRecord, from_text, to_text
from rag.ui.conversations import Conversation, ConversationStore, Exchange, is_id, new_id, title_of
from rag.ui.index_panel import Lookup, Touched, touched_answers
from tests.ui.scripted import a_quote, an_answer, an_article, bridge_sentences


@pytest.fixture
def store(tmp_path):
    return ConversationStore(tmp_path / "home" / "conversations")


def a_conversation():
    filters = Filters(published_from=date(2024, 1, 1), outlets=("Gazette",))
    near = a_quote(an_article(), "The town paid for it.")
    answer = an_answer("When?", *bridge_sentences(), near_misses=(near,))
    asked = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    exchange = Exchange(new_id(), "When?", filters, asked, "answered", answer)
    return Conversation(new_id(), "When?", asked, (exchange,))


def test_a_conversation_is_read_back_exactly_with_quotes_dates_and_filters(store):
    conversation = a_conversation()

    store.save(conversation)

    assert store.load(conversation.id) == conversation


def test_a_conversation_survives_another_process_and_is_for_its_owner_only(store, tmp_path):
    conversation = a_conversation()
    store.save(conversation)

    again = ConversationStore(tmp_path / "home" / "conversations")

    path = tmp_path / "home" / "conversations" / f"{conversation.id}.json"
    assert again.load(conversation.id) == conversation
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("damage", ["cut", "field", "type", "twice", "nan", "deep", "bytes"])
def test_a_damaged_file_is_set_aside_and_stops_nothing(store, tmp_path, damage, caplog):
    good, bad = a_conversation(), a_conversation()
    store.save(good)
    store.save(bad)
    path = tmp_path / "home" / "conversations" / f"{bad.id}.json"
    text = path.read_text(encoding="utf-8")
    damaged = {
        "cut": text[:-40].encode(),
        "field": text.replace('"title"', '"titel"').encode(),
        "type": text.replace('"generation": 1', '"generation": "1"').encode(),
        "twice": text.replace('"title"', '"id": "x", "title"').encode(),
        "nan": text.replace('"generation": 1', '"generation": NaN').encode(),
        "deep": b"[" * 100_000,
        "bytes": text.encode() + b"\xff",
    }[damage]
    assert damaged != text.encode()
    path.write_bytes(damaged)

    with caplog.at_level(logging.WARNING):
        found = [heading.id for heading in store.headings()]

    assert found == [good.id]
    assert store.load(bad.id) is None
    kept = [p for p in path.parent.iterdir() if ".damaged-" in p.name]
    assert [p.read_bytes() for p in kept] == [damaged]
    assert "Set the unreadable conversation aside" in caplog.text


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 16, "A" * 16, "0" * 15, "0" * 17])
def test_an_id_from_the_address_never_becomes_another_path(store, name):
    store.save(a_conversation())

    store.delete(name)

    assert not is_id(name)
    assert store.load(name) is None
    assert len(store.headings()) == 1


def test_an_exchange_is_replaced_in_its_place_and_a_new_one_appended(store):
    conversation = a_conversation()
    first = conversation.exchanges[0]
    second = dataclasses.replace(first, id=new_id(), question="And then?")
    store.save(conversation)

    store.put(conversation.id, second)
    store.put(conversation.id, dataclasses.replace(first, state="stopped"))

    stored = store.load(conversation.id)
    assert [(e.question, e.state) for e in stored.exchanges] == [
        ("When?", "stopped"),
        ("And then?", "answered"),
    ]


def test_an_answer_to_a_deleted_conversation_does_not_bring_it_back(store):
    conversation = a_conversation()
    store.save(conversation)
    store.delete(conversation.id)

    assert store.put(conversation.id, conversation.exchanges[0]) is None
    assert store.headings() == []


def test_renaming_changes_the_list_and_an_empty_name_nothing(store):
    conversation = a_conversation()
    store.save(conversation)

    store.rename(conversation.id, "  The\nbridge ")
    store.rename(conversation.id, "   ")

    assert [heading.title for heading in store.headings()] == ["The bridge"]


def test_the_history_holds_what_was_answered_oldest_first():
    conversation = a_conversation()
    failed = Exchange(new_id(), "Broken?", Filters(), conversation.created, "failed")
    conversation = dataclasses.replace(conversation, exchanges=(*conversation.exchanges, failed))

    assert conversation.history() == (
        Turn("When?", "The bridge opened in May. It cost 4 million euros."),
    )


def test_a_long_question_makes_a_short_title_cut_at_a_word():
    title = title_of("word " * 100)

    assert len(title) <= 80
    assert title.endswith("word…")


def test_strict_json_refuses_what_it_did_not_write():
    text = to_text(a_conversation())
    extra = json.loads(text) | {"more": 1}

    with pytest.raises(NotThisRecord, match="Conversation"):
        from_text(Conversation, json.dumps(extra))
    with pytest.raises(NotThisRecord, match="state"):
        from_text(Conversation, text.replace('"answered"', '"guessed"'))


@pytest.mark.parametrize(
    ("article", "lost"),
    [
        (an_article(), 0),
        (an_article("New: " + an_article().text), 0),  # moved
        (an_article("The bridge opened in May. The rest is gone."), 2),  # the near miss, too
        (None, 3),
    ],
)
def test_answers_whose_quotes_a_build_took_away_are_touched(store, article, lost):
    conversation = a_conversation()
    store.save(conversation)
    other = Article("else.md", "0" * 64, "Else", "Nothing is quoted.")
    changes = Changes(changed=(an_article().id, other.id))
    report = BuildReport(2, changes, 1, 0, 0.1)

    touched = touched_answers(store, report, Lookup(2, {an_article().id: article}.get))

    (exchange,) = conversation.exchanges
    expected = (Touched(conversation.id, exchange.id, "When?", lost),) if lost else ()
    assert touched == expected
    assert store.with_exchange(exchange.id) == conversation.id
    assert store.with_exchange(new_id()) is None
