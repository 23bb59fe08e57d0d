"""Conditions side by side on many sets, beside a plain baseline."""
