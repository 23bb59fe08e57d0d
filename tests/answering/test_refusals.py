"""Refusals say what is missing, in words that tell a reader something.

Each case is asked of a small corpus with every answer refused: the reason is tested, and not the
weights of the decision.
"""

import pytest

from rag.answering.neighbours import close_spelling, close_word, denies, sibling_name
from rag.answering.refusals import Coverage, explain
from rag.answering.things import things_of
from rag.assistant import Assistant
from rag.config import Config
from rag.records import Filters, Question
from tests.doubles import WordEmbedder

NEWS = {
    "tariffs.md": "# Tariffs on steel\n\nThe government of Norland raised the tariffs on steel. "
    "Minister Eva Lind called the step overdue. Importers of steel protested in Vik.",
    "meeting.md": "# A meeting of presidents\n\nThe presidents of Norland and Sudland will hold a "
    "meeting about fishing quotas. Their aides are preparing a treaty on herring.",
    "rule.md": "# The licence rule\n\nThe licence rule of 2023 covers cranes and lifts. It does "
    "not cover ladders. The Harbour Agency wrote the licence rule.",
    "hackers.md": "# Red Lynx\n\nThe group Red Lynx broke into the networks of Telenor Vik. "
    "The Harbour Agency blamed Red Lynx for the outage.",
    "plant.md": "# The Brenna plant\n\nBrenna Motors did not sell its plant in Vik. The plant "
    "makes engines for buses. Brenna Motors employs many people in the plant.",
}
REASONS = dict(  # noqa: C406 - pairs are wrapped, keys with values are not
    [
        (
            "What did the government of Norland say about TP-Link?",
            "Nothing in the articles mentions “TP-Link”.",
        ),
        ("Who leads Zentrobank?", "Nothing in the articles mentions “Zentrobank”."),
        (
            "Did Oxfam or Greenpeace protest in Vik?",
            "Nothing in the articles mentions “Oxfam” or “Greenpeace”.",
        ),
        ("When did Quorra buy the plant in Vik?", "Nothing in the articles mentions “Quorra”."),
        (
            "What does minister Eva Holm say about steel?",
            "Nothing in the articles mentions “Eva Holm”.",
        ),
        ("What does Brenna sell to Quorra?", "Nothing in the articles mentions “Quorra”."),
        (
            "Where is the plant of Brennna Motors?",
            "Nothing in the articles mentions “Brennna Motors”; they do mention “Brenna Motors”.",
        ),
        (
            "Why did Norlandd raise the tariffs?",
            "Nothing in the articles mentions “Norlandd”; they do mention “Norland”.",
        ),
        (
            "Who blamed Grey Lynx for the outage?",
            "Nothing in the articles mentions “Grey Lynx”; the nearest is “Red Lynx”.",
        ),
        (
            "What did the Border Agency write?",
            "Nothing in the articles mentions “Border Agency”; the nearest is “Harbour Agency”.",
        ),
        (
            "What did Eva Lind say about the licence rule?",
            "The articles tell of “licence rule”, but not together with “Eva Lind”.",
        ),
        (
            "What did Red Lynx do in Norland?",
            "The articles tell of “Red Lynx”, but not together with “Norland”.",
        ),
        (
            "How many people does Telenor Vik employ at the plant?",
            "The articles tell of “plant”, but not together with “Telenor Vik”.",
        ),
        (
            "When did Sudland raise the tariffs on steel?",
            "The articles tell of “tariffs” and “steel”, but not together with “Sudland”.",
        ),
        (
            "How high are the tariffs on steel?",
            "The articles tell of “tariffs” and “steel”, but give no figure.",
        ),
        (
            "How much did the tariffs on steel rise?",
            "The articles tell of “tariffs” and “steel”, but give no figure.",
        ),
        (
            "How many people does Brenna Motors employ?",
            "The articles tell of “Brenna Motors”, but give no figure.",
        ),
        (
            "How long will the meeting of the presidents take?",
            "The articles tell of “meeting” and “presidents”, but give no figure.",
        ),
        (
            "When is the meeting about fishing quotas?",
            "The articles tell of “fishing quotas”, but not when.",
        ),
        (
            "When do the presidents of Norland and Sudland meet?",
            "The articles tell of “Norland” and “Sudland”, but not when.",
        ),
        (
            "When did the government of Norland raise the tariffs on steel?",
            "The articles tell of “government” and “Norland”, but not when.",
        ),
        (
            "Where will the presidents hold the meeting?",
            "The articles tell of “presidents” and “meeting”, but no sentence there says where.",
        ),
        (
            "Why did the government of Norland raise the tariffs on steel?",
            "The articles tell of “government” and “Norland”, but not why.",
        ),
        (
            "Why did Red Lynx break into the networks?",
            "The articles tell of “Red Lynx” and “networks”, but not why.",
        ),
        (
            "Who will replace the cranes and lifts?",
            "The articles tell of “cranes” and “lifts”, but no sentence there says who.",
        ),
        (
            "Which buses have the engines of the plant?",
            "The articles tell of “buses” and “engines”, but no sentence there "
            "answers the question.",
        ),
        (
            "Does the licence rule of 2021 cover cranes?",
            "The articles tell of “licence rule” and “cranes” in 2023, not in 2021.",
        ),
        (
            "What does the licence rule of 2021 cover?",
            "The articles tell of “licence rule” in 2023, not in 2021.",
        ),
        (
            "Did the licence rule cover cranes in 2019 and 2020?",
            "The articles tell of “licence rule” and “cranes” in 2023, not in 2019 and 2020.",
        ),
        (
            "Why did Brenna Motors sell its plant in Vik?",
            "The question takes for granted what the nearest sentence denies.",
        ),
        (
            "When did Brenna Motors sell its plant?",
            "The question takes for granted what the nearest sentence denies.",
        ),
        (
            "What does the licence rule say about elevators on ships?",
            "The articles tell of “licence rule”, but nothing there speaks of "
            "“elevators” or “ships”.",
        ),
        (
            "Who is the prime minister of Norland?",
            "The articles tell of “Norland”, but nothing there speaks of “prime minister”.",
        ),
        (
            "What is the penalty under the licence rule?",
            "The articles tell of “licence rule”, but nothing there speaks of “penalty”.",
        ),
        (
            "What colour are the engines for buses?",
            "The articles tell of “engines” and “buses”, but nothing there speaks of “colour”.",
        ),
        (
            "How did the outage affect hospitals?",
            "The articles tell of “outage”, but nothing there speaks of “hospitals”.",
        ),
        (
            "Which treaty on mackerel are the aides preparing?",
            "The articles tell of “treaty” and “aides”, but nothing there speaks of “mackerel”.",
        ),
        (
            "What did importers of steel get as compensation?",
            "The articles tell of “importers” and “steel”, but nothing there "
            "speaks of “compensation”.",
        ),
        (
            "Has the Harbour Agency fined the importers of steel?",
            "The articles tell of “Harbour Agency”, but nothing there speaks of "
            "“importers” or “steel”.",
        ),
        (
            "Apart from cranes, what is forbidden?",
            "The articles tell of “cranes”, but no sentence there answers the question.",
        ),
        (
            "Who announced the tariffs on TV?",
            "The articles tell of “tariffs”, but no sentence there says who.",
        ),
        (
            "What does the CEO of Brenna Motors earn?",
            "The articles tell of “Brenna Motors”, but no sentence there answers the question.",
        ),
        (
            "How does one login to the networks of Telenor Vik?",
            "The articles tell of “networks” and “Telenor Vik”, but no sentence "
            "there answers the question.",
        ),
        (
            "Starting when does the licence rule apply?",
            "The articles tell of “licence rule”, but no sentence there says when.",
        ),
        (
            "Are GPUs covered by the licence rule?",
            "The articles tell of “licence rule”, but no sentence there says whether it is so.",
        ),
        ("recipe for apple pie", "Nothing found tells of “recipe” or “apple pie”."),
        ("Who won the football world cup?", "Nothing found tells of “football world cup”."),
        ("Tell me about quantum entanglement", "Nothing found tells of “quantum entanglement”."),
        ("What happened in Atlantis?", "Nothing in the articles mentions “Atlantis”."),
        (
            "Did the presidents really quickly agree?",
            "The articles tell of “presidents”, but no sentence there says whether it is so.",
        ),
        ("How many kinds of things are there?", "Nothing in the articles matches the question."),
        (
            "What is the role of the aides in the treaty on herring?",
            "The articles tell of “aides” and “treaty”, but no sentence there "
            "answers the question.",
        ),
        (
            "Which part of the rule was it?",
            "The articles tell of “rule”, but no sentence there answers the question.",
        ),
    ]
)


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    folder = tmp_path_factory.mktemp("news")
    (folder / "corpus").mkdir()
    for name, text in NEWS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    assistant = Assistant(Config(corpus=folder / "corpus", index=folder / "index", reranker="none"))
    assistant.embedder = WordEmbedder()
    assistant.build()
    return assistant


