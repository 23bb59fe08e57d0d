"""Footnote: ask a folder of articles; every sentence of an answer carries a checked quote."""

import logging

__version__ = "0.3.0"

# Silent by default: whoever wants to read what Footnote logs adds a handler.
logging.getLogger(__name__).addHandler(logging.NullHandler())
