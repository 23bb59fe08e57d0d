"""What is learned from: passages as the index cuts them, hard ones beside, claims with labels."""

import gzip
import json
import random

import pytest

from rag.records import Span
from rag.training import claim_operators, made_claims, sets
from rag.training.contrasts import without
from rag.training.examples import PASSAGE_LENGTH, make_examples
from rag.training.lessons import make_lessons
from rag.training.made_claims import make_claims
from rag.training.made_questions import make_questions
from rag.training.sets import CONTRADICTED, ENTAILED, NEITHER, Asked, Share, paragraph_of
from tests.doubles import WordEmbedder

LONG = " ".join(f"Sentence number {n} speaks of the harbour and its cranes." for n in range(60))


def asked_of(text, answer, *, question="Who paid?", doc="Doc", title=""):
    paragraph = paragraph_of(doc, title, text)
    spans = (Span(text.find(answer), text.find(answer) + len(answer)),) if answer else ()
    return Asked(question, paragraph, paragraph.sentences_at(spans), spans)


def some(count=40):
    return [
        asked_of(
            f"Anna Berg led port {n} in 19{n}. The city of Lund paid {n} euros. Nils Ek wept.",
            f"{n} euros",
            question=f"What did the city of Lund pay in 19{n}?",
            doc=f"Doc {n % 8}",
            title=f"Port {n}",
        )
        for n in range(10, 10 + count)
    ]


class TestMadeQuestions:
    @pytest.mark.parametrize(
        ("text", "names", "answer"),
        [
            ("Malmo is a port in the south of Sweden.", "Malmo", "a port in the south of Sweden"),
            ("He met Anna Berg, a pilot who led the port, there.", "Anna Berg", "a pilot who led"),
            ("The lock was shut because the lake had frozen.", "Why was the lock shut?", "because"),
        ],
    )
    def test_a_sentence_that_explains_is_asked_for(self, text, names, answer):
        (made,) = make_questions([asked_of(f"It rained. {text}", "")], most=9, seed=1)

        (span,) = made.spans
        assert names in made.question
        assert made.paragraph.text[span.start : span.end].startswith(answer)
        assert made.right == (1,)

    @pytest.mark.parametrize("text", ["Malmo is in Sweden.", "It was shut because it froze over."])
    def test_what_explains_nothing_or_points_elsewhere_is_not(self, text):
        assert make_questions([asked_of(text, "")], most=9, seed=1) == []


class TestExamples:
    def test_an_answer_stays_where_it_was(self):
        for example in make_examples(some(), WordEmbedder(), seed=1):
            for text in example.texts:
                for span in text.spans:
                    assert text.text[span.start : span.end].endswith("euros")
                for i in text.right:
                    assert "paid" in text.text[text.sentences[i].start : text.sentences[i].end]

    def test_a_passage_is_as_long_as_the_index_cuts_it(self):
        asked = asked_of(LONG + " Anna paid.", "Anna")
        others = [asked_of(LONG, "", doc=f"Other {n}") for n in range(3)]

        for example in make_examples([asked, *others], WordEmbedder(), seed=2):
            assert all(len(text.text) <= PASSAGE_LENGTH for text in example.texts)

    def test_some_are_asked_where_nothing_answers(self):
        examples = make_examples(some(), WordEmbedder(), seed=1)

        unanswered = [example for example in examples if not example.is_answered]
        assert 0.15 < len(unanswered) / len(examples) < 0.5
        assert any(len(example.texts) > 1 for example in examples if example.is_answered)

    def test_what_was_cut_out_is_nowhere_in_the_passage(self):
        examples = make_examples(some(), WordEmbedder(), seed=1)

        own = {
            one.question: one.paragraph.text[one.spans[0].start : one.spans[0].end]
            for one in some()
        }
        for example in examples:
            if not example.is_answered and len(example.texts) == 1 and example.question in own:
                assert own[example.question] not in example.texts[0].text

    def test_a_passage_without_the_words_competes_with_the_one_that_has_them(self):
        beside = [
            (with_it.text, vague.text)
            for example in make_examples(some(), WordEmbedder(), seed=1)
            if len(example.texts) == 2 and example.is_answered
            for with_it, vague in (sorted(example.texts, key=lambda text: not text.right),)
            if "paid" in vague.text and with_it.title[:4] == vague.title[:4]
        ]

        assert any(
            "euros" in full and "paid something" in vague and "euros" not in vague
            for full, vague in beside
        )

    @pytest.mark.parametrize(
        ("question", "sentence", "answer", "left"),
        [
            (
                "When did it close?",
                "The port of Lund closed on 5 March.",
                "5 March",
                "The port of Lund closed.",
            ),
            (
                "Who led it?",
                "Anna Berg led the port then.",
                "Anna Berg",
                "Someone led the port then.",
            ),
            ("How many came?", "That day 40 ships came in.", "40", "That day some ships came in."),
            ("Did it close at all?", "The port closed on 5 March.", "5 March", None),
        ],
    )
    def test_the_event_is_left_without_the_thing_asked_for(self, question, sentence, answer, left):
        start = sentence.find(answer)

        assert without(Span(start, start + len(answer)), sentence, question) == left

    def test_the_same_seed_makes_the_same(self):
        one, same, other = (make_examples(some(), WordEmbedder(), seed=s) for s in (1, 1, 2))

        assert one == same != other


