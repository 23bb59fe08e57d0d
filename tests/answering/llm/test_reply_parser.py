"""What comes back from a model is read in any of its forms, as it comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.llm.plain_text import plain_text
from rag.answering.llm.reply_parser import ReplyReader
from tests.timing import own_seconds


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


THOUGHT = "The tram is not meant. A ticket costs 3 euros [1]. So I say: the bus."
ANSWER = "The bus is late [2]."
THINKING = {
    "closed, and never opened": f"{THOUGHT}\n</think>\n\n{ANSWER}",
    "in a tag": f"<thinking>\n{THOUGHT}\n</thinking>\n{ANSWER}",
    "in a tag with a name space": f"<seed:think>{THOUGHT}</seed:think>{ANSWER}",
    "in capitals": f"[THINK]{THOUGHT}[/THINK]{ANSWER}",
    "between triangles": f"◁think▷{THOUGHT}◁/think▷{ANSWER}",
    "between triangles, and never opened": f"{THOUGHT}◁/think▷{ANSWER}",
    "between tokens": f"<|begin_of_thought|>{THOUGHT}<|end_of_thought|>\n"
    f"<|begin_of_solution|>{ANSWER}<|end_of_solution|>",
    "between tokens in capitals": f"<|START_THINKING|>{THOUGHT}<|END_THINKING|>"
    f"<|START_RESPONSE|>{ANSWER}<|END_RESPONSE|>",
    "in a channel": f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant"
    f"<|channel|>final<|message|>{ANSWER}<|return|>",
    "in two channels": f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant"
    f"<|channel|>commentary<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}",
    "in a channel without its tokens": f"analysis{THOUGHT}assistantfinal{ANSWER}",
    "in a channel that is closed": f"<|channel>thought\n{THOUGHT}<channel|>{ANSWER}",
    "before an answer in a tag": f"{THOUGHT}\n<answer>{ANSWER}</answer>",
    "twice": f"<think>{THOUGHT}</think>\n<reflection>{THOUGHT}</reflection>\n{ANSWER}",
    "in words": f"Here is my thought process: {THOUGHT}\n\nHere is my response: {ANSWER}",
    "not closed": f"{ANSWER}\n<think>{THOUGHT}",
    "before JSON": f'{THOUGHT}\n</think>\n{{"sentences": [{{"text": "{ANSWER}"}}]}}',
    "before JSON, and not marked": f'{THOUGHT}\n\n{{"sentences": [{{"text": "{ANSWER}"}}]}}',
    "in JSON": f'{{"reasoning": ["{THOUGHT}"], "sentences": [{{"text": "{ANSWER}"}}]}}',
}


@pytest.mark.parametrize("piece", [None, 1, 7])
@pytest.mark.parametrize("reply", THINKING.values(), ids=THINKING)
def test_no_thought_of_a_reasoning_model_is_a_claim(reply, piece):
    assert read(reply, piece) == ([("The bus is late.", (2,), ())], False)


def test_prose_that_may_still_turn_out_to_be_a_thought_waits_for_its_end():
    reader = ReplyReader()

    assert reader.feed(f"{THOUGHT} " * 2) == []
    assert reader.feed(f"</think>{ANSWER} More of it [1]. And yet more. ")[0].text == (
        "The bus is late."
    )


MARKS = [
    "{a} [[1]]. {b} [[2]].",
    "{a}.[^1] {b}.[^2]\n\n[^1]: A paper of May\n[^2]: Another paper",
    "{a}.¹ {b}.²",
    "{a}¹. {b}².",
    "{a}<sup>1</sup>. {b}<sup>2</sup>.",
    "{a} [citation:1]. {b} [cite: 2].",
    "{a} [Source 1]. {b} (passage 2).",
    "{a} [1](https://evil.example/1). {b} [2](#2).",
    "{a} [^1^]. {b} [^2^].",
    "{a}【1†L3-L9】. {b}【2†source】.",
    "{a} [doc_1]. {b} [ref. 2].",
    "<co: 1>{a}</co: 1>. <co: 2>{b}</co: 2>.",
    "{a} [1: “at dawn”]. {b} [2 | The Paper].",
    "{a} [1].\n{b} [2].\n\n**References**\n\n1. A paper of May. It says so.\n2. Another paper.",
    "{a} [1]. {b} [2].\n\nSources:\n- [1] A paper of May\n- [2] Another paper",
    "{a} [1]. {b} [2].\n\n---\nA paper of May. Another paper.",
]


@pytest.mark.parametrize("reply", MARKS)
def test_a_mark_of_any_shape_names_its_passage_and_goes(reply):
    filled = reply.format(a="The bus leaves at dawn", b="It costs 3 euros")

    drafts, _ = read(filled)

    assert [(text, cited) for text, cited, _ in drafts] == [
        ("The bus leaves at dawn.", (1,)),
        ("It costs 3 euros.", (2,)),
    ]


@pytest.mark.parametrize(
    "mark",
    [
        "【4:0†bus.md】",
        "[bus.md]",
        "[The Paper, 3 May]",
        "(source: The Paper)",
        "\ue200cite 1\ue201",
    ],
)
def test_a_mark_that_names_no_passage_goes_all_the_same(mark):
    assert [draft[:2] for draft in read(f"The bus leaves at 6 {mark}.")[0]] == [
        ("The bus leaves at 6.", ())
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The park covers 5 km² of land.",
        "It holds 10⁶ cells.",
        "The fee (in euros) is 3.",
        "He said [the mayor] would pay.",
        "In 2024 (2025 for some) it rose.",
        "According to the ministry, 3 buses are late.",
    ],
)
def test_what_only_looks_like_a_mark_or_a_lead_in_stays(text):
    assert [draft[0] for draft in read(text)[0]] == [text]


@pytest.mark.parametrize(
    "lead_in",
    [
        "Based on the given articles, ",
        "According to passage 2, ",
        "As stated in the second source, ",
        "The provided context states that ",
        "From the information provided, it appears that ",
        "**Answer:** ",
        "Final answer: ",
    ],
)
def test_words_about_the_passages_before_a_claim_are_not_of_it(lead_in):
    assert [draft[0] for draft in read(f"{lead_in}the bus is late [1].")[0]] == ["The bus is late."]


@pytest.mark.parametrize("yes", ['"true"', '"Yes"', "True", "1", "true"])
def test_an_abstention_is_understood_in_any_spelling(yes):
    assert read(f'{{"sentences": [], "abstain": {yes}}}') == ([], True)


@pytest.mark.parametrize("no", ['"false"', "False", "0", "null", '""'])
def test_what_does_not_abstain_does_not(no):
    assert read(f'{{"sentences": [], "abstain": {no}}}') == ([], False)


def test_what_follows_a_quote_that_is_not_escaped_is_read():
    reply = (
        '{"sentences": [{"text": "He called it "odd", twice.", "quotes": [{"passage": 1, "quote": '
        '"an "odd" thing"}]}, {"text": "B said so."}]}'
    )
    assert [text for text, *_ in read(reply)[0]] == ['He called it "odd", twice.', "B said so."]


@pytest.mark.parametrize("reply", ["[" * 4000, '{"a":' * 800, "<think>" * 600, "【" * 4000])
def test_a_reply_that_only_opens_is_read_in_time(reply):
    assert own_seconds(lambda: read(reply, 64), times=1) < 5


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
