"""Files are read in a process that can be stopped, and one bad file never stops the rest."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from rag.config import Config
from rag.corpus.files import list_files
from rag.corpus.reading import PARSER_VERSION, ArticleReader
from rag.errors import ArticleError
from tests.corpus.corpus_samples import PROSE, docx, paragraph, pdf

ROOT = Path(__file__).parents[2]


def read_all(folder, **limits):
    """Return what each file gave: the articles' titles or the code of the error."""
    files, _ = list_files(folder)
    results = {}
    with ArticleReader(Config(corpus=folder, **limits)) as reader:
        for file in files:
            try:
                results[file.name] = [article.title for article in reader.read(file).articles]
            except ArticleError as error:
                results[file.name] = error.code
    return results


def slow_pdf(seconds=1):
    """Return a page on which more text is drawn than any reader can place in `seconds`."""
    return pdf(
        b"BT /F1 9 Tf " + b"1 0 0 1 9 9 Tm (aaaa) Tj " * 1_200_000 * seconds + b"ET", compress=True
    )


def test_a_reading_carries_the_hash_of_the_bytes_and_of_the_text(tmp_path):
    data = f"# Title\r\n\r\n{PROSE}\r\n".encode()
    (tmp_path / "a.md").write_bytes(data)
    ((file,), _) = list_files(tmp_path)

    with ArticleReader(Config(corpus=tmp_path)) as reader:
        reading = reader.read(file)

    assert reading.sha256 == hashlib.sha256(data).hexdigest()
    assert reading.articles[0].text == PROSE
    assert reading.articles[0].sha256 == hashlib.sha256(PROSE.encode()).hexdigest()


def test_a_file_that_takes_too_long_is_stopped_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.txt").write_text(f"First\n\n{PROSE}", encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(slow_pdf())
    (tmp_path / "c.txt").write_text(f"Last\n\n{PROSE}", encoding="utf-8")

    results = read_all(tmp_path, limit_read_s=0.2)

    assert results == {"a.txt": ["First"], "b.pdf": "E-DOC-011", "c.txt": ["Last"]}


def test_a_file_that_takes_too_much_memory_is_stopped_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.docx").write_bytes(docx("".join(paragraph(n**3) for n in range(300_000))))
    (tmp_path / "b.html").write_text("<p>word<b>word</b>" * 1_000_000, encoding="utf-8")
    (tmp_path / "c.txt").write_text(f"Last\n\n{PROSE}", encoding="utf-8")

    results = read_all(tmp_path, limit_read_mb=128)

    assert results == {"a.docx": "E-DOC-011", "b.html": "E-DOC-011", "c.txt": ["Last"]}


def test_a_process_that_died_between_two_files_is_replaced(tmp_path):
    (tmp_path / "a.txt").write_text(f"Title\n\n{PROSE}", encoding="utf-8")
    ((file,), _) = list_files(tmp_path)

    with ArticleReader(Config(corpus=tmp_path)) as reader:
        reader.read(file)
        os.kill(reader._process._process.pid, signal.SIGKILL)  # noqa: SLF001 - there is no public pid
        again = reader.read(file)

    assert again.articles[0].title == "Title"


def test_a_file_that_ends_its_process_is_refused_and_the_rest_is_read(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(f"First\n\n{PROSE}", encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(slow_pdf())
    (tmp_path / "c.txt").write_text(f"Last\n\n{PROSE}", encoding="utf-8")
    first, crashing, last = list_files(tmp_path)[0]

    with ArticleReader(Config(corpus=tmp_path)) as reader:
        reader.read(first)
        begin = reader._process._begin  # noqa: SLF001 - nothing public tells when parsing begins

        def begin_and_crash(request, data):
            process, reply = begin(request, data)
            process.kill()
            return process, reply

        with monkeypatch.context() as crash:
            crash.setattr(reader._process, "_begin", begin_and_crash)  # noqa: SLF001 - as above
            with pytest.raises(ArticleError, match=r'"b\.pdf" ended its parser; it is') as refused:
                reader.read(crashing)
        reading = reader.read(last)

    assert refused.value.code == "E-DOC-009"
    assert reading.articles[0].title == "Last"


def test_a_reader_that_cannot_start_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(f"Title\n\n{PROSE}", encoding="utf-8")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))

    assert read_all(tmp_path) == {"a.txt": "E-DOC-022"}


def test_one_process_serves_many_files_and_ends_with_the_reader(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"Title\n\n{PROSE}", encoding="utf-8")

    pids = []
    with ArticleReader(Config(corpus=tmp_path)) as reader:
        for file in list_files(tmp_path)[0]:
            reader.read(file)
            pids.append(reader._process._process.pid)  # noqa: SLF001 - there is no public pid

    assert len(set(pids)) == 1
    assert not is_alive(pids[0])


def test_no_process_starts_before_the_first_file(tmp_path):
    with ArticleReader(Config(corpus=tmp_path)) as reader:
        assert reader._process._process is None  # noqa: SLF001 - there is no public pid


@pytest.mark.timeout(60)
def test_the_process_ends_with_its_parent_even_in_the_middle_of_a_file(tmp_path):
    (tmp_path / "a.pdf").write_bytes(slow_pdf(seconds=8))
    script = (
        "import sys, threading; from pathlib import Path\n"
        "from rag.config import Config\n"
        "from rag.corpus.files import list_files\n"
        "from rag.corpus.reading import ArticleReader\n"
        "folder = Path(sys.argv[1]); file = list_files(folder)[0][0]\n"
        "reader = ArticleReader(Config(corpus=folder))\n"
        "threading.Thread(target=reader.read, args=(file,), daemon=True).start()\n"
        "while not reader._process._process: pass\n"
        "print(reader._process._process.pid, flush=True)\n"
        "threading.Event().wait(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    with parent:
        pid = int(parent.stdout.readline())
        time.sleep(1)
        was_alive = is_alive(pid)
        parent.kill()

    assert was_alive
    assert ends_within(pid, seconds=4)


def test_the_version_names_every_library_that_can_change_a_text():
    for name in ("lxml", "markdown-it-py", "pypdfium2", "python-docx", "PyYAML", "trafilatura"):
        assert f"{name} " in PARSER_VERSION


def test_the_same_bytes_give_the_same_article_in_another_process():
    files, _ = list_files(ROOT / "corpus")
    chosen = {file.suffix: file for file in files}
    readings = []
    for _ in range(2):
        with ArticleReader(Config(corpus=ROOT / "corpus"), today=date(2026, 6, 1)) as reader:
            readings.append([reader.read(file) for file in chosen.values()])

    assert readings[0] == readings[1]


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def ends_within(pid, *, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive(pid):
            return True
        time.sleep(0.05)
    return False
