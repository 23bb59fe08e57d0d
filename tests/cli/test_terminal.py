import io
import json
import sys
from contextlib import redirect_stdout

import pytest

from rag.cli.main import main
from rag.cli.output import to_json
from rag.cli.terminal import BOLD, NOT_BOLD, printable_streams, write_exactly

HOSTILE = "a\x1b[2J\x07b\x9b8m\u202etxt.exe\x7f"
SHOWN = "a\ufffd[2J\ufffdb\ufffd8m\ufffdtxt.exe\ufffd"


class Terminal(io.StringIO):
    def __init__(self, *, is_terminal):
        super().__init__()
        self.isatty = lambda: is_terminal


@pytest.fixture(params=[True, False], ids=["terminal", "pipe"])
def stream(request):
    return Terminal(is_terminal=request.param)


def test_nothing_that_is_written_moves_the_cursor_or_turns_the_text(stream):
    with redirect_stdout(stream), printable_streams():
        sys.stdout.write(f"{HOSTILE}\n\t{HOSTILE}")

    assert stream.getvalue() == f"{SHOWN}\n\t{SHOWN}"


def test_our_own_bold_reaches_a_terminal_only(stream):
    with redirect_stdout(stream), printable_streams():
        sys.stdout.write(f"{BOLD}a{NOT_BOLD}")

    assert (stream.getvalue() == f"{BOLD}a{NOT_BOLD}") is stream.isatty()


def test_the_text_of_an_article_is_exact_in_a_pipe(stream):
    with redirect_stdout(stream), printable_streams():
        write_exactly(HOSTILE)

    assert stream.getvalue() == (SHOWN if stream.isatty() else HOSTILE)


def test_json_says_every_character_without_sending_it():
    line = to_json({"name": HOSTILE})

    assert json.loads(line) == {"name": HOSTILE}
    assert line.isprintable()


def test_a_name_in_an_error_is_printable(capsys):
    assert main(["questions", "check", HOSTILE]) == 2

    said = capsys.readouterr().err
    assert SHOWN in said
    assert said.removesuffix("\n").replace("\ufffd", "").isprintable()
