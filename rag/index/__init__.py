"""Embedding, dense and lexical search, and generations on disk."""
