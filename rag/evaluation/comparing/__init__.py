"""Two runs side by side, and the gates that a run must pass."""
