"""An error of the page itself: one sentence on the page, its traceback in the terminal."""

import subprocess
import sys

FAIL = """
import logging
from rag.errors import RagError
from rag.ui.page_errors import log_to_terminal, show_error
log_to_terminal()
log_to_terminal()
try:
    raise KeyError("lost")
except KeyError as error:
    show_error(error)
show_error(RagError("E-X-001", "A fixable thing."))
logging.getLogger("rag.index").info("of no interest")
"""


def test_an_error_of_the_page_reaches_the_terminal_once_with_its_traceback():
    done = subprocess.run(  # a process of its own: a handler stays for good
        [sys.executable, "-c", FAIL], capture_output=True, text=True, check=True
    )

    assert done.stderr.count("The page failed.") == 1
    assert done.stderr.count("KeyError: 'lost'") == 1
    assert "Traceback" in done.stderr
    assert "fixable" not in done.stderr
    assert "of no interest" not in done.stderr
