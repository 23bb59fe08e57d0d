"""The LLM mode: the answer model, what is sent to it, and how its replies are read."""
