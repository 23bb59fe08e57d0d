"""Train the reader that comes with Footnote, and measure it.

    python -m rag.training SETS --out DIR
    python -m rag.training --resume DIR

SETS is the folder above the gzipped sets that `sets.RECIPE` names; those that are not there are
left out. DIR keeps the examples, the state of the training and the weights; after any stop the
second command goes on where the last state was kept, with the same weights in the end as without
the stop. Runs on a GPU where torch sees one.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from rag.config import Config
from rag.encoders.embedder import load_embedder
from rag.encoders.model_files import find_model
from rag.training.batches import load_tokenizer
from rag.training.lessons import make_lessons, read_lessons, write_lessons
from rag.training.measuring import measure
from rag.training.network import load_network, weights_of
from rag.training.train import Lessons, Schedule, Trainer

WEIGHTS, STATE, PLAN = "reader.safetensors", "state.safetensors", "plan.json"
SAY_EVERY = 50  # steps
KEEP_EVERY = 100
MEASURE_EVERY = 1_000
MEASURED = 500
"""Held-out questions, and claims, that a measure on the way looks at."""

_log = logging.getLogger("rag.training")


def main() -> None:
    """Prepare, train, measure, write."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    out = options.resume or options.out
    if options.resume is None:
        prepare(options, out)
    schedule, start = _plan(out)
    seen, unseen = read_lessons(out / "seen.jsonl.gz"), read_lessons(out / "unseen.jsonl.gz")
    folder = find_model(Config().embedder).path
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = load_network(folder, seed=schedule.seed, start=start, device=device)
    tokenizer = load_tokenizer(str(folder))
    trainer = Trainer(network, seen, tokenizer=tokenizer, schedule=schedule, device=device)
    if (out / STATE).exists():
        trainer.restore(load_file(out / STATE))
    _log.info("step %d of %d; %d examples, %d claims, on %s", trainer.step, schedule.steps,
              len(seen.examples), len(seen.claims), device)  # fmt: skip
    run(trainer, unseen, out=out, steps=schedule.steps, device=device)
    measured = measure(network, unseen, tokenizer=tokenizer, device=device)
    said = {"schedule": dataclasses.asdict(schedule), "measured": dataclasses.asdict(measured)}
    (out / "training.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    _log.info("%s", measured)


def prepare(options: argparse.Namespace, out: Path) -> None:
    """Write what is learned, what measures, and how, into the folder `out`."""
    seen, unseen = make_lessons(
        options.sets, load_embedder(Config()), seed=options.seed, share=options.share
    )
    out.mkdir(parents=True, exist_ok=True)
    write_lessons(seen, out / "seen.jsonl.gz")
    write_lessons(unseen, out / "unseen.jsonl.gz")
    schedule = Schedule(steps=0, rate=options.rate, seed=options.seed)
    a_pass = len(seen.examples) / schedule.questions_a_step
    steps = options.steps or round(options.passes * a_pass)
    schedule = dataclasses.replace(schedule, steps=steps)
    start = str(options.start.resolve()) if options.start else None
    plan = {"schedule": dataclasses.asdict(schedule), "start": start}
    (out / PLAN).write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
    (out / STATE).unlink(missing_ok=True)


def run(trainer: Trainer, unseen: Lessons, *, out: Path, steps: int, device: str) -> None:
    """Train to the end, keeping the state and the weights on the way."""
    few = Lessons(unseen.examples[:MEASURED], unseen.claims[:MEASURED])
    started, first = time.monotonic(), trainer.step
    for step in trainer.steps():
        if step % SAY_EVERY == 0 or step == steps:
            left = (time.monotonic() - started) / (step - first) * (steps - step) / 60
            _log.info("step %d of %d, loss %.3f, %.0f min left", step, steps, trainer.recent, left)
        if step % KEEP_EVERY == 0 or step == steps:
            keep(trainer, out)
        if step % MEASURE_EVERY == 0:
            _log.info("%s", measure(trainer.network, few, tokenizer=trainer.tokenizer,
                                    device=device))  # fmt: skip


def keep(trainer: Trainer, out: Path) -> None:
    """Write the state and the weights, each aside and renamed."""
    for name, tensors in ((STATE, trainer.state()), (WEIGHTS, weights_of(trainer.network))):
        aside = out / f"{name}.part"
        save_file(tensors, aside)
        aside.replace(out / name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="?", help="folder of the sets")
    parser.add_argument("--out", type=Path, help="folder of what is made")
    parser.add_argument("--resume", type=Path, metavar="DIR", help="go on in this folder")
    parser.add_argument("--share", type=float, default=1.0, help="share of each set, for a try")
    parser.add_argument("--passes", type=float, default=1.0, help="times that each is seen")
    parser.add_argument("--steps", type=int, help="instead of passes")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights of another training to start from")
    options = parser.parse_args()
    if (options.resume is None) == (options.sets is None or options.out is None):
        parser.error("say SETS and --out, or --resume")
    return options


def _plan(out: Path) -> tuple[Schedule, Path | None]:
    plan = json.loads((out / PLAN).read_text(encoding="utf-8"))
    return Schedule(**plan["schedule"]), Path(plan["start"]) if plan["start"] else None


if __name__ == "__main__":
    main()
