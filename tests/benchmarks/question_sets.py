"""Published question sets for the scripts beside this: folders as the package reads them.

The sets are not in the repo: their folder is an argument.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # run as a script, from anywhere

from rag.answering.quotes import quote_at
from rag.assistant import Assistant
from rag.config import Config
from rag.evaluation.expected import locate_expected
from rag.evaluation.interchange.set_folder import open_set_folder
from rag.evaluation.measuring.gold import is_answering
from rag.evaluation.questions.question_set import read_question_set


def load_questions(folder, work):
    """Return the questions of a set, converted below `work`."""
    return read_question_set(open_set_folder(folder, work).questions)


def open_set(folder, work, **settings):
    """Return the default embedder and the set's articles, indexed below `work` (kept there)."""
    assistant = Assistant(open_set_folder(folder, work).config_from(Config(**settings)))
    assistant.build()
    return assistant.embedder, assistant.snapshot()


def answering_labels(asked, spans, snapshot):
    """Tell of each (article, span) whether it answers, as the measure sentence_success does."""
    expected = locate_expected(asked, snapshot)
    return [bool(is_answering([quote_at(article, span)], expected)) for article, span in spans]
