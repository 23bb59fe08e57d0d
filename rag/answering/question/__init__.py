"""The question, read once into what the rest of answering needs of it."""
