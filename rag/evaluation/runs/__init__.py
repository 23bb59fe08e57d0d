"""Runs: what is evaluated, question by question, and the folder that it leaves."""