@pytest.fixture
def refuse(news, monkeypatch):
    never = dict.fromkeys(("low", "normal", "high"), 2.0)
    monkeypatch.setattr("rag.answering.caution.ANSWER_FROM", never)
    return lambda question, **fields: news.ask(Question(question, **fields))


@pytest.mark.parametrize(("question", "reason"), REASONS.items(), ids=REASONS)
def test_a_refusal_says_what_is_missing(refuse, question, reason):
    answer = refuse(question)

    assert (answer.outcome, answer.reason) == ("not_in_articles", reason)


@pytest.mark.parametrize("question", REASONS, ids=REASONS)
def test_near_misses_never_say_the_same_twice(refuse, question):
    near = refuse(question).near_misses

    spans = [(each.article_id, each.start, each.end) for each in near]
    assert 1 <= len(near) <= 3
    assert len({each.text for each in near}) == len(near)
    assert not any(
        one is not other and one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
        for one in spans
        for other in spans
    )


def test_a_near_miss_that_leans_comes_with_what_it_leans_on(refuse):
    near = [each.text for each in refuse("Who prepares a treaty on herring?").near_misses]

    [place] = [i for i, text in enumerate(near) if text.endswith("a treaty on herring.")]
    assert any("The presidents of Norland" in text for text in near[: place + 1])


