"""The library's own logic: entries and their states, what is wanted of them, the same story."""

from datetime import date

import pytest

from rag.library.entries import Catalogue, Wanted, list_entries, notes_on, wanted_places
from rag.library.stories import same_story
from rag.records import Article, Changes, Filters, Problem

STORY = (
    "The harbour board of Norrhamn ordered two cranes on Monday. They arrive by barge in May. "
    "Each of them lifts forty tonnes, which is twice what the old ones on the quay could lift."
)
FILES = {
    "old.md": "---\ntitle: Old\npublished: 2020-01-02\noutlet: Gazette\n---\nThree words here.\n",
    "new.md": "---\ntitle: New\npublished: 2024-05-06\nauthor: Ann Lee\n---\nOnly one, two.\n",
    "bare.md": "No date and no outlet, and nine words in it.\n",
    "bad.pdf": "not a PDF",
}


@pytest.fixture
def snapshot(make_assistant):
    return make_assistant(FILES).snapshot()


def ids(entries, wanted):
    return [entries[place].id for place in wanted_places(entries, wanted)]


def test_entries_are_articles_and_what_could_not_be_read_with_its_reason(snapshot):
    entries = {each.id: each for each in Catalogue().entries(snapshot, None)}

    assert list(entries) == ["new.md", "old.md", "bad.pdf", "bare.md"]
    assert entries["old.md"].words == 3
    assert (entries["bad.pdf"].state, entries["bad.pdf"].words) == ("failed", None)
    assert "damaged" in entries["bad.pdf"].why


def test_a_look_at_the_folder_says_what_is_new_changed_gone_and_a_duplicate(snapshot):
    twin = Problem("twin.md", "W-DOC-004", '"twin.md" is identical to "old.md"; kept once.')
    changes = Changes(
        added=("more.md",), changed=("old.md",), removed=("bare.md",), duplicates=(twin,)
    )

    entries = list_entries(snapshot, changes, {})

    assert {each.id: each.state for each in entries} == {
        "new.md": "indexed",
        "old.md": "changed",
        "bare.md": "removed",
        "more.md": "added",
        "twin.md": "duplicate",
    }


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted("GAZ old"), ["old.md"]),
        (Wanted("gaz new"), []),
        (Wanted(filters=Filters(authors=("Ann Lee",))), ["new.md"]),
        (Wanted(filters=Filters(outlets=("Gazette",))), ["old.md"]),
        (Wanted(filters=Filters(published_to=date(2020, 1, 2))), ["old.md"]),
        (Wanted(words_from=4), ["bare.md"]),
        (Wanted(states=("failed",)), ["bad.pdf"]),
        (Wanted(), ["new.md", "old.md", "bad.pdf", "bare.md"]),
    ],
)
def test_entries_are_wanted_by_every_typed_word_and_every_limit(snapshot, wanted, found):
    assert ids(Catalogue().entries(snapshot, None), wanted) == found


def test_notes_of_a_file_belong_to_each_of_its_articles():
    note = Problem("wire.jsonl", "W-TXT-001", "held an invisible character")

    assert notes_on("wire.jsonl#7", [note]) == [note]
    assert notes_on("wire.json", [note]) == []


def test_the_same_story_is_found_with_other_figures_and_another_end(make_assistant):
    files = {
        "a.md": f"{STORY} Nothing else is planned.\n",
        "b.md": f"{STORY.replace('two', 'three')} More follows.\n",
        "c.md": "The board ordered lunch on Monday, and cranes flew over the barge in May.\n",
    }
    snapshot = make_assistant(files).snapshot()
    article = snapshot.article("a.md")
    assert isinstance(article, Article)

    assert [each.id for each in same_story(article, snapshot)] == ["b.md"]