TEXT = (
    "In May 2020, Anna Berg paid 300 euros to Nils Ek. The port of Lund may close some gates. "
    "Prices rose by 5 percent and did not fall again. The crane, which is old, was sold by Lund."
)


@pytest.fixture(scope="module")
def claims():
    asked = [asked_of(f"{TEXT} Case {n}.", "Anna Berg", doc=f"D{n}") for n in range(200)]
    return make_claims(asked, most=300, seed=1)


class TestClaims:
    def test_half_are_true_and_the_others_of_both_kinds(self, claims):
        labels = [claim.label for claim in claims]

        assert abs(labels.count(ENTAILED) / len(labels) - 0.5) < 0.1
        assert {CONTRADICTED, NEITHER} <= set(labels)

    def test_what_was_changed_is_known_word_by_word(self, claims):
        for claim in claims:
            assert all(0 <= w.start < w.end <= len(claim.claim) for w in claim.words)
            if claim.label == ENTAILED:
                assert claim.words == ()

    def test_a_true_claim_has_all_its_numbers_in_its_text(self, claims):
        for claim in claims:
            if claim.label == ENTAILED:
                for number in ("2020", "300", "5"):
                    assert number not in claim.claim.split() or number in claim.text

    @pytest.mark.parametrize(
        ("operator", "source", "claim", "label"),
        [
            ("_negation_lost", "Prices did not fall.", "Prices did fall.", CONTRADICTED),
            ("_made_fact", "The port may close.", "The port did close.", NEITHER),
            ("_opposite", "Prices rose by 5.", "Prices fell by 5.", CONTRADICTED),
            ("_names_swapped", "Ann Berg paid Nils.", "Nils paid Ann Berg.", CONTRADICTED),
        ],
    )
    def test_an_operator_changes_one_thing(self, operator, source, claim, label):
        rng = random.Random(1)  # noqa: S311 - draws nothing secret
        made = getattr(claim_operators, operator)(claim_operators.Given(source, [], rng))

        assert (made.text, made.label) == (claim, label)

    def test_a_question_and_its_answer_become_a_statement(self):
        assert made_claims.stated("Who founded the port?", "Anna") == "Anna founded the port."
        assert made_claims.stated("What is the fee?", "5 euros") == "The fee is 5 euros."
        assert made_claims.stated("Is it so?", "yes") is None


def test_documents_are_held_out_whole(tmp_path, monkeypatch):
    folder = tmp_path / "reader"
    folder.mkdir()
    rows = [
        {
            "doc": f"Doc {n % 60}",
            "passage": f"Anna Berg led port {n}. The city paid {n} euros for it.",
            "questions": [{"question": f"Who led port {n}?", "spans": [[0, 9]]}],
        }
        for n in range(240)
    ]
    with gzip.open(folder / "ports.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    monkeypatch.setattr(sets, "RECIPE", {"reader/ports": Share(500, makes_claims=True)})

    seen, unseen = make_lessons(tmp_path, WordEmbedder(), seed=1)

    ports = [
        {word for e in side.examples for t in e.texts for word in t.text.split() if word.isdigit()}
        for side in (seen, unseen)
    ]
    assert seen.examples
    assert unseen.examples
    assert not ports[0] & ports[1]
    assert seen.claims
