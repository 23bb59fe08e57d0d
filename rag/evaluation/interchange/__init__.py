"""Other formats: sets with their own articles, BEIR, TREC."""
