"""What many tests ask for: the demo corpus with its real index, and small Assistants."""

import fcntl
import os
import threading
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.cli.main import main
from rag.config import NO_RERANKER, Config
from rag.corpus.isolation import ReadingProcess
from rag.corpus.reading import ArticleReader
from rag.encoders import embedder, reader
from rag.index import readings
from tests.doubles import WordEmbedder

ROOT = Path(__file__).parent.parent


WORKERS = 2  # each loads the models and starts servers and browsers of its own
# What waits for other threads of OpenMP does so at full speed: training took 7 times the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers(config):
    """Share whole folders between processes; a few files are sooner done in this one."""
    return WORKERS if all(Path(each).is_dir() for each in config.args) else 0


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


@pytest.fixture(scope="session", autouse=True)
def files_read_by_one_process():
    """Let all builds of a session share the process that parses files: starting it takes 0.5 s."""
    kept, lock = ReadingProcess(), threading.Lock()

    class Reader(ArticleReader):
        def __init__(self, config, **options):
            super().__init__(config, **options)
            self._process = kept

        def close(self):
            """Leave the process to the next one."""

        def read(self, file):
            with lock:
                return super().read(file)

    with kept, pytest.MonkeyPatch.context() as patch:
        patch.setattr(readings, "ArticleReader", Reader)
        yield


@pytest.fixture(scope="session")
def demo_index(tmp_path_factory):
    """Return the index of the demo corpus, built from the command line with the real embedder.

    The first process that asks for it builds it for all of them.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    index = shared / "demo" / "index"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (index / "CURRENT").exists():
            arguments = ["--corpus", str(ROOT / "corpus"), "--index", str(index)]
            assert main(["index", "build", *arguments]) == 0
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
