"""Settings: their order, their strictness, their words."""

import dataclasses
from pathlib import Path

import pytest

from rag.config import Config, describe_settings, load_config
from rag.errors import ConfigError


def write_settings(folder, text):
    path = folder / "footnote.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_options_win_over_environment_over_file_over_defaults(tmp_path):
    path = write_settings(tmp_path, 'corpus = "file"\nindex = "file"\nhome = "file"\n')

    config = load_config(
        {"corpus": "option", "prompts": None},
        environment={"RAG_CORPUS": "env", "RAG_INDEX": "env", "OTHER": "x"},
        settings_file=path,
    )

    assert config == Config(corpus=Path("option"), index=Path("env"), home=Path("file"))


def test_the_environment_can_name_the_settings_file(tmp_path):
    path = write_settings(tmp_path, "hits = 3\n")

    assert load_config(environment={"RAG_SETTINGS": str(path)}).hits == 3


@pytest.mark.parametrize(
    ("folders", "refused"),
    [
        ({"corpus": "a", "index": "a/b/index"}, "index"),
        ({"corpus": "a", "index": "a/../a"}, "index"),
        ({"corpus": ".", "index": "../elsewhere", "home": "mine"}, "home"),
        ({"corpus": "a", "index": "link/index"}, "index"),
        ({"corpus": ".", "index": "../elsewhere"}, ""),  # home is hidden: not read
        ({"corpus": "a", "index": "ab"}, ""),
    ],
)
def test_what_footnote_writes_never_lies_in_the_corpus(folders, refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    if not refused:
        assert load_config(folders, environment={}).index == Path(folders["index"])
        return

    with pytest.raises(ConfigError, match=f"^{refused} .* Set {refused} to a folder") as caught:
        load_config(folders, environment={})

    assert caught.value.code == "E-CFG-005"


def test_a_config_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().hits = 3


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"RAG_ANSWER_MODLE": "x"},
            'Unknown setting "answer_modle" in the environment variable RAG_ANSWER_MODLE; '
            'did you mean "answer_model"?',
        ),
        (
            {"RAG_XYZZY": "x"},
            'Unknown setting "xyzzy" in the environment variable RAG_XYZZY; '
            "see: python -m rag settings",
        ),
        (
            {"RAG_LIMIT_FILE_MB": "big"},
            "limit_file_mb in the environment variable RAG_LIMIT_FILE_MB must be a number "
            'from 0.001 to 4,096 (found "big").',
        ),
        (
            {"RAG_HITS": "-1"},
            "hits in the environment variable RAG_HITS must be a whole number from 1 to 1,000 "
            '(found "-1").',
        ),
        (
            {"RAG_LIMIT_READ_S": "nan"},
            "limit_read_s in the environment variable RAG_LIMIT_READ_S must be a number "
            'from 0.1 to 3,600 (found "nan").',
        ),
        (
            {"RAG_CORPUS": ""},
            "corpus in the environment variable RAG_CORPUS must be the path of a folder "
            '(found "").',
        ),
        (
            {"RAG_EMBEDDER_PRECISION": "int4"},
            "embedder_precision in the environment variable RAG_EMBEDDER_PRECISION must be "
            'one of auto, float32, bfloat16, int8 (found "int4").',
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_right(environment, message):
    with pytest.raises(ConfigError) as caught:
        load_config(environment=environment)

    assert (caught.value.code, caught.value.message) == ("E-CFG-001", message)


@pytest.mark.parametrize("text", ["corpus = 3", "hits = true", "hits = [1]", "corpus"])
def test_a_wrong_settings_file_is_one_error(tmp_path, text):
    with pytest.raises(ConfigError, match=r"footnote\.toml"):
        load_config(environment={}, settings_file=write_settings(tmp_path, text))


def test_a_named_settings_file_must_exist(tmp_path):
    with pytest.raises(ConfigError, match="No settings file"):
        load_config(environment={"RAG_SETTINGS": str(tmp_path / "absent.toml")})


def test_every_setting_says_what_it_means():
    assert all(meaning for _, _, meaning in describe_settings())
