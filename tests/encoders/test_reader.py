"""The reader that comes with Footnote, and published cross-encoders in its place: real weights."""

import threading

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from rag.config import Config
from rag.encoders.reader import ReadablePassage, load_reader
from rag.encoders.reader_files import WEIGHTS, WORDS, find_embedder, load_weights
from rag.encoders.reader_openvino import OpenVinoReader
from rag.errors import EmbedderError
from rag.records import Span
from rag.text.sentences import split_sentences
from tests.benchmarks.memory import own_mb

QUESTION = "When did the ministry suspend the export rule?"


def passage(text, title=""):
    return ReadablePassage(text, tuple(split_sentences(text)), title)


PASSAGES = (
    passage(
        "The rule was new. The ministry suspended it on 9 November 2025. It was late.", "Rules"
    ),
    passage("The export rule was written by the ministry and covers machines."),
    passage("naïve café — 出口管制, 5.5 %"),
    passage(""),
    passage("A sentence that is longer than the window. " * 60),
)
ASKED = [
    (
        "How many companies were broken into?",
        "The White House spoke on Monday. Nine companies have been broken into. They were told.",
        "Nine",
    ),
    (
        "Who leads the commerce committee?",
        "The committee met on Tuesday. It is led by Senator Maria Cantwell. It has a large staff.",
        "Maria Cantwell",
    ),
    (
        "Where was the agreement signed?",
        "The agreement runs for ninety days. The two ministers signed it in Geneva.",
        "Geneva",
    ),
    (
        "How high is the fee?",
        "Lawmakers criticise the fee. It is 15 per cent of the revenue, and is paid in May.",
        "15 per cent",
    ),
]
CLAIMS = [
    ("The wing has 48 beds.", "The wing has 84 beds.", "The wing opened in March with 48 beds."),
    ("Acme sued Zenith.", "Zenith sued Acme.", "Acme sued Zenith over a patent in May."),
    ("The mayor stayed.", "The mayor resigned.", "The mayor did not resign after the vote."),
    ("Prices rose in May.", "Prices fell in May.", "Prices rose by 5 percent in May."),
    ("Some schools closed.", "All schools closed.", "Some schools closed on Monday."),
    ("The road may close.", "The road has closed.", "The road may close in June, the city said."),
]
"""What follows from a text, what does not and differs in little, and the text."""


@pytest.fixture(scope="module")
def exact():
    return OpenVinoReader(load_weights(), threads=2, in_int8=False)


@pytest.fixture(scope="module")
def rounded():
    return OpenVinoReader(load_weights(), threads=2, in_int8=True)


@pytest.fixture(scope="module")
def reference():
    """Return what torch computes with the same weights."""
    from rag.training.batches import load_tokenizer, pair_of, read
    from rag.training.examples import Text
    from rag.training.network import load_network

    folder = find_embedder().path
    network = load_network(folder, seed=1)
    named = {
        name.removeprefix("head.")
        if name.startswith("head.")
        else f"encoder.{name}": weight.float()
        for name, weight in load_file(WEIGHTS).items()
    }
    missing, unexpected = network.load_state_dict(named, strict=False)
    assert set(missing) == {f"encoder.{WORDS}"}
    assert unexpected == []
    network.eval()

    def one(question, text):
        pair = pair_of(question, Text(text.title, text.text, text.sentences))
        with torch.no_grad():
            return read(network, [pair], load_tokenizer(str(folder)), precision=torch.float32)[0]

    return one


def test_the_fast_runner_computes_what_torch_computes(exact, reference):
    for text, reading in zip(PASSAGES, exact.read(QUESTION, PASSAGES), strict=True):
        expected = reference(QUESTION, text)

        is_read = np.isfinite(reading.sentences)
        assert np.allclose(
            reading.sentences[is_read], expected.sentences.numpy()[is_read], atol=5e-3
        )
        assert reading.answers == pytest.approx(float(expected.passage), abs=5e-3)
        assert np.allclose(reading.begins, expected.places[:, 0].numpy(), atol=5e-3)
        assert np.allclose(reading.ends, expected.places[:, 1].numpy(), atol=5e-3)


def test_eight_bits_change_a_score_little(exact, rounded):
    one, other = exact.read(QUESTION, PASSAGES[:2]), rounded.read(QUESTION, PASSAGES[:2])

    change = max(np.abs(a.sentences - b.sentences).max() for a, b in zip(one, other, strict=True))
    assert 0 < change < 0.8


