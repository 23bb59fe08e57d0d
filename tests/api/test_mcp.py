"""`python -m rag mcp`, asked over stdio by the client of the `mcp` package."""

import importlib.util
import sys

import anyio
import pytest
from mcp import Client, StdioServerParameters

from rag.cli.main import main
from tests.api.test_requests import LICENCE
from tests.conftest import ROOT

ARTICLE = "telecoms/china-telecom-licence.md"


def asked(index, *calls):
    """Return what the tools of one server give, in the order of the calls."""
    command = ["-m", "rag", "mcp", "--corpus", str(ROOT / "corpus"), "--index", str(index)]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=ROOT)

    async def talk():
        async with Client(server) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, given) for name, given in calls]

    return anyio.run(talk)


@pytest.fixture(scope="module")
def told(demo_index):
    """Return the tools of a server, and what they gave, by a name for each call."""
    part = {"article_id": ARTICLE, "characters": 1000}
    history = [{"question": LICENCE}]
    calls = {
        "answer": ("ask", {"question": LICENCE}),
        "follow-up": ("ask", {"question": "Why did it do that?", "history": history}),
        "found": ("search", {"query": "chips", "k": 2, "filters": {"published_to": "2023-01-01"}}),
        "listed": ("list_articles", {"words": "china telecom"}),
        **{f"page {n}": ("read_article", part | {"start": 1000 * n}) for n in range(5)},
        "empty": ("ask", {"question": ""}),
        "unknown": ("read_article", {"article_id": "none.md"}),
        "typo": ("ask", {"question": LICENCE, "filters": {"outlet": ["x"]}}),
    }
    tools, replies = asked(demo_index, *calls.values())
    return tools, dict(zip(calls, replies, strict=True))


def test_its_tools_say_what_they_are_and_change_nothing(told):
    tools, _ = told

    assert [tool.name for tool in tools] == ["ask", "search", "read_article", "list_articles"]
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)


def test_an_answer_is_text_to_read_and_the_whole_as_data(told):
    answer, follow_up = (told[1][name] for name in ("answer", "follow-up"))

    assert answer.structured_content["outcome"] == "answered"
    assert "[1]\n\nSources:\n- [1] FCC ends" in answer.content[0].text
    assert follow_up.structured_content["follows"] == LICENCE


def test_articles_are_found_listed_and_read_page_by_page(told, demo):
    found, listed, *pages = (
        told[1][name].structured_content
        for name in ("found", "listed", *(f"page {n}" for n in range(5)))
    )

    assert len(found["hits"]) == 2
    assert max(demo.article(hit["article_id"]).published.year for hit in found["hits"]) < 2023
    assert ARTICLE in [each["id"] for each in listed["articles"]]
    assert "".join(page["text"] for page in pages) == demo.article(ARTICLE).text
    assert [page["next_start"] for page in pages] == [1000, 2000, 3000, None, None]


def test_what_is_wrong_is_a_tool_s_error_with_its_cure(told, tmp_path):
    _, [unbuilt] = asked(tmp_path / "none", ("ask", {"question": LICENCE}))

    replies = [*(told[1][name] for name in ("empty", "unknown", "typo")), unbuilt]
    parts = ("[E-Q-001]", "[E-IDX-011]", "outlet", "index build")
    for reply, part in zip(replies, parts, strict=True):
        assert reply.is_error
        assert part in reply.content[0].text
        assert "Traceback" not in reply.content[0].text


def test_without_the_package_the_command_says_what_installs_it(monkeypatch, capsys):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "mcp" else find(name, *a)
    )

    assert main(["mcp"]) == 2
    assert "pip install -r requirements-mcp.txt" in capsys.readouterr().err
