"""An answer as one message: what the articles say, and nothing that comes alive in Markdown."""

import pytest
from markdown_it import MarkdownIt

from rag.answering.refusals import UNSURE
from rag.api.prose import prose, without_notes
from rag.records import Sentence
from tests.ui.scripted import a_quote, an_answer, an_article

HOSTILE = (
    "![a](https://evil.example/x.png) [b](https://evil.example) <img src=x> <https://evil.example>",
    "[1]: https://evil.example/one\n\nSee [1] and [c][1], \\[d](https://evil.example) \\\\[e](x).",
    "`[f](https://evil.example) ` ![g][1] <script>x</script> &#91;h](https://evil.example)",
)


def stated(text, **fields):
    article = an_article(text, title=fields.pop("title", "A title"))
    return Sentence(text, "supported", (a_quote(article, text),), **fields)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_link_image_or_html_of_an_article_comes_alive(text):
    answer = an_answer("q", stated(text, title=text, label=text), reason=text)

    shown = MarkdownIt("commonmark").render(prose(answer).text)

    assert not any(tag in shown for tag in ("<a ", "<img", "<script", "href=", 'src="'))


@pytest.mark.parametrize("text", ["The bridge opened in May.", *HOSTILE])
def test_a_message_given_back_is_what_was_said(text):
    said = without_notes(prose(an_answer("q", stated(text))).text)

    assert said == " ".join(text.split())


def test_an_outcome_that_is_no_plain_answer_is_stated_after_what_was_streamed():
    sentence = stated("The bridge opened in May.")
    unsure = prose(an_answer("q", sentence, outcome="unsure", reason=UNSURE)).text
    partial = prose(an_answer("q", sentence, outcome="partial", reason="No cost is given.")).text
    near = sentence.quotes
    refused = prose(an_answer("q", outcome="not_in_articles", reason="None.", near_misses=near))

    assert "[1]\n\nThe articles may not answer this; above is what stands closest.\n\nS" in unsure
    assert "[1]\n\nNo cost is given.\n\nSources:\n- [1] A title, Gazette, 2024-12-08 (" in partial
    assert refused.text.startswith("Not in the articles.\n\nNone.\n\nClosest in the articles:\n\n“")
    assert refused.citations == []


def test_a_sentence_says_whose_words_it_is_and_what_is_not_supported():
    text = "The bridge opened in May."
    article = an_article(text)
    other = Sentence(text, "attributed", (a_quote(article, text),), a_quote(article, "The bridge"))
    unsupported = Sentence("It is red.", "unsupported", ())

    said = prose(an_answer("q", other, unsupported)).text

    assert "[1] (according to “The bridge”" in said
    assert "It is red. (unsupported)" in said
