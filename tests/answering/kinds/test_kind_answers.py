"""Answers to what is no question for a fact: each from the index, each quote exact."""

from datetime import date

import pytest

from rag.answering.kinds.classifier import Asked, KindClassifier
from rag.answering.kinds.plain_excerpts import statements
from rag.assistant import Assistant
from rag.config import Config
from rag.records import Article, Filters, Question, Turn

FILES = {
    "seals.md": "---\ndate: 2023-05-02\noutlet: Tidal Post\n---\n# Seals return to Skagerrak\n\n"
    "Some four hundred grey seals have come back to the Skagerrak coast. On 12 April 2023 wardens "
    "counted 410 animals near Lysekil. Fishers say that the seals tear their nets.\n\n"
    "A hunt of forty seals was allowed in June 2022. The county wants to count them every year.",
    "ferry.md": "---\ndate: 2021-03-20\noutlet: Harbour News\n---\n# Ferry Aurora runs aground\n\n"
    "The ferry Aurora ran aground near Gotland on 14 March 2021. Forty passengers were taken off "
    "by helicopter. The captain, Nils Ek, was fined 900 euros.",
    "ferry2.md": "---\ndate: 2022-01-11\noutlet: Harbour News\n---\n# Ferry Aurora sails again\n\n"
    "The ferry Aurora is back in service since 10 January 2022. Its new captain is Maja Holm, "
    "and the hull has been repaired in Gdansk.",
    "tram.md": "# Trams for Lund\n\nLund has opened a tram line of five kilometres to its "
    "university. Trams carry more people than buses and need no diesel fuel. "
    "Buses remain on the routes to the villages around Lund.",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    for name, text in FILES.items():
        (folder / "corpus").mkdir(exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    made = Assistant(Config(corpus=folder / "corpus", index=folder / "index"))
    made.build()
    return made


@pytest.fixture
def ask(assistant):
    def asked(text, **others):
        answer = assistant.ask(Question(text, **others))
        for sentence in answer.sentences:
            assert sentence.quotes or answer.outcome == "about"
            for quote in sentence.quotes:
                article = assistant.article(quote.article_id, quote.article_sha256)
                assert article.text[quote.start : quote.end] == quote.text
        return answer

    return asked


def articles_of(answer):
    return [quote.article_id for s in answer.sentences for quote in s.quotes]


def text_of(answer):
    return " ".join(sentence.text for sentence in answer.sentences)


class TestSummary:
    def test_of_one_article_is_its_opening_and_more_of_it_in_order(self, ask):
        answer = ask("Summarise the article about seals")

        assert (answer.kind, answer.outcome) == ("summary", "answered")
        assert answer.sentences[0].text.startswith("Some four hundred grey seals")
        starts = [s.quotes[0].start for s in answer.sentences]
        assert starts == sorted(starts)
        assert len(starts) > 1

    def test_of_a_topic_has_each_article_once_the_newest_first_with_its_date(self, ask):
        answer = ask("tell me about the ferry Aurora")

        assert articles_of(answer) == ["ferry2.md", "ferry.md"]
        assert [s.label for s in answer.sentences] == ["11 January 2022", "20 March 2021"]

    def test_of_what_the_articles_lack_is_none(self, ask):
        answer = ask("give me a summary of quantum cryptography")

        assert answer.kind == "fact"
        assert answer.outcome in {"not_in_articles", "unsure"}

    def test_keeps_to_the_limits_of_the_question(self, ask):
        filters = Filters(outlets=("Tidal Post",))

        assert "ferry.md" not in articles_of(ask("overview of the ferry Aurora", filters=filters))


class TestTimeline:
    def test_has_dated_lines_in_order_each_labelled_with_its_date(self, ask):
        answer = ask("timeline of the ferry Aurora")

        assert answer.kind == "timeline"
        assert [s.label for s in answer.sentences] == ["14 March 2021", "10 January 2022"]

    def test_of_a_period_has_only_dates_within_it(self, ask):
        answer = ask("What happened in 2022?")

        assert {s.label for s in answer.sentences} == {"10 January 2022", "June 2022"}


def test_a_comparison_has_each_side_under_its_label(ask):
    answer = ask("compare trams and seals")

    assert answer.kind == "compare"
    assert list(dict.fromkeys(s.label for s in answer.sentences)) == ["trams", "seals"]
    by_label = {s.label: s.quotes[0].article_id for s in answer.sentences}
    assert by_label == {"trams": "tram.md", "seals": "seals.md"}


def test_an_item_of_a_list_is_no_earlier_state_of_another(ask):
    answer = ask("List all of the new captains of the ferry Aurora")

    assert answer.kind == "list"
    assert {"ferry.md", "ferry2.md"} <= set(articles_of(answer))
    assert {sentence.label for sentence in answer.sentences} == {""}


class TestNew:
    def test_first_build_shows_the_newest_by_date(self, ask):
        answer = ask("what's new?")

        assert answer.kind == "new"
        assert answer.reason == "The newest articles by their dates:"
        assert articles_of(answer)[0] == "seals.md"

    def test_a_later_build_shows_what_it_added(self, assistant, tmp_path):
        (tmp_path / "corpus").mkdir()
        for name in ("seals.md", "ferry.md"):
            (tmp_path / "corpus" / name).write_text(FILES[name], encoding="utf-8")
        embedder = assistant.embedder
        assistant = Assistant(Config(corpus=tmp_path / "corpus", index=tmp_path / "index"))
        assistant.embedder = embedder
        assistant.build()
        (tmp_path / "corpus" / "tram.md").write_text(FILES["tram.md"], encoding="utf-8")
        (tmp_path / "corpus" / "ferry.md").unlink()
        assistant.build()

        answer = assistant.ask(Question("what was added?"))

        assert answer.reason == "The last build added 1 article, removed 1 article."
        assert articles_of(answer) == ["tram.md"]


class TestAbout:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("hi there", "4 articles from Harbour News and Tidal Post"),
            ("which articles do you have?", "“Seals return to Skagerrak” (Tidal Post, 2 May 2023)"),
            ("how many documents are there", "4 articles"),
            ("which outlets are in here?", "Harbour News and Tidal Post"),
            ("which years are covered by the articles?", "20 March 2021 to 2 May 2023"),
            ("how do i upload a file", "python -m rag index build"),
            ("who built you?", "Footnote"),
            ("do you send my questions anywhere?", "stay on the machine"),
        ],
    )
    def test_is_answered_from_the_index_without_a_quote(self, ask, question, words):
        answer = ask(question)

        assert (answer.outcome, answer.kind) == ("about", "about")
        assert words in text_of(answer)
        assert not articles_of(answer)
        assert answer.hits == ()

    def test_how_it_is_known_shows_the_place_of_the_last_answer(self, ask):
        turn = Turn("Who was fined?", "The captain, Nils Ek, was fined 900 euros.")

        answer = ask("how do you know?", history=(turn,))

        assert answer.outcome == "about"
        assert [s.text for s in answer.sentences if s.quotes] == [turn.answer]
        assert articles_of(answer) == ["ferry.md"]

    def test_which_article_names_the_articles_that_have_the_words(self, ask):
        answer = ask("which article mentions Lysekil?")

        assert answer.outcome == "about"
        assert articles_of(answer) == ["seals.md"]
        assert "Seals return to Skagerrak" in answer.sentences[1].label

    def test_what_no_article_has_is_not_said_to_be_mentioned(self, ask):
        answer = ask("is there an article about Bolivia?")

        assert answer.outcome == "about"
        assert not any("found with" in sentence.text for sentence in answer.sentences)


