"""The models that read text: the embedder, the reader and rerankers, each with its runners."""
