"""What is said of answers survives crashes, damage and other processes; cases come from it."""

import dataclasses
import errno
import fcntl
import json
import multiprocessing
import os
import threading
from datetime import date

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.cases import (
    articles_of,
    case_file,
    case_files,
    draft_case,
    expected_outcome,
    find_quote,
)
from rag.evaluation.feedback import Asked, FeedbackStore, feedback_on, reasons_for
from rag.evaluation.questions.question_set import append_question
from rag.evaluation.records import SetQuestion
from rag.records import Answer, Filters, Quote, Sentence, Turn

BRIDGE = Quote(
    "town/bridge.md",
    "ab",
    "A bridge",
    "Gazette",
    date(2024, 12, 8),
    0,
    25,
    "The bridge “opened”.\n",
)
ASKED = Asked(
    "c" * 16,
    "e" * 16,
    "And when?",
    (Turn("What opened?", "The bridge."),),
    Filters(published_from=date(2024, 1, 1), outlets=("Gazette",), articles=("town/bridge.md",)),
)


def answer(*, outcome="answered", quotes=(BRIDGE,)):
    sentences = tuple(Sentence(quote.text, "supported", (quote,)) for quote in quotes)
    return Answer("And when?", "bridge: when", outcome, "", sentences, (), (), 7, "extractive")


def say(verdict="right", *, exchange="e" * 16, outcome="answered", quotes=(BRIDGE,), **said):
    asked = dataclasses.replace(ASKED, exchange_id=exchange)
    return feedback_on(asked, answer(outcome=outcome, quotes=quotes), verdict=verdict, **said)


@pytest.fixture
def store(tmp_path):
    return FeedbackStore(tmp_path / "home" / "feedback.jsonl")


def reread(store):
    return FeedbackStore(store.path)


def test_what_was_said_is_read_back_whole(store):
    said = say("wrong", reasons=("missing", "other"), comment="Second critic\nis “left out”.")

    store.add(said)

    assert reread(store).all() == [said]
    assert store.all() == [said]


def test_the_last_word_on_an_answer_counts_and_comes_last(store):
    first, other = say("right"), say("right", exchange="f" * 16)
    changed = say("wrong")

    for each in (first, other, changed):
        store.add(each)

    for seen in (store, reread(store)):
        assert seen.of("e" * 16) == changed
        assert seen.all() == [other, changed]
    assert len(store.path.read_text(encoding="utf-8").splitlines()) == 3


def test_taking_back_is_a_line_and_leaves_nothing_to_count(store):
    store.add(say("right"))

    store.add(say(None))

    for seen in (store, reread(store)):
        assert seen.of("e" * 16) is None
        assert seen.all() == []
    assert len(store.path.read_text(encoding="utf-8").splitlines()) == 2


def test_a_line_cut_off_anywhere_loses_only_itself(store):
    kept, torn, later = say(exchange="1" * 16), say(exchange="2" * 16), say(exchange="3" * 16)
    store.add(kept)
    before = store.path.read_bytes()
    store.add(torn)
    whole = store.path.read_bytes()

    for cut in range(len(before) + 1, len(whole) - 1, 97):
        store.path.write_bytes(whole[:cut])
        opened = reread(store)
        opened.add(later)
        for seen in (opened, reread(store)):
            assert seen.all() == [kept, later], cut
            assert seen.damaged == 1


def test_a_whole_line_without_its_line_end_counts(store):
    first, second = say(exchange="1" * 16), say(exchange="2" * 16)
    store.add(first)
    store.path.write_bytes(store.path.read_bytes().rstrip())

    store.add(second)

    assert reread(store).all() == [first, second]
    assert store.damaged == 0


def test_a_line_with_half_a_character_is_damaged(store):
    store.add(say(comment="HALF"))
    line = store.path.read_text(encoding="utf-8").replace("HALF", "\\ud800")
    store.path.write_text(line, encoding="utf-8")

    assert store.all() == []
    assert store.damaged == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"\xff\xfe\n",
        b"{}\n",
        b"null\n",
        b"[" * 50_000 + b"\n",
        b'{"id": NaN}\n',
        b"\x00" * 300 + b"\n",
        b"x" * 4_100_000 + b"\n",
    ],
    ids=["not UTF-8", "empty", "null", "deep", "NaN", "zeros", "long"],
)
def test_a_damaged_line_is_counted_and_skipped(store, damage):
    first, second = say(exchange="1" * 16), say(exchange="2" * 16)
    store.add(first)
    with store.path.open("ab") as file:
        file.write(damage)

    store.add(second)

    assert store.all() == [first, second]
    assert store.damaged == 1


def test_a_record_of_another_format_is_counted_as_damaged(store):
    store.add(say())
    line = json.loads(store.path.read_text(encoding="utf-8")) | {"format": 2}
    store.path.write_text(json.dumps(line) + "\n", encoding="utf-8")

    assert store.all() == []
    assert store.damaged == 1


def test_what_another_process_adds_is_seen(store):
    store.add(say(exchange="1" * 16))
    assert len(store.all()) == 1

    reread(store).add(say(exchange="2" * 16))

    assert [each.exchange_id[0] for each in store.all()] == ["1", "2"]
    assert store.of("2" * 16) is not None


def test_a_file_that_is_gone_holds_nothing(store):
    store.add(say())
    store.path.unlink()

    assert store.all() == []
    assert store.of("e" * 16) is None


