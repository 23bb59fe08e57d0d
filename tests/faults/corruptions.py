"""Damage an index in every way and prove that no answer comes from the damage (T-05).

    python -m tests.faults.corruptions --count 10000 --seed 1

Each trial takes a fresh copy of an index of three generations, changes one thing, and opens it.
Allowed: an error with its code; an older generation, and the snapshot says so; or the current
generation unharmed, where the damage lies elsewhere. `verify` must name every damaged generation.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.config import Config
from rag.errors import IndexingError
from rag.index.inspection import verify
from tests.faults.workbench import copy_index, prepare, read_state, timed

PAGE = 4096
NEWEST = 3  # the state of the generation that CURRENT names
CODES = {"E-IDX-001", "E-IDX-003", "E-IDX-006", "E-IDX-007"}


@dataclass(frozen=True, slots=True)
class Trial:
    """One piece of damage: what was done, and to which file below the index."""

    kind: str
    file: str


def run_corruptions(count: int, seed: int, folder: Path) -> collections.Counter[str]:
    """Run `count` trials; AssertionError at the first damage that went unnoticed."""
    choose = random.Random(seed)  # noqa: S311 - not for secrets
    config, whole = prepare(folder, range(1, NEWEST + 1), keep=5)
    shutil.rmtree(whole / "cache")
    outcomes: collections.Counter[str] = collections.Counter()
    for number in range(count):
        copy_index(whole, config.index)
        trial = damage(config.index, choose)
        if trial is not None:
            outcomes[_check(config, trial, f"seed {seed}, trial {number}: {trial}")] += 1
    return outcomes


def damage(index: Path, choose: random.Random) -> Trial | None:
    """Change one thing in `index`; None where the change gave the same bytes."""
    files = sorted(
        path for path in index.rglob("*") if path.is_file() and path.name != "writer.lock"
    )
    newest = [path for path in files if f"{NEWEST:06d}" in path.parts or path.name == "CURRENT"]
    path = choose.choice(newest if choose.random() < 0.7 else files)
    kind, change = choose.choice(KINDS)
    before = path.read_bytes()
    after = change(before, path, choose)
    if after == before:
        return None
    path.unlink()
    if after is not None:
        path.write_bytes(after)
    return Trial(kind, str(path.relative_to(index)))


def _flip_bit(data: bytes, path: Path, choose: random.Random) -> bytes:
    place = choose.randrange(len(data))
    flipped = data[place] ^ (1 << choose.randrange(8))
    return data[:place] + bytes([flipped]) + data[place + 1 :]


def _zero_page(data: bytes, path: Path, choose: random.Random) -> bytes:
    start = choose.randrange(0, len(data), PAGE)
    end = min(start + PAGE, len(data))
    return data[:start] + bytes(end - start) + data[end:]


def _zero_byte(data: bytes, path: Path, choose: random.Random) -> bytes:
    place = choose.randrange(len(data))
    return data[:place] + b"\0" + data[place + 1 :]


def _truncate(data: bytes, path: Path, choose: random.Random) -> bytes:
    return data[: choose.randrange(len(data))]


def _extend(data: bytes, path: Path, choose: random.Random) -> bytes:
    return data + choose.randbytes(choose.randrange(1, 2 * PAGE))


def _remove(data: bytes, path: Path, choose: random.Random) -> bytes | None:
    return None


def _swap(data: bytes, path: Path, choose: random.Random) -> bytes:
    """Take the file in the same place of another generation; most parts have names of their own."""
    if path.name == "CURRENT":
        return _flip_bit(data, path, choose)
    other = choose.choice([1, 2])
    number = (int(path.parent.name) - 1 + other) % NEWEST + 1
    others = sorted((path.parent.parent / f"{number:06d}").iterdir())
    return others[sorted(path.parent.iterdir()).index(path) % len(others)].read_bytes()


def _edit(data: bytes, path: Path, choose: random.Random) -> bytes:
    """Change one value of a JSON file so that it stays valid JSON."""
    if path.suffix != ".json" and path.name != "CURRENT":
        return _flip_bit(data, path, choose)
    value = json.loads(data)
    holder = value
    while True:
        key = choose.choice(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
        if not isinstance(holder[key], dict | list) or not holder[key]:
            break
        holder = holder[key]
    old = holder[key]
    if isinstance(old, int | float):
        holder[key] = choose.choice([old + 1, -old, 0, 10**40, str(old)])
    else:
        holder[key] = choose.choice([1, None, "", "../../" + str(old), str(old)[::-1], [old]])
    return json.dumps(value).encode("utf-8")


Change = Callable[[bytes, Path, random.Random], bytes | None]
KINDS: list[tuple[str, Change]] = [
    ("flip a bit", _flip_bit),
    ("zero a page", _zero_page),
    ("zero a byte", _zero_byte),
    ("truncate", _truncate),
    ("extend", _extend),
    ("remove", _remove),
    ("swap with another generation", _swap),
    ("edit a value", _edit),
]


def _check(config: Config, trial: Trial, where: str) -> str:
    damaged = {v.generation for v in verify(config.index) if v.damage}
    expected = 0 if trial.file == "CURRENT" else int(trial.file.split("/")[1])
    may_be_equal = trial.file == "CURRENT"  # JSON may say the same in other bytes
    assert expected in damaged or may_be_equal, f"{where}: verify found {damaged}"
    hits_current = trial.file == "CURRENT" or f"{NEWEST:06d}" in trial.file
    try:
        state, snapshot = read_state(config)
    except IndexingError as error:
        code = error.code
        snapshot = None
    if snapshot is None:
        assert code in CODES, f"{where}: {code}"
        assert hits_current, f"{where}: an old generation's damage closed the index"
        return f"refused, {code}"
    if snapshot.degraded:
        assert hits_current, f"{where}: {snapshot.degraded}"
        return f"degraded to generation {state}"
    assert state == NEWEST, f"{where}: state {state}, and nothing said"
    assert not hits_current or (trial.file == "CURRENT" and not damaged), f"{where}: unnoticed"
    return "CURRENT said the same in other bytes" if hits_current else "damage elsewhere"


def main() -> None:
    """Run as many trials as asked and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes, took = timed(lambda folder: run_corruptions(options.count, options.seed, folder))
    print(f"{outcomes.total()} corruptions (seed {options.seed}, {took}): 0 unnoticed")
    for outcome, count in outcomes.most_common():
        print(f"{count:6d}  {outcome}")


if __name__ == "__main__":
    main()
