"""The training itself, on a network small enough to learn a rule of words in seconds."""

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from rag.config import DEFAULT_EMBEDDER
from rag.index.embedding_files import find_model
from rag.reranking.reranker_files import WORDS
from rag.training.examples import Example
from rag.training.groups import Claim
from rag.training.network import RerankerNetwork, load_network, weights_of
from rag.training.train import Lessons, Schedule, measure, train

COLOURS = "red green blue black white yellow".split()


@pytest.fixture(scope="module")
def tokenizer():
    found = Tokenizer.from_file(str(find_model(DEFAULT_EMBEDDER).path / "tokenizer.json"))
    found.no_padding()
    found.enable_truncation(128, strategy="longest_first")
    return found


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
    return RerankerNetwork(BertModel(config, add_pooling_layer=False))


def lessons():
    """Sentences about the sea answer, and a claim is carried when the text ends with "so"."""
    examples = [
        Example(f"{c} one", (f"{c} town {i}", f"{c} sea {i}", f"{c} hill {i}"), 1)
        for c in COLOURS
        for i in range(4)
    ]
    examples += [Example(f"{c} two", (f"{c} town", f"{c} hill"), None) for c in COLOURS]
    claims = [
        Claim(f"{c} it", f"{c} {word}", is_carried=word == "so", is_held_out=False)
        for c in COLOURS
        for word in ("so", "no")
    ]
    return Lessons(examples, claims)


def run(network, tokenizer, *, epochs=12):
    schedule = Schedule(epochs=epochs, rate=5e-3, questions_a_step=6)
    return list(train(network, lessons(), tokenizer=tokenizer, schedule=schedule))


def test_the_network_learns_which_sentence_answers_and_when_none_does(tokenizer):
    network = small_network()
    before = measure(network, lessons(), tokenizer=tokenizer)

    steps = run(network, tokenizer)
    after = measure(network, lessons(), tokenizer=tokenizer)

    assert steps[-1][0] == steps[-1][1] == len(steps)
    assert after.first > 0.9 > before.first
    assert after.auroc > 0.9
    assert after.claims > 0.9


def test_the_same_seed_trains_the_same_weights(tokenizer):
    one, two = small_network(), small_network()

    assert run(one, tokenizer, epochs=1) == run(two, tokenizer, epochs=1)


def test_the_same_seed_begins_with_the_same_head():
    folder = find_model(DEFAULT_EMBEDDER).path
    one, same, other = (load_network(folder, seed=seed).dense.weight for seed in (1, 1, 2))

    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_scores_keep_the_order_of_the_pairs(tokenizer):
    """Pairs are computed sorted by length, fourteen at once."""
    from rag.training.train import _scores

    network = small_network().eval()
    pairs = [("ask", "word " * (1 + (7 * i) % 23)) for i in range(40)]

    with torch.no_grad():
        together = _scores(network, pairs, tokenizer)
        apart = torch.cat([_scores(network, [pair], tokenizer) for pair in pairs])

    assert torch.allclose(together, apart, atol=0.02)
    assert not torch.allclose(together, together.flip(0), atol=0.02)


def test_what_is_written_leaves_out_the_words_and_holds_the_head_in_float16():
    network = load_network(find_model(DEFAULT_EMBEDDER).path, seed=1)

    weights = weights_of(network)

    assert WORDS not in weights
    assert {"head.dense.weight", "head.scores.bias"} <= weights.keys()
    assert not any("places" in name for name in weights)
    assert "encoder.layer.5.output.dense.weight" in weights
    assert {weight.dtype for weight in weights.values()} == {torch.float16}
    assert sum(weight.numel() * 2 for weight in weights.values()) < 25_000_000


def test_the_words_of_the_embedder_are_not_trained():
    network = load_network(find_model(DEFAULT_EMBEDDER).path, seed=1)

    assert not network.encoder.embeddings.word_embeddings.weight.requires_grad


def test_the_last_layer_for_the_first_token_alone_gives_what_the_whole_layer_gives():
    network = small_network().eval()
    ids = torch.tensor([[5, 9, 7, 3], [8, 6, 0, 0]])
    kinds, mask = torch.zeros_like(ids), (ids > 0).long()
    seen = []
    network.dense.register_forward_pre_hook(lambda _, given: seen.append(given[0]))

    with torch.no_grad():
        network(ids, kinds, mask)
        whole = network.encoder(
            input_ids=ids, token_type_ids=kinds, attention_mask=mask, output_hidden_states=True
        ).hidden_states

    first, mean = seen[0].split(32, dim=1)
    assert torch.allclose(first, whole[-1][:, 0], atol=1e-5)
    assert torch.allclose(mean[1], whole[-2][1, :2].mean(dim=0), atol=1e-5)
