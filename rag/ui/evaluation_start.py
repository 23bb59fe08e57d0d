"""Where no run is chosen: add a question set, run one, watch it run, choose among the runs."""

from __future__ import annotations

import re
import secrets
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.errors import QuestionSetError
from rag.evaluation.questions.question_set import SUFFIXES, read_question_set
from rag.evaluation.reporting.wording import duration, moment
from rag.private_files import write_private
from rag.ui import wording
from rag.ui.escape import escape
from rag.ui.evaluation_job import Evaluation, Wanted
from rag.ui.evaluation_runs import Run, all_runs
from rag.ui.evaluation_state import go_to_run
from rag.ui.evaluation_tables import show_choice

if TYPE_CHECKING:
    from rag.config import Config
    from rag.ui.backend import Backend

WATCH_S = 0.5
UPLOAD_MB = 20  # the largest question set that is taken, as the server's settings say too
MS_A_SECOND = 1000
LIST = "evaluation-runs"
AWAITED = "evaluation_awaited"  # this tab watches a run, and opens it when it is done
UPLOAD, UPLOADED = "evaluation_upload", "evaluation_uploaded"
LISTED = ("RR@10", "sentence_success@1", "outcome_right", "false_refusals")

QUESTIONS = "questions"  # below the home folder
ROOT = Path(__file__).parents[2]
DEMO_CORPUS = ROOT / "corpus"
DEMO_SET = ROOT / "tests" / "questions" / "demo.jsonl"
NAME_KEPT = 60  # characters of an uploaded file's name; any file system takes that

_UNSAFE = re.compile(r"[^\w.-]+")


def show(backend: Backend) -> None:
    """Draw the choice of a question set or the running run, then the runs."""
    st.title("Evaluation", anchor=False)
    st.markdown(
        "Ask a set of questions whose answers are known, and see how often Footnote finds the "
        "right article, answers from the right sentence, and refuses what it should."
    )
    state = backend.evaluator.state
    if state.is_running:
        st.session_state[AWAITED] = True
        st.fragment(_show_running, run_every=WATCH_S)(backend)
    else:
        if st.session_state.pop(AWAITED, False) and state.finished:
            backend.evaluator.dismiss()
            go_to_run(state.finished)
            st.rerun()
        _show_ended(backend, state)
        _show_choice(backend)
    _show_runs(backend)


def progress_line(state: Evaluation) -> str:
    """Return how far a run is, and how long it takes still, as a sentence fragment."""
    if not state.total:
        return "Starting"
    left = state.seconds_left()
    said = f", {duration(left * MS_A_SECOND)} left" if left is not None else ""
    return f"{state.done:,} of {wording.count(state.total, 'question')}{said}"


def question_sets(config: Config) -> list[Path]:
    """Return the question sets that can be run, those of the person first, by name."""
    folder = config.home / QUESTIONS
    own = sorted(path for suffix in SUFFIXES for path in folder.glob(f"*{suffix}"))
    is_demo = config.corpus.resolve() == DEMO_CORPUS and DEMO_SET.is_file()
    return own + ([DEMO_SET] if is_demo else [])


