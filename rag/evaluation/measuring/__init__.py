"""Measures: what each number means, how it is computed, how sure it is."""
