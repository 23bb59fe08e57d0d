"""Reads a question and a sentence together and tells how well one answers the other."""
