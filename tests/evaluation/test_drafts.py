"""Drafts of a question set: taken from the articles, and true to the whole index."""

import pytest

from rag.evaluation.questions.clause_questions import clause_questions
from rag.evaluation.questions.drafts import draft_questions
from rag.evaluation.questions.name_questions import name_questions
from rag.evaluation.questions.question_set import read_question_set, write_question_set
from rag.evaluation.questions.verbs import base_form
from rag.evaluation.questions.vocabulary import Vocabulary
from rag.records import Article
from rag.text.tokens import tokenize

ARTICLES = {
    "bridge.txt": (
        "Bridge\n\nOn 3 May 2024 the Harbour Commission opened two bridges in Westport. "
        "Ships of the Harbour Commission pass. Ann Quist, the chief engineer of the northern "
        "harbour works, designed them. The Harbour Commission said that Westport is glad."
    ),
    "ferry.txt": (
        "Ferry\n\nIn June 2023 the Ferry Agency revoked nine licences of Norvik Systems. "
        "It never explained this. The Tide Rule, a list of heights that every captain must know, "
        "lapsed. People ask the Ferry Agency and the Tide Rule is read in Westport."
    ),
    "pay.txt": "Pay\n\nThe Ferry Agency has a staff of 20 employees and a budget. Rain fell.",
}


def an_article(text):
    return Article("a.txt", "0" * 64, "Title", text)


def asked(text, make):
    article = an_article(text)
    return [(c.shape, c.question, c.answers) for c in make(article, Vocabulary([article]))]


@pytest.fixture
def snapshot(make_assistant):
    return make_assistant(ARTICLES).snapshot()


def tagged(drafts, tag):
    return [draft for draft in drafts if tag in draft.tags]


def test_a_clause_with_a_date_gives_its_date_its_name_and_its_number():
    text = (
        "Ships of the Harbour Board pass. "
        "On 3 May 2024 the Harbour Board opened two bridges in Westport."
    )

    assert asked(text, clause_questions) == [
        ("when", "When did the Harbour Board open two bridges in Westport?", ("3 May 2024",)),
        ("who", "Who opened two bridges in Westport on 3 May 2024?", ("the Harbour Board",)),
        (
            "how many",
            "How many bridges did the Harbour Board open in Westport on 3 May 2024?",
            ("two",),
        ),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "It opened two bridges in Westport on 3 May 2024.",
        "The Harbour Board opened its bridge in Westport on 3 May 2024.",
        "The Harbour Board opened the bridge on 3 May 2024.",
        "The Commission opened two bridges in Westport on 3 May 2024.",
        "The Harbour Board opened by Westport closes two bridges on 3 May 2024.",
        "Yesterday opened two bridges in Westport on 3 May 2024.",
    ],
)
def test_a_sentence_that_leans_on_its_article_or_is_not_plain_gives_no_question(sentence):
    text = f"Ships of the Harbour Board and of the Commission pass. {sentence}"

    assert asked(text, clause_questions) == []


def test_names_give_offices_definitions_letters_and_who_said_what():
    text = (
        "People read the Tide Rule, a list of heights that every captain must know, here. "
        "It asked Ann Quist, the chief engineer of the northern harbour works, for help. "
        "The Harbour and Ferry Board, known as HFB, met Lee Orr, an adviser, there. "
        "Lee Orr said that Westport is glad. All look to Westport and to Lee Orr."
    )

    assert asked(text, name_questions) == [
        ("is", "What is the Tide Rule?", ()),
        ("role", "Who is the chief engineer of the northern harbour works?", ("Ann Quist",)),
        ("role", "Who is Lee Orr?", ("an adviser",)),
        ("letters", "What does HFB stand for?", ("Harbour and Ferry Board",)),
        ("said", "What did Lee Orr say about Westport?", ()),
    ]


def test_a_surname_becomes_the_whole_name_that_introduced_it():
    text = (
        "It thanked Chad Bown for that. The idea of Bown won. "
        "Bown revoked nine licences of Norvik Systems in June 2023."
    )

    assert asked(text, clause_questions)[0][1] == (
        "When did Chad Bown revoke nine licences of Norvik Systems?"
    )


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("took", "take"),
        ("issued", "issue"),
        ("banned", "ban"),
        ("named", "name"),
        ("opened", "open"),
        ("ordered", "order"),
        ("required", "require"),
        ("settled", "settle"),
        ("cancelled", "cancel"),
        ("added", "add"),
        ("applied", "apply"),
        ("covers", "cover"),
        ("carries", "carry"),
        ("put", "put"),
    ],
)
def test_the_base_form_of_a_verb_follows_its_spelling(form, base):
    assert base_form(form) == base


