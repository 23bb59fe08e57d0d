"""The words that answer, found again in an excerpt as it is shown."""

from hypothesis import given
from hypothesis import strategies as st

from rag.answering.marks import cut_at, marked_pieces
from rag.records import Quote, Sentence, Span

TEXT = "The bridge\n\topened  in May. It cost 4 million euros."


def a_quote(start, end, *, article="a.md"):
    return Quote(article, "0" * 64, "", "", None, start, end, TEXT[start:end])


def an_excerpt(*quotes, marks, text=None):
    shown = " ".join(" ".join(quote.text.split()) for quote in quotes) if text is None else text
    return Sentence(shown, "supported", quotes, marks=marks)


@given(st.data())
def test_any_mark_in_any_excerpt_marks_the_words_that_stand_there_in_the_article(data):
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    first = data.draw(st.integers(0, len(TEXT)))
    last = data.draw(st.integers(first, len(TEXT)))
    excerpt = an_excerpt(a_quote(start, end), marks=(Span(first, last),))

    pieces = marked_pieces(excerpt)

    marked = "".join(text for text, is_marked in pieces if is_marked)
    in_article = TEXT[max(start, first) : min(end, last)]
    assert "".join(text for text, _ in pieces) == excerpt.text
    assert "".join(marked.split()) == "".join(in_article.split())


def test_a_mark_over_two_quotes_of_an_excerpt_is_one():
    middle = TEXT.index(" It")
    marks = (Span(TEXT.index("May"), TEXT.index(" cost")),)

    pieces = marked_pieces(
        an_excerpt(a_quote(0, middle), a_quote(middle + 1, len(TEXT)), marks=marks)
    )

    assert [text for text, is_marked in pieces if is_marked] == ["May. It"]


def test_offsets_of_one_article_mark_nothing_in_the_quote_of_another():
    quotes = (a_quote(0, 10), a_quote(30, 40, article="b.md"))

    pieces = marked_pieces(an_excerpt(*quotes, marks=(Span(31, 35),)))

    assert not any(is_marked for _, is_marked in pieces)


def test_other_words_than_the_quotes_are_not_marked():
    pieces = marked_pieces(an_excerpt(a_quote(0, 10), marks=(Span(4, 10),), text="It opened."))

    assert pieces == (("It opened.", False),)


def test_a_text_is_cut_at_every_edge_inside_it():
    assert cut_at([Span(2, 4), Span(3, 9)], Span(1, 6)) == (
        *(Span(1, 2), Span(2, 3), Span(3, 4), Span(4, 6)),
    )
