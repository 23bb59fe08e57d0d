"""What the reranker learns from: read, parted by document, and turned into near misses."""

import gzip
import json

import pytest

from rag.training import groups as groups_module
from rag.training.contrast import contrast
from rag.training.examples import make_examples
from rag.training.groups import Group, Share, read_claims, read_groups
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
    recipe = {"plain": Share(5), "titled": Share(50, has_titles=True), "told.nli": Share(50)}
    monkeypatch.setattr(groups_module, "RECIPE", recipe)
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
    write(sets, "plain", [row(1)])
    write(sets, "titled", [row(2)])

    found = {group.question: group.title for group in read_groups(sets, seed=1)}

    assert found == {
        "How long is river 1?": "",
        "How long is river 2?": "Rivers of Europe",
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


def group(question, positive, *negatives):
    return Group(question, (positive,), negatives, "doc", "", is_held_out=False)


def test_another_name_of_the_document_makes_a_question_unanswerable():
    asked = group(
        "What did Acme Corp build in the valley?",
        "Acme Corp built a dam in the valley.",
        "The mill was bought by Borealis Inc.",
    )

    [made] = contrast([asked], most=9, seed=1)

    assert made.question == "What did Borealis Inc build in the valley?"
    assert made.positives == ()
    assert "Acme Corp built a dam in the valley." in made.negatives


def test_another_year_makes_a_question_unanswerable():
    asked = group("what happened in 1999", "In 1999 the bridge fell.", "It was rebuilt.")

    [made] = contrast([asked], most=9, seed=1)

    assert made.question.startswith("what happened in ")
    assert "1999" not in made.question


def test_a_question_with_nothing_to_turn_makes_none():
    assert contrast([group("why is it wet", "It rains.", "It snows.")], most=9, seed=1) == []


def test_an_example_holds_one_right_sentence_and_wrong_ones_of_both_kinds():
    rivers = [
        Group(
            f"How long is the river {name}?",
            (f"The river {name} is long, {name} says.",),
            tuple(f"The river {name} has bridge {i}." for i in range(9)),
            name,
            "",
            is_held_out=False,
        )
        for name in ("Tees", "Wear", "Tyne", "Don")
    ]

    examples = make_examples(rivers, WordEmbedder(), seed=1)

    for river, example in zip(rivers, examples, strict=True):
        assert len(example.candidates) == 7
        assert example.candidates[example.right].endswith(river.positives[0])
        told = [candidate.rsplit("The river ", 1)[1] for candidate in example.candidates]
        others = [each for each in told if not each.startswith(f"{river.doc} ")]
        assert len(others) == 1
        assert len(set(example.candidates)) == 7


def test_an_unanswerable_example_has_no_right_sentence():
    asked = Group("Who?", (), tuple(f"Sentence {i} of it." for i in range(9)), "d", "", False)  # noqa: FBT003
    other = Group("When?", ("On Monday it was.",), ("A note.",), "e", "", False)  # noqa: FBT003

    example = make_examples([asked, other], WordEmbedder(), seed=1)[0]

    assert example.right is None
    assert len(example.candidates) == 7


def test_an_example_tells_where_in_the_right_sentence_the_answer_stands():
    asked = Group(
        "How long?",
        ("It is 40 miles.",),
        ("It is wet.", "It is old."),
        "d",
        "",
        is_held_out=False,
        answers=("40 miles",),
    )
    other = Group(
        "When?", ("On Monday.",), ("A note.",), "e", "", is_held_out=False, answers=("Tuesday",)
    )

    example, unplaced = make_examples([asked, other], WordEmbedder(), seed=1)

    place = example.answer
    assert example.candidates[example.right][place.start : place.end] == "40 miles"
    assert unplaced.answer is None
