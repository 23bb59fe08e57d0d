"""What every command does with an output that cannot be written: one sentence, exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments, unbuffered, **streams):
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["settings"], ["--help"], ["index", "build", "--help"]])
def test_a_full_output_is_one_sentence_and_exits_with_2(arguments, unbuffered):
    with Path("/dev/full").open("w") as full:
        ran = run(*arguments, unbuffered=unbuffered, stdout=full)
        silent = run(*arguments, unbuffered=unbuffered, stdout=full, stderr=full)

    assert ran.stderr == (
        "The output cannot be written (No space left on device). "
        "Free some space, or write it elsewhere.\n"
    )
    assert (ran.returncode, silent.returncode) == (2, 2)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_gone_ends_a_command_quietly(unbuffered):
    ours, theirs = os.pipe()
    os.close(ours)

    ran = run("settings", unbuffered=unbuffered, stdout=theirs)
    os.close(theirs)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_closed_output_is_one_sentence():
    command = f'exec "{sys.executable}" -m rag settings >&-'

    ran = subprocess.run(["/bin/sh", "-c", command], stderr=subprocess.PIPE, cwd=ROOT, check=False)

    assert ran.returncode == 2
    assert ran.stderr.startswith(b"The output cannot be written (Bad file descriptor).")
    assert ran.stderr.count(b"\n") == 1
