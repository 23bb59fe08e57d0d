"""reStructuredText: read by docutils, then as the page that it makes; pictures and targets go.

Directives and roles that docutils does not know (Sphinx has hundreds) keep their words. No file is
included and nothing raw is passed through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from docutils import nodes  # type: ignore[import-untyped] # it has no types
from docutils.core import publish_doctree, publish_from_doctree  # type: ignore[import-untyped]
from docutils.parsers.rst import Directive, directives, roles  # type: ignore[import-untyped]
from docutils.parsers.rst.languages import en  # type: ignore[import-untyped]

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import FIELD_OF, apply_metadata, plain_key, split_front_matter
from rag.corpus.formats.webpage import draft_of_markup

_SETTINGS: Final = {
    "_disable_config": True,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "embed_stylesheet": False,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "input_encoding": "unicode",
    "line_length_limit": 1_000_000,
    "output_encoding": "unicode",
    "raw_enabled": False,
    "report_level": 3,
    "syntax_highlight": "none",
    "warning_stream": False,
}
_NAME = r"[a-zA-Z][\w:+.-]{0,60}?"
_DIRECTIVE = re.compile(rf"^[ \t]*\.\. (?:\|[^|\n]{{1,100}}\| )?({_NAME})::(?=\s|$)", re.MULTILINE)
_ROLE = re.compile(rf":({_NAME}):`|`:({_NAME}):")
_LABELLED = re.compile(r"(.{1,300}?)\s*<[^<>]{1,500}>", re.DOTALL)
# Directives of Sphinx without prose: lists of pages, what is read from code, drawn diagrams.
_NO_WORDS: Final = frozenset(
    "autoattribute autoclass autodata autofunction automethod automodule autosummary contents"
    " currentmodule default-domain digraph graph graphviz highlight include index"
    " inheritance-diagram mermaid module plot raw sectionauthor tabularcolumns"
    " testcleanup testsetup toctree".split()
)
_CODE: Final = frozenset(
    "code code-block doctest ipython parsed-literal productionlist prompt sourcecode testcode"
    " testoutput".split()
)
_UNSHOWN: Final = frozenset(("figure", "ifconfig", "only"))  # what stands behind them is not shown


class _AnyOption(dict[str, Callable[[str], str]]):
    """A table of options that takes each as it is written."""

    def __missing__(self, name: str) -> Callable[[str], str]:
        return str


class _Words(Directive):  # type: ignore[misc] # untyped base
    """A directive of unknown meaning: its argument is a paragraph, its content is read."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption(name=str)

    def run(self) -> list[nodes.Node]:
        """Return the argument and the content, without the options."""
        if self.name in _NO_WORDS:
            return []
        if self.name in _CODE:
            text = "\n".join(self.content)
            return [nodes.literal_block(text, text)]
        words = nodes.container()
        if self.arguments and self.name not in _UNSHOWN:
            parsed, _ = self.state.inline_text(self.arguments[0], self.lineno)
            words += nodes.paragraph("", "", *parsed)
        self.state.nested_parse(self.content, self.content_offset, words)
        return [words]


def _shown(_name: str, _raw: str, text: str, *_: Any) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Return what a role that is not known shows: its label, else the last part of a ~name."""
    label = _LABELLED.fullmatch(nodes.unescape(text))
    words = label[1] if label else nodes.unescape(text)
    return [
        nodes.Text(words.rpartition(".")[2] if words.startswith("~") else words.lstrip("!"))
    ], []


def parse(source: Source) -> list[Draft]:
    """Return the article of a .rst file. Raises ArticleError E-DOC-014 and E-DOC-021."""
    front, body = split_front_matter(source.text(), source)
    _register(body)
    tree = publish_doctree(body, settings_overrides=_SETTINGS)
    draft = Draft([])
    apply_metadata(draft, front or _fields(tree), source)
    for message in list(tree.findall(nodes.system_message)):  # what it refused is shown as it is
        message.parent.replace(message, list(message.findall(nodes.literal_block)))
    for label in list(tree.findall(nodes.label)):
        label.parent.remove(label)
    for kind in list(tree.findall(nodes.classifier)):  # html5 sets the colon by its style sheet
        kind.insert(0, nodes.Text(": "))
    tree.transform_messages.clear()
    page = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    return [draft_of_markup(draft, page, source)]


def _fields(tree: nodes.document) -> dict[str, str]:
    """Take the fields above the first paragraph out of `tree`, where one is metadata."""
    first = next(tree.findall(lambda n: isinstance(n, nodes.paragraph | nodes.field_list)), None)
    if not isinstance(first, nodes.field_list):
        return {}
    fields = {field[0].astext(): field[1].astext() for field in first}
    if not any(plain_key(key) in FIELD_OF for key in fields):
        return {}
    first.parent.remove(first)
    return fields


def _register(text: str) -> None:
    """Let docutils know every directive and role that `text` uses."""
    for name in {m[1].lower() for m in _DIRECTIVE.finditer(text)}:
        if name in _NO_WORDS | _CODE | _UNSHOWN or name not in en.directives:
            directives.register_directive(name, _Words)
    for name in {(m[1] or m[2]).lower() for m in _ROLE.finditer(text)}:
        if name not in en.roles:
            roles.register_local_role(name, _shown)
