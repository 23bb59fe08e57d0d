"""The addresses of the API on the real server: what they give, and what they refuse."""

import json
import re
import stat

import pytest
from jsonschema import Draft202012Validator

from rag.api.routes import api_routes
from rag.api.token import token_of
from rag.cli.main import main
from rag.cli.output import to_json
from rag.config import Config
from rag.records import Question
from rag.sharing.shapes import answered_record
from rag.ui.layers import routes

LICENCE = "When did the FCC revoke China Telecom's licence?"
CHAT = "/v1/chat/completions"
SAID = {"role": "user", "content": "x"}
OUTCOMES = {
    "answered": LICENCE,
    "unsure": "How many people work at SMIC?",
    "not_in_articles": "Who won the tennis at Wimbledon?",
    "about": "Which articles are there?",
}


def without_timings(record):
    return {key: value for key, value in record.items() if key != "timings_ms"}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_answer_is_what_the_command_prints_whole_and_streamed(outcome, api, demo):
    question = OUTCOMES[outcome]
    printed = json.loads(to_json(answered_record(demo.ask_once(Question(question)), None)))

    status, answer = api("/api/ask", {"question": question})
    *sentences, (name, last) = api.events("/api/ask", {"question": question, "stream": True})

    assert (status, name, answer["outcome"]) == (200, "answer", outcome)
    assert without_timings(answer) == without_timings(last) == without_timings(printed)
    assert [("sentence", each) for each in answer["sentences"]] == sentences


def test_history_filters_caution_and_explanation_count(api):
    history = [{"question": LICENCE}]
    follow_up = api("/api/ask", {"question": "Why did it do that?", "history": history})[1]
    within = {"question": LICENCE, "filters": {"articles": ["trade/busan-truce.html"]}}
    limited = api("/api/ask", within | {"caution": "high"})[1]
    explained = api("/api/ask", {"question": LICENCE, "explain": True})[1]

    assert follow_up["follows"] == LICENCE
    assert {hit["article_id"] for hit in limited["hits"]} == {"trade/busan-truce.html"}
    assert limited["outcome"] == "not_in_articles"
    assert explained["explanation"]["parts"]


def test_quotes_hits_and_parts_are_characters_of_the_article(api):
    answer = api("/api/ask", {"question": LICENCE})[1]
    found = api("/api/search", {"question": LICENCE, "k": 3})[1]

    places = [quote for each in answer["sentences"] for quote in each["quotes"]] + found["hits"]
    assert len(found["hits"]) == 3
    for place in places:
        path = f"/api/articles/{place['article_id']}"
        whole = api(path)[1]
        part = api(f"{path}?start={place['start']}&end={place['end']}")[1]
        assert whole["text"][place["start"] : place["end"]] == part["text"] == place["text"]
        assert whole["characters"] == len(whole["text"])


def test_articles_are_listed_page_by_page_and_by_words_and_limits(api, demo):
    everything = api("/api/articles?limit=1000")[1]
    pages, offset = [], 0
    while offset is not None:
        page = api(f"/api/articles?limit=7&offset={offset}")[1]
        pages, offset = pages + page["articles"], page["next_offset"]
    some = api("/api/articles?words=truce+BUSAN&published_from=2025-01-01")[1]

    ids = [each["id"] for each in everything["articles"]]
    assert sorted(ids) == list(demo.snapshot().article_ids)
    assert [each["id"] for each in pages] == ids
    assert [each["id"] for each in some["articles"]] == ["trade/busan-truce.html"]
    assert api("/api/articles?outlets=Nobody")[1]["total"] == 0


