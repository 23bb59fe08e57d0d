"""HTML as people see it: what is hidden or struck out goes, inline elements become their words.

What is left are blocks, links and text. Whether a block belongs to the article, and what its lines
are, is left to `webpage` and `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import lxml.html  # type: ignore[import-untyped] # it has no types
from lxml import etree

from rag.corpus.formats.equations import equation_text
from rag.corpus.scripts import is_note_mark, lowered, raised

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt figcaption"
    " footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul".split()
)
_KEPT = BLOCKS | {"html", "head", "title", "a", "br"}
_RENAMED = {"figure": "div", "form": "div", "fieldset": "div", "legend": "p", "hgroup": "div",
            "menu": "ul", "search": "div", "dialog": "div", "center": "div", "figcaption": "p",
            "optgroup": "div"}  # fmt: skip
_UNSEEN = frozenset(
    "script style noscript template svg iframe object embed audio video canvas map button meter"
    " progress datalist link meta base rp img picture source track param area applet colgroup"
    " frameset noframes".split()
)
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|$|!)",
    re.IGNORECASE,
)
_FADED_STYLE = re.compile(r"opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)", re.IGNORECASE)
_STRUCK_STYLE = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"(?!(?:html|body)$)(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)?", re.IGNORECASE)
_NO_TEXT_INPUTS = frozenset(
    ("hidden", "submit", "button", "reset", "image", "file", "password", "search")
)
_NOTE_ROLES = ("noteref", "doc-noteref", "doc-backlink")
_NOTE_CLASS = re.compile(
    r"footnote|noteref|fn-?ref|reference|cite_?ref|endnote|backref", re.IGNORECASE
)
_STREAMED = re.compile(r"[BP]:(\w+)")  # where React puts what arrives later as S:…


@dataclass(frozen=True, slots=True)
class Removed:
    """How many characters of text were hidden, and how many words were struck out."""

    hidden: int
    struck: int


def plain_markup(tree: lxml.html.HtmlElement) -> Removed:
    """Turn `tree` into blocks, links and text, in place; return what was removed."""
    _reveal(tree)
    styles = _style_rules(tree)
    hidden = _remove(tree, lambda e: _is_unseen(e, styles))
    struck = _remove(tree, lambda e: _is_struck(e, styles))
    _flatten(tree, styles)
    return Removed(sum(map(len, hidden)), sum(len(text.split()) for text in struck))


def _reveal(tree: lxml.html.HtmlElement) -> None:
    """Put in place what a browser shows though it stands in a template or comes in a stream."""
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.tag = "div"
    parts = {e.get("id"): e for e in tree.iter("div") if e.get("hidden") is not None}
    for template in list(tree.iter("template")):
        match = _STREAMED.fullmatch(template.get("id") or "")
        part = parts.get(f"S:{match[1]}") if match else None
        if part is not None and part not in template.iterancestors():
            part.attrib.pop("hidden")
            part.drop_tree()
            part.tail = None
            template.addnext(part)


def _style_rules(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Return the telling declarations of the page's style elements, by simple selector.

    Only ".a", "#b", "p" and "p.a" count, and nothing within @media, which may not hold here.
    """
    rules: dict[str, str] = {}
    for style in tree.iter("style"):
        css = _AT_RULE.sub("", _COMMENT.sub("", style.text or ""))
        is_screen = (style.get("media") or "all").lower() in ("all", "screen")
        for selectors, declarations in _RULE.findall(css) if is_screen else ():
            if any(p.search(declarations) for p in (_UNSEEN_STYLE, _STRUCK_STYLE, _RAISED_STYLE)):
                names = [name.strip() for name in selectors.split(",")]
                for name in filter(_SIMPLE.fullmatch, names):
                    rules[name] = f"{rules.get(name, '')};{declarations}"
    return rules


def _style(element: etree._Element, rules: dict[str, str]) -> str:
    own = element.get("style") or ""
    if not rules:
        return own
    names = [f".{name}" for name in (element.get("class") or "").split()]
    names += [f"#{element.get('id')}"] if element.get("id") else []
    found = [rules.get(n, "") + rules.get(f"{element.tag}{n}", "") for n in names]
    return ";".join([rules.get(element.tag, ""), *found, own])


