"""The text normal form, dates, bylines and line ends."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.bylines import Byline, find_byline, parse_byline
from rag.corpus.dates import find_date, parse_date
from rag.corpus.lines import count_words, join_lines, unwrap
from rag.corpus.normal_form import MarkRunError, SurrogateError, normal_text
from tests.timing import own_seconds

LATEST = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("raw", "text", "removed"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", 0),
        ("a\n\n\n\nb\n", "a\n\nb", 0),
        ("a\u00a0b\u2009c\td", "a b c d", 0),
        ("e\u0301", "\u00e9", 0),
        ("so\u00adft\ufeff", "soft", 0),
        ("a\u200bb\u202ec\U000e0041d\x07", "abcd", 4),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648", 0),
        ("\uf0b7 point", "\u2022 point", 0),
        ("end   \nnext  ", "end\nnext", 0),
    ],
)
def test_the_normal_form(raw, text, removed):
    normal = normal_text(raw)

    assert (normal.text, normal.removed) == (text, removed)


@given(st.text())
def test_the_normal_form_is_its_own_normal_form(raw):
    try:
        once = normal_text(raw).text
    except (MarkRunError, SurrogateError):
        return

    assert normal_text(once).text == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once
    assert "\n\n\n" not in once
    assert "\0" not in once


@pytest.mark.parametrize(
    "raw",
    [
        "\u0300\u0316" * 400_000,
        "a\u0301" * 800_000,
        " " * 800_000 + "x",
        "\n" * 800_000 + "x",
        "\u200b" * 800_000,
        " \n" * 400_000 + "x",
    ],
    ids=["marks", "accents", "spaces", "lines", "invisible", "both"],
)
def test_no_text_takes_more_than_linear_time(raw):
    def read():
        try:
            normal_text(raw)
        except MarkRunError as error:
            assert error.position == 0  # noqa: PT017 - either outcome is fine, being slow is not

    assert own_seconds(read, times=1) < 2


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-11-12", date(2024, 11, 12)),
        ("2024-11-12T23:30:00+02:00", date(2024, 11, 12)),
        ("20241112", date(2024, 11, 12)),
        ("2024/11/12", date(2024, 11, 12)),
        ("Tue, 12 Nov 2024 10:00:00 GMT", date(2024, 11, 12)),
        ("12 November 2024", date(2024, 11, 12)),
        ("12th of November, 2024", date(2024, 11, 12)),
        ("Nov. 12, 2024", date(2024, 11, 12)),
        ("Sept. 3, 2024", date(2024, 9, 3)),
        ("NOVEMBER 12 2024", date(2024, 11, 12)),
        ("12/11/2024", None),
        ("11.12.2024", None),
        ("31 February 2024", None),
        ("12 November 2087", None),
        ("November 2024", None),
        ("112 November 2024", None),
        ("12 Nominal 2024", None),
        ("", None),
    ],
)
def test_dates_are_read_as_written_or_not_at_all(written, day):
    assert parse_date(written, latest=LATEST) == day


def test_the_first_of_two_dates_counts():
    text = "Published November 12, 2024, updated 3 May 2025"

    assert find_date(text, latest=LATEST) == (date(2024, 11, 12), 10, 27)


DAY = date(2024, 11, 12)


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Jane Doe", Byline(("Jane Doe",), None)),
        ("By Jane Doe, 12 November 2024", Byline(("Jane Doe",), DAY)),
        ("By Jane Doe and Li Wei | 12 November 2024", Byline(("Jane Doe", "Li Wei"), DAY)),
        (
            "By Footnote maintainers | Published 12 November 2024",
            Byline(("Footnote maintainers",), DAY),
        ),
        ("BY JANE DOE - Nov. 12, 2024 10:30 AM EST", Byline(("JANE DOE",), DAY)),
        ("Published: 2024-11-12", Byline((), DAY)),
        ("Posted on Tuesday, November 12, 2024 at 9:05 p.m.", Byline((), DAY)),
        ("12 November 2024", Byline((), DAY)),
        ("Tuesday 12 November 2024 | 4 min read", Byline((), DAY)),
        ("Published 12 November 2024, updated 3 May 2025", Byline((), DAY)),
        ("By 12 November 2024 the ministry had changed its mind.", None),
        ("By law, the ministry publishes its reports every year", None),
        ("Updated 12 November 2024", Byline()),
        ("The talks of 12 November 2024", None),
        ("On 12 November 2024 the talks failed", None),
        ("By the time it was over, nothing remained", None),
        ("Introduction", None),
        ("", None),
    ],
)
def test_only_a_line_that_is_all_byline_is_one(line, byline):
    found = parse_byline(line, latest=LATEST)

    assert (found and Byline(found.authors, found.published)) == byline


PARAGRAPH = "The ministry published the rule on Monday, after years of talks."


@pytest.mark.parametrize(
    ("blocks", "known", "published", "places"),
    [
        (["12 November 2024", PARAGRAPH], None, DAY, (0,)),
        (["12 November 2024", PARAGRAPH], DAY, DAY, (0,)),
        (["12 November 2024", PARAGRAPH], date(2025, 1, 1), None, ()),
        ([PARAGRAPH, "12 November 2024", PARAGRAPH], None, None, ()),
        (["12 November 2024", "13 November 2024", PARAGRAPH], None, None, ()),
        ([PARAGRAPH, "Published 12 November 2024", PARAGRAPH], None, DAY, (1,)),
        ([PARAGRAPH] * 5 + ["Published 12 November 2024"], None, None, ()),
    ],
)
def test_a_date_alone_is_a_byline_only_where_no_chronicle_has_one(blocks, known, published, places):
    byline, found = find_byline(blocks, latest=LATEST, known=known)

    assert (byline.published, found) == (published, places)


@pytest.mark.parametrize(
    ("first", "second", "rest", "joined"),
    [
        ("the manage-", "ment", "", "the management"),
        ("a well-", "known rule", "", "a well-known rule"),
        ("an over-", "sight", "", "an oversight"),
        ("they re-", "entered it", "", "they re-entered it"),
        ("state-of-the-", "art", "", "state-of-the-art"),
        ("the US-", "China talks", "", "the US-China talks"),
        ("a 90-", "day pause", "", "a 90-day pause"),
        ("long-", "term view", "a long view of a long term and another term", "long-term view"),
        ("in forty-", "two towns", "", "in forty-two towns"),
        ("some two-", "thirds of it", "", "some two-thirds of it"),
        ("an ex-", "minister", "", "an ex-minister"),
        ("a self-", "taught painter", "", "a self-taught painter"),
        ("the selfhood and self-", "hood", "", "the selfhood and selfhood"),
        ("he paused -", "and left", "", "he paused - and left"),
        ("a rule\u2014", "of law", "", "a rule\u2014of law"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_unless_it_belongs(first, second, rest, joined):
    vocabulary = count_words(f"{first}\n{second}\n{rest}")

    assert join_lines([first, second], vocabulary) == joined


def test_unwrapped_text_keeps_its_line_ends():
    text = "A headline of the day\nBy Somebody\n" + "A long paragraph goes on and on. " * 20

    assert len(unwrap(text)) == 3


def test_a_numbered_list_is_not_a_number_that_begins_a_line():
    wrapped = (
        "Of the original 34 points it suspends 24 for 90 days and it keeps\n"
        "10. It also undertook to suspend or to remove its countermeasures.\n"
        "1. The first thing that was decided by both of the parties there.\n"
        "2. The second thing that was decided by both of the parties there.\n"
    )

    assert len(unwrap(wrapped)) == 3
