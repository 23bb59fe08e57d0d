"""Trains what the repo carries: the reranker of sentences. Nothing here runs when asking."""