def test_what_the_articles_surely_answer_is_not_taken_for_a_question_about_footnote(
    assistant, ask, monkeypatch
):
    text = "How many grey seals have come back to the Skagerrak coast?"
    about = Asked("count", 0.9)
    monkeypatch.setattr(KindClassifier, "classify", lambda *_: about)

    assert "four hundred" in ask(text).sentences[0].text
    assert ask("How many articles are there?").kind == "about"


def test_what_hardly_asks_for_a_summary_is_asked_as_a_fact(ask, monkeypatch):
    text = "Which captain was fined after the ferry Aurora ran aground?"
    kinds = []
    for probability in (0.55, 0.65):
        asked = Asked("summary", probability, "ferry Aurora")
        monkeypatch.setattr(KindClassifier, "classify", lambda *_, asked=asked: asked)
        kinds.append(ask(text).kind)

    assert kinds == ["fact", "summary"]


def test_code_states_nothing():
    prose, code = (
        "Locks are opened by hand in summer.",
        "let gate = Lock::open(&basin, hand, &summer);",
    )
    text = f"{prose}\n\n{code}"
    article = Article("a.md", "0" * 64, "Locks", text)

    assert [text[span.start : span.end] for span in statements(article)] == [prose]


def test_more_is_told_of_what_was_asked_before(ask):
    turn = Turn("When did the ferry Aurora run aground?", "On 14 March 2021.")

    answer = ask("tell me more", history=(turn,))

    assert answer.kind == "summary"
    assert articles_of(answer)[0] == "ferry.md"