@pytest.mark.parametrize("work", [lambda s: s.add(say()), lambda s: s.all()], ids=["add", "read"])
def test_who_adds_or_reads_waits_for_another_that_writes(store, work):
    store.add(say(exchange="1" * 16))
    with store.path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = threading.Thread(target=work, args=(reread(store),))
        waiting.start()
        waiting.join(0.3)
        was_waiting = waiting.is_alive()
    waiting.join(60)

    assert was_waiting
    assert not waiting.is_alive()


def _add_many(path, name):
    store = FeedbackStore(path)
    for number in range(40):
        store.add(say(exchange=f"{name}{number:015}"))


def test_processes_that_write_at_once_lose_no_line(store):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_many, args=(store.path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert len(store.all()) == 80
    assert store.damaged == 0


def test_a_full_disk_leaves_the_file_as_it_was_and_is_said(store, monkeypatch):
    store.add(say())
    before = store.path.read_bytes()

    def no_room(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(QuestionSetError) as refused:
        store.add(say("wrong"))

    assert refused.value.code == "E-EVL-014"
    assert "No space left" in refused.value.message
    assert store.path.read_bytes() == before
    assert store.of("e" * 16).verdict == "right"


def test_nobody_else_may_read_the_file(store):
    store.add(say())

    assert store.path.stat().st_mode & 0o077 == 0
    assert store.path.parent.stat().st_mode & 0o077 == 0


def test_reasons_fit_what_was_answered():
    assert reasons_for("not_in_articles") == ["should_answer", "other"]
    assert "should_answer" not in reasons_for("answered")
    assert {"wrong_answer", "wrong_quote", "missing", "should_refuse"} < set(reasons_for("partial"))
    assert {"wrong_quote", "should_answer", "should_refuse"} < set(reasons_for("unsure"))


@pytest.mark.parametrize(
    ("outcome", "reason", "expected"),
    [
        ("partial", "wrong_answer", "partial"),
        ("answered", "should_refuse", "not_in_articles"),
        ("not_in_articles", "should_answer", "answered"),
        ("not_in_articles", "other", "not_in_articles"),
        ("unsure", "should_answer", "answered"),
        ("unsure", "should_refuse", "not_in_articles"),
        ("unsure", "other", "unsure"),
        ("about", "other", "about"),
    ],
)
def test_the_reason_tells_the_expected_outcome(outcome, reason, expected):
    said = say("wrong", outcome=outcome, reasons=(reason,))

    assert expected_outcome(said) == expected


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "/etc/x", ".hidden", "", "  ", "a\\b", "a\nb", "nul", "x" * 90, "a.csv", "..",
     "C:x", "a\u202eb"],
)  # fmt: skip
def test_only_a_plain_file_name_names_a_question_set(tmp_path, name):
    with pytest.raises(QuestionSetError) as refused:
        case_file(tmp_path, name)

    assert refused.value.code == "E-EVL-030"


def test_question_sets_stand_in_their_folder_the_usual_one_first(tmp_path):
    for name in ("weekly", "archive.jsonl"):
        append_question(
            case_file(tmp_path, name), SetQuestion("", ASKED_QUESTION, outcome="partial")
        )

    assert case_file(tmp_path, "weekly") == tmp_path / "questions" / "weekly.jsonl"
    assert case_files(tmp_path) == ["cases.jsonl", "archive.jsonl", "weekly.jsonl"]


ASKED_QUESTION = draft_case(say()).question


@pytest.fixture
def snapshot(make_assistant):
    files = {
        "bridge.md": "# A bridge\n\nThe bridge was “opened” in May by the mayor. It cost a lot.",
        "ferry.md": "# A ferry\n\nThe ferry runs every forty minutes. It’s slow – but cheap.",
    }
    return make_assistant(files).snapshot()


def test_a_pasted_sentence_becomes_the_exact_words_of_a_likely_article(snapshot):
    pasted = 'the bridge was "opened"  in May by the mayor.'

    quote = find_quote(pasted, snapshot, likely=["gone.md", "bridge.md"])

    article = snapshot.article("bridge.md")
    assert quote.text == "The bridge was “opened” in May by the mayor."
    assert article.text[quote.start : quote.end] == quote.text
    assert articles_of([quote]) == ("bridge.md",)


def test_a_pasted_sentence_is_found_in_an_article_that_nobody_thought_of(snapshot):
    quote = find_quote(" The ferry runs every forty minutes. ", snapshot, likely=["bridge.md"])

    assert quote.article_id == "ferry.md"


def test_a_pasted_quotation_keeps_its_marks(make_assistant):
    text = "# A mayor\n\nHe came. “The bridge is finally open to all.” Then he left."
    snapshot = make_assistant({"mayor.md": text}).snapshot()

    quote = find_quote('"The bridge is finally open to all."', snapshot, likely=["mayor.md"])

    assert quote.text == "“The bridge is finally open to all.”"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The bridge was closed in May by the mayor.", "No article says “The bridge was closed"),
        ("a lot", "“a lot” is too short"),
        (" \n", "“” is too short"),
        ("*", "“*” is too short"),
    ],
)
def test_what_no_article_says_is_refused_in_a_sentence(snapshot, text, why):
    with pytest.raises(QuestionSetError) as refused:
        find_quote(text, snapshot, likely=snapshot.article_ids)

    assert refused.value.code == "E-EVL-031"
    assert refused.value.message.startswith(why)
    assert "\n" not in refused.value.message