def test_a_word_in_use_decides_what_spelling_leaves_open():
    assert (base_form("rebased", {"rebase"}), base_form("sanded", {"sande"})) == (
        "rebase",
        "sande",
    )


def test_an_answerable_draft_has_its_article_its_gold_quote_and_an_answer_in_it(snapshot):
    drafts = [draft for draft in draft_questions(snapshot, count=30) if draft.answerable]

    assert drafts
    for draft in drafts:
        (article_id,), (quote,) = draft.articles, draft.quotes
        assert quote in snapshot.article(article_id).text
        assert all(answer in quote.replace("The ", "the ") for answer in draft.answers)
        assert (draft.tags[0], draft.generation) == ("draft", 1)
        assert draft.note.startswith("Check that")


def test_each_sentence_is_asked_about_once_and_no_question_comes_twice(snapshot):
    drafts = draft_questions(snapshot, count=30)

    quotes = [draft.quotes for draft in drafts if draft.answerable]
    questions = [draft.question.text for draft in drafts]
    assert len(set(quotes)) == len(quotes)
    assert len(set(questions)) == len(questions)


def test_a_third_is_not_answered_with_a_tag_for_each_kind_and_no_gold(snapshot):
    drafts = draft_questions(snapshot, count=9)

    refused = [draft for draft in drafts if draft.answerable is False]
    assert [draft.tags[1] for draft in refused] == [
        "absent-detail",
        "neighbouring-thing",
        "unknown-name",
    ]
    assert not any(draft.answers or draft.quotes or draft.articles for draft in refused)
    assert all("Check that no article answers it." in draft.note for draft in refused)


@pytest.mark.parametrize("seed", range(5))
def test_an_unknown_name_stands_in_no_article(snapshot, seed):
    held = {token for text in ARTICLES.values() for token in tokenize(text)}
    unknown = tagged(draft_questions(snapshot, count=30, seed=seed), "unknown-name")

    assert unknown
    for draft in unknown:
        name = draft.note.partition('"')[2].partition('"')[0]
        assert name in draft.question.text
        assert not set(tokenize(name)) <= held


def test_a_detail_that_an_article_tells_is_not_called_absent(snapshot):
    drafts = [
        draft for seed in range(5) for draft in draft_questions(snapshot, count=30, seed=seed)
    ]
    absent = [draft.question.text for draft in tagged(drafts, "absent-detail")]

    about = [question for question in absent if "the Ferry Agency" in question]
    assert about
    assert not any("work for" in question or "budget" in question for question in about)


def test_another_year_is_not_put_in_where_the_articles_tell_of_it(make_assistant):
    years = (*range(2020, 2023), *range(2024, 2027))
    told = " ".join(
        f"In June {year} the Ferry Agency revoked licences of Norvik Systems." for year in years
    )
    snapshot = make_assistant({**ARTICLES, "more.txt": f"More\n\n{told}"}).snapshot()

    drafts = tagged(draft_questions(snapshot, count=60), "neighbouring-thing")

    questions = [draft.question.text for draft in drafts]
    revoked = [question for question in questions if "Norvik Systems in June" in question]
    assert revoked
    assert not any(str(year) in question for year in (*years, 2023) for question in revoked)


def test_the_same_seed_gives_the_same_drafts_and_another_seed_others(snapshot):
    first = draft_questions(snapshot, count=6, seed=1)

    assert draft_questions(snapshot, count=6, seed=1) == first
    assert any(draft_questions(snapshot, count=6, seed=seed) != first for seed in (2, 3, 4))


def test_drafts_are_a_question_set(snapshot, tmp_path):
    drafts = draft_questions(snapshot, count=12)

    write_question_set(tmp_path / "drafts.jsonl", drafts)

    assert read_question_set(tmp_path / "drafts.jsonl") == drafts


def test_articles_without_a_plain_sentence_give_no_drafts(make_assistant):
    snapshot = make_assistant({"a.txt": "Rain fell. It was wet."}).snapshot()

    assert draft_questions(snapshot, count=5) == []
