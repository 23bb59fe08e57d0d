"""Footnote: ask a folder of articles; every sentence of an answer carries a checked quote."""

__version__ = "0.1.0"
