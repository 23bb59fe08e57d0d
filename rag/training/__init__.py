"""Trains what the repo carries: the reader of passages. Nothing here runs when asking."""
