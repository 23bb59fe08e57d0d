"""The reranker that comes with Footnote, and published ones in its place: the real weights."""

import threading

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from rag.config import Config
from rag.errors import EmbedderError
from rag.reranking import reranker_files
from rag.reranking.pairs import shown
from rag.reranking.reranker import load_reranker
from rag.reranking.reranker_files import WEIGHTS, WORDS, find_embedder, load_weights
from rag.reranking.reranker_openvino import OwnReranker

QUESTION = "When did the ministry suspend the export rule?"
TEXTS = (
    "The ministry suspended the export rule on 9 November 2025.",
    "The export rule was written by the ministry and covers machines.",
    shown("He said that the rule had come too late.", "Ministry suspends its export rule"),
    "Rivers carry water.",
    "naïve café — 出口管制, 5.5 %",
    "",
    "A sentence that is longer than the window. " * 40,
)
CASES = [
    (
        "How many companies were broken into?",
        "Nine companies have been broken into, the White House says.",
        [
            "The White House has spoken about the companies.",
            "The group has been active since 2019.",
        ],
    ),
    (
        "Who leads the commerce committee?",
        "The commerce committee is led by Senator Maria Cantwell.",
        ["The commerce committee met on Tuesday.", "The committee has three members of staff."],
    ),
    (
        "Where was the agreement signed?",
        "The two ministers signed the agreement in Geneva.",
        ["The agreement was signed by two ministers.", "The agreement runs for ninety days."],
    ),
    (
        "Why was the licence revoked?",
        "The licence was revoked because the company could be made to spy on its customers.",
        ["The licence was revoked in October 2021.", "The company has had a licence since 2001."],
    ),
    (
        "How high is the fee?",
        "The fee is 15 per cent of the revenue.",
        ["The fee is criticised by lawmakers.", "Revenue has grown in every quarter."],
    ),
]


@pytest.fixture(scope="module")
def exact():
    return OwnReranker(load_weights(), threads=2, in_int8=False)


@pytest.fixture(scope="module")
def rounded():
    return OwnReranker(load_weights(), threads=2, in_int8=True)


@pytest.fixture(scope="module")
def reference():
    """Return what torch computes with the same weights, one pair at a time."""
    from rag.training.network import load_network

    network = load_network(find_embedder().path, seed=1)
    own = load_file(WEIGHTS)
    named = {
        name.removeprefix("head.")
        if name.startswith("head.")
        else f"encoder.{name}": weight.float()
        for name, weight in own.items()
    }
    missing, unexpected = network.load_state_dict(named, strict=False)
    assert set(missing) == {f"encoder.{WORDS}", "places.weight", "places.bias"}
    assert unexpected == []
    tokenizer = Tokenizer.from_file(str(find_embedder().path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(128, strategy="longest_first")

    def score(question, text):
        pair = tokenizer.encode(question, text)
        ids, kinds = torch.tensor([pair.ids]), torch.tensor([pair.type_ids])
        with torch.no_grad():
            return network.eval()(ids, kinds, torch.ones_like(ids))[0][0].numpy()

    def scores(question, texts):
        return np.stack([score(question, text) for text in texts])

    return scores


def test_the_fast_runner_computes_what_torch_computes(exact, reference):
    expected = reference(QUESTION, TEXTS)

    assert np.abs(exact.answers(QUESTION, TEXTS) - expected[:, 0]).max() < 2e-3


def test_eight_bits_change_a_score_little(exact, rounded):
    change = rounded.answers(QUESTION, TEXTS) - exact.answers(QUESTION, TEXTS)

    assert 0 < np.abs(change).max() < 0.6


def test_the_sentence_that_answers_scores_above_those_that_only_share_words(rounded):
    """A small model is right most times: one of the cases may fail, by little."""
    leads = []
    for question, right, wrong in CASES:
        scores = rounded.answers(question, [right, *wrong])
        leads.append(scores[0] - scores[1:].max())

    assert sum(lead > 0 for lead in leads) >= len(CASES) - 1
    assert min(leads) > -0.5


def test_a_score_depends_on_its_pair_alone(rounded):
    together = rounded.answers(QUESTION, TEXTS)
    backwards = rounded.answers(QUESTION, TEXTS[::-1])[::-1]
    alone = [rounded.answers(QUESTION, [text])[0] for text in TEXTS]

    assert np.array_equal(together, backwards)
    assert np.array_equal(together, np.array(alone))


def test_threads_share_a_reranker(rounded):
    expected = rounded.answers(QUESTION, TEXTS)
    wrong = []

    def ask():
        scores = [rounded.answers(QUESTION, TEXTS) for _ in range(5)]
        wrong.extend(each for each in scores if not np.array_equal(each, expected))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


def test_nothing_to_read_gives_no_scores(rounded):
    assert rounded.answers(QUESTION, []).shape == (0,)


def test_weights_that_are_not_those_of_the_repo_are_refused(tmp_path):
    data = bytearray(WEIGHTS.read_bytes())
    data[len(data) // 2] ^= 1
    other = tmp_path / "model.safetensors"
    other.write_bytes(data)

    with pytest.raises(EmbedderError, match="not the file that comes with Footnote") as caught:
        load_weights(other)

    assert caught.value.code == "E-EMB-006"


def test_missing_weights_say_how_to_get_them(tmp_path):
    with pytest.raises(EmbedderError, match="git checkout") as caught:
        load_weights(tmp_path / "model.safetensors")

    assert caught.value.code == "E-EMB-006"


def test_the_weights_are_small_enough_for_the_repo():
    assert WEIGHTS.stat().st_size < 30_000_000
    assert reranker_files.WEIGHTS_SHA256


def test_none_is_a_choice():
    assert load_reranker(Config(reranker="none")) is None


def test_a_cross_encoder_that_is_not_here_says_how_to_get_it():
    with pytest.raises(EmbedderError, match="hf download nobody/no-such-model") as caught:
        load_reranker(Config(reranker="nobody/no-such-model"))

    assert caught.value.code == "E-EMB-006"


def test_a_published_cross_encoder_takes_the_place_of_ours(tmp_path):
    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    BertTokenizerFast(tokenizer_file=str(find_embedder().path / "tokenizer.json")).save_pretrained(
        tmp_path
    )

    reranker = load_reranker(Config(reranker=str(tmp_path)))
    scores = reranker.answers(QUESTION, TEXTS[:3])

    assert reranker.name == str(tmp_path)
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3
