"""Runs made by hand, for what reads runs: as small, as large or as hostile as a test wants."""

import hashlib

from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.records import (
    Estimate,
    Expected,
    Point,
    RunTimes,
    StageTimes,
    Summary,
)
from rag.records import HitPlace, Quote, Sentence
from tests import written_runs
from tests.written_runs import evaluated, run_info

SENTENCE = "The bridge opened in May."


def a_quote(text=SENTENCE, article_id="town/bridge.md", start=0, **fields):
    given = {"title": "A bridge for the town", "outlet": "Gazette", "published": None}
    sha256 = fields.pop("sha256", hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
    return Quote(
        article_id=article_id,
        article_sha256=sha256,
        start=start,
        end=start + len(text),
        text=text,
        **given | fields,
    )


def a_hit(article_id="town/bridge.md", start=0, end=50, rank=1):
    return HitPlace(f"{article_id}#{start}", article_id, start, end, rank, 1 / rank)


def a_row(number=1, **fields):
    given = {
        "question": f"When did bridge {number} open?",
        "query": f"When did bridge {number} open?",
        "expected": Expected(answers=("May",), articles=("town/bridge.md",), is_answerable=True),
        "outcome": "answered",
        "confidence": 0.9,
        "sentences": (Sentence(SENTENCE, "supported", (a_quote(),)),),
        "hits": (a_hit(),),
        "is_right": True,
        "would_be_right": True,
        "measures": {"RR@10": 1.0, "Success@10": 1.0},
        "timings_ms": {"retrieval": 4.0, "answering": 20.0, "total": 24.0},
    }
    return evaluated(f"q{number}", **given | fields)


def a_refusal(number=1, **fields):
    given = {
        "outcome": "not_in_articles",
        "reason": "No article has the word.",
        "sentences": (),
        "near_misses": (a_quote(),),
        "confidence": 0.1,
        "is_right": False,
    }
    return a_row(number, **given | fields)


def a_failure(number=1, **fields):
    given = {
        "outcome": None,
        "sentences": (),
        "hits": (),
        "is_right": None,
        "would_be_right": None,
        "measures": {},
        "timings_ms": {},
        "confidence": None,
        "error_code": "E-Q-001",
        "error": "Please type a question.",
    }
    return a_row(number, **given | fields)


def an_info(**fields):
    given = {
        "name": "sample",
        "started": "2026-11-23T08:05:00+00:00",
        "questions": 3,
        "index": "nowhere",
        "settings": {"hits": "8", "answer_model": ""},
        "versions": {"footnote": "0.1.0"},
    }
    return run_info(**given | fields)


def a_summary(rows, **fields):
    """Return a Summary with every measure there is, each with a value of its own."""
    names = list(MEASURES)
    given = {
        "questions": len(rows),
        "failed": sum(bool(row.error_code) for row in rows),
        "measures": {
            name: Estimate(0.5 + i / 1000, 0.4 + i / 1000, 0.6 + i / 1000, len(rows))
            for i, name in enumerate(names)
        },
        "outcomes": {"answered": len(rows)},
        "risk_coverage": tuple(Point(x / 10, x / 40, x) for x in range(1, 11)),
        "calibration": tuple(Point(x / 10, min(1.0, x / 9), x + 1) for x in range(11)),
    }
    return Summary(**given | fields)


def some_times(**fields):
    given = {
        "stages": {"retrieval": StageTimes(4.2, 11.9, 3), "total": StageTimes(24.0, 61.5, 3)},
        "histogram_ms": tuple(Point(x * 10.0, x * 10.0 + 10, 12 - x) for x in range(12)),
        "seconds": 1.5,
    }
    return RunTimes(**given | fields)


def write_run(folder, rows, *, summary=None, times=None, info=None):
    """Write a finished run as the runner does, and return it."""
    rows = list(rows)
    info = info or an_info(name=folder.name, questions=len(rows))
    return written_runs.write_run(
        folder, rows, summary=summary or a_summary(rows), times=times or some_times(), info=info
    )
