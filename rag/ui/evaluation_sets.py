"""The question sets that the app offers: those of the home folder, uploads, the demo's own."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import QuestionSetError
from rag.evaluation.questions.question_set import SUFFIXES, read_question_set
from rag.private_files import write_private

if TYPE_CHECKING:
    from rag.config import Config

QUESTIONS = "questions"  # below the home folder
ROOT = Path(__file__).parents[2]
DEMO_CORPUS = ROOT / "corpus"
DEMO_SET = ROOT / "tests" / "questions" / "demo.jsonl"
NAME_KEPT = 60  # characters of an uploaded file's name; any file system takes that

_UNSAFE = re.compile(r"[^\w.-]+")


def question_sets(config: Config) -> list[Path]:
    """Return the question sets that can be run, those of the person first, by name."""
    folder = config.home / QUESTIONS
    own = sorted(path for suffix in SUFFIXES for path in folder.glob(f"*{suffix}"))
    is_demo = config.corpus.resolve() == DEMO_CORPUS and DEMO_SET.is_file()
    return own + ([DEMO_SET] if is_demo else [])


def keep_upload(config: Config, name: str, data: bytes) -> tuple[Path, int]:
    """Check an uploaded question set, keep it, and return its file and number of questions.

    A file of that name with other questions stays; the new one gets a number. Raises
    QuestionSetError as reading the set does, E-EVL-014 where it cannot be kept.
    """
    folder = config.home / QUESTIONS
    aside = folder / f".check-{secrets.token_hex(4)}"
    try:
        aside.mkdir(mode=0o700, parents=True)
        checked = aside / _safe(name)
        write_private(checked, data)
        count = len(read_question_set(checked))
        target = _free(folder / checked.name, data)
        checked.replace(target)
    except OSError as error:
        raise QuestionSetError(
            "E-EVL-014", f'Cannot keep "{name}" in "{folder}": {error.strerror}.'
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target, count


def _safe(name: str) -> str:
    """Return a file name that stays in its folder, whatever a browser sends.

    >>> _safe("../../My set!.jsonl")
    'My_set_.jsonl'
    """
    path = Path(name.replace("\\", "/"))
    stem = _UNSAFE.sub("_", path.stem).strip(".")[:NAME_KEPT] or "questions"
    return stem + path.suffix.lower()


def _free(path: Path, data: bytes) -> Path:
    number = 1
    free = path
    while free.exists() and free.read_bytes() != data:
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free
