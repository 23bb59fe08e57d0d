"""Markdown with a metadata head: rendered as HTML, then read as any page is, whole.

Links keep their words, images go, code stays as it is, a table row becomes a line, notes follow the
text. Besides CommonMark: tables, footnotes, definition lists, strike-through, raised and lowered
characters, wiki links, call-outs, highlights, and the marks of a review (CriticMarkup). What is for
the machine (attributes, template tags, directives' names and options) goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import apply_metadata, split_front_matter
from rag.corpus.formats.markdown_directives import directive_plugin
from rag.corpus.formats.webpage import draft_of_markup
from rag.corpus.scripts import lowered, raised

DEEPEST = 100  # nested quotes and lists; deeper content is dropped by the parser

_REVIEWED = re.compile(
    r"\{--(?P<gone>[^{}]{1,2000}?)--\}|\{~~(?P<old>[^{}]{0,2000}?)~>(?P<new>[^{}]{0,2000}?)~~\}"
    r"|\{>>[^{}]{0,2000}?<<\}|\{\+\+(?P<added>[^{}]{1,2000}?)\+\+\}"
    r"|\{==(?P<marked>[^{}]{1,2000}?)==\}"
)


# Attributes of kramdown, Pandoc and MkDocs: "{: .lead }", "{#use .big}".
_ATTRIBUTES = r"\{:?[ \t]*(?:(?:[.#][\w-]+|[\w-]+=[^\s{}]+)[ \t]*)+\}"


def _script(write: Callable[[str, str, str], str]) -> Callable[[re.Match[str]], str]:
    return lambda m: write(m[1], m.string[: m.start()], m.string[m.end() :])


_INLINE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    # What CommonMark leaves as text, and what its words are.
    (re.compile(r"!\[\[[^\]\n]{1,300}\]\]|%%[^%\n]{1,1000}%%"), lambda _: ""),
    (re.compile(r"\A(?:\[TOC\]|\([\w:.-]+\)=)\Z|\[\[_TOC_\]\]"), lambda _: ""),
    (re.compile(r"\{%[^%\n]{1,300}%\}|\{\{[<%][^\n]{1,300}?[%>]\}\}"), lambda _: ""),
    (re.compile(rf"(?:\A|[ \t]+){_ATTRIBUTES}\Z"), lambda _: ""),
    (re.compile(r"\[\[(?:[^\]|\n]{1,300}\|)?([^\]|\n]{1,300})\]\]"), lambda m: m[1].strip()),
    (re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,500}?)(?<=[^\s=])==(?![=\w])"), lambda m: m[1]),
    (re.compile(r"(?<=[\w)])\^([^\s^]{1,30})\^"), _script(raised)),
    (re.compile(r"(?<=[\w)])~([^\s~]{1,30})~(?!~)"), _script(lowered)),
    (re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]{1,500}?)(?<=[^\s~])~(?![\w~])"), lambda _: ""),
)
_CALL_OUT = re.compile(r"\A\[!\w[\w-]{0,30}\][+-]?[ \t]*")


def _plain_text(state: StateCore) -> None:
    """Turn the notations of other writers in the text of `state` into their words."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text":
                for pattern, words in _INLINE:
                    child.content = pattern.sub(words, child.content)
    for quote, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if quote.type == "blockquote_open" and inline.children:
            _part_call_out(inline.children)


def _part_call_out(children: list[Token]) -> None:
    """Make the title of a call-out a paragraph of its own, without its kind."""
    title = _CALL_OUT.sub("", children[0].content)
    if children[0].type == "text" and title != children[0].content:
        children[0].content = title
        for child in children:
            if child.type == "softbreak":
                child.type, child.content = "html_inline", "</p><p>"
                break


def _parser() -> MarkdownIt:
    options = {"maxNesting": DEEPEST, "html": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin)
    parser.use(directive_plugin)
    parser.core.ruler.push("plain_text", _plain_text)
    return parser


_PARSER = _parser()


def parse(source: Source) -> list[Draft]:
    """Return the article of a .md file. Raises ArticleError E-DOC-014 and E-DOC-021."""
    front, body = split_front_matter(source.text(), source)
    draft = Draft([])
    apply_metadata(draft, front, source)
    page = f"<body>{_PARSER.render(_REVIEWED.sub(_after_review, body))}"
    return [draft_of_markup(draft, page, source)]


def _after_review(match: re.Match[str]) -> str:
    gone = match["gone"] or match["old"] or ""
    kept = match["new"] or match["added"] or match["marked"] or ""
    return (f"<del>{gone}</del>" if gone.strip() and "\n\n" not in gone else "") + kept
