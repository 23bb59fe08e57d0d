"""Dates, ages, counts and states as the chat says them."""

from __future__ import annotations

from datetime import date, datetime

from rag.records import Answer, Article, DateSource, Filters, Outcome, Progress, Quote, Stage

DAYS_A_WEEK = 7
DAYS_SAID_AS_DAYS = 14
DAYS_SAID_AS_WEEKS = 60
MONTHS_A_YEAR = 12
MONTHS_SAID_AS_MONTHS = 24

STAGES: dict[Stage, str] = {
    "reading": "Reading articles",
    "chunking": "Splitting the text",
    "embedding": "Preparing the search",
    "writing": "Writing the index",
    "checking": "Checking the index",
}
OUTCOMES: dict[Outcome, str] = {
    "answered": "",
    "partial": "Partly answered",
    "conflicting": "The articles disagree",
    "unsure": "The articles may not answer this. Closest:",
    "about": "",
    "not_in_articles": "Not in the articles",
}
NOT_READY = "The articles cannot be asked yet. Come back in a while."  # to visitors
DATE_SOURCES: dict[DateSource, str] = {
    "front matter": "the head of its file",
    "page metadata": "its page’s metadata",
    "JSON-LD": "its page’s metadata",
    "byline": "its byline",
    "address": "its address",
    "update": "its last update",
}


def day(value: date) -> str:
    """Return a date as people write it.

    >>> day(date(2024, 12, 8))
    '8 December 2024'
    """
    return f"{value.day} {value:%B %Y}"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "article"), count(1200, "article")
    ('1 article', '1,200 articles')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def age(then: date, today: date) -> str:
    """Return how long ago a day was, in the unit a person would use.

    >>> age(date(2024, 12, 8), date(2026, 11, 23))
    '23 months ago'
    """
    days = (today - then).days
    if days < 0:
        return f"in {count(-days, 'day')}"
    if days <= 1:
        return "yesterday" if days else "today"
    if days < DAYS_SAID_AS_DAYS:
        return f"{count(days, 'day')} ago"
    if days < DAYS_SAID_AS_WEEKS:
        return f"{count(days // DAYS_A_WEEK, 'week')} ago"
    months = (today.year - then.year) * MONTHS_A_YEAR + today.month - then.month
    months -= today.day < then.day
    if months < MONTHS_SAID_AS_MONTHS:
        return f"{count(months, 'month')} ago"
    return f"{count(months // MONTHS_A_YEAR, 'year')} ago"


def published(article: Article, today: date) -> str:
    """Return when an article was published, how that is known, and when it was updated."""
    is_later = article.updated is not None and article.updated != article.published
    updated = f"; updated {day(article.updated)}" if article.updated and is_later else ""
    if article.published is None:
        return f"Publication date unknown: the article does not say{updated}"
    if article.published_from == "update":
        return f"Last updated {day(article.published)}, {age(article.published, today)}"
    said = f"Published {day(article.published)}, {age(article.published, today)}"
    source = DATE_SOURCES.get(article.published_from)
    return (f"{said} (from {source})" if source else said) + updated


def source(quote: Quote) -> str:
    """Return where a quote is from, in one line."""
    return " · ".join(part for part in source_parts(quote) if part)


def source_parts(quote: Quote) -> tuple[str, str]:
    """Return the title of the article of a quote, and its outlet and date in one line."""
    when = day(quote.published) if quote.published else ""
    return quote.title, " · ".join(part for part in (quote.outlet, when) if part)


def capital(text: str) -> str:
    """Return a text that begins as a sentence does.

    >>> capital("earlier, on 6 December 2024")
    'Earlier, on 6 December 2024'
    """
    return text[:1].upper() + text[1:]


def moment(value: datetime, now: datetime) -> str:
    """Return when something happened today by the clock, else by the day."""
    local = value.astimezone()
    if local.date() == now.astimezone().date():
        return f"today at {local:%H:%M}"
    return f"{day(local.date())} at {local:%H:%M}"


def limits(filters: Filters, titles: dict[str, str]) -> str:
    """Return what a question was limited to, or nothing."""
    parts = []
    if filters.published_from and filters.published_to:
        parts.append(f"{day(filters.published_from)} to {day(filters.published_to)}")
    elif filters.published_from:
        parts.append(f"from {day(filters.published_from)}")
    elif filters.published_to:
        parts.append(f"until {day(filters.published_to)}")
    parts += filters.outlets
    parts += [titles.get(article, article) for article in filters.articles]
    return "Limited to: " + ", ".join(parts) if parts else ""


def progress_line(progress: Progress | None) -> str:
    """Return a build's progress as a sentence fragment."""
    if progress is None:
        return "Starting"
    return f"{STAGES[progress.stage]}: {progress.done:,} of {progress.total:,}"


def answerer(answer: Answer) -> str:
    """Return who spoke and from which version of the index, for the line below an answer."""
    if answer.outcome == "about":
        return f"Index version {answer.generation}"
    who = "Quotes only" if answer.answerer == "extractive" else answer.answerer
    return f"{who} · index version {answer.generation}"


def reason(answer: Answer) -> str:
    """Return the reason of an answer without its outcome, which stands above it."""
    return answer.reason.removeprefix(OUTCOMES[answer.outcome]).strip()
