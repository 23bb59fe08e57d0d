"""How answers of each kind are arranged, from hand-made records."""

import dataclasses
import json
from typing import get_args

import pytest

from rag.answering.meanings import BESIDE
from rag.answering.refusals import UNSURE
from rag.cli.answer_output import answer_text
from rag.records import Outcome, Sentence, Span
from rag.sharing.receipt import Export
from rag.strict_json import from_text, to_text
from rag.ui import answer_view, article_view, views, wording
from rag.ui.conversations import Conversation
from rag.ui.exports import as_markdown
from tests.ui.scripted import a_quote, an_answer, an_article, bridge_sentences
from tests.ui.test_chat_conversations import a_conversation
from tests.ui.test_chat_views import ARTICLE, drawn, marked, shown

OPENED, COST = bridge_sentences()


def marking(sentence, words, **fields):
    start = ARTICLE.text.index(words)
    return dataclasses.replace(sentence, marks=(Span(start, start + len(words)),), **fields)


def of_kind(kind, *labelled, outcome="answered"):
    sentences = (dataclasses.replace(sentence, label=label) for label, sentence in labelled)
    return drawn(an_answer("?", *sentences, kind=kind, outcome=outcome))


def test_an_excerpt_has_its_words_marked_and_its_own_title_outlet_and_date():
    data = drawn(an_answer("When?", marking(OPENED, "in May")))

    assert data["sentences"][0]["pieces"] == [
        ["The bridge opened ", False],
        ["in May", True],
        [".", False],
    ]
    assert data["citations"] == [
        {
            "title": "A bridge for the town",
            "rest": "Gazette · 8 December 2024",
            "text": "The bridge opened in May.",
            "isTrue": True,
        }
    ]
    assert (data["prose"], data["sources"]) == ([], [])
    assert data["hasLead"]


def test_each_excerpt_of_a_fact_stands_alone_with_its_label():
    data = of_kind("fact", ("", OPENED), ("earlier, on 6 December 2024", COST))

    assert data["groups"] == [
        {"label": "", "sentences": [0]},
        {"label": "Earlier, on 6 December 2024", "sentences": [1]},
    ]


def test_the_same_label_of_two_facts_does_not_join_them():
    data = of_kind("fact", ("earlier", OPENED), ("earlier", COST))

    assert [group["sentences"] for group in data["groups"]] == [[0], [1]]


def test_a_comparison_puts_the_excerpts_of_one_side_together():
    data = of_kind("compare", ("Aspen", OPENED), ("Birch", COST), ("Aspen", COST))

    assert data["layout"] == "compare"
    assert data["groups"] == [
        {"label": "Aspen", "sentences": [0, 2]},
        {"label": "Birch", "sentences": [1]},
    ]
    assert not data["hasLead"]


def test_the_sentences_of_a_model_run_on_and_excerpts_beside_them_stand_apart():
    own = Sentence("It opened in May.", "supported", OPENED.quotes)

    beside = marking(COST, "4 million", label=BESIDE)  # the view says it above all of them

    data = drawn(an_answer("?", own, beside, answerer="a model"))

    assert (data["prose"], data["groups"]) == ([0], [{"label": "", "sentences": [1]}])
    assert [source["numbers"] for source in data["sources"]] == [[1]]


def test_unsure_says_so_above_what_is_closest_and_sets_nothing_apart_as_the_answer():
    data = drawn(an_answer("?", OPENED, outcome="unsure", reason="No “moon” in them."))

    assert data["label"] == "The articles may not answer this. Closest:"
    assert not data["hasLead"]
    assert data["groups"]


def test_an_unsure_answer_that_is_wanted_anyway_is_shown_as_one_and_says_why():
    answer = an_answer("?", OPENED, outcome="unsure")

    data = drawn(answer, is_accepted=True)

    assert (data["label"], data["outcome"], data["hasLead"]) == ("", "answered", True)
    assert data["note"] == answer_view.ACCEPTED