def test_the_latest_on_a_topic_begins_with_the_newest_article(ask):
    answer = ask("any news on the ferry Aurora?")

    assert articles_of(answer)[0] == "ferry2.md"
    assert answer.sentences[0].quotes[0].published == date(2022, 1, 11)


class TestSuggestions:
    @pytest.mark.parametrize(
        ("title", "asked"),
        [
            pytest.param("Notices", "Notices", id="whole title"),
            pytest.param("Notices 20261102", "", id="numbered"),
            pytest.param("Old Quay's last spring", "Old Quay", id="possessive"),
            pytest.param("The quay", "", id="no name"),
            pytest.param("Quay is shut", "", id="sentence"),
        ],
    )
    def test_what_an_article_is_about_is_asked_as_the_name_of_a_thing(self, tmp_path, title, asked):
        (tmp_path / "corpus").mkdir()
        text = f"# {title}\n\nThe county shuts the Old Quay. The quay is shut, the last quay here."
        (tmp_path / "corpus" / "quay.md").write_text(text, encoding="utf-8")
        assistant = Assistant(Config(corpus=tmp_path / "corpus", index=tmp_path / "index"))
        assistant.build()

        starts = assistant.suggestions.start(assistant.snapshot())

        assert [each.question for each in starts] == [f"Tell me about {asked}"] * bool(asked)

    def test_first_words_in_place_of_a_title_are_asked_for_by_their_names_alone(self, tmp_path):
        (tmp_path / "corpus").mkdir()
        text = "Weeks to stop the political row remain, says the Harbour Board of Lund."
        (tmp_path / "corpus" / "a-1.txt").write_text(text, encoding="utf-8")
        assistant = Assistant(Config(corpus=tmp_path / "corpus", index=tmp_path / "index"))
        assistant.build()

        starts = assistant.suggestions.start(assistant.snapshot())

        assert [each.question for each in starts] == ["Tell me about Harbour Board of Lund"]

    def test_what_to_start_with_is_answered_from_its_article(self, assistant, ask):
        starts = list(assistant.suggestions.start(assistant.snapshot()))

        assert starts
        for start in starts:
            answer = ask(start.question)
            assert answer.outcome == "answered"
            assert start.article_id in articles_of(answer)

    def test_what_to_ask_next_is_about_what_was_quoted_and_not_asked_just_now(self, ask):
        answer = ask("When did the ferry Aurora run aground?")

        assert answer.suggestions[0].startswith("Tell me about")
        assert "Aurora" in answer.suggestions[0]
        assert not any("Trams" in each for each in answer.suggestions)
        assert "Tell me about Ferry Aurora" not in ask("Tell me about Ferry Aurora").suggestions

    def test_a_greeting_offers_questions_that_these_articles_answer(self, ask):
        assert ask("hello").suggestions
