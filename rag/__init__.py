"""Footnote: ask a folder of articles, and get answers whose every sentence carries a checked quote."""

__version__ = "0.1.0"