def test_about_is_text_alone_whatever_it_says():
    friendly = Sentence("There are 3 articles.\nAsk away.", "supported", ())

    data = drawn(an_answer("hello", friendly, outcome="about", kind="about"))

    assert (data["layout"], data["prose"], data["groups"]) == ("about", [0], [])
    assert data["label"] == ""
    assert "Quotes only" not in data["foot"]


@pytest.mark.parametrize(
    ("query", "follows", "searched"),
    [
        ("When was the bridge built?", "Who built the bridge?", "When was the bridge built?"),
        ("Who built the bridge? Ann did. When?", "Who built the bridge?", ""),
        ("Whens?", "", "Whens?"),
        ("When?", "", ""),
    ],
)
def test_the_line_above_says_what_is_followed_and_what_else_was_searched(query, follows, searched):
    data = drawn(an_answer("When?", OPENED, query=query, follows=follows))

    assert (data["follows"], data["query"]) == (follows, searched)


def test_the_opened_article_has_the_answering_words_inside_the_quote():
    sentences = (marking(OPENED, "in May"), COST)
    quotes = views.quotes_of(sentences)

    data = shown(quotes, 0, marks=views.marks_in(quotes[0], sentences))

    assert marked(data, "current answer") == "in May"
    assert marked(data) + marked(data, "current answer") == "The bridge opened .in May"
    assert "".join(text for text, _ in data["pieces"]) == ARTICLE.text


def test_the_marks_stay_in_the_quote_of_an_article_that_is_gone():
    sentence = marking(COST, "4 million")
    (quote,) = sentence.quotes

    data = article_view.article_data(
        (quote,),
        0,
        marks=views.marks_in(quote, (sentence,)),
        today=None,
        find=lambda *_: None,
        absence="Gone.",
    )

    assert data["pieces"] == [
        ["It cost ", "current"],
        ["4 million", "current answer"],
        [" euros.", "current"],
    ]


def test_the_copied_answer_keeps_labels_and_marks_and_no_markup_of_an_article():
    text = "It <b>opened</b> & closed in May."
    article = an_article(text)
    sentence = dataclasses.replace(
        Sentence(text, "supported", (a_quote(article, text),)),
        marks=(Span(text.index("in May"), len(text) - 1),),
        label="earlier",
    )

    data = drawn(an_answer("When?", sentence))

    assert (
        "Earlier: It &lt;b&gt;opened&lt;/b&gt; &amp; closed <mark>in May</mark>."
        in (data["copyHtml"])
    )
    assert f"Earlier: {text} [1]" in data["copy"]


def test_a_conversation_of_an_older_version_opens_and_is_drawn():
    conversation = a_conversation()
    stored = json.loads(to_text(conversation))
    for exchange in stored["exchanges"]:
        for name in ("caution", "is_accepted"):
            del exchange[name]
        for name in ("kind", "suggestions", "confidence"):
            del exchange["answer"][name]
        for sentence in exchange["answer"]["sentences"]:
            for name in ("marks", "label", "attributed_to"):
                del sentence[name]

    opened = from_text(Conversation, json.dumps(stored))

    assert opened == conversation
    assert drawn(opened.exchanges[0].answer)["groups"]


def test_every_outcome_has_its_words():
    assert set(wording.OUTCOMES) == set(get_args(Outcome))


def test_doubt_is_said_once_where_the_answer_says_it_too():
    answer = an_answer("?", OPENED, outcome="unsure", reason=UNSURE)
    left_out = dataclasses.replace(answer, reason=f"{UNSURE} 1 sentence left out.")

    assert drawn(answer)["reason"] == ""
    assert drawn(left_out)["reason"] == "1 sentence left out."
    assert answer_text(answer).count(UNSURE) == 1
    assert as_markdown(Export("?", (answer,))).decode().count(UNSURE) == 1