def _is_unseen(element: etree._Element, rules: dict[str, str]) -> bool:
    tag = element.tag
    if tag == "title":
        return False
    if tag in _UNSEEN or element.get("hidden") is not None:
        return True
    if tag == "dialog" and element.get("open") is None:
        return True
    if tag == "input" and (element.get("type") or "text").lower() in _NO_TEXT_INPUTS:
        return True
    if _FADED_STYLE.search(element.get("style") or ""):
        return True
    return bool(_UNSEEN_STYLE.search(_style(element, rules)))


def _is_struck(element: etree._Element, rules: dict[str, str]) -> bool:
    if element.tag in ("del", "s", "strike") or element.get("role") == "deletion":
        return True
    return bool(_STRUCK_STYLE.search(_style(element, rules)))


def _remove(tree: lxml.html.HtmlElement, is_meant: Callable[[etree._Element], bool]) -> list[str]:
    """Remove the elements that are meant; return the text of each."""
    texts = []
    for element in [e for e in tree.iter(etree.Element) if is_meant(e)]:
        if element.getparent() is not None:
            texts.append("".join(element.itertext()).strip())
            element.drop_tree()
    return texts


def _flatten(tree: lxml.html.HtmlElement, rules: dict[str, str]) -> None:
    """Turn every inline element into its words, the inner ones first."""
    for whole in list(tree.iter("math", "select")):
        if whole.getroottree().getroot() is tree:
            _replace(whole, _WORDS[whole.tag](whole))
    for element in list(_inner_first(tree)):
        if element.getparent() is None or element.getroottree().getroot() is not tree:
            continue
        place = _RAISED_STYLE.search(_style(element, rules))
        tag = ("sup" if place[1].lower() == "super" else "sub") if place else element.tag
        if tag in _RENAMED:
            element.tag = _RENAMED[tag]
        elif tag in _WORDS:
            _replace(element, _WORDS[tag](element))
        elif tag not in _KEPT:
            if any(child.tag in BLOCKS for child in element):
                element.tag = "div"
            else:
                element.drop_tag()
        elif tag == "a" and _is_note_link(element):
            _replace(element, "")


def _inner_first(tree: lxml.html.HtmlElement) -> Iterator[etree._Element]:
    for _, element in etree.iterwalk(tree, events=("end",)):
        if isinstance(element.tag, str):
            yield element


def _replace(element: etree._Element, text: str) -> None:
    """Put `text` in the place of `element`; its tail stays."""
    parent, previous = element.getparent(), element.getprevious()
    text += element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)


def _before(element: etree._Element) -> str:
    """Return the words on the line before `element`."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return str(previous.tail or ("" if previous.tag in BLOCKS else previous.text_content()))
    if parent is None or parent.text or parent.tag in BLOCKS:
        return "" if parent is None else str(parent.text or "")
    return _before(parent)


def _raised(element: etree._Element) -> str:
    if _is_note(element):
        return ""
    return raised(element.text_content(), _before(element), element.tail or "")


def _lowered(element: etree._Element) -> str:
    return lowered(element.text_content(), _before(element), element.tail or "")


def _is_note(element: etree._Element) -> bool:
    """Return whether a raised element refers to a note."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if not is_note_mark(element.text_content()):
        return False
    links = [element.getparent(), *element.iter("a")]
    is_linked = any(e is not None and e.tag == "a" and "#" in (e.get("href") or "") for e in links)
    return is_linked or bool(_NOTE_CLASS.search(names))


def _is_note_link(element: etree._Element) -> bool:
    kind = f"{element.get('role') or ''} {element.get('epub:type') or ''}".split()
    if any(role in _NOTE_ROLES for role in kind):
        return True
    names = element.get("class") or ""
    return bool(_NOTE_CLASS.search(names)) and (
        is_note_mark(element.text_content()) or element.text_content().strip(" \ufe0e") in "↩^↑"
    )


def _quoted(element: etree._Element) -> str:
    words = element.text_content().strip().replace("“", "‘").replace("”", "’")
    return f"“{words}”"


def _value(element: etree._Element) -> str:
    """Return what a field of a form shows."""
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☒ " if element.get("checked") is not None else "☐ "
    return element.get("value") or ""


def _chosen(element: etree._Element) -> str:
    options = list(element.iter("option"))
    chosen = [o for o in options if o.get("selected") is not None] or options[:1]
    return ", ".join(o.text_content().strip() for o in chosen)


_WORDS: dict[str, Callable[[etree._Element], str]] = {
    "sup": _raised,
    "sub": _lowered,
    "q": _quoted,
    "math": equation_text,
    "rt": lambda e: f" ({e.text_content().strip()})",
    "input": _value,
    "select": _chosen,
    "wbr": lambda _: "",
}