def test_the_near_misses_of_two_questions_are_of_both(refuse):
    answer = refuse("How high are the tariffs on steel? Who wrote the licence rule?")

    assert {each.article_id for each in answer.near_misses[:2]} == {"tariffs.md", "rule.md"}


def test_limits_that_leave_nothing_are_the_reason(refuse):
    answer = refuse("Who wrote the rule?", filters=Filters(outlets=("Nowhere Post",)))

    assert "limits" in answer.reason


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Who won the football world cup?", ["football world cup"]),
        ("How many years in prison did the Brenna managers get?", ["prison", "Brenna", "managers"]),
        ("How did the outage affect hospitals?", ["outage", "hospitals"]),
        ("Which Norlandic designers were blacklisted?", ["Norlandic", "designers"]),
        ("How much did the tariffs rise?", ["tariffs"]),
        ("Apart from cranes, what is forbidden?", ["cranes"]),
        ("Who announced on TV that it is off?", []),
        ("Had any H20s gone to Vik?", ["H20", "Vik"]),
        ("Will Brenna Motors buy its rival soon?", ["Brenna Motors", "rival"]),
        ("Is the rule really widely applied?", ["rule"]),
        ("What does the CEO of Brenna Motors earn?", ["Brenna Motors"]),
        ("Who sold what?", []),
    ],
)
def test_only_what_names_something_is_quoted(question, things):
    assert [thing.text for thing in things_of(question)] == things


@pytest.mark.parametrize(
    ("name", "text", "close"),
    [
        ("Huawie", "It named Huawei and ZTE.", "Huawei"),
        ("Huawei", "It named Hua and ZTE.", ""),
        ("ZTE", "It named ZTF.", ""),
        ("Zuawei", "It named Huawei.", ""),
    ],
)
def test_a_slip_of_the_pen_is_known_by_its_likeness(name, text, close):
    assert close_spelling(name, [text]) == close


def test_a_word_may_be_a_slip_for_one_that_stands_near():
    assert close_word("replce", ["They replace cranes."]) == "replace"
    assert close_word("masks", ["They replace cranes."]) == ""


@pytest.mark.parametrize(
    ("name", "sibling"),
    [("Flax Typhoon", "Volt Typhoon"), ("Flax", ""), ("Volt Typhoon", ""), ("Flax Storm", "")],
)
def test_a_sibling_differs_in_its_first_word_only(name, sibling):
    assert sibling_name(name, ["The group is known as Volt Typhoon."]) == sibling


@pytest.mark.parametrize(
    ("question", "sentence", "is_denied"),
    [
        ("Why did Intel sell the plant?", "Intel did not sell the plant.", True),
        ("Did Intel sell the plant?", "Intel did not sell the plant.", False),
        ("Why did Intel not sell the plant?", "Intel did not sell the plant.", False),
        ("Why did Intel sell the plant?", "Intel sold the plant.", False),
        ("Why did Intel sell the plant?", "Intel sold the plant, not the land.", False),
        ("Why did Intel sell the plant?", "Intel did not rename the plant.", False),
    ],
)
def test_a_false_premise_is_told_only_where_a_sentence_denies_it(question, sentence, is_denied):
    assert denies(question, sentence) is is_denied


@pytest.mark.parametrize(
    ("kind", "coverage", "lacks_kind", "reason"),
    [
        ("number", Coverage(), True, "Nothing in the articles matches the question."),
        ("list", Coverage(("metals",)), True, "The articles tell of “metals”, but list none."),
        (
            "other",
            Coverage(("FCC",), missing_names=("Salt Typhoon",), sibling="Volt Typhoon"),
            False,
            "Nothing found tells of “Salt Typhoon”, only of “Volt Typhoon”.",
        ),
        (
            "number",
            Coverage(("chips", "Nvidia"), missing_names=("Germany",)),
            True,
            "The articles tell of “chips” and “Nvidia”, but not together with “Germany”.",
        ),
    ],
)
def test_the_most_telling_lack_is_the_reason(kind, coverage, lacks_kind, reason):
    assert explain(kind, coverage, lacks_kind=lacks_kind) == reason
