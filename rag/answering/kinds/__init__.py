"""What a question asks for besides a fact, and the answers to that."""
