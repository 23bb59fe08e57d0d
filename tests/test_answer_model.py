"""An answer model from the setting to the answer: the demo index, a real server on loopback."""

import json

import pytest

from rag.assistant import Assistant
from rag.cli.main import main
from rag.config import Config
from rag.errors import ConfigError
from rag.records import Question, Turn
from tests.conftest import ROOT
from tests.openai_server import OpenAIServer, Reply

QUESTION = "When was China Telecom's licence revoked?"
GOOD = Reply(
    json.dumps(
        {
            "sentences": [
                {
                    "text": "The Federal Communications Commission voted on 26 October 2021 to "
                    "revoke the licence of China Telecom.",
                    "quotes": [{"passage": 2, "quote": "voted on 26 October 2021 to revoke"}],
                },
                {"text": "The company was fined 5 billion dollars.", "quotes": []},
            ],
            "abstain": False,
        }
    )
)


def assistant_for(index, url, **settings):
    config = Config(
        corpus=ROOT / "corpus",
        index=index,
        prompts=ROOT / "prompts",
        answer_model="small",
        answer_model_url=url,
        answer_model_timeout_s=5,
        **settings,
    )
    return Assistant(config)


def test_of_a_reply_only_what_the_articles_carry_is_shown(demo_index):
    with OpenAIServer(GOOD) as server:
        assistant = assistant_for(demo_index, server.url)
        answer = assistant.ask(Question(QUESTION))

    assert answer.outcome == "partial"
    assert answer.sentences[0].text == (
        "The Federal Communications Commission voted on 26 October 2021 to revoke the "
        "licence of China Telecom."
    )
    assert all(sentence.label for sentence in answer.sentences[1:])  # excerpts beside it
    assert "5 billion" not in repr(answer.sentences)
    assert "small" in answer.answerer
    for quote in answer.sentences[0].quotes:
        article = assistant.article(quote.article_id, quote.article_sha256)
        assert article.text[quote.start : quote.end] == quote.text
        assert "26 October 2021" in quote.text


def test_a_model_that_fails_gives_the_extractive_answer_and_the_reason(demo_index, demo):
    with OpenAIServer(Reply(status=500)) as server:
        answer = assistant_for(demo_index, server.url).ask(Question(QUESTION))

    assert answer.sentences == demo.ask(Question(QUESTION)).sentences
    assert "E-LLM-" in answer.reason


def test_a_follow_up_is_searched_as_the_model_put_it(demo_index):
    rewritten = Reply("When was China Telecom's licence revoked?")
    with OpenAIServer([rewritten, GOOD]) as server:
        answer = assistant_for(demo_index, server.url).ask(
            Question("And when was that?", (Turn("Was China Telecom's licence revoked?", "Yes."),))
        )

    assert answer.query == "When was China Telecom's licence revoked?"
    assert answer.sentences


def test_a_question_about_footnote_asks_the_model_nothing(demo_index):
    with OpenAIServer(GOOD) as server:
        answer = assistant_for(demo_index, server.url).ask(
            Question("thanks", (Turn("Was China Telecom's licence revoked?", "Yes."),))
        )

    assert (answer.outcome, server.requests) == ("about", [])


def test_a_prompt_with_a_misspelt_placeholder_is_known_at_start(tmp_path, demo_index):
    for name in ("answer", "rewrite"):
        text = (ROOT / "prompts" / f"{name}.md").read_text(encoding="utf-8")
        (tmp_path / f"{name}.md").write_text(
            text.replace("{passages}", "{pasages}"), encoding="utf-8"
        )

    with pytest.raises(ConfigError, match="pasages"):
        Assistant(Config(index=demo_index, prompts=tmp_path, answer_model="openai:x"))


def test_a_provider_that_is_not_installed_is_named_with_its_package(demo_index, capsys):
    code = main(
        ["ask", QUESTION, "--index", str(demo_index), "--answer-model", "anthropic:x", "--json"]
    )
    answer = json.loads(capsys.readouterr().out)

    assert code == 0
    assert answer["answerer"] == "extractive"
    assert "pip install langchain-anthropic" in answer["reason"]
