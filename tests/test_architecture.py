"""The house rules that no linter holds: forbidden calls, the environment, a start that is light.

Style, types and the order of imports are checked beside the tests: see `.ci/run`.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

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


def test_no_module_calls_what_runs_or_trusts_foreign_code():
    assert [found for path in SOURCES for found in _trusting(path)] == []


def test_only_config_reads_the_environment():
    reads = re.compile(r"os\.(environ\b(?!\[)|getenv)\.?(get)?\(")

    reading = [_name(path) for path in SOURCES if reads.search(path.read_text(encoding="utf-8"))]

    assert set(reading) <= {"rag/config.py"}


def test_a_file_names_no_path_of_the_machine_that_it_was_written_on():
    machine = re.compile(r"/(?:home|root|work|Users)/\w")
    texts = [*SOURCES, *ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("tests/benchmarks/*")]

    assert [_name(p) for p in texts if p.is_file() and machine.search(p.read_text("utf-8"))] == []


def test_help_is_there_without_importing_anything_heavy():
    code = (
        "import sys; from rag.cli.parser import make_parser; import rag.cli.main;"
        "make_parser().format_help(); print(*sorted(m for m in sys.modules if '.' not in m))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()

    assert not HEAVY.intersection(loaded)


def _trusting(path):
    """Yield where a module calls what runs foreign code, or trusts it by a keyword."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                yield f"{_name(path)}:{node.lineno} {name}"
            case ast.keyword(arg=name, value=value) if name in FORBIDDEN_KEYWORDS:
                if not (isinstance(value, ast.Constant) and value.value is False):
                    yield f"{_name(path)}:{node.lineno} {name}"
            case ast.Attribute() if ast.unparse(node) == "st.html":
                yield f"{_name(path)}:{node.lineno} st.html"


def _name(path):
    return str(path.relative_to(ROOT))
