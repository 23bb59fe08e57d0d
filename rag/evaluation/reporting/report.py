"""The report of a run: one HTML file that asks nothing of any server.

Written by Jinja2 as a stream, so that a run of any length takes the same memory. Every text is
escaped; style and script are inline and allowed by their hashes, and everything else is
forbidden by the policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rag.answering.verification.said_by import marker
from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.reporting import question_facts, wording
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.figures import figures
from rag.evaluation.reporting.wrong_reasons import why_wrong
from rag.evaluation.runs.run_folder import RunFolder
from rag.evaluation.writing import put_in_place, writing
from rag.text.visible import plain

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def write_report(run: RunFolder, path: Path) -> None:
    """Write the report of a finished run.

    Raises QuestionSetError E-EVL-014 where it cannot be written, E-EVL-017 where the run cannot
    be read.
    """
    with (
        writing(f'the report "{path}"'),
        put_in_place(path) as aside,
        aside.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(_parts(run))


def _parts(run: RunFolder) -> Iterator[str]:
    info, summary, times = run.info(), run.summary(), run.times()
    style, script = (Markup(_asset(name)) for name in ("report.css", "report.js"))  # noqa: S704 - ours
    return (
        _environment()
        .get_template("report.html")
        .generate(
            info=info,
            summary=summary,
            times=times,
            headlines=wording.headlines(summary, times),
            figures=figures(summary, times),
            groups=wording.grouped(summary.measures),
            stages=wording.stage_rows(times),
            tags=wording.tag_rows(summary),
            run=wording.run_rows(info, times),
            settings=wording.setting_rows(info),
            questions=((question_facts.facts_of(row), row) for row in run.rows()),
            texts=ArticleTexts(run.snapshot()),
            style=style,
            script=script,
            policy=Markup(POLICY.format(style=_hash(style), script=_hash(script))),  # noqa: S704 - ours
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return what fills the templates: every text shown as its characters and nothing else."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {
        "MEASURES": MEASURES,
        "OUTCOMES": wording.OUTCOMES,
        "KINDS": question_facts.KINDS,
        "HITS_SHOWN": question_facts.HITS_SHOWN,
        "KEPT_WORDS": question_facts.KEPT_WORDS,
    }
    made.filters |= {
        "number": "{:.3f}".format,
        "numbers": lambda found: [(name, f"{value:.3f}") for name, value in found.items()],
        "durations": lambda found: [(n, wording.duration(ms)) for n, ms in found.items()],
        "share": lambda value: max(0.0, min(1.0, value)),
        "duration": wording.duration,
        "outcome_line": wording.outcome_line,
        "marker": marker,
        "why_wrong": why_wrong,
        "source": question_facts.source_of,
        "where": question_facts.where_of,
        "words": question_facts.words_of,
        "expected_facts": question_facts.expected_facts,
        "row_data": question_facts.row_data,
    }
    return made


def _shown(value: Any) -> Any:
    return plain(value) if type(value) is str else value


def _asset(name: str) -> str:
    return (HERE / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
