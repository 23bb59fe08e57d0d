"""Question sets that others publish: one folder in, a corpus and a question set of ours out.

    found = open_set_folder(Path("nfcorpus"), config.home)
    Assistant(found.config_from(config)).build()
    read_question_set(found.questions)

What is made lies in `<home>/sets/<name>-<hash>`, the hash being that of the source's files: the
same source is converted once, a changed one anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.config import Config
from rag.errors import QuestionSetError
from rag.evaluation.interchange.set_articles import ArticleWriter
from rag.evaluation.interchange.set_sources import (
    SetKind,
    SetSource,
    find_source,
    read_articles,
    read_questions,
    refuse_unknown,
)
from rag.evaluation.questions.question_set import write_question_set
from rag.evaluation.records import SetQuestion
from rag.evaluation.writing import writing
from rag.strict_json import NotThisRecord, from_text, to_text

SETS = "sets"  # below the home folder
INFO = "set.json"
FORM = 1
"""Raise it with every change of what is made from a source, so that old folders are left."""

HASH_CHARACTERS = 12  # 48 bits tell the versions of one set apart


@dataclass(frozen=True, slots=True)
class SetInfo:
    """What a set folder was made of.

    `copies` are articles whose text another one has, `left_out` those that cannot be read, which
    no question expects any more; `judgements` is the file that says what is right.
    """

    name: str
    kind: SetKind
    judgements: str
    articles: int
    copies: int
    left_out: int
    questions: int
    sha256: str
    format: int = 1


@dataclass(frozen=True, slots=True)
class SetFolder:
    """A set that is ready to be indexed and run."""

    path: Path
    info: SetInfo

    @property
    def name(self) -> str:
        """The name of the folder that it came from."""
        return self.info.name

    @property
    def corpus(self) -> Path:
        """The folder of its articles."""
        return self.path / "corpus"

    @property
    def questions(self) -> Path:
        """Its question set."""
        return self.path / "questions.jsonl"

    @property
    def index(self) -> Path:
        """The folder of its index, which a build makes."""
        return self.path / "index"

    def config_from(self, config: Config) -> Config:
        """Return `config` with the corpus and the index of the set."""
        return dataclasses.replace(config, corpus=self.corpus, index=self.index)


def open_set_folder(folder: Path, home: Path) -> SetFolder:
    """Return the set in `folder`, converted below `home` unless it was before.

    Raises QuestionSetError: E-EVL-040 for no set, E-EVL-001 … 012 for a line that is wrong,
    E-EVL-041 for a judgement of an article or a query that is not there, E-EVL-014 where `home`
    cannot be written.
    """
    source, name = find_source(folder), folder.resolve().name
    sha256 = _sha256(source.files)
    path = home / SETS / f"{name}-{sha256[:HASH_CHARACTERS]}"
    known = _read_info(path)
    if known is None:
        with _writing(path) as aside:
            info = _convert(source, aside, name=name, sha256=sha256)
            (aside / INFO).write_text(to_text(info) + "\n", encoding="utf-8")
        known = info
    return SetFolder(path, known)


def _convert(source: SetSource, aside: Path, *, name: str, sha256: str) -> SetInfo:
    """Write the corpus and the questions of `source` into the folder `aside`."""
    questions = read_questions(source)
    with ArticleWriter(aside / "corpus") as writer:
        writer.write_all(read_articles(source))
    expected = {article_id for question in questions for article_id in question.articles}
    unknown = expected - writer.ids.keys() - writer.left_out
    refuse_unknown(source.judgements, unknown, source.articles)
    mapped = list(_with_index_ids(questions, writer.ids))
    if not mapped:
        raise QuestionSetError("E-EVL-002", f'No questions found in "{source.judgements}".')
    write_question_set(aside / "questions.jsonl", mapped)
    return SetInfo(
        name=name,
        kind=source.kind,
        judgements=source.judgements.name,
        articles=writer.written,
        copies=len(writer.ids) - writer.written,
        left_out=len(writer.left_out),
        questions=len(mapped),
        sha256=sha256,
    )


def _with_index_ids(questions: Iterable[SetQuestion], ids: dict[str, str]) -> Iterator[SetQuestion]:
    """Yield the questions with article ids of the index.

    One that expects only articles that were left out expects nothing that can be found, and goes.
    """
    for question in questions:
        articles = tuple(dict.fromkeys(ids[each] for each in question.articles if each in ids))
        limits = question.question.filters
        chosen = tuple(ids.get(each, each) for each in limits.articles)  # empty would be no limit
        asked = dataclasses.replace(
            question.question, filters=dataclasses.replace(limits, articles=chosen)
        )
        if articles or not question.articles:
            yield dataclasses.replace(question, question=asked, articles=articles)


def _sha256(files: Iterable[Path]) -> str:
    """Return one digest of what the files hold and of the form that is made of them."""
    digest = hashlib.sha256(f"form {FORM}".encode())
    try:
        for path in files:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise QuestionSetError(
            "E-EVL-001", f'Cannot read the question set "{error.filename}": {error.strerror}.'
        ) from error
    return digest.hexdigest()


def _read_info(path: Path) -> SetInfo | None:
    try:
        return from_text(SetInfo, (path / INFO).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NotThisRecord):
        return None


@contextmanager
def _writing(path: Path) -> Iterator[Path]:
    """Make a folder aside, to be filled, and put it in place once it is whole."""
    with writing(f'below "{path.parent}"'):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as made:
            aside = Path(made) / "set"
            aside.mkdir()
            yield aside
            if _read_info(path) is None:  # else another process has made it meanwhile
                shutil.rmtree(path, ignore_errors=True)
                aside.replace(path)
