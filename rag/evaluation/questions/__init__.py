"""Question sets: read strictly, checked, written, drafted."""
