"""Fit what recognises the kind of a question, and measure it.

    python -m rag.training.kinds --sets DATA

Reads the wordings beside this module, puts topics in, and writes the weights into
rag/answering/kinds. What people ask for a fact in has no end: their questions are taken from
openly licensed sets, where a few words answer them. What is printed is cross-validated: each
wording is judged by weights that were fitted, and by asking words that were learned, without it.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import logging
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from rag.answering.kinds.classifier import ABOUT, FACT, WEIGHTS, Embed, features
from rag.answering.kinds.wordings import AskingWords, stem, words_of
from rag.config import Config
from rag.encoders.embedder import load_embedder
from rag.training.sets import Asked, read_questions

WORDINGS = Path(__file__).parent / "kinds.txt"
TOPICS = "topics"

TOPICS_A_WORDING = 3
REGULARISATION = 5.0  # inverse strength; 3 to 10 make no difference
MOST_STEPS = 300
FOLDS = 5
ASKS_FROM = 2
"""Wordings of one intent that have a word outside of their topic, before it asks for that."""
KNOWN_FROM = 3
"""Wordings of any intent that have it, before it belongs to the shape of a question."""

FACTS = 2_000
"""Questions of the sets that are learned as ones for a fact."""
FACT_WEIGHT = 0.3
"""What one of them counts beside a wording of ours."""
LIST_FROM = 0.2
"""Probability of a list, by the wordings alone, from which such a question says too little: a list
that is taken for a fact loses more than a fact that is taken for a list."""
SHORT_ANSWER = 5
"""Words of an answer that is a fact; of more, a question may ask for a list or an account."""

_SEVERAL = re.compile(r",|;|\b(?:and|or)\b")
_SLOT = re.compile(r"\{[ab]?\}")

_log = logging.getLogger("rag.training.kinds")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to ask for an intent, with slots for topics."""

    intent: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question made from the wording with that number."""

    wording: int
    intent: str
    question: str


def read_wordings(path: Path = WORDINGS) -> tuple[list[str], list[Wording]]:
    """Return the topics and the wordings of a file."""
    topics: list[str] = []
    wordings: list[Wording] = []
    section = ""
    for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            if section == TOPICS:
                topics.append(line)
            else:
                wordings.append(Wording(section, line))
    return topics, wordings


def make_examples(
    topics: Sequence[str], wordings: Sequence[Wording], *, seed: int
) -> list[Example]:
    """Return each wording with a few topics in it, some in lower case, some without a stop."""
    chance = random.Random(seed)  # noqa: S311 - no secret is made of it
    examples = []
    for number, wording in enumerate(wordings):
        for first in _topics_of(wording, topics, chance):
            second = chance.choice([each for each in topics if each != first])
            text = wording.text.replace("{b}", second)
            text = text.replace("{a}", first).replace("{}", first)
            if chance.random() < 0.25:  # noqa: PLR2004 - how often people type so
                text = text.lower()
            if chance.random() < 0.25:  # noqa: PLR2004 - likewise
                text = text.rstrip("?!. ") or text
            examples.append(Example(number, wording.intent, text))
    return examples


def read_facts(sets: Path, *, seed: int) -> list[str]:
    """Return questions of the sets in a folder that a few words answer, each once.

    Twice as many as are learned, since those that may ask for a list are left out.
    """
    asked = read_questions(sets, seed=seed)
    return list(dict.fromkeys(each.question for each in asked if _is_fact(each)))[: 2 * FACTS]


def _is_fact(asked: Asked) -> bool:
    text = asked.paragraph.text
    answers = [text[span.start : span.end] for span in asked.spans]
    return bool(answers) and all(
        len(answer.split()) <= SHORT_ANSWER and not _SEVERAL.search(answer) for answer in answers
    )


def _topics_of(wording: Wording, topics: Sequence[str], chance: random.Random) -> Sequence[str]:
    """Return the topics of a wording: each of them once where it is nothing but a topic."""
    if wording.text == "{}":
        return topics
    return chance.sample(topics, TOPICS_A_WORDING if _SLOT.search(wording.text) else 1)


def learn_words(wordings: Sequence[Wording]) -> AskingWords:
    """Return the words that ask: those that several wordings have outside of their topics."""
    by_intent: Counter[tuple[str, str]] = Counter()
    for wording in wordings:
        asking = {stem(word) for word in words_of(_SLOT.sub(" ", wording.text))}
        by_intent.update((word, wording.intent) for word in asking if not _has_digit(word))
    total: Counter[str] = Counter()
    for (word, _), count in by_intent.items():
        total[word] += count
    return AskingWords(
        {
            word: frozenset(
                intent for (w, intent), n in by_intent.items() if w == word and n >= ASKS_FROM
            )
            for word, count in sorted(total.items())
            if count >= KNOWN_FROM
        }
    )


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def fit(
    rows: NDArray[np.float32], intents: Sequence[str], facts: NDArray[np.float32]
) -> LogisticRegression:
    """Return the regression fitted to examples and questions for a fact, (n, features) each."""
    fitted = _regression().fit(rows, list(intents))
    if not len(facts):
        return fitted
    is_list = fitted.predict_proba(facts)[:, list(fitted.classes_).index("list")]
    kept = facts[is_list < LIST_FROM][:FACTS]
    weights = np.concatenate([np.ones(len(rows)), np.full(len(kept), FACT_WEIGHT)])
    return _regression().fit(
        np.concatenate([rows, kept]), [*intents, *[FACT] * len(kept)], sample_weight=weights
    )


def _regression() -> LogisticRegression:
    return LogisticRegression(C=REGULARISATION, max_iter=MOST_STEPS)


def read_all(questions: Sequence[str], words: AskingWords, embed: Embed) -> NDArray[np.float32]:
    """Return what is read of the questions, shape (n, features)."""
    found = [features(embed, each, words) for each in questions]
    return np.array(found, dtype=np.float32).reshape(len(questions), -1)


def cross_validate(
    examples: Sequence[Example], wordings: Sequence[Wording], facts: Sequence[str], embed: Embed
) -> dict[str, float]:
    """Return how often intent and kind are right, and how many of the rest are called about."""
    groups = [each.wording for each in examples]
    right = right_kind = wrong_about = 0
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        known = {groups[i] for i in seen}
        words = learn_words([each for n, each in enumerate(wordings) if n in known])
        rows = read_all([each.question for each in examples], words, embed)
        model = fit(rows[seen], [examples[i].intent for i in seen], read_all(facts, words, embed))
        for i, found in zip(unseen, model.predict(rows[unseen]), strict=True):
            intent = examples[i].intent
            right += found == intent
            right_kind += found == intent or {found, intent} <= ABOUT
            wrong_about += found in ABOUT and intent not in ABOUT
    n, others = len(examples), sum(each.intent not in ABOUT for each in examples)
    return {
        "examples": n,
        "intent": round(right / n, 3),
        "kind": round(right_kind / n, 3),
        "wrongly_about": round(wrong_about / others, 4),
    }


def encode(model: LogisticRegression, words: AskingWords) -> bytes:
    """Return the weights as a safetensors file."""
    intents = [str(each) for each in model.classes_]
    places = {intent: place for place, intent in enumerate(intents)}
    listed = {w: sorted(places[i] for i in asks) for w, asks in words.intents.items()}
    tensors = {
        "coefficients": model.coef_.T.astype(np.float16).copy(),
        "bias": model.intercept_.astype(np.float16),
    }
    header = {"intents": json.dumps(intents), "words": json.dumps(listed, ensure_ascii=False)}
    return save(tensors, metadata=header)


def main() -> None:
    """Read, cross-validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-validation", action="store_true")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    topics, wordings = read_wordings()
    examples = make_examples(topics, wordings, seed=options.seed)
    embed = functools.cache(load_embedder(Config()).embed_query)  # wordings share their shapes
    words = learn_words(wordings)
    facts = read_facts(options.sets, seed=options.seed)
    rows = read_all([each.question for each in examples], words, embed)
    model = fit(rows, [each.intent for each in examples], read_all(facts, words, embed))
    data = encode(model, words)
    options.out.write_bytes(data)
    _log.info("%d bytes, SHA-256 %s", len(data), hashlib.sha256(data).hexdigest())
    if not options.no_validation:
        _log.info("%s", cross_validate(examples, wordings, facts, embed))


if __name__ == "__main__":
    main()
