"""What is in the corpus, for a person to look through: listed, read, added to, taken out of."""
