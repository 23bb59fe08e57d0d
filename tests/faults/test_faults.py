"""A sample of each fault command, small enough for every run of the tests."""

from __future__ import annotations

import re
import subprocess
import sys
from types import ModuleType

import pytest

from rag.index import readings, segments, snapshot
from tests.faults import (
    corruptions,
    evaluation_kills,
    file_kinds,
    io_errors,
    kills,
    power,
    shared_kills,
    swaps,
)


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """Undo what the commands set for good."""
    monkeypatch.setattr(readings, "ArticleReader", readings.ArticleReader)
    monkeypatch.setattr(segments, "FEWEST_ARTICLES", segments.FEWEST_ARTICLES)
    monkeypatch.setattr(snapshot, "CHECK_EVERY_S", snapshot.CHECK_EVERY_S)


def run(*arguments: str, command: ModuleType = kills) -> str:
    """Run a command in a process of its own, since it forks, and return what it prints."""
    started = [sys.executable, "-W", "error", "-m", command.__name__, *arguments]
    done = subprocess.run(started, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_300_random_kills_leave_one_whole_state():
    printed = run("--kills", "300", "--seed", "20261")

    assert printed.startswith("300 kills (seed 20261, ")
    left_old, left_new = map(int, re.findall(r"(\d+) (?:left the old state|the new one)", printed))
    assert left_old > 0
    assert left_new > 0


def test_a_kill_at_any_file_call_leaves_one_whole_state():
    printed = run("--every-call", "5")  # odd: before and after a call in turn

    assert re.fullmatch(r"\d\d+ kills at file calls: 0 unreadable, 0 mixed\n", printed)


def test_300_corruptions_are_noticed_before_an_answer(memory):
    outcomes = corruptions.run_corruptions(330, seed=20_261, folder=memory)

    assert outcomes.total() >= 300


def test_what_is_no_file_hangs_nothing_answers_nothing_and_is_built_over():
    printed = run("--every", "17", command=file_kinds)  # 17 meets each place, kind and action

    assert re.match(r"\d\d trials, .*: 0 hang, 0 go wrong", printed)


def test_no_failing_file_call_passes_as_success(memory):
    outcomes = io_errors.run_io_errors(memory, every=19)  # meets each error in turn

    assert outcomes.total() > 90


def test_a_power_cut_after_any_change_leaves_one_whole_state_and_every_sync_is_needed(memory):
    cuts, necessary = power.run_power_cuts(memory)

    assert cuts > 300
    assert len(necessary) == 11


def test_answers_belong_to_their_generation_while_generations_swap(memory):
    tally = swaps.run_swaps(4_000, memory)

    assert tally.wrong == []
    assert tally.answers == 4_000
    assert len(tally.generations) > 2


def test_an_evaluation_that_is_killed_and_resumed_is_as_if_it_had_never_been():
    printed = run("--kills", "16", "--seed", "20263", command=evaluation_kills)

    [whole, resumed] = map(int, re.findall(r"(\d+) (?:runs whole|kills left rows)", printed))
    assert whole > 0
    assert resumed > 4


def test_a_build_that_is_killed_at_a_call_to_object_storage_leaves_one_whole_state():
    pytest.importorskip("s3fs", reason="requirements-s3.txt is not installed")
    pytest.importorskip("moto.server", reason="moto, the S3 server of the tests, is not installed")

    printed = run("--every", "9", command=shared_kills)

    assert re.match(r"\d+ kills at calls to object storage .*0 mixed, no object left over", printed)
