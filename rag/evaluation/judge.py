"""An answer model's opinion of answers, kept apart from the measures.

A judgement is what one language model thinks of an answer, often the very one that wrote it. It
is not repeatable, not calibrated, and can be talked into things; a measure is computed by code
from what is known. So the names begin with `judge_`, and stand in `EvaluatedQuestion.judged` and
`Summary.judged`, never among the measures. Useful for prose that no accepted answer matches word
for word; no ground for trusting an answer.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from rag import strict_json
from rag.answering.llm.prompts import fence_texts
from rag.errors import AnswerModelError
from rag.evaluation.records import Expected
from rag.records import Answer

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.llm.chat_model import AnswerModel

JUDGE_FAILED = "judge_failed"
"""1 where the judge gave no usable reply, 0 where it did: its mean is the share left out."""
JUDGED = ("correct", "complete", "faithful")
"""The numbers that prompts/judge.md asks for; "correct" counts where the answer is known."""

_THOUGHT = re.compile(r"<(think|thinking|reasoning)\b[^>]*>.*?</\1>", re.DOTALL | re.IGNORECASE)
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
"""From the first brace to the last, without a fence around it: two objects are then no JSON."""
_log = logging.getLogger(__name__)


class Judge:
    """Asks an answer model what it thinks of an answer; safe to share between threads."""

    def __init__(self, answer_model: AnswerModel, prompt: ChatPromptTemplate) -> None:
        self._answer_model = answer_model
        self._prompt = prompt

    def judge(self, answer: Answer, expected: Expected) -> dict[str, float]:
        """Return judge_correct, judge_complete, judge_faithful (0 to 1) and judge_failed.

        One call for an answer; none for a refusal, or where nothing is claimed of an article,
        which give {}. judge_correct is missing
        where neither an accepted answer nor a gold quote is known. A reply that does not come or
        is not the JSON asked for gives {"judge_failed": 1.0} alone: nothing is guessed.
        """
        if answer.outcome in {"not_in_articles", "about"} or not answer.sentences:
            return {}
        messages = self._prompt.format_messages(case=fence_texts(_case(answer, expected)))
        is_known = bool(expected.answers or expected.quotes)
        try:
            opinion = _read("".join(self._answer_model.stream(messages)), is_known=is_known)
        except AnswerModelError as error:
            _log.warning("answer not judged: %s", error.code)
            return {JUDGE_FAILED: 1.0}
        except ValueError as error:
            _log.warning("answer not judged: %s", error)
            return {JUDGE_FAILED: 1.0}
        return opinion | {JUDGE_FAILED: 0.0}


def _case(answer: Answer, expected: Expected) -> list[tuple[str, str]]:
    """Return the question, what is known, and the answer with its quotes, each with a label."""
    case = [("question", answer.question)]
    if answer.query != answer.question:  # a follow-up says too little by itself
        case.append(("question as it was searched for", answer.query))
    case += [(f"accepted answer {n}", text) for n, text in enumerate(expected.answers, start=1)]
    case += [(f"gold quote {n}", quote.text) for n, quote in enumerate(expected.quotes, start=1)]
    for n, sentence in enumerate(answer.sentences, start=1):
        case.append((f"answer sentence {n}", sentence.text))
        case += [
            (f"quote {m} of answer sentence {n}", quote.text)
            for m, quote in enumerate(sentence.quotes, start=1)
        ]
    return case


def _read(reply: str, *, is_known: bool) -> dict[str, float]:
    """Return the numbers of a reply that holds one JSON object and no other, fenced or bare.

    Raises ValueError for anything else: two objects, a number missing or out of range. Two may be
    a reply of the judge's own and one that the answer put into its mouth.
    """
    found = _OBJECT.search(_THOUGHT.sub("", reply))
    if found is None:
        raise ValueError("the reply is no JSON object")
    said = strict_json.parse(found[0])
    names = [name for name in JUDGED if is_known or name != "correct"]
    return {f"judge_{name}": _share(name, said.get(name)) for name in names}


def _share(name: str, value: Any) -> float:
    """Return a number from 0 to 1; true is 1, false is 0. Raises ValueError, for NaN as well."""
    if not isinstance(value, bool | int | float) or not 0 <= value <= 1:
        # What it is instead is foreign text and is not repeated.
        raise ValueError(f'"{name}" of the reply is no number from 0 to 1')
    return float(value)