@pytest.mark.parametrize(
    ("path", "body", "refused", "said"),
    [
        ("/api/ask", {"question": " "}, (400, "E-Q-001"), "type a question"),
        ("/api/ask", {"question": "x" * 5000}, (400, "E-Q-002"), "Shorten"),
        ("/api/ask", {"question": "x", "stream": True, "filters": {"outlet": []}},
         (400, "E-API-005"),
         'Unknown field "filters.outlet"; did you mean "outlets"?'),
        ("/api/ask", {"questoin": "x"}, (400, "E-API-005"), "question"),
        ("/api/ask", {"question": 7}, (400, "E-API-005"), '"question"'),
        ("/api/ask", {"question": "x", "caution": "no"}, (400, "E-API-005"), "'low', 'normal'"),
        ("/api/ask", b'{"question": ', (400, "E-API-004"), "no valid JSON"),
        ("/api/ask", b"\xff", (400, "E-API-004"), "no valid JSON"),
        ("/api/ask", b"[" * 100_000, (400, "E-API-004"), "no valid JSON"),
        ("/api/ask", b'{"question": "' + b"x" * 2**20, (413, "E-API-003"), "1,048,576 bytes"),
        ("/api/search", {"question": "x", "k": 0}, (400, "E-API-005"), '"k"'),
        ("/api/search", {"question": "?!"}, (400, "E-Q-004"), "nothing to search"),
        ("/api/articles?limit=0", None, (400, "E-API-005"), '"limit"'),
        ("/api/articles?word=x", None, (400, "E-API-005"), 'did you mean "words"'),
        ("/api/articles/none.md", None, (404, "E-IDX-011"), 'No article "none.md"'),
        ("/api/ask", None, (404, "E-API-002"), "GET /api/ask"),
        ("/v1/embeddings", {}, (404, "E-API-002"), "POST /v1/embeddings"),
        (CHAT, {"messages": []}, (400, "E-API-005"), '"messages"'),
        (CHAT, {"messages": [SAID | {"role": "assistant"}]}, (400, "E-Q-006"), "the question"),
        (CHAT, {"model": "gpt", "messages": [SAID]}, (404, "E-API-008"), 'use "footnote"'),
        (CHAT, {"messages": [SAID], "tools": [{}]}, (400, "E-API-005"), '"tools"'),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_json_with_a_code_and_its_cure(path, body, refused, said, api):
    status, reply = api(path, body)

    assert (status, reply["error"]["code"]) == refused
    assert said in reply["error"]["message"]
    assert reply["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"]
)
@pytest.mark.parametrize("path", ["/api/ask", "/v1/models", "/api/nothing"])
def test_without_the_token_nothing_is_said(header, path, api):
    status, reply = api(path, Authorization=header.format(token=api.token))

    assert (status, reply["error"]["code"]) == ((401, "E-API-001"))
    assert "python -m rag token" in reply["error"]["message"]
    assert api.token not in json.dumps(reply)


def test_a_cookie_is_no_token_and_other_hosts_and_sites_stay_out(api):
    cookie = api("/v1/models", Authorization="", Cookie=f"token={api.token}")[0]
    host = api("/v1/models", Host="evil.example")[0]
    site = api("/v1/models", Origin="https://evil.example")[0]

    assert (cookie, host, site, api("/v1/models")[0]) == (401, 403, 403, 200)


def test_the_token_is_for_its_owner_alone_and_never_logged(chat, api):
    path = chat.folder / "home" / "api.token"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert api.token not in chat.log()
    assert "Traceback" not in chat.log()


def test_another_token_counts_at_once(chat, api):
    path = chat.folder / "home" / "api.token"
    kept = path.read_text(encoding="ascii")
    path.write_text("another-token-of-the-owner\n", encoding="ascii")
    try:
        statuses = [api("/v1/models")[0] for _ in range(2)]
        other = api("/v1/models", Authorization="Bearer another-token-of-the-owner")[0]
    finally:
        path.write_text(kept, encoding="ascii")

    assert (statuses, other, api("/v1/models")[0]) == ([401, 401], 200, 200)


def test_the_command_prints_the_token_and_makes_it_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))

    codes = [main(["token"]), main(["token"])]

    assert codes == [0, 0]
    assert capsys.readouterr().out.split() == [token_of(tmp_path / "home")] * 2


def test_nothing_is_served_unless_it_is_switched_on(tmp_path):
    assert routes(Config(home=tmp_path)) == []
    assert list(tmp_path.iterdir()) == []
    assert routes(Config(home=tmp_path, api=True))


def test_the_description_names_every_address_and_its_shapes_are_what_comes(api, tmp_path):
    document = api("/api/openapi.json", Authorization="")[1]
    served = {
        (method, re.sub(":path", "", route.path))
        for route in api_routes(None, home=tmp_path)
        for method in route.methods - {"HEAD"}
        if not re.search("rest:path|docs|openapi", route.path)
    }
    chat = {"messages": [{"role": "user", "content": LICENCE}]}
    replies = {
        "Answer": api("/api/ask", {"question": LICENCE})[1],
        "SearchResult": api("/api/search", {"question": LICENCE})[1],
        "ListedArticles": api("/api/articles?limit=2")[1],
        "Article": api("/api/articles/telecoms/china-telecom-licence.md")[1],
        "ChatCompletion": api(CHAT, chat)[1],
        "Error": api("/api/ask", {})[1],
    }

    paths = document["paths"]
    assert {(m.upper(), p) for p in paths for m in paths[p]} == served
    for shape, reply in replies.items():
        schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
        assert list(Draft202012Validator(schema).iter_errors(reply)) == []
        known = document["components"]["schemas"][shape]["properties"]
        assert reply.keys() == known.keys()


def test_the_page_about_it_needs_no_token_and_asks_no_host(api):
    with api.open("/api/docs", Authorization="") as reply:
        page, policy = reply.read().decode(), reply.headers["content-security-policy"]

    assert "POST /v1/chat/completions" in page
    assert "default-src 'self'" in policy
    assert not re.search(r"<script|\bsrc=|@import|url\(|href=\"(?!#|/api/)", page)
