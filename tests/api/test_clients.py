"""OpenAI's own client, and LangChain's, against the real server."""

from urllib.parse import parse_qsl, urlsplit

import openai
import pytest
from langchain_openai import ChatOpenAI

from rag.records import Span
from rag.ui.library_state import span_address
from tests.api.test_requests import LICENCE, OUTCOMES

STATED = {
    "answered": "[1]\n\nSources:\n- [1] FCC ends China Telecom",
    "unsure": "\n\nThe articles may not answer this; above is what stands closest.\n\nSources:",
    "not_in_articles": "Not in the articles.",
    "about": "There are",
}


@pytest.fixture(scope="module")
def client(api):
    with openai.OpenAI(base_url=f"{api.url}/v1", api_key=api.token, max_retries=0) as made:
        yield made


def said(text, *, role="user"):
    return {"role": role, "content": text}


def test_it_lists_the_model(client):
    assert [model.id for model in client.models.list()] == ["footnote"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_is_in_the_message_and_beside_it_whole_and_streamed(outcome, client):
    asked = {"model": "footnote", "messages": [said("Be brief.", role="system")]}
    asked["messages"].append(said(OUTCOMES[outcome]))

    whole = client.chat.completions.create(**asked, temperature=0.2)
    chunks = list(client.chat.completions.create(**asked, stream=True))

    message = whole.choices[0].message
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == message.content
    assert STATED[outcome] in text
    assert whole.footnote["outcome"] == chunks[-1].footnote["outcome"] == outcome
    assert [whole.choices[0].finish_reason, chunks[-1].choices[0].finish_reason] == ["stop"] * 2
    streamed = chunks[-1].choices[0].delta.annotations
    assert streamed == [each.model_dump() for each in message.annotations]
    assert bool(streamed) == bool(any(s["quotes"] for s in whole.footnote["sentences"]))


def test_an_annotation_is_its_marker_s_place_and_opens_its_quote(client, api):
    answer = client.chat.completions.create(model="footnote", messages=[said(LICENCE)])

    message = answer.choices[0].message
    quotes = [quote for each in answer.footnote["sentences"] for quote in each["quotes"]]
    assert len(message.annotations) == len(quotes)
    for annotation, quote in zip(message.annotations, quotes, strict=True):
        cited = annotation.url_citation
        address = urlsplit(cited.url)
        opened = span_address(quote["article_id"], Span(quote["start"], quote["end"]))
        assert message.content[cited.start_index : cited.end_index].strip("[]").isdecimal()
        assert (cited.title, cited.quote) == (quote["title"], quote)
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{api.url}/library"
        assert dict(parse_qsl(address.query)) == opened


def test_messages_before_are_the_turns_that_a_follow_up_leans_on(client):
    first = client.chat.completions.create(model="footnote", messages=[said(LICENCE)])
    before = [said(LICENCE), said(first.choices[0].message.content, role="assistant")]
    then = client.chat.completions.create(
        model="footnote", messages=[*before, said("Why did it do that?")]
    )

    assert then.footnote["follows"] == LICENCE
    assert "Sources" not in then.footnote["query"]
    assert "[1]" not in then.footnote["query"]


def test_limits_go_in_the_extra_body(client):
    limits = {"filters": {"articles": ["trade/busan-truce.html"]}}
    answer = client.chat.completions.create(
        model="footnote", messages=[said(LICENCE)], extra_body=limits
    )

    assert {hit["article_id"] for hit in answer.footnote["hits"]} == {"trade/busan-truce.html"}


@pytest.mark.parametrize(
    ("key", "model", "raised"),
    [
        ("wrong", "footnote", openai.AuthenticationError),
        ("", "gpt-5", openai.NotFoundError),
        ("", "footnote", openai.BadRequestError),
    ],
)
def test_what_is_refused_is_its_own_error_with_our_code(key, model, raised, api):
    with (
        openai.OpenAI(base_url=f"{api.url}/v1", api_key=key or api.token) as client,
        pytest.raises(raised) as caught,
    ):
        client.chat.completions.create(model=model, messages=[said(" ")])

    assert caught.value.code.startswith("E-")
    assert caught.value.body["message"]


def test_langchain_asks_and_streams_with_history(api):
    chat = ChatOpenAI(model="footnote", base_url=f"{api.url}/v1", api_key=api.token)

    first = chat.invoke(LICENCE)
    turns = [("user", LICENCE), ("ai", first.content), ("user", "Why did it do that?")]
    then = chat.invoke(turns)
    streamed = "".join(chunk.content for chunk in chat.stream(turns))

    assert "26 October 2021" in first.content
    assert streamed == then.content
    assert "China Telecom" in then.content
