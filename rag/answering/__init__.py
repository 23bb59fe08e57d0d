"""Hits become an Answer: extractive or generative, with checked quotes."""
