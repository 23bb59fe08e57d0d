"""What the reranker learns from: read, parted by document, and turned into near misses."""

import dataclasses
import gzip
import json
import random

import pytest

from rag.training import examples as examples_module
from rag.training import groups as groups_module
from rag.training.contrast import (
    elsewhere,
    lacking,
    reworded,
    turned,
    with_near_misses,
    without_answer,
)
from rag.training.examples import make_examples
from rag.training.groups import Group, read_claims, read_groups
from rag.training.headlines import asked_headline, headline
from tests.doubles import WordEmbedder


def write(folder, name, rows):
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def row(number, doc="Rivers_of_Europe", **changes):
    return {
        "question": f"How long is river {number}?",
        "positives": [f"River {number} is {number} miles long."],
        "negatives": ["Rivers carry water.", "The sea is salty."],
        "doc": doc,
    } | changes


@pytest.fixture
def sets(tmp_path, monkeypatch):
    recipe = {"plain": 5, "titled": 50, "told.nli": 50}
    monkeypatch.setattr(groups_module, "RECIPE", recipe)
    monkeypatch.setattr(groups_module, "TITLED", {"titled"})
    return tmp_path


def test_no_more_is_taken_of_a_set_than_the_recipe_says(sets):
    write(sets, "plain", [row(i) for i in range(20)])

    assert len(read_groups(sets, seed=1)) == 5


def test_the_same_seed_draws_the_same_questions_in_the_same_order(sets):
    write(sets, "plain", [row(i) for i in range(20)])

    assert read_groups(sets, seed=3) == read_groups(sets, seed=3) != read_groups(sets, seed=4)


def test_a_document_is_held_out_whole_or_not_at_all(sets, monkeypatch):
    monkeypatch.setattr(groups_module, "HELD_OUT_SHARE", 0.5)
    rows = [row(i, doc=f"Document {i % 8}") for i in range(48)]
    write(sets, "titled", rows)

    sides = {}
    for group in read_groups(sets, seed=1):
        sides.setdefault(group.doc, set()).add(group.is_held_out)

    assert all(len(held_out) == 1 for held_out in sides.values())
    assert {True, False} == set().union(*sides.values())


def test_a_title_is_read_from_sets_that_have_titles_only(sets):
    write(sets, "plain", [row(1), row(3, source="titled", positives=[])])
    write(sets, "titled", [row(2)])

    found = {group.question: group.title for group in read_groups(sets, seed=1)}

    assert found == {
        "How long is river 1?": "",
        "How long is river 2?": "Rivers of Europe",
        "How long is river 3?": "Rivers of Europe",
    }


@pytest.mark.parametrize(
    "changes", [{"negatives": []}, {"positives": ["x" * 700]}, {"negatives": ["y" * 700]}]
)
def test_a_question_without_sentences_that_fit_is_left_out(sets, changes):
    write(sets, "plain", [row(1, **changes)])

    assert read_groups(sets, seed=1) == []


def test_a_claim_is_carried_only_by_what_entails_it(sets):
    labels = ["entailment", "not_entailment", "contradiction", "neutral"]
    rows = [{"premise": f"Text {x}.", "hypothesis": "Claim.", "label": x} for x in labels]
    write(sets, "told.nli", rows)

    carried = {claim.text: claim.is_carried for claim in read_claims(sets, seed=1)}

    assert [text for text, is_carried in carried.items() if is_carried] == ["Text entailment."]
    assert len(carried) == 4


def group(question, positive, *negatives, answers=(), doc="doc"):
    return Group(question, (positive,), negatives, doc, "", answers, is_held_out=False)


def test_another_name_of_the_document_makes_a_question_unanswerable():
    asked = group(
        "What did Acme Corp build in the valley?",
        "Acme Corp built a dam in the valley.",
        "The mill was bought by Borealis Inc.",
    )

    [made] = turned([asked], most=9, seed=1)

    assert made.question == "What did Borealis Inc build in the valley?"
    assert made.positives == ()
    assert "Acme Corp built a dam in the valley." in made.negatives


def test_another_year_makes_a_question_unanswerable():
    asked = group("what happened in 1999", "In 1999 the bridge fell.", "It was rebuilt.")

    [made] = turned([asked], most=9, seed=1)

    assert made.question.startswith("what happened in ")
    assert "1999" not in made.question


def test_a_question_with_nothing_to_turn_makes_none():
    assert turned([group("why is it wet", "It rains.", "It snows.")], most=9, seed=1) == []


TARIFF = group(
    "How high is the tariff on cars?",
    "The tariff rose to 25 percent in May.",
    "Officials met in June.",
    "A year later it was still 25 percent.",
    answers=("25 percent",),
)


@pytest.mark.parametrize(
    ("sentence", "answer", "left"),
    [
        ("The tariff rose to 25 percent in May.", "25 percent", "The tariff rose in May."),
        ("In May, by a vote, it passed.", "May", None),
        ("Acme Corp built the dam.", "Acme Corp", "The group built the dam."),
        ("It has 40 bridges.", "40", "It has some bridges."),
        ("It is 25 percent, not 25 percent of all.", "25 percent", None),
        ("Twenty-five percent.", "Twenty-five percent", None),
        ("It rose.", "25 percent", None),
    ],
)
def test_the_words_of_the_answer_are_taken_out_of_its_sentence(sentence, answer, left):
    class First(random.Random):
        def choice(self, seq):
            return seq[0]

    made = without_answer(sentence, [answer], First())

    assert made == left or (left is None and answer not in (made or ""))
    assert left is None or answer not in made


