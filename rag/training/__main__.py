"""Train the reranker that comes with Footnote, and measure it.

    python -m rag.training SETS --out rag/reranking

SETS is a folder of the gzipped sets that `groups.RECIPE` names; those that are not there are left
out. Takes about an hour on two cores with bfloat16. The same sets and seed give the same weights
within what threads and processors round differently.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
import time
from pathlib import Path

from safetensors.torch import save_file
from tokenizers import Tokenizer

from rag.config import Config
from rag.index.embedding import load_embedder
from rag.index.embedding_files import find_model
from rag.reranking.pairs import LONGEST
from rag.reranking.reranker_files import WEIGHTS
from rag.training.contrast import contrast
from rag.training.examples import make_examples
from rag.training.groups import read_claims, read_groups
from rag.training.network import RerankerNetwork, load_network, weights_of
from rag.training.train import Lessons, Schedule, measure, train

CONTRASTED = 2_500
"""Questions turned into ones that their document nearly answers."""

TELL_EVERY = 50  # steps
MEASURE_EVERY = 500


_log = logging.getLogger("rag.training")


def main() -> None:
    """Read, train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="questions at most, for a try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=Schedule().rate)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    schedule = Schedule(seed=options.seed, epochs=options.epochs, rate=options.rate)
    folder = find_model(Config().embedder)
    tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")

    seen, unseen = read_lessons(options.sets, seed=options.seed, limit=options.limit)
    _log.info("%d questions to train on, %d held out", len(seen.examples), len(unseen.examples))
    network = load_network(folder.path, seed=options.seed)
    started = time.monotonic()
    for step, steps, loss in train(network, seen, tokenizer=tokenizer, schedule=schedule):
        if step % TELL_EVERY == 0 or step == steps:
            left = (time.monotonic() - started) / step * (steps - step) / 60
            _log.info("step %d of %d, loss %.3f, %.0f min left", step, steps, loss, left)
        if step % MEASURE_EVERY == 0 or step == steps:
            measured = measure(network, unseen, tokenizer=tokenizer)
            _log.info("%s", measured)
            save(network, options.out)
    said = {"schedule": dataclasses.asdict(schedule), "measured": dataclasses.asdict(measured)}
    (options.out / "training.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def read_lessons(sets: Path, *, seed: int, limit: int | None) -> tuple[Lessons, Lessons]:
    """Return what is trained on, and what of the same sets is held out."""
    groups = read_groups(sets, seed=seed)[:limit]
    groups += contrast(groups, most=CONTRASTED, seed=seed)
    claims = read_claims(sets, seed=seed)
    examples = make_examples(groups, load_embedder(Config()), seed=seed)
    is_held_out = [group.is_held_out for group in groups]

    def side(*, held_out: bool) -> Lessons:
        return Lessons(
            [e for e, out in zip(examples, is_held_out, strict=True) if out is held_out],
            [claim for claim in claims if claim.is_held_out is held_out],
        )

    return side(held_out=False), side(held_out=True)


def save(network: RerankerNetwork, out: Path) -> None:
    """Write the weights into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights_of(network), out / WEIGHTS.name)


if __name__ == "__main__":
    main()
