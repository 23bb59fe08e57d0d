"""Markdown's directives: call-outs of MkDocs, containers, fences and roles of MyST and Quarto.

Their titles and words are read; their names, options and lists of pages are not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

_PROSE: Final = frozenset(
    "admonition attention caution danger deprecated error figure hint important note seealso tip"
    " versionadded versionchanged warning".split()
)
_NO_WORDS: Final = frozenset(
    "contents eval-rst image include raw tableofcontents toctree bibliography".split()
)
_TITLE = re.compile(r"\s*(?:\{[^}]*\}|[\w:-]+)?\s*(?:\[([^\]]*)\]|([^{}\[\]]*))")
_FENCE = re.compile(r"\{([\w:+.-]{1,60})\}[ \t]*(.*)")
_OPTIONS = re.compile(r"\A(?:[ \t]*:[\w-]+:[^\n]*(?:\n|\Z))+|\A---\n(?:[^\n]*\n)*?---(?:\n|\Z)")
_ROLE = re.compile(r"\{[\w:+.-]{1,60}\}\Z")
_LABEL = re.compile(r"(.{1,300}?)\s*<[^<>]{1,500}>\Z", re.DOTALL)


def directive_plugin(parser: MarkdownIt) -> None:
    """Let `parser` read directives."""
    parser.use(admon_plugin)
    parser.use(container_plugin, "directive", validate=lambda *_: True, render=_container)
    parser.core.ruler.push("directives", _read_directives)


def _container(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    return _opened(tokens[place].info) if tokens[place].nesting == 1 else "</div>"


def _opened(info: str) -> str:
    match = _TITLE.match(info)
    title = (match[1] or match[2] or "") if match else ""
    return f"<div><p>{html.escape(title)}</p>"


def _read_directives(state: StateCore) -> None:
    for token in state.tokens:
        match = _FENCE.match(token.info.strip()) if token.type == "fence" else None
        if match:
            _read_fence(token, match[1], match[2], state.md)
        for before, child in pairwise(token.children or ()):
            if child.type == "code_inline" and _ROLE.search(before.content):
                before.content = _ROLE.sub("", before.content)
                child.content = _LABEL.sub(r"\1", child.content)
    for opened, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opened.type == "container_directive_open" and _OPTIONS.match(inline.content):
            inline.children = []


def _read_fence(token: Token, name: str, title: str, parser: MarkdownIt) -> None:
    content = _OPTIONS.sub("", token.content)
    if name in _NO_WORDS:
        token.type, token.content = "html_block", ""
    elif name in _PROSE:
        shown = "" if name == "figure" else f"{{{name}}} {title}"
        token.type, token.content = "html_block", f"{_opened(shown)}{parser.render(content)}</div>"
    else:
        token.content = content