def test_a_question_all_but_answered_has_no_sentence_with_the_answer():
    [made] = lacking([TARIFF, group("why?", "It rains.", "It snows.")], most=9, seed=1)

    assert made.question == TARIFF.question
    assert made.positives == ()
    assert made.negatives == ("The tariff rose in May.", "Officials met in June.")


def test_some_answered_questions_get_their_sentence_without_the_answer_beside_it():
    groups = [dataclasses.replace(TARIFF, doc=f"doc {i}") for i in range(60)]

    made = with_near_misses(groups, seed=1)

    added = [new.negatives for new in made if new.negatives != TARIFF.negatives]
    assert set(added) == {(*TARIFF.negatives, "The tariff rose in May.")}
    assert 10 < len(added) < 35
    assert {new.positives for new in made} == {TARIFF.positives}


def rivers():
    return [
        Group(
            f"How long is the river {name}?",
            (f"The river {name} is long, {name} says.",),
            tuple(f"The river {name} has bridge {i}." for i in range(9)),
            name,
            "",
            (),
            is_held_out=False,
        )
        for name in ("Tees", "Wear", "Tyne", "Don")
    ]


def test_an_example_holds_one_right_sentence_and_wrong_ones_of_both_kinds():
    examples = make_examples(rivers(), WordEmbedder(), seed=1)

    for river, example in zip(rivers(), examples, strict=True):
        assert len(example.candidates) == 5
        assert example.candidates[example.right].endswith(river.positives[0])
        told = [candidate.rsplit("The river ", 1)[1] for candidate in example.candidates]
        others = [each for each in told if not each.startswith(f"{river.doc} ")]
        assert len(others) == 1
        assert len(set(example.candidates)) == 5


def test_a_question_asked_elsewhere_has_only_sentences_of_other_documents():
    [made] = elsewhere(rivers()[:1], most=5, seed=1)

    *_, example = make_examples([*rivers(), made], WordEmbedder(), seed=1)

    assert example.right is None
    assert len(example.candidates) == 5
    assert not [text for text in example.candidates if "The river Tees" in text]


def test_sentences_of_the_document_fill_up_unless_they_have_the_answer():
    beside = [
        group("When was it?", "In May it was.", "It was late.", answers=("May",)),
        group("Who was it?", "Ann it was.", "She came in May to it.", answers=("Ann",)),
    ]

    example = make_examples(beside, WordEmbedder(), seed=1)[0]

    assert {text.split(" | ")[-1] for text in example.candidates} == {
        "In May it was.",
        "It was late.",
        "Ann it was.",
    }


def test_another_thing_of_the_document_makes_a_question_unanswerable():
    asked = group(
        "How much of the tungsten comes from there?",
        "Half of the tungsten comes from there, it said.",
        "The price of the gallium rose.",
    )

    others = [
        group("Why?", "Mines of the tungsten closed."),
        group("Where?", "A mine of the gallium opened."),
    ]

    [made] = reworded([asked, *others], most=9, seed=1)

    assert made.question == "How much of the gallium comes from there?"
    assert made.positives == ()
    assert asked.positives[0] in made.negatives


@pytest.mark.parametrize("kind", ["none", "own", "sentence", "question"])
def test_every_sentence_of_a_document_stands_under_one_title_whether_it_answers_or_not(
    kind, monkeypatch
):
    monkeypatch.setattr(examples_module, "TITLES", {kind: 1.0})
    asked = dataclasses.replace(TARIFF, title="Trade")
    other = group("Who swam far?", "Ann swam a long way out.", "Bea sat on the beach for hours.")
    apart = dataclasses.replace(other, doc="sea", title="The sea")
    title = {
        "none": "",
        "own": "Trade | ",
        "sentence": "Officials met in June | ",
        "question": "High tariff on cars | ",
    }[kind]

    for groups in ([asked, apart], [dataclasses.replace(asked, positives=()), apart]):
        example = make_examples(groups, WordEmbedder(), seed=1)[0]
        own = [text for text in example.candidates if "Ann" not in text and "Bea" not in text]

        assert len(own) >= 2
        assert all(text.startswith(title) for text in own)
        assert len({text.split(" | ")[0] for text in own}) == (1 if title else len(own))


def test_a_headline_is_what_a_sentence_begins_with():
    assert headline("The tariff on cars was raised to 25 percent; nobody knew of it.") == (
        "Tariff on cars raised to 25 percent"
    )
    assert headline("In May, the ministry raised the tariff and") == (
        "In May ministry raised tariff"
    )
    assert headline("It was so.") == ""
    assert asked_headline("How high is the tariff on cars in Brazil?") == (
        "High tariff on cars in Brazil"
    )
    assert asked_headline("Why?") == ""


def test_an_unanswerable_example_has_no_right_sentence():
    told = tuple(f"Sentence {i} of it." for i in range(9))
    asked = Group("Who?", (), told, "d", "", (), is_held_out=False)
    other = group("When?", "On Monday it was.", "A note.", doc="e")

    example = make_examples([asked, other], WordEmbedder(), seed=1)[0]

    assert example.right is None
    assert len(example.candidates) == 5
