"""Sentences, chunking and tokens: what is done to the text of an article."""
