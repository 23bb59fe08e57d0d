"""Footnote beside what people would pick instead, each in its defaults; writes a table in SPEED.md.

    python tests/benchmarks/peers.py --envs /tmp/peers --set /tmp/sets/squad2 --write

Each system builds an index of the same text files with the same embedder (all-MiniLM-L6-v2), in its
own process of one thread and its own environment: `ENVS/NAME`, in lower case, made by `--install`.
The files are the articles of the demo corpus as Footnote reads them, and those of the set,
`articles.jsonl`; the questions those of both that have an answer.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rag.assistant import Assistant
from rag.config import DEFAULT_EMBEDDER, Config
from rag.encoders.model_files import find_model

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).with_name("SPEED.md")
PEER = Path(__file__).with_name("peer.py")
BEGIN, END = "<!-- peers -->", "<!-- /peers -->"
PINNED = ("torch==2.13.0", "sentence-transformers")  # another torch would bring CUDA
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    # Two threads of OpenMP wait for each other on a machine that is shared: searches took seconds.
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}
PACKAGES = {
    "Footnote": (),
    "LangChain": ("langchain", "langchain-text-splitters", "langchain-huggingface"),
    "LlamaIndex": ("llama-index-core", "llama-index-embeddings-huggingface"),
    "Chroma": ("chromadb",),
    "txtai": ("txtai",),
    "Haystack": ("haystack-ai", "sentence-transformers-haystack"),
}
ROWS = {
    "build, s by the clock": "{build_s:.0f}",
    "build, s of the processor": "{build_cpu:.0f}",
    "peak of memory of the build, MB": "{build_mb:.0f}",
    "index on disk, MB": "{disk:.1f}",
    "process start to first hits, s by the clock": "{first_s:.1f}",
    "the same, s of the processor": "{first_cpu:.1f}",
    "search p50 / p95, ms by the clock": "{clock_ms[0]:.0f} / {clock_ms[1]:.0f}",
    "search p50 / p95, ms of the processor": "{cpu_ms[0]:.0f} / {cpu_ms[1]:.0f}",
    "memory after the first search, MB": "{opened_mb:.0f}",
    "an answering article in the first 5 passages, demo": "{recall_demo:.3f}",
    "the same, the set": "{recall_set:.3f}",
}


def install(envs: Path) -> None:
    """Make an environment for each system but Footnote."""
    for name, packages in PACKAGES.items():
        if packages:
            folder = envs / name.lower()
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [folder / "bin" / "pip", "install", "-q", *PINNED, *packages]
            subprocess.run(pip, check=True)


def write_sources(folder: Path, given: Path | None) -> None:
    """Write texts and questions below `folder`, as `peer.py` wants them."""
    texts, questions = folder / "texts", []
    texts.mkdir()
    demo = Assistant(Config(corpus=ROOT / "corpus", index=folder / "demo"))
    demo.build()
    snapshot = demo.snapshot()
    for article in filter(None, map(snapshot.article, snapshot.article_ids)):
        _write(texts, article.id, article.title, article.text)
    asked_of = {"demo": ROOT / "tests" / "questions" / "demo.jsonl"}
    if given:
        asked_of["set"] = given / "questions.jsonl"
        for article in _lines(given / "articles.jsonl"):
            _write(texts, article["id"], article["title"], article["text"])
    for name, path in asked_of.items():
        for asked in _lines(path):
            if asked["answerable"] and asked.get("articles") and not asked.get("history"):
                files = [_file(each) for each in asked["articles"]]
                questions.append({"set": name, "question": asked["question"], "files": files})
    lines = "".join(json.dumps(each) + "\n" for each in questions)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _file(article: str) -> str:
    return article.replace("/", "-") + ".txt"


def _write(texts: Path, article: str, title: str, text: str) -> None:
    (texts / _file(article)).write_text(f"{title}\n\n{text}\n", encoding="utf-8")


def measure(name: str, python: Path, folder: Path, runs: int) -> dict[str, Any]:
    """Return the figures of one system."""
    index = folder / "index"
    shutil.rmtree(index, ignore_errors=True)
    index.mkdir()
    built = _run(name, python, folder, "build")
    asked = [_run(name, python, folder, "ask") for _ in range(runs)]
    return {
        **sorted(asked, key=lambda one: one["cpu_ms"][0])[runs // 2],
        **{key: statistics.median(one[key] for one in asked) for key in ("first_s", "first_cpu")},
        **{f"build_{key}": built[key] for key in ("s", "cpu", "mb")},
        "disk": sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / 1e6,
        "versions": built["versions"],
    }


def _run(name: str, python: Path, folder: Path, act: str) -> dict[str, Any]:
    """Return what one process tells, and its seconds and the peak of its memory."""
    model = find_model(DEFAULT_EMBEDDER).path
    told = folder / "told"
    began = time.perf_counter()
    with told.open("wb") as out:
        process = subprocess.Popen(
            [python, PEER, name, act, folder, model],
            stdout=out,
            cwd=folder,
            env=os.environ | ENVIRONMENT | {"STARTED": str(time.time())},
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name} could not {act}")
    return {
        **json.loads(told.read_text(encoding="utf-8").splitlines()[-1]),
        "s": time.perf_counter() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "mb": used.ru_maxrss / 1024,
    }


def table(found: dict[str, dict[str, Any]]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| | " + " | ".join(found) + " |", "|---|" + "---:|" * len(found)]
    for label, shape in ROWS.items():
        try:
            cells = [shape.format(**figures) for figures in found.values()]
        except KeyError:  # without a set
            continue
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure each system, print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--envs", type=Path, required=True, help="folder of the environments")
    parser.add_argument("--set", type=Path, help="folder of articles.jsonl and questions.jsonl")
    parser.add_argument("--runs", type=int, default=3, help="of searches and starts (3)")
    parser.add_argument("--only", nargs="*", default=list(PACKAGES), help="names of systems")
    parser.add_argument("--install", action="store_true", help="make the environments first")
    parser.add_argument("--write", action="store_true", help="write the table into SPEED.md")
    options = parser.parse_args()
    if options.install:
        install(options.envs)
    found = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_sources(folder, options.set)
        count = len(list((folder / "texts").iterdir()))
        for name in options.only:
            own = options.envs / name.lower() / "bin" / "python"
            python = own if PACKAGES[name] else Path(sys.executable)
            found[name] = measure(name, python, folder, options.runs)
            told = _told(found, count, options)
            print(told, flush=True)
            if options.write:  # as far as it is
                between = re.compile(f"(?<={BEGIN}\n).*?(?=\n{END})", re.DOTALL)
                page = PAGE.read_text(encoding="utf-8")
                PAGE.write_text(between.sub(lambda _, told=told: told, page), encoding="utf-8")


def _told(found: dict[str, dict[str, Any]], articles: int, options: argparse.Namespace) -> str:
    given = f" --set {options.set.name}" if options.set else ""
    versions = "; ".join(each["versions"] for each in found.values())
    return (
        f"`python tests/benchmarks/peers.py --envs ENVS{given} --runs {options.runs}`,\n"
        f"{date.today():%d %B %Y}, {articles} articles, one thread, one build and "  # noqa: DTZ011
        f"{options.runs} of the searches (of several the median),\n"
        f"{os.cpu_count()} cores shared with other work "
        f"(load {os.getloadavg()[0]:.0f} at the end).\n\n{table(found)}\n\nVersions: {versions}."
    )


if __name__ == "__main__":
    main()