def keep_upload(config: Config, name: str, data: bytes) -> tuple[Path, int]:
    """Check an uploaded question set, keep it, and return its file and number of questions.

    A file of that name with other questions stays; the new one gets a number. Raises
    QuestionSetError as reading the set does, E-EVL-014 where it cannot be kept.
    """
    folder = config.home / QUESTIONS
    aside = folder / f".check-{secrets.token_hex(4)}"
    try:
        aside.mkdir(mode=0o700, parents=True)
        checked = aside / _safe(name)
        write_private(checked, data)
        count = len(read_question_set(checked))
        target = _free(folder / checked.name, data)
        checked.replace(target)
    except OSError as error:
        raise QuestionSetError(
            "E-EVL-014", f'Cannot keep "{name}" in "{folder}": {error.strerror}.'
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target, count


def _show_running(backend: Backend) -> None:
    state = backend.evaluator.state
    if not state.is_running:
        st.rerun()
    assert state.wanted is not None  # what is running was wanted
    st.markdown(f"**Running {escape(state.wanted.name)}**")
    st.progress(min(1.0, state.done / max(1, state.total)), text=progress_line(state))
    st.button(
        "Stopping" if state.is_stopping else "Stop",
        key="evaluation_stop",
        icon=":material/stop:",
        disabled=state.is_stopping,
        on_click=backend.evaluator.stop,
    )
    st.caption("It goes on when this page is closed.")


def _show_ended(backend: Backend, state: Evaluation) -> None:
    """Say how the last run ended, where it did not simply finish."""
    if state.error:
        st.error(escape(state.error))
    elif state.was_stopped:
        st.info(f"Stopped after {state.done:,} of {wording.count(state.total, 'question')}.")
    if state.finished:
        st.success(f"{escape(state.finished)} is done.")
    if state.wanted is None:
        return
    with st.container(horizontal=True):
        if state.was_stopped:
            st.button("Go on", icon=":material/resume:", on_click=backend.evaluator.go_on)
        if state.finished:
            st.button("Open it", on_click=partial(go_to_run, state.finished))
        st.button("Hide", type="tertiary", on_click=backend.evaluator.dismiss)


def _show_choice(backend: Backend) -> None:
    sets = question_sets(backend.config)
    with st.container(border=True):
        chosen = None
        if sets:
            chosen = st.selectbox("Question set", sets, format_func=_set_name, key="evaluation_set")
        else:
            st.markdown("No question set yet. Add a file of questions, or make one in the chat.")
        _show_upload(backend)
        left, right = st.columns(2)
        retrieval_only = left.toggle(
            "Retrieval only", key="evaluation_retrieval", help="Rank passages, answer nothing."
        )
        limit = right.number_input(
            "First questions only",
            min_value=1,
            value=None,
            placeholder="all",
            key="evaluation_limit",
        )
        if st.button("Run", type="primary", icon=":material/play_arrow:", disabled=chosen is None):
            assert chosen is not None  # the button is off otherwise
            backend.evaluator.start(Wanted(chosen, retrieval_only=retrieval_only, limit=limit))
            st.session_state[AWAITED] = True  # a short run may be done before the page is drawn
            st.rerun()


def _show_upload(backend: Backend) -> None:
    with st.expander("Add a question set", icon=":material/upload_file:"):
        st.file_uploader(
            "JSON Lines or CSV, one question a line with what is known of its answer",
            type=[suffix.removeprefix(".") for suffix in SUFFIXES],
            max_upload_size=UPLOAD_MB,
            key=UPLOAD,
            on_change=partial(_keep_upload, backend),
        )
        kept, refused = st.session_state.get(UPLOADED, ("", ""))
        if kept:
            st.success(escape(kept))
        if refused:
            st.error(escape(refused))


def _keep_upload(backend: Backend) -> None:
    """Check and keep what was uploaded, and choose it; before the page is drawn."""
    file = st.session_state[UPLOAD]
    st.session_state[UPLOADED] = ("", "")
    if file is None:
        return
    try:
        path, count = keep_upload(backend.config, file.name, file.getvalue())
    except QuestionSetError as error:
        st.session_state[UPLOADED] = ("", error.message)
        return
    st.session_state[UPLOADED] = (f"{wording.count(count, 'question')}, kept as {path.name}", "")
    st.session_state["evaluation_set"] = path


def _set_name(path: Path) -> str:
    return "Demo set" if path == DEMO_SET else path.name


def _show_runs(backend: Backend) -> None:
    runs, problems = all_runs(backend)
    if runs:
        st.subheader("Runs", anchor=False)
        names = [run.name for run in runs]
        show_choice([_run_row(run) for run in runs], names, key=LIST, on_open=go_to_run)
    for problem in problems:
        st.warning(escape(problem))


def _run_row(run: Run) -> dict[str, Any]:
    info = run.info
    return {
        "run": run.name,
        "question set": Path(info.questions_file).name or "questions",
        "questions": info.questions,
        "what": "retrieval only" if info.retrieval_only else "answers",
        "started": moment(info.started),
        **{
            name: run.summary.measures[name].mean if name in run.summary.measures else None
            for name in LISTED
        },
    }


def _safe(name: str) -> str:
    """Return a file name that stays in its folder, whatever a browser sends.

    >>> _safe("../../My set!.jsonl")
    'My_set_.jsonl'
    """
    path = Path(name.replace("\\", "/"))
    stem = _UNSAFE.sub("_", path.stem).strip(".")[:NAME_KEPT] or "questions"
    return stem + path.suffix.lower()


def _free(path: Path, data: bytes) -> Path:
    number = 1
    free = path
    while free.exists() and free.read_bytes() != data:
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free
