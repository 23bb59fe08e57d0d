import dataclasses
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.records import Quote, Sentence
from rag.ui import answer_view, article_view, views, wording
from tests.ui.scripted import TEXT, a_quote, an_answer, an_article, bridge_sentences

ARTICLE = an_article()
TODAY = date(2026, 11, 23)


def find(article_id, sha256):
    return ARTICLE if (article_id, sha256) == (ARTICLE.id, ARTICLE.sha256) else None


def drawn(answer, *, opened=None, **fields):
    return answer_view.answer_data(
        sentences=answer.sentences,
        answer=answer,
        is_stopped=False,
        opened=opened,
        is_last=True,
        find=find,
        **fields,
    )


def shown(quotes, opened, *, finder=find, marks=()):
    return article_view.article_data(
        quotes, opened, marks=marks, today=TODAY, find=finder, absence="It is gone."
    )


def marked(data, kind="current"):
    return "".join(text for text, what in data["pieces"] if what == kind)


def test_equal_quotes_share_a_number_and_sources_are_listed_once():
    first, second = bridge_sentences()
    again = Sentence("Both.", "supported", (first.quotes[0], second.quotes[0]))

    data = drawn(an_answer("?", first, second, again, answerer="a model"))

    assert [sentence["numbers"] for sentence in data["sentences"]] == [[1], [2], [1, 2]]
    assert [source["numbers"] for source in data["sources"]] == [[1, 2]]
    assert data["sources"][0]["source"] == "A bridge for the town · Gazette · 8 December 2024"


def test_an_unsupported_sentence_is_marked_and_has_no_citation():
    data = drawn(an_answer("?", Sentence("It shines.", "unsupported", ())))

    assert data["sentences"] == [
        {
            "pieces": [["It shines.", False]],
            "verdict": "unsupported",
            "saidBy": "",
            "numbers": [],
        }
    ]


def test_an_attributed_sentence_says_whose_words_it_tells_on_screen_and_when_copied():
    first, second = bridge_sentences()
    speaker = dataclasses.replace(second.quotes[0], text="The\ntown")
    told = Sentence("It is ugly.", "attributed", first.quotes, speaker)

    data = drawn(an_answer("?", told))

    assert data["sentences"] == [
        {
            "pieces": [["It is ugly.", False]],
            "verdict": "attributed",
            "saidBy": "according to “The town”",
            "numbers": [1],
        }
    ]
    assert "[1] (according to “The town”, not established by the articles)" in data["copy"]


def test_a_refusal_has_its_reason_its_near_misses_and_no_citation():
    near = a_quote(ARTICLE, "The town paid for it.")

    data = drawn(
        an_answer("?", outcome="not_in_articles", reason="No “moon”.", near_misses=(near,))
    )

    assert data["citations"] == []
    assert (data["label"], data["reason"]) == ("Not in the articles", "No “moon”.")
    assert [(miss["index"], miss["text"]) for miss in data["nearMisses"]] == [(0, near.text)]


def test_the_article_shows_its_whole_text_with_exactly_the_quote_marked():
    quotes = views.quotes_of(bridge_sentences())

    data = shown(quotes, 1)

    assert "".join(text for text, _ in data["pieces"]) == TEXT
    assert marked(data) == quotes[1].text
    assert marked(data, "other") == quotes[0].text
    assert ["Who paid", "heading"] in data["pieces"]
    assert data["published"] == (
        "Published 8 December 2024, 23 months ago (from the head of its file)"
    )
    assert (data["position"], data["total"]) == (2, 2)


def test_an_unknown_date_is_said():
    undated = dataclasses.replace(ARTICLE, published=None, published_from="unknown")
    quote = dataclasses.replace(a_quote(ARTICLE, "The town paid for it."), published=None)

    data = shown((quote,), 0, finder=lambda *_: undated)

    assert data["published"] == "Publication date unknown: the article does not say"


def test_a_quote_that_is_no_longer_at_its_place_is_shown_as_kept_and_said_so():
    quote = a_quote(ARTICLE, "It cost 4 million euros.")
    moved = dataclasses.replace(ARTICLE, text="New start. " + TEXT)

    data = shown((quote,), 0, finder=lambda *_: moved)

    assert data["note"] == "It is gone. The quote is shown as it was then."
    assert data["pieces"] == [[quote.text, "current"]]
    assert not views.is_true(quote, lambda *_: moved)


def test_overlapping_quotes_are_each_marked_whole():
    outer = a_quote(ARTICLE, "The bridge opened in May. It cost 4 million euros.")
    inner = a_quote(ARTICLE, "opened in May.")

    assert marked(shown((outer, inner), 0)) == outer.text
    assert marked(shown((outer, inner), 1)) == inner.text


def test_only_https_addresses_become_links():
    quote = a_quote(ARTICLE, "The town paid for it.")
    for url, link in (
        ("https://example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", ""),
        ("http://example.org", ""),
    ):
        article = dataclasses.replace(ARTICLE, url=url)
        assert shown((quote,), 0, finder=lambda *_, a=article: a)["url"] == link


@settings(deadline=None, max_examples=200)
@given(st.text(min_size=1, max_size=300), st.data())
def test_any_quote_of_any_text_is_marked_as_it_stands_in_the_article(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    article = an_article(text)
    quote = Quote(article.id, article.sha256, "", "", None, start, end, text[start:end])

    drawn = shown((quote,), 0, finder=lambda *_: article)

    assert len(marked(drawn)) == end - start
    assert sum(len(piece) for piece, _ in drawn["pieces"]) == len(text)


def test_a_very_long_article_is_shown_around_its_quote():
    text = "word " * 200_000 + "The end is near." + " word" * 200_000
    article = an_article(text)

    data = shown((a_quote(article, "The end is near."),), 0, finder=lambda *_: article)

    assert marked(data) == "The end is near."
    assert sum(len(piece) for piece, _ in data["pieces"]) <= article_view.MAX_SHOWN
    assert data["note"] == article_view.PART_SHOWN


def test_the_copied_answer_carries_its_quotes():
    data = drawn(an_answer("When?", *bridge_sentences(), answerer="a model"))

    assert data["copy"] == (
        "When?\n\nThe bridge opened in May. [1] It cost 4 million euros. [2]\n\n"
        "[1] A bridge for the town · Gazette · 8 December 2024\n"
        "[2] A bridge for the town · Gazette · 8 December 2024"
    )


def test_ages_are_said_in_the_unit_that_people_use():
    said = {
        date(2026, 11, 23): "today",
        date(2026, 11, 22): "yesterday",
        date(2026, 11, 13): "10 days ago",
        date(2026, 10, 20): "4 weeks ago",
        date(2026, 1, 24): "9 months ago",
        date(2024, 11, 24): "23 months ago",
        date(2024, 11, 23): "2 years ago",
        date(2026, 11, 25): "in 2 days",
    }

    assert {day: wording.age(day, TODAY) for day in said} == said
