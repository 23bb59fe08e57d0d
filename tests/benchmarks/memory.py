"""What the chat's memory is made of, part by part: python tests/benchmarks/memory.py [INDEX]

Loads in this process what the chat's server loads, and asks questions of the demo set. The figure
is memory of the process's own (RssAnon); files that are mapped and shared are not in it. Without an
index, that of the demo corpus is built.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

QUESTIONS = Path(__file__).parents[1] / "questions" / "demo.jsonl"
ASKED = (1, 5, 10, 20)  # questions


def main() -> None:
    """Print a line for each part."""
    print(f"{'Python':32} {own_mb():4.0f} MB")
    from streamlit.web import bootstrap

    from rag.assistant import Assistant
    from rag.config import load_config
    from rag.records import Question

    del bootstrap
    print(f"{'with Streamlit and Footnote':32} {own_mb():4.0f} MB")
    texts = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        config = replace(load_config(), index=Path(folder) / "index")
        if len(sys.argv) > 1:
            config = replace(config, index=Path(sys.argv[1]))
        else:
            Assistant(config).build()
        assistant = Assistant(config)
        for name, load in (
            ("with the embedder", lambda: assistant.embedder),
            ("with the index", assistant.snapshot),
            ("with the reader", assistant.warm),
        ):
            load()
            print(f"{name:32} {own_mb():4.0f} MB")
        for number, text in enumerate(texts[: ASKED[-1]], start=1):
            assistant.ask(Question(text))
            if number in ASKED:
                print(f"{f'after {number} questions':32} {own_mb():4.0f} MB", flush=True)


def own_mb() -> float:
    """Return the memory of this process that nothing else shares or can drop, in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
