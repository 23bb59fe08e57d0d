"""Question sets: what is asked of Footnote in bulk."""
