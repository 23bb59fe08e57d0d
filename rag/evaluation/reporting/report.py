"""The report of a run: one HTML file that asks nothing of any server.

Written as a stream, so that a run of any length takes the same memory. The table's rows and
each question's detail are JSON that a script of the file draws when they are looked at; style
and script are inline and allowed by their hashes, everything else is forbidden by the policy.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError
from rag.evaluation.records import EvaluatedQuestion, RunInfo
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.nodes import Node, node, to_data, to_html
from rag.evaluation.reporting.question_facts import KINDS, facts_of, row_cells
from rag.evaluation.reporting.report_measures import (
    headlines,
    measure_sections,
    outcome_line,
    plots,
    tag_table,
)
from rag.evaluation.reporting.report_questions import question_detail
from rag.evaluation.reporting.report_run import run_facts
from rag.evaluation.runs.run_folder import RunFolder
from rag.text.visible import plain

ASSETS = Path(__file__).parent / "assets"
POLICY = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def write_report(run: RunFolder, path: Path) -> None:
    """Write the report of a finished run.

    Raises QuestionSetError E-EVL-014 where it cannot be written, E-EVL-017 where the run cannot
    be read.
    """
    aside = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_parts(run))
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise QuestionSetError(
            "E-EVL-014", f'Cannot write the report "{path}": {error.strerror}.'
        ) from error
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _parts(run: RunFolder) -> Iterator[str]:
    info = run.info()
    style = _asset("nodes.css") + _asset("report.css")
    script = _asset("nodes.js") + "\n" + _asset("report.js")
    yield _head(info, style=style, script=script)
    yield from (to_html(tree) + "\n" for tree in _summary(run, info))
    yield _table_frame()
    yield from _rows(run.rows())
    texts = ArticleTexts(run.snapshot())
    yield from _details(run.rows(), texts)
    yield f'<script type="module">{script}</script>\n</body>\n</html>\n'


def _head(info: RunInfo, *, style: str, script: str) -> str:
    policy = POLICY.format(style=_hash(style), script=_hash(script))
    title = to_html(f"{info.name} · evaluation")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _summary(run: RunFolder, info: RunInfo) -> Iterator[Node]:
    summary, times = run.summary(), run.times()
    yield node(
        "header",
        node("p", "Footnote · evaluation", class_="over"),
        node("h1", info.name),
        node("p", outcome_line(summary), class_="lead"),
    )
    yield headlines(summary, times)
    drawn = plots(summary, times)
    if drawn is not None:
        yield drawn
    yield node("h2", "Measures")
    yield node("p", MEASURES_NOTE, class_="aside")
    yield node("div", *measure_sections(summary, times), class_="groups")
    tags = tag_table(summary)
    if tags is not None:
        yield tags
    yield node("section", node("h2", "What was run"), run_facts(info, times))


MEASURES_NOTE = (
    "Each value is a mean over n questions, or is computed over all of them, with its 95 % "
    "bootstrap interval. A measure's name opens to its meaning, formula and source."
)


def _table_frame() -> str:
    """Return the controls of the table; the script fills it and the choices of tags."""
    kinds = "".join(f'<option value="{kind}">{said}</option>' for kind, said in KINDS.items())
    return (
        '<section id="questions"><h2>Questions</h2>\n<div class="filters">'
        '<label>Show <select id="kind"><option value="">All</option>'
        f"{kinds}</select></label>"
        '<label>Outcome <select id="outcome"><option value="">Any</option></select></label>'
        '<label>Tag <select id="tag"><option value="">Any</option></select></label>'
        '<label>Sort by <select id="order"><option value="">Order of the set</option>'
        '<option value="confidence">Confidence, lowest first</option>'
        '<option value="-confidence">Confidence, highest first</option>'
        '<option value="-ms">Time, longest first</option>'
        '<option value="ms">Time, shortest first</option></select></label>'
        '<label class="words">Search <input id="words" type="search" autocomplete="off"></label>'
        '</div>\n<p id="count" class="aside" role="status"></p>\n<div id="rows"></div>\n'
        '<button id="more" type="button" hidden>Show more</button>\n'
        '<noscript><p class="aside">The table of questions needs JavaScript.</p></noscript>\n'
        "</section>\n"
    )


def _rows(rows: Iterator[EvaluatedQuestion]) -> Iterator[str]:
    """Yield the table as one JSON list, a row a line."""
    yield '<script type="application/json" id="table">[\n'
    comma = ""
    for row in rows:
        facts = facts_of(row)
        data = {
            "words": plain(f"{facts.id} {facts.question}"),
            "outcome": facts.outcome,
            "kinds": facts.kinds,
            "tags": [plain(tag) for tag in facts.tags],
            "confidence": facts.confidence,
            "ms": facts.ms,
            "cells": [to_data(cell) for cell in row_cells(facts)],
        }
        yield comma + json_in_html(data)
        comma = ",\n"
    yield "\n]</script>\n"


def _details(rows: Iterator[EvaluatedQuestion], texts: ArticleTexts) -> Iterator[str]:
    """Yield each question's detail as JSON of its own, which is parsed when it is opened."""
    for number, row in enumerate(rows):
        data = json_in_html(to_data(question_detail(row, texts)))
        yield f'<script type="application/json" id="q{number}">{data}</script>\n'


def json_in_html(data: Any) -> str:
    r"""Return JSON that cannot end the element it stands in, nor a line of a script.

    >>> json_in_html("</script>")
    '"\\u003c/script>"'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