def test_the_answering_sentence_leads_and_its_words_are_found(rounded):
    """A small model is right most times: one of the cases may fail."""
    from rag.answering.candidates import best_span

    right = 0
    for question, text, words in ASKED:
        (reading,) = rounded.read(question, [passage(text)])
        lead = split_sentences(text)[int(reading.sentences.argmax())]
        begin, end = best_span(reading.begins, reading.ends)
        marked = text[reading.tokens[begin].start : reading.tokens[end].end]
        right += words in text[lead.start : lead.end] and (words in marked or marked in words)

    assert right >= len(ASKED) - 1


def test_what_follows_is_more_entailed_than_what_differs_in_little(rounded):
    """A small model is right most times: two of the pairs may fail."""
    right = [
        rounded.entails(follows, text).entailed > rounded.entails(differs, text).entailed
        for follows, differs, text in CLAIMS
    ]

    assert sum(right) >= len(CLAIMS) - 2


def test_entailment_is_a_distribution_and_unsupported_words_are_of_the_claim(rounded):
    claim = "The wing has 84 beds."
    scores = rounded.entails(claim, "The wing opened in March with 48 beds.")

    assert scores.entailed + scores.contradicted + scores.neither == pytest.approx(1, abs=1e-5)
    assert all(0 <= span.start < span.end <= len(claim) for span in scores.unsupported)


def test_a_reading_depends_on_its_pair_alone(rounded):
    together = rounded.read(QUESTION, PASSAGES)
    backwards = rounded.read(QUESTION, PASSAGES[::-1])[::-1]

    for one, other in zip(together, backwards, strict=True):
        assert np.array_equal(one.sentences, other.sentences)
        assert np.array_equal(one.begins, other.begins)


def test_what_lies_beyond_the_window_is_not_read(rounded):
    reading = rounded.read(QUESTION, [PASSAGES[-1]])[0]

    assert np.isfinite(reading.sentences[0])
    assert np.isneginf(reading.sentences[-1])


def test_tokens_are_offsets_into_the_passage_whatever_its_title(rounded):
    for title in ("", "A title | with a bar"):
        (reading,) = rounded.read(QUESTION, [passage("It rose to 25 percent.", title)])

        assert reading.tokens[0] == Span(0, 2)
        assert len(reading.tokens) == len(reading.begins) == len(reading.ends)


def test_threads_share_a_reader(rounded):
    expected = rounded.read(QUESTION, PASSAGES)[0].sentences
    wrong = []

    def ask():
        found = [rounded.read(QUESTION, PASSAGES)[0].sentences for _ in range(3)]
        wrong.extend(each for each in found if not np.array_equal(each, expected))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


def test_nothing_to_read_gives_nothing(rounded):
    assert rounded.read(QUESTION, []) == []


def test_weights_that_are_not_those_of_the_repo_are_refused(tmp_path):
    data = bytearray(WEIGHTS.read_bytes())
    data[len(data) // 2] ^= 1
    other = tmp_path / "reader.safetensors"
    other.write_bytes(data)

    with pytest.raises(EmbedderError, match="not the file that comes with Footnote") as caught:
        load_weights(other)

    assert caught.value.code == "E-EMB-006"


def test_missing_weights_say_how_to_get_them(tmp_path):
    with pytest.raises(EmbedderError, match="git checkout") as caught:
        load_weights(tmp_path / "reader.safetensors")

    assert caught.value.code == "E-EMB-006"


def test_the_weights_are_small_enough_for_the_repo():
    assert WEIGHTS.stat().st_size < 45_000_000


def test_none_is_a_choice():
    assert load_reader(Config(reranker="none")) is None


def test_a_cross_encoder_that_is_not_here_says_how_to_get_it():
    with pytest.raises(EmbedderError, match="hf download nobody/no-such-model") as caught:
        load_reader(Config(reranker="nobody/no-such-model"))

    assert caught.value.code == "E-EMB-006"


def test_a_published_cross_encoder_ranks_in_place_of_ours(tmp_path):
    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    tokenizer = BertTokenizerFast(tokenizer_file=str(find_embedder().path / "tokenizer.json"))
    tokenizer.save_pretrained(tmp_path)

    reader = load_reader(Config(reranker=str(tmp_path)))
    first, second, *_ = reader.read(QUESTION, PASSAGES)

    assert reader.name == str(tmp_path)
    assert (first.sentences.shape, second.sentences.shape) == ((3,), (1,))
    assert len(set(first.sentences.tolist())) == 3
    assert first.tokens == ()
    assert reader.entails("The wing has 48 beds.", "The wing has 48 beds.").entailed > 0.5


def test_what_was_read_leaves_no_memory_behind(exact):
    def read(lengths):
        texts = ["The ministry suspended the rule. " + "It was late. " * n for n in lengths]
        exact.read(QUESTION, [passage(text) for text in texts])
        return own_mb()

    before = read([90, 90, 90, 90])
    grown = read(range(5, 85, 2)) - before

    assert grown < 55  # MB; 32 seen, 87 where every length stays prepared
