"""The prompts: every word that is sent to an answer model stands in a file of `prompts/`.

A file has one part a message, under the lines `# system` and `# human`. `{question}` in it is
a placeholder; any other brace is a brace, so that JSON can be shown as it is. Files are read
and checked when an answer model is configured, and not while a question waits.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigError

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.verification.support import Region

PLACEHOLDERS = {
    "answer": frozenset({"passages", "question"}),
    "judge": frozenset({"case"}),
    "rewrite": frozenset({"history", "question"}),
}
"""What each prompt must use."""
OPTIONAL = {"answer": frozenset({"history", "kind"})}
"""What it may use besides."""
MARKER_BYTES = 8
"""A fence that an article would have to guess: 64 random bits for each question."""
LONGEST_HEADING = 200
"""Characters of title and outlet; more is no title."""

_PLACEHOLDER = re.compile(r"(?<!\{)\{([A-Za-z_]\w*)\}(?!\})")
_PART = re.compile(r"^# (system|human)[ \t]*$", re.MULTILINE)


def load_prompt(folder: Path, name: str) -> ChatPromptTemplate:
    """Return the prompt of a name in PLACEHOLDERS. Raises ConfigError E-CFG-004."""
    from langchain_core.prompts import ChatPromptTemplate  # noqa: PLC0415 - heavy

    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            "E-CFG-004", f'No prompt "{path}". Restore it, or set "prompts" to its folder.'
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "E-CFG-004", f'"{path}" cannot be read as UTF-8 text: {error}.'
        ) from error
    _check(text, path, PLACEHOLDERS[name], OPTIONAL.get(name, frozenset()))
    return ChatPromptTemplate.from_messages(_messages(text, path))


def fence_passages(regions: Sequence[Region]) -> str:
    """Return the passages, numbered from 1, between lines that their text cannot contain."""
    bodies = [(_heading(region), _printable(region.text)) for region in regions]
    marker = _new_marker("".join(heading + text for heading, text in bodies))
    return "\n".join(
        f"<<{marker} passage {n} {heading}>>\n{text}\n<<{marker} end {n}>>"
        for n, (heading, text) in enumerate(bodies, start=1)
    )


def fence_history(turns: Sequence[tuple[str, str]]) -> str:
    """Return earlier questions and answers, between lines that they cannot contain."""
    bodies = [(_printable(question), _printable(answer)) for question, answer in turns]
    marker = _new_marker("".join(question + answer for question, answer in bodies))
    return "\n".join(
        f"<<{marker} question {n}>>\n{question}\n<<{marker} answer {n}>>\n{answer}\n"
        f"<<{marker} end {n}>>"
        for n, (question, answer) in enumerate(bodies, start=1)
    )


def fence_texts(texts: Sequence[tuple[str, str]]) -> str:
    """Return texts, each under a label of ours, between lines that they cannot contain."""
    bodies = [(label, _printable(text)) for label, text in texts]
    marker = _new_marker("".join(text for _, text in bodies))
    return "\n".join(
        f"<<{marker} {label}>>\n{text}\n<<{marker} end {label}>>" for label, text in bodies
    )


def _check(text: str, path: Path, needed: frozenset[str], optional: frozenset[str]) -> None:
    used, allowed = set(_PLACEHOLDER.findall(text)), needed | optional
    if unknown := sorted(used - allowed):
        listed = ", ".join(sorted(allowed))
        raise ConfigError("E-CFG-004", f"{path} uses {{{unknown[0]}}}; it may use: {listed}")
    if lacking := sorted(needed - used):
        listed = ", ".join(sorted(needed))
        raise ConfigError("E-CFG-004", f"{path} lacks {{{lacking[0]}}}; it must use: {listed}")


def _messages(text: str, path: Path) -> list[tuple[str, str]]:
    roles = _PART.findall(text)
    if "human" not in roles:
        raise ConfigError("E-CFG-004", f'{path} lacks a line "# human" above its last part.')
    _, *pieces = _PART.split(text)
    return [(role, _template(piece)) for role, piece in zip(roles, pieces[1::2], strict=True)]


def _template(text: str) -> str:
    """Return the part as an f-string template in which only placeholders are variables."""
    escaped = text.strip().replace("{", "{{").replace("}", "}}")
    return re.sub(r"(?<!\{)\{\{([A-Za-z_]\w*)\}\}(?!\})", r"{\1}", escaped)


def _heading(region: Region) -> str:
    article = region.article
    day = article.published.isoformat() if article.published else ""
    heading = " | ".join(part for part in (article.title, article.outlet, day) if part)
    return " ".join(_printable(heading).split())[:LONGEST_HEADING].replace(">>", "> >")


def _printable(text: str) -> str:
    """Return the text without characters that a person would not see."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _new_marker(text: str) -> str:
    while True:
        marker = secrets.token_hex(MARKER_BYTES)
        if marker not in text:
            return marker
