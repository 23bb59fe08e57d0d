"""A passage that a better hit tells, there or around it, is a copy; an update is none."""

from rag.records import Passage
from rag.retrieval.duplicates import Fingerprint, ToldStories

STORY = "The regulator said on Monday that the companies had been hit by the intrusion."
MORE = "It did not name them, and the ministry that oversees their networks would not comment."
LAST = "Engineers are still at work in the data centres where the strangers were first seen."


def is_told(text, by):
    return Fingerprint(text).is_told_by(Fingerprint(by))


def passage(article_id, text, part):
    start = text.index(part)
    return Passage(article_id, start, start + len(part), part)


def test_the_same_story_under_another_first_line_is_told():
    assert is_told("WASHINGTON (Wire) — " + STORY, STORY)


def test_a_story_with_another_number_is_not_told():
    old = STORY + " In all 12 people were told by 5 officers."

    assert not is_told(old.replace("12", "14"), old)


def test_a_number_may_be_a_word():
    old = STORY + " In all eight people were told by the officers."

    assert not is_told(old.replace("eight", "Nine"), old)


def test_a_longer_version_is_not_told_by_a_short_one():
    assert is_told(STORY, f"{STORY} {MORE} {LAST}")
    assert not is_told(f"{STORY} {MORE} {LAST}", STORY)


def test_stories_that_share_a_phrase_are_not_the_same():
    other = "The regulator said on Monday that it had nothing to add to the report of last year."

    assert not is_told(other, STORY)


def test_a_copy_whose_passages_begin_elsewhere_is_told_by_what_stands_around_a_hit():
    one, other = f"{STORY} {MORE} {LAST}", f"{STORY} {MORE} {LAST}"
    stories = ToldStories({"one": one, "other": other}.__getitem__)

    assert stories.is_new(passage("one", one, f"{STORY} {MORE}"))
    assert not stories.is_new(passage("other", other, f"{MORE} {LAST}"))


def test_passages_of_one_article_are_never_copies_of_each_other():
    text = f"{STORY} {STORY}"
    stories = ToldStories({"one": text}.__getitem__)

    assert stories.is_new(Passage("one", 0, len(STORY), STORY))
    assert stories.is_new(Passage("one", len(STORY) + 1, len(text), STORY))


def test_what_touches_no_hit_reads_no_article():
    stories = ToldStories({}.__getitem__)

    assert stories.is_new(Passage("one", 0, len(STORY), STORY))
    assert stories.is_new(Passage("other", 0, len(LAST), LAST))
