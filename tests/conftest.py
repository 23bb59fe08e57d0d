"""What many tests ask for: the demo corpus with its real index, and small Assistants."""

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.cli.main import main
from rag.config import NO_RERANKER, Config
from rag.encoders import embedder, reader
from tests.doubles import WordEmbedder

ROOT = Path(__file__).parent.parent


MODEL_SETTINGS = ("embedder", "embedder_runner", "embedder_precision", "reranker", "threads")


@pytest.fixture(scope="session", autouse=True)
def models_loaded_once():
    """Let all commands of a session that ask for the same models share them: loading takes 4 s."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((embedder, "load_embedder"), (reader, "load_reader")):
            patch.setattr(module, name, _kept(getattr(module, name)))
        yield


def _kept(load):
    found = {}

    def load_or_take(config):
        key = tuple(getattr(config, name) for name in MODEL_SETTINGS)
        if key not in found:
            found[key] = load(config)
        return found[key]

    return load_or_take


@pytest.fixture(scope="session")
def demo_index(tmp_path_factory):
    """Return the index of the demo corpus, built from the command line with the real embedder."""
    index = tmp_path_factory.mktemp("demo") / "index"
    assert main(["index", "build", "--corpus", str(ROOT / "corpus"), "--index", str(index)]) == 0
    return index


@pytest.fixture(scope="session")
def demo(demo_index):
    """Return an Assistant on the demo corpus with the real embedder."""
    return Assistant(Config(corpus=ROOT / "corpus", index=demo_index, prompts=ROOT / "prompts"))


@pytest.fixture
def make_assistant(tmp_path):
    """Return a function from files (name to text) to an Assistant that has indexed them."""

    def make(files, **settings):
        corpus = tmp_path / "corpus"
        for name, text in files.items():
            path = corpus / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        config = Config(
            corpus=corpus,
            index=tmp_path / "index",
            prompts=ROOT / "prompts",
            **{"reranker": NO_RERANKER} | settings,
        )
        assistant = Assistant(config)
        assistant.embedder = WordEmbedder()  # loading the real one takes longer than the test
        assistant.build()
        return assistant

    return make
