"""One parser a format: bytes of a file in, a Draft (or several) out.

Each raises ArticleError for what it refuses and leaves titles, bylines, dates in running text and
the text normal form to `rag.corpus.drafts`.
"""
