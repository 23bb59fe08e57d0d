"""Answers that leave Footnote: written as files, and checked again later against the articles."""
