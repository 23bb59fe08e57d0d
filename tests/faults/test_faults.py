"""A sample of each fault command, small enough for every run of the tests."""

from __future__ import annotations

import pytest

from rag.index import readings, snapshot
from tests.faults import corruptions, io_errors, kills, power, swaps


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """Undo what the commands set for good."""
    monkeypatch.setattr(readings, "ArticleReader", readings.ArticleReader)
    monkeypatch.setattr(snapshot, "CHECK_EVERY_S", snapshot.CHECK_EVERY_S)


def test_300_random_kills_leave_one_whole_state(memory):
    tally = kills.run_kills(300, seed=20_261, folder=memory)

    assert tally.kills == 300
    assert tally.before > 0
    assert tally.after > 0


def test_a_kill_at_every_file_call_leaves_one_whole_state(memory):
    assert kills.run_kill_points(memory) > 300


def test_300_corruptions_are_noticed_before_an_answer(memory):
    outcomes = corruptions.run_corruptions(330, seed=20_261, folder=memory)

    assert outcomes.total() >= 300


def test_no_failing_file_call_passes_as_success(memory):
    outcomes = io_errors.run_io_errors(memory, every=9)

    assert outcomes.total() > 200


def test_a_power_cut_after_any_change_leaves_one_whole_state_and_every_sync_is_needed(memory):
    cuts, necessary = power.run_power_cuts(memory)

    assert cuts > 300
    assert len(necessary) == 13


def test_answers_belong_to_their_generation_while_generations_swap(memory):
    tally = swaps.run_swaps(8_000, memory)

    assert tally.wrong == []
    assert tally.answers == 8_000
    assert len(tally.generations) > 2
