"""What comes back from a model is read in any of its forms, as it comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.llm.plain_text import plain_text
from rag.answering.llm.reply_parser import ReplyReader


def read(reply, piece=None):
    reader = ReplyReader()
    drafts = []
    for start in range(0, len(reply), piece or len(reply) or 1):
        drafts += reader.feed(reply[start : start + (piece or len(reply))])
    drafts += reader.finish()
    return [(d.text, d.citations, d.quotes) for d in drafts], reader.abstained


TWO = [("A rule is on hold.", (1,), ("is on hold now",)), ("B said so.", (2,), ())]
FORMS = {
    "as asked": (
        '{"sentences": [{"text": "A rule is on hold.", "quotes": [{"passage": 1, "quote": "is on '
        'hold now"}]}, {"text": "B said so.", "quotes": [{"passage": 2}]}], "abstain": false}'
    ),
    "abstain first": (
        '{"abstain": false, "sentences": [{"text": "A rule is on hold.", "quotes": [{"passage": 1,'
        ' "quote": "is on hold now"}]}, {"text": "B said so.", "citations": [2]}]}'
    ),
    "quotes first, in a fence": (
        '```json\n[{"quotes": [{"id": "1", "text": "is on hold now"}], "sentence": "A rule is on '
        'hold."}, {"claim": "B said so.", "source": 2}]\n```'
    ),
    "lines": (
        '{"text": "A rule is on hold.", "cites": [{"id": 1, "quote": "is on hold now"}]}\n'
        '{"text": "B said so.", "cites": ["2"]}\n'
    ),
    "thoughts before": (
        '<think>{"text": "No."} hm</think>{"sentences": [{"text": "A rule is on hold.", "quotes": '
        '[{"passage": 1, "quote": "is on hold now"}]}, {"text": "B said so [2]."}]}'
    ),
    "tags": (
        '<answer><sentence>A rule is on hold [1]. <cite id="1">is on hold now</cite></sentence>'
        "<sentence>B said so [2].</sentence></answer>"
    ),
}


@pytest.mark.parametrize("piece", [None, 1, 7])
@pytest.mark.parametrize("reply", FORMS.values(), ids=FORMS)
def test_json_and_tags_are_read_in_every_form_and_in_any_pieces(reply, piece):
    assert read(reply, piece) == (TWO, False)


@pytest.mark.parametrize("piece", [None, 1, 7])
@pytest.mark.parametrize(
    "reply",
    [
        "A rule is on hold [1]. B said so [2, 3].",
        "A rule is on hold. [1] B said so. [2][3]",
        "- A rule is on hold [1].\n- **B** said so 【2†source】【3】.\n",
        '1. A rule is on hold [passage 1].\n2. B said so (2, 3).\nQuote: "nothing here"',
        "# Answer\nA rule is on hold [^1].\n\nB said so [2] [3].\n```",
        "A rule is on\nhold [1]. B said so [P2, P3].",
    ],
)
def test_prose_is_read_with_its_markers_wherever_they_stand(reply, piece):
    drafts, _ = read(reply, piece)
    assert [(text, cited) for text, cited, _ in drafts] == [
        ("A rule is on hold.", (1,)),
        ("B said so.", (2, 3)),
    ]


@pytest.mark.parametrize(
    "reply",
    [
        '{"sentences": [], "abstain": true}',
        '```json\n{"abstain": true}\n```',
        '{"not_in_articles": true, "sentences": []',
    ],
)
def test_an_abstention_in_json_is_noted(reply):
    assert read(reply) == ([], True)


def test_a_sentence_comes_out_before_the_next_is_there():
    reader = ReplyReader()
    reply = FORMS["as asked"]
    first = reply.index("}]}") + len("}]}")
    drafts = [d for start in range(0, first + 32, 4) for d in reader.feed(reply[start : start + 4])]
    assert [d.text for d in drafts] == ["A rule is on hold."]


@pytest.mark.parametrize(
    "reply",
    [
        "{'sentences': [{'text': 'A rule is on hold.', 'quotes': []",
        '{"sentences": [{"text": "A rule is on hold.", "quotes": [{"passage": 1, "quote": "so "it"',
        '{"sentences": [{"text": "A rule is on hold."',
    ],
)
def test_broken_json_gives_the_claims_that_are_in_it(reply):
    assert [text for text, *_ in read(reply)[0]] == ["A rule is on hold."]


@pytest.mark.parametrize(
    "markup",
    [
        "A ![x](http://evil.example/?d=1) rule.",
        "A [rule](https://evil.example).",
        "A <img src=x onerror=alert(1)> rule.",
        "A &lt;script&gt; rule.",
        "A **rule** https://evil.example/?q=1 .",
        "A `rule` <https://evil.example> .",
        "A \u202erule\u200b\x00.",
        "A ru\u00adle javascript:alert(1) .",
    ],
)
def test_no_markup_link_or_invisible_character_stays(markup):
    text = plain_text(markup)
    assert text.replace(" ", "") == "Arule."


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                '{"',
                '"text":',
                '"A b."',
                "}",
                "]",
                "[",
                "{",
                ",",
                "[1]",
                ". ",
                "\n",
                "<think>",
                "</think>",
                "```json",
                "\\",
                "'",
                '"',
                "true",
                '"abstain":',
                "Words here",
                "é",
            ]
        ),
        max_size=40,
    ),
    st.integers(1, 9),
)
def test_no_reply_whatever_raises_and_pieces_change_no_abstention(parts, piece):
    reply = "".join(parts)
    drafts, abstained = read(reply, piece)
    assert all(text for text, *_ in drafts)
    assert abstained is False or "abstain" in reply
