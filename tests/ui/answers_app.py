"""Serves the chat over the hand-made answers of `answers`."""

import streamlit as st

from rag.config import load_config
from rag.ui import backend as backend_module
from rag.ui.layers import layers
from tests.ui.answers import ARTICLES, NEXT, answer_to
from tests.ui.scripted import ScriptedAssistant


class AnsweringAssistant(ScriptedAssistant):
    """Gives the answer that was made for a question."""

    def stream(self, question, *, stop=None, notes=None):
        self.asked.append(question)
        answer = answer_to(question.text)
        yield from answer.sentences
        yield answer


class Suggested:
    """Has the questions of the start page at once."""

    is_ready = True

    def questions(self, _):
        return NEXT


config = load_config()
assistant = AnsweringAssistant(config.home, articles=ARTICLES)
assistant.config = config
backend = backend_module.Backend(assistant)
backend.suggester = Suggested()
backend_module.shared_backend = lambda: backend

app = st.App(
    backend_module.__file__.replace("backend.py", "page.py"),
    middleware=layers(config),
)
