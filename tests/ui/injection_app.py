"""Serves the chat with hostile text in every place that shows foreign text.

`INJECTION_ESCAPE=0` takes the escape function out, `INJECTION_POLICY=0` the security headers.
"""

import os
from typing import get_args

import streamlit as st
from starlette.middleware import Middleware

import rag.ui.escape
from rag.errors import IndexingError
from rag.explanation import (
    CandidateScores,
    DraftExplained,
    Explanation,
    PartExplained,
    PassageScores,
    SignalShare,
    WordRead,
)
from rag.records import AnswerKind, Changes, Filters, Problem, Sentence, Span
from rag.ui.conversations import Conversation, Exchange
from tests.ui.payloads import WRAPS, payloads
from tests.ui.scripted import ScriptedAssistant, a_quote, an_answer, an_article

if os.environ["INJECTION_ESCAPE"] == "0":
    rag.ui.escape.escape = lambda text: text

from datetime import UTC, datetime

from rag.config import load_config
from rag.ui import backend as backend_module
from rag.ui.web import HostOriginGuard, SecurityHeaders, inline_script_hashes

SINK = os.environ["INJECTION_SINK"]
HOSTILE = payloads(SINK)
ROUNDS = int(os.environ.get("INJECTION_ROUNDS", "1"))  # conversations, each in another wrap
MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def exchange(number, payload):
    article = an_article(
        f"Before it. {payload} After it.",
        f"{number:02}.md",
        title=payload,
        outlet=payload,
        authors=(payload,),
        url=payload,
    )
    quote = a_quote(article, payload)
    marks = (Span(quote.start, quote.end),)
    sentences = (
        Sentence(payload, "supported", (quote,)),
        Sentence(f"{payload} too", "unsupported", ()),
        Sentence(payload, "supported", (quote,), marks=marks, label=payload),
    )
    kinds, outcomes = get_args(AnswerKind), ("partial", "unsure", "about", "conflicting")
    is_refusal = number % 3 == 0
    answer = an_answer(
        payload,
        *(() if is_refusal else sentences),
        query=f"{payload}?",
        reason=payload,
        outcome="not_in_articles" if is_refusal else outcomes[number % len(outcomes)],
        near_misses=(quote,) if is_refusal else (),
        answerer=payload,
        kind=kinds[number % len(kinds)],
        suggestions=(payload,),
    )
    filters = Filters(outlets=(payload,), articles=(article.id,))
    if number % 7 == 0:
        asked = Exchange(f"{number:016x}", payload, filters, MOMENT, "failed", None, "E", payload)
    else:
        asked = Exchange(f"{number:016x}", payload, filters, MOMENT, "answered", answer)
    return article, asked


def explanation(answered):
    """Return an explanation with hostile text in each of its texts."""
    shares = tuple(SignalShare(payload, 1.0, 1.0, 1.0) for payload in HOSTILE)
    candidates = tuple(
        CandidateScores(
            rank, a_quote(article, payload), 1.0, 0.5, shares[:1], is_chosen=True, why_not=""
        )
        for rank, (payload, (article, _)) in enumerate(zip(HOSTILE, answered, strict=True), 1)
    )
    words = tuple(WordRead(payload, 1.0, is_absent=True) for payload in HOSTILE)
    parts = tuple(
        PartExplained(
            payload,
            is_answered=True,
            words=words,
            candidates=candidates,
            decision=None,
            reason=payload,
        )
        for payload in HOSTILE[:2]
    )
    drafts = tuple(
        DraftExplained(number, "shown", "supported", payload, ())
        for number, payload in enumerate(HOSTILE, 1)
    )
    passages = tuple(
        PassageScores(payload, payload, payload, 0, 9, rank, 1.0, None, None)
        for rank, payload in enumerate(HOSTILE, 1)
    )
    return Explanation(
        question=HOSTILE[0],
        query=HOSTILE[1],
        leans_on_history=True,
        passages=passages,
        parts=parts,
        drafts=drafts,
        outcome="answered",
        reason=HOSTILE[0],
        answerer=HOSTILE[0],
        generation=1,
    )


rounds = [
    [exchange(100 * n + number, each) for number, each in enumerate(payloads(SINK, wrap), 1)]
    for n, wrap in enumerate(WRAPS[:ROUNDS])
]
drawn = rounds[0]
config = load_config()
every = [article for answered in rounds for article, _ in answered]
assistant = ScriptedAssistant(config.home, articles=every)
problems = tuple(Problem(payload, "E-DOC-001", payload) for payload in HOSTILE)
assistant.found_changes = Changes(added=tuple(HOSTILE), failed=problems, warnings=problems)
assistant.build_error = IndexingError("E-IDX-004", " ".join(HOSTILE))
assistant.current.degraded = " ".join(HOSTILE)

backend = backend_module.Backend(assistant)
for number, payload in enumerate(HOSTILE):
    backend.conversations.save(Conversation(f"{number:016x}", payload, MOMENT))
for n, answered in enumerate(rounds):
    asked = tuple(each for _, each in answered)
    whole = Conversation(f"{'f' * 14}{255 - n:02x}", HOSTILE[0], MOMENT, asked)
    backend.conversations.save(whole)
    backend.explanations.put(whole.id, asked[0].id, explanation(answered))
backend.builder.start()
backend_module.shared_backend = lambda: backend

policy = [Middleware(SecurityHeaders, script_hashes=inline_script_hashes())]
app = st.App(
    rag.ui.escape.__file__.replace("escape.py", "page.py"),
    middleware=[
        *(policy if os.environ["INJECTION_POLICY"] == "1" else []),
        Middleware(HostOriginGuard),
    ],
)
