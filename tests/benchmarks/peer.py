"""One system of `peers.py`, in its own Python: builds an index of text files, or opens it and asks.

    PYTHON tests/benchmarks/peer.py NAME build|ask FOLDER MODEL

Each takes its defaults, and the calls of its own tutorial; below FOLDER lie `texts`, `index` and
`questions.jsonl`. Where a tutorial leaves splitting to the reader, texts are split at empty lines.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

FIRST = 5


class Footnote:
    packages = ("openvino",)

    def __init__(self, texts: Path, index: Path, model: str) -> None:
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        from rag.assistant import Assistant
        from rag.config import Config

        self.assistant = Assistant(Config(corpus=texts, index=index, threads=1))

    def build(self) -> None:
        self.assistant.build()

    def search(self, question: str) -> list[str]:
        from rag.records import Question

        hits = self.assistant.search(Question(question), k=FIRST).hits
        return [hit.passage.article_id for hit in hits]


class LangChain:
    packages = ("langchain", "langchain-core", "langchain-huggingface", "sentence-transformers")

    def __init__(self, texts: Path, index: Path, model: str) -> None:
        from langchain_core.vectorstores import InMemoryVectorStore
        from langchain_huggingface import HuggingFaceEmbeddings

        self.texts, self.file = texts, index / "store.json"
        embeddings = HuggingFaceEmbeddings(model_name=model)
        if self.file.exists():
            self.store = InMemoryVectorStore.load(str(self.file), embeddings)
        else:
            self.store = InMemoryVectorStore(embeddings)

    def build(self) -> None:
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        read = [Document(text, metadata={"source": name}) for name, text in read_all(self.texts)]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        self.store.add_documents(splitter.split_documents(read))
        self.store.dump(str(self.file))

    def search(self, question: str) -> list[str]:
        found = self.store.similarity_search(question, k=FIRST)
        return [each.metadata["source"] for each in found]


class LlamaIndex:
    packages = ("llama-index-core", "llama-index-embeddings-huggingface")

    def __init__(self, texts: Path, index: Path, model: str) -> None:
        from llama_index.core import Settings, StorageContext, load_index_from_storage
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self.texts, self.folder = texts, str(index)
        Settings.embed_model = HuggingFaceEmbedding(model_name=model)
        Settings.llm = None
        if any(index.iterdir()):
            context = StorageContext.from_defaults(persist_dir=self.folder)
            opened = load_index_from_storage(context)
            self.retriever = opened.as_retriever(similarity_top_k=FIRST)

    def build(self) -> None:
        from llama_index.core import SimpleDirectoryReader, VectorStoreIndex

        documents = SimpleDirectoryReader(str(self.texts)).load_data()
        index = VectorStoreIndex.from_documents(documents)
        index.storage_context.persist(persist_dir=self.folder)

    def search(self, question: str) -> list[str]:
        return [each.metadata["file_name"] for each in self.retriever.retrieve(question)]


class Haystack:
    packages = ("haystack-ai", "sentence-transformers-haystack", "sentence-transformers")

    def __init__(self, texts: Path, index: Path, model: str) -> None:
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersTextEmbedder,
        )

        self.texts, self.file, self.model = texts, index / "store.json", model
        is_there = self.file.exists()
        store = InMemoryDocumentStore
        self.store = store.load_from_disk(str(self.file)) if is_there else store()
        if is_there:
            self.embedder = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
            self.retriever = InMemoryEmbeddingRetriever(self.store, top_k=FIRST)

    def build(self) -> None:
        from haystack import Document
        from haystack.components.preprocessors import DocumentSplitter
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        read = [Document(content=text, meta={"name": name}) for name, text in read_all(self.texts)]
        parts = DocumentSplitter().run(documents=read)["documents"]
        embedder = SentenceTransformersDocumentEmbedder(model=self.model)
        self.store.write_documents(embedder.run(documents=parts)["documents"])
        self.store.save_to_disk(str(self.file))

    def search(self, question: str) -> list[str]:
        vector = self.embedder.run(text=question)["embedding"]
        return [d.meta["name"] for d in self.retriever.run(query_embedding=vector)["documents"]]


class Txtai:
    packages = ("txtai", "faiss-cpu", "transformers")

    def __init__(self, texts: Path, index: Path, model: str) -> None:
        from txtai import Embeddings

        self.texts, self.folder = texts, str(index / "store")
        self.embeddings = Embeddings(path=model, content=True)
        if Path(self.folder).exists():
            self.embeddings.load(self.folder)

    def build(self) -> None:
        self.embeddings.index((f"{name}#{n}", part) for name, n, part in parts_of(self.texts))
        self.embeddings.save(self.folder)

    def search(self, question: str) -> list[str]:
        return [found["id"].partition("#")[0] for found in self.embeddings.search(question, FIRST)]


class Chroma:
    packages = ("chromadb", "sentence-transformers")

    def __init__(self, texts: Path, index: Path, model: str) -> None:
        import chromadb
        from chromadb.utils import embedding_functions as made

        self.texts = texts
        embed = made.SentenceTransformerEmbeddingFunction(model_name=model)
        client = chromadb.PersistentClient(str(index))
        self.collection = client.get_or_create_collection("articles", embedding_function=embed)

    def build(self) -> None:
        names, numbers, parts = zip(*parts_of(self.texts), strict=True)
        ids = [f"{name}#{n}" for name, n in zip(names, numbers, strict=True)]
        self.collection.add(ids=ids, documents=list(parts))

    def search(self, question: str) -> list[str]:
        found = self.collection.query(query_texts=[question], n_results=FIRST)["ids"][0]
        return [each.partition("#")[0] for each in found]


SYSTEMS: dict[str, Any] = {
    "Footnote": Footnote,
    "LangChain": LangChain,
    "LlamaIndex": LlamaIndex,
    "Haystack": Haystack,
    "txtai": Txtai,
    "Chroma": Chroma,
}


def read_all(texts: Path) -> list[tuple[str, str]]:
    """Return name and text of each file."""
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(texts.iterdir())]


def parts_of(texts: Path) -> list[tuple[str, int, str]]:
    """Return name, number and text of each paragraph."""
    return [
        (name, number, part)
        for name, text in read_all(texts)
        for number, part in enumerate(text.split("\n\n"))
        if part.strip()
    ]


def ask(system: Any, questions: list[dict[str, Any]]) -> dict[str, object]:
    """Return what the first search took, milliseconds of all but ten, and what was found by set."""
    first = system.search(questions[0]["question"])
    assert first
    told: dict[str, object] = {
        "first_s": time.time() - float(os.environ["STARTED"]),
        "first_cpu": time.process_time(),
        "opened_mb": resident_mb(),
    }
    wall, cpu, found = [], [], {}
    for each in questions:
        began, used = time.perf_counter(), time.process_time()
        names = system.search(each["question"])
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        found.setdefault(each["set"], []).append(not set(names).isdisjoint(each["files"]))
    told |= {f"recall_{name}": float(np.mean(hits)) for name, hits in found.items()}
    for name, times in (("clock_ms", wall[10:]), ("cpu_ms", cpu[10:])):
        told[name] = [float(each) for each in np.percentile(times, [50, 95])]
    return told


def resident_mb() -> float:
    """Return the memory of this process, in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    """Do one part, and print what was measured as JSON."""
    name, act, folder, model = sys.argv[1:]
    system = SYSTEMS[name](Path(folder, "texts"), Path(folder, "index"), model)
    lines = Path(folder, "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    told: dict[str, object] = {
        "versions": ", ".join(f"{each} {version(each)}" for each in system.packages)
    }
    if act == "build":
        system.build()
    else:
        told |= ask(system, questions)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
