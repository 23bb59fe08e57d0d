"""A question with its history and filters becomes a query, a query becomes hits."""
