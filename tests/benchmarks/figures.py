"""Measure what the README promises about time and memory, and write it there.

    python tests/benchmarks/figures.py            print the table
    python tests/benchmarks/figures.py --write    also keep it: figures.json and the README

Takes about a quarter of an hour on two cores, most of it building an index of 10,000 passages.
The memory of the chat and its start are measured in Chromium, and left out without it.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from rag.assistant import Assistant  # noqa: E402
from rag.config import Config  # noqa: E402
from rag.records import Question  # noqa: E402
from tests.benchmarks.synthetic import write_corpus  # noqa: E402
from tests.ui.chat_server import ChatServer  # noqa: E402
from tests.ui.test_chat_browser import ask  # noqa: E402

FIGURES = Path(__file__).with_name("figures.json")
README = ROOT / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
ARTICLES = 4300  # make a little over 10,000 passages
COLD_RUNS = 5
SEARCH_ROUNDS = 10
QUESTIONS = (
    "Which two measures are on hold?",
    "When did the FCC revoke China Telecom's licence?",
    "How many telecom companies did Salt Typhoon compromise?",
    "What did the Commerce Department say about its powers?",
    "Which metals did China ban from export?",
    "How much money did the rip and replace programme lack?",
    "What tariff applies to electric vehicles?",
    "Who objects to the pause?",
)
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def measure(folder: Path) -> dict[str, str]:
    """Return each figure by its name, measured below `folder`."""
    demo = Config(corpus=ROOT / "corpus", index=folder / "demo")
    Assistant(demo).build()
    write_corpus(folder / "corpus", ARTICLES)
    large = Assistant(Config(corpus=folder / "corpus", index=folder / "index"))
    started = time.perf_counter()
    report = large.build()
    seconds, passages = time.perf_counter() - started, report.passages
    large.warm()
    figures = {
        "`ask` from a cold process, demo corpus": cold_ask(demo),
        f"building an index of {passages:,} passages": f"{seconds:.0f} s",
        f"`search`, {passages:,} passages, p50": in_process(
            lambda question: large.search(question, k=8), rounds=SEARCH_ROUNDS
        ),
        f"`ask`, {passages:,} passages, p50": in_process(large.ask),
        f"rebuilding {passages:,} passages after one new article": rebuild(large, folder),
    }
    if CHROMIUM.exists():
        figures |= chat(demo, large.config, passages)
    return figures


def cold_ask(config: Config) -> str:
    """Return the median time of whole `ask` processes."""
    command = [sys.executable, "-m", "rag", "ask", QUESTIONS[0], "--index", str(config.index)]

    def run() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    walls = [_timed(run) for _ in range(COLD_RUNS)]
    return f"{statistics.median(walls):.1f} s"


def in_process(act: Callable[[Question], object], *, rounds: int = 1) -> str:
    """Return the median time of `act` over the questions."""
    walls = [_timed(partial(act, Question(text))) for text in QUESTIONS * rounds]
    return f"{statistics.median(walls) * 1000:.0f} ms"


def rebuild(assistant: Assistant, folder: Path) -> str:
    """Return the time of a build after one article was added."""
    article = (ROOT / "corpus" / "source" / "technology-measures-on-hold.md").read_bytes()
    (folder / "corpus" / "new.md").write_bytes(article)
    return f"{_timed(assistant.build):.1f} s"


def chat(demo: Config, large: Config, passages: int) -> dict[str, str]:
    """Return the chat's warm start, and its memory after questions to the large index."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(CHROMIUM_FLAGS)
        )
        start, _ = _visit(browser, demo, questions=())
        _, megabytes = _visit(browser, large, questions=QUESTIONS[:5])
        browser.close()
    return {
        "warm start of the chat, from the command to a usable page": f"{start:.1f} s",
        f"memory of the chat server, {passages:,} passages, 5 questions": f"{megabytes:.0f} MB",
    }


def _visit(browser: Browser, config: Config, *, questions: tuple[str, ...]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as home:
        server = ChatServer(
            Path(home), home=home, index=config.index.resolve(), corpus=config.corpus.resolve()
        )
        started = time.perf_counter()
        server.start()
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(server.url)
        page.get_by_role("textbox", name="Ask the articles").wait_for()
        seconds = time.perf_counter() - started
        for question in questions:
            ask(page, question)
        status = Path(f"/proc/{server._process.pid}/status").read_text(encoding="utf-8")  # noqa: SLF001
        page.close()
        server.stop()
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    return seconds, int(resident[1]) / 1000 if resident else 0.0


def table(figures: dict[str, str]) -> str:
    """Return the figures as the README shows them."""
    rows = "\n".join(f"| {name} | {value} |" for name, value in figures.items())
    return f"| what | measured |\n|---|---|\n{rows}"


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    """Measure, print, and with --write keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep the figures")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    print(table(figures))
    if write:
        FIGURES.write_text(
            json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        README.write_text(f"{before}{BEGIN}\n{table(figures)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
