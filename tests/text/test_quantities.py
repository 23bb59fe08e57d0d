"""Numbers and dates as values."""

from decimal import Decimal

import pytest

from rag.text.dates import read_dates
from rag.text.quantities import read_numbers


def readings(text):
    return [set(number.readings) for number in read_numbers(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$1.9 billion", 1_900_000_000, "$"),
        ("1,900 million dollars", 1_900_000_000, "$"),
        ("US$1.9bn", 1_900_000_000, "$"),
        ("HK$5m", 5_000_000, "hk$"),
        ("5 %", 5, "%"),
        ("five percent", 5, "%"),
        ("5 per cent", 5, "%"),
        ("3 percentage points", 3, "percentage point"),
        ("RMB 10 million", 10_000_000, "yuan"),
        ("10 million yuan", 10_000_000, "yuan"),
        ("twenty-five", 25, ""),
        ("two hundred", 200, ""),
        ("a 180-day pause", 180, ""),
        ("the ninth", 9, "ordinal"),
        ("9th", 9, "ordinal"),
        ("-5 %", -5, "%"),
        ("2,000", 2000, ""),
        ("1.50", Decimal("1.5"), ""),
    ],
)
def test_spellings_of_one_number_are_one_value(text, value, unit):
    assert readings(text) == [{(Decimal(value), unit)}]


@pytest.mark.parametrize(
    "text", ["H20 and A100", "the F-35", "5G", "Covid-19", "no one", "one of them", "Form 8-K"]
)
def test_digits_of_names_and_the_one_that_counts_nothing_are_no_numbers(text):
    assert readings(text) == []


def test_a_range_shares_its_unit_and_scale():
    five, six = read_numbers("between $5 and $6 billion")
    assert (Decimal(5_000_000_000), "$") in five.readings
    assert (Decimal(6_000_000_000), "$") in six.readings
    assert (Decimal(5), "%") in read_numbers("5 to 6 %")[0].readings


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("more than 140", "more"),
        ("at least 140", "more"),
        ("no fewer than 140", "more"),
        ("up to 140", "less"),
        ("no more than 140", "less"),
        ("fewer than 140", "less"),
        ("about 140", ""),
        ("140", ""),
    ],
)
def test_a_bound_belongs_to_its_number(text, bound):
    assert read_numbers(text)[0].bound == bound


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2 April 2025", (2025, 4, 2)),
        ("April 2, 2025", (2025, 4, 2)),
        ("Apr. 2nd", (None, 4, 2)),
        ("2025-04-02", (2025, 4, 2)),
        ("April 2025", (2025, 4, None)),
        ("last October", (None, 10, None)),
        ("in May", (None, 5, None)),
        ("in 2025", (2025, None, None)),
    ],
)
def test_a_date_is_read_as_far_as_it_goes(text, parts):
    (day,) = read_dates(text)
    assert (day.year, day.month, day.day) == parts


@pytest.mark.parametrize("text", ["it may fall", "march on", "2000 %", "$2025", "1.2025"])
def test_what_is_no_date_is_none(text):
    assert read_dates(text) == ()


def test_a_date_carries_another_only_if_it_says_all_of_it():
    (day,) = read_dates("2 April 2025")
    (month,) = read_dates("April 2025")
    (other,) = read_dates("2 April 2024")
    assert day.carries(month)
    assert not month.carries(day)
    assert not day.carries(other)
