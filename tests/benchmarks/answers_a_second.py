"""Measure how many answers a second the chat's server gives to programs that ask all the time.

    python tests/benchmarks/answers_a_second.py            print the table
    python tests/benchmarks/answers_a_second.py --write    also write it into RESULTS.md

Starts the server on the demo corpus and asks the demo questions through `/api/ask`, one after the
other on each connection, with 1, 5 and 20 connections at once. The time of the processor is that of
the server, all threads together: what other programs of the machine take does not count in it.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.api.token import token_of
from rag.cli.main import main as command
from tests.ui.chat_server import ChatServer

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests" / "questions" / "demo.jsonl"
RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- answers a second -->", "<!-- /answers a second -->"
CLIENTS = (1, 5, 20)
WARMING = 10  # questions that are not counted
TICKS = os.sysconf("SC_CLK_TCK")


def measured(server: ChatServer, token: str, clients: int, seconds: float) -> list[str]:
    """Return one row of the table."""
    questions = itertools.cycle(_questions())
    lock, took = threading.Lock(), []
    before, started = _processor_s(server.pid), time.monotonic()

    def asking() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while time.monotonic() - started < seconds:
            with lock:
                question = next(questions)
            asked = time.monotonic()
            _ask(connection, server, token, question)
            with lock:
                took.append(time.monotonic() - asked)

    threads = [threading.Thread(target=asking) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - started
    busy = _processor_s(server.pid) - before
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    figures = (len(took) / elapsed, p50, p95, 1000 * busy / len(took), 100 * busy / elapsed)
    shown = ("{:.1f}", "{:.2f} s", "{:.2f} s", "{:.0f} ms", "{:.0f} %")
    return [str(clients), *(each.format(x) for each, x in zip(shown, figures, strict=True))]


def _ask(connection: http.client.HTTPConnection, server: ChatServer, token: str, text: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Host": server.host}
    connection.request("POST", "/api/ask", json.dumps({"question": text}), headers)
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != http.client.OK:
        raise SystemExit(f"{reply.status} {body[:200]!r}")


def _questions() -> list[str]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def table(seconds: float, clients: tuple[int, ...]) -> str:
    """Start the server, measure, and return the table as Markdown."""
    lines = [
        "| asking at once | answers a second | p50 | p95 | processor an answer | and of one core |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = folder / "index"
        command(["index", "build", "--corpus", str(ROOT / "corpus"), "--index", str(index)])
        server = ChatServer(folder, corpus=ROOT / "corpus", index=index, api=True).start()
        try:
            token = token_of(folder / "home")
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            for question in _questions()[:WARMING]:
                _ask(connection, server, token, question)
            for count in clients:
                row = measured(server, token, count, seconds)
                lines.append(f"| {' | '.join(row)} |")
                print(lines[-1], file=sys.stderr)
        finally:
            server.stop()
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=30, help="for each row (30)")
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--write", action="store_true", help="also write it into RESULTS.md")
    options = parser.parse_args()
    found = table(options.seconds, tuple(options.clients))
    print(found)
    if options.write:
        page = RESULTS.read_text(encoding="utf-8")
        between = re.compile(f"(?<={BEGIN}\n).*?(?=\n?{END})", re.DOTALL)
        RESULTS.write_text(between.sub(lambda _: found, page), encoding="utf-8")


if __name__ == "__main__":
    main()
