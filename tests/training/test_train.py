"""The training itself, on a network small enough to learn a rule of words in seconds."""

import pytest
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

from rag.config import DEFAULT_EMBEDDER
from rag.encoders.model_files import find_model
from rag.records import Span
from rag.training.batches import Pair, load_tokenizer, pair_of, read
from rag.training.examples import Example, Text
from rag.training.lessons import read_lessons, write_lessons
from rag.training.measuring import measure
from rag.training.network import WORDS, ReaderNetwork, load_network, weights_of
from rag.training.sets import CONTRADICTED, ENTAILED, NOT_ENTAILED, Claim
from rag.training.train import Lessons, Schedule, Trainer

COLOURS = "red green blue black white yellow".split()
STEPS = 120


@pytest.fixture(autouse=True)
def one_thread():
    """Two that wait for each other take several times the time; another test may have set two."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(str(find_model(DEFAULT_EMBEDDER).path))


def small_network():
    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return ReaderNetwork(BertModel(config, add_pooling_layer=False))


def text_of(*sentences, answer="", title=""):
    text, spans = "", []
    for sentence in sentences:
        text += " " if text else ""
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence
    at = text.find(answer) if answer else -1
    right = tuple(i for i, s in enumerate(spans) if answer and s.start <= at < s.end)
    found = (Span(at, at + len(answer)),) if right else ()
    return Text(title, text, tuple(spans), right, found)


def lessons():
    """Sentences about the sea answer, with its name; claims follow from texts that say "so"."""
    examples = [
        Example(f"{c} one", (text_of(f"{c} town {i}", f"{c} sea {i}", answer="sea"),))
        for c in COLOURS
        for i in range(4)
    ]
    examples += [Example(f"{c} two", (text_of(f"{c} town", f"{c} hill"),)) for c in COLOURS]
    claims = [
        Claim(f"{c} it", f"{c} {word}", label, is_held_out=False, words=words)
        for c in COLOURS
        for word, label, words in (("so", ENTAILED, ()), ("no", CONTRADICTED, (Span(0, len(c)),)))
    ]
    return Lessons(examples, claims)


def trainer(tokenizer, *, steps=STEPS):
    schedule = Schedule(steps=steps, rate=5e-3, questions_a_step=6, claims_a_step=4)
    return Trainer(small_network(), lessons(), tokenizer=tokenizer, schedule=schedule)


def weights(trained):
    return {name: tensor.clone() for name, tensor in trained.network.state_dict().items()}


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_the_network_learns_what_answers_where_and_when_nothing_does(tokenizer):
    training = trainer(tokenizer)
    before = measure(training.network, lessons(), tokenizer=tokenizer)

    assert list(training.steps()) == list(range(1, STEPS + 1))
    after = measure(training.network, lessons(), tokenizer=tokenizer)

    assert after.first > 0.9 > before.first
    assert after.words_f1 > 0.9
    assert after.auroc > 0.9
    assert after.claims > 0.9


def test_a_stopped_training_goes_on_to_the_very_same_weights(tokenizer):
    whole, stopped, resumed = (trainer(tokenizer, steps=8) for _ in range(3))
    list(whole.steps())
    for step in stopped.steps():
        if step == 3:
            state = stopped.state()
            break

    resumed.restore(state)
    assert list(resumed.steps()) == [4, 5, 6, 7, 8]

    assert same(weights(whole), weights(resumed))
    assert not same(weights(whole), weights(stopped))
    assert whole.recent == resumed.recent


def test_every_example_is_seen_once_a_pass(tokenizer):
    training = trainer(tokenizer)
    batches = [training.batches.at(step).examples for step in range(5)]  # 30 examples, 6 a step

    assert sorted(e.question + e.texts[0].text for part in batches for e in part) == sorted(
        e.question + e.texts[0].text for e in lessons().examples
    )


def test_a_label_of_two_does_not_say_which_of_the_others_it_is():
    from rag.training.train import label_loss

    logits = torch.tensor([0.0, 3.0, -1.0])
    flipped = torch.tensor([0.0, -1.0, 3.0])

    assert label_loss(logits, NOT_ENTAILED) == pytest.approx(
        float(label_loss(flipped, NOT_ENTAILED))
    )
    assert label_loss(logits, CONTRADICTED) < label_loss(flipped, CONTRADICTED)


def test_lessons_are_read_back_as_they_were_written(tmp_path):
    write_lessons(lessons(), tmp_path / "lessons.jsonl.gz")

    assert read_lessons(tmp_path / "lessons.jsonl.gz") == lessons()


def test_what_is_read_keeps_the_order_of_the_pairs(tokenizer):
    """Pairs are computed sorted by length, many at once."""
    network = small_network().eval()
    pairs = [Pair("ask", "word " * (1 + (37 * i) % 230)) for i in range(40)]

    with torch.no_grad():
        together = [each.passage for each in read(network, pairs, tokenizer)]
        apart = [read(network, [pair], tokenizer)[0].passage for pair in pairs]

    assert torch.allclose(torch.stack(together), torch.stack(apart), atol=0.02)
    assert len({round(float(each), 3) for each in together}) > 5


def test_places_are_those_of_the_passage_and_not_of_its_title(tokenizer):
    text = text_of("the sea is blue", answer="sea", title="sea and sky")
    pair = pair_of("sea?", text)

    (found,) = read(small_network().eval(), [pair], tokenizer)

    assert len(found.places) == len(tokenizer.encode(text.text, add_special_tokens=False).ids)
    assert found.tokens_at(text.spans[0]) == (1, 1)


def test_the_same_seed_begins_with_the_same_heads():
    folder = find_model(DEFAULT_EMBEDDER).path
    one, same_seed, other = (load_network(folder, seed=s).labels.out.weight for s in (1, 1, 2))

    assert torch.equal(one, same_seed)
    assert not torch.equal(one, other)


def test_what_is_written_leaves_out_the_words_and_holds_the_heads_in_float16():
    network = load_network(find_model(DEFAULT_EMBEDDER).path, seed=1)

    written = weights_of(network)

    assert WORDS not in written
    assert {"head.places.weight", "head.labels.dense.weight"} <= written.keys()
    assert "encoder.layer.5.output.dense.weight" in written
    assert {weight.dtype for weight in written.values()} == {torch.float16}
    assert sum(weight.numel() * 2 for weight in written.values()) < 30_000_000


def test_the_words_of_the_embedder_are_not_trained():
    network = load_network(find_model(DEFAULT_EMBEDDER).path, seed=1)

    assert not network.encoder.embeddings.word_embeddings.weight.requires_grad


def test_weights_to_start_from_bring_their_heads_along(tmp_path):
    folder = find_model(DEFAULT_EMBEDDER).path
    before = load_network(folder, seed=1)
    save_file(weights_of(before), tmp_path / "start.safetensors")

    after = load_network(folder, seed=2, start=tmp_path / "start.safetensors")

    assert torch.allclose(after.labels.out.weight, before.labels.out.weight, atol=1e-3)
