"""The house rules that a machine can hold: imports, forbidden calls, types, style."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*ROOT.glob("rag/**/*.py"), ROOT / "app.py"])
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_KEYWORDS = {
    "allow_dangerous_deserialization",
    "allow_pickle",
    "shell",
    "trust_remote_code",
    "unsafe_allow_html",
}
HEAVY = {
    "faiss",
    "langchain",
    "langchain_core",
    "numpy",
    "openvino",
    "sentence_transformers",
    "streamlit",
    "tokenizers",
    "torch",
    "transformers",
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_calls_what_runs_or_trusts_foreign_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    trusting = [
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg in FORBIDDEN_KEYWORDS
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    streamlit_html = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "st.html"
    ]

    assert not FORBIDDEN_CALLS.intersection(calls)
    assert not trusting
    assert not streamlit_html


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_config_reads_the_environment(path):
    if path.relative_to(ROOT) == Path("rag/config.py"):
        return
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"os\.(environ\b(?!\[)|getenv)\.?(get)?\(", text)


def test_help_is_there_without_importing_anything_heavy():
    code = (
        "import sys; from rag.cli.parser import make_parser; import rag.cli.main;"
        "make_parser().format_help(); print(*sorted(m for m in sys.modules if '.' not in m))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()

    assert not HEAVY.intersection(loaded)


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy"),
        ("-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"),
    ],
    ids=["lint", "format", "types", "imports go one way"],
)
def test_the_code_passes(command):
    ran = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
