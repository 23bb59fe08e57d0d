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
from rag.corpus.formats.styles import Styles
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
_VOID = ("bgsound", "command", "embed", "keygen", "source", "track", "wbr")
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
    for void in list(tree.iter(*_VOID)):  # lxml takes what follows for their content
        void.drop_tag()
    _reveal(tree)
    styles = Styles(tree)
    hidden = _remove(tree, lambda e: _is_unseen(e, styles), styles)
    struck = _remove(tree, lambda e: _is_struck(e, styles), styles)
    for foot in tree.xpath("//blockquote//footer"):  # who said it; no foot of the page
        foot.tag = "p"
    _flatten(tree, styles)
    return Removed(sum(map(len, hidden)), sum(len(text.split()) for text in struck))


def _reveal(tree: lxml.html.HtmlElement) -> None:
    """Put in place what a browser shows though it stands in a template or comes in a stream."""
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.tag = "div"
            if template.getparent() is not None:
                _fill_slots(template, template.getparent())
    parts = {e.get("id"): e for e in tree.iter("div") if e.get("hidden") is not None}
    for template in list(tree.iter("template")):
        match = _STREAMED.fullmatch(template.get("id") or "")
        part = parts.get(f"S:{match[1]}") if match else None
        if part is not None and part not in template.iterancestors():
            part.attrib.pop("hidden")
            part.drop_tree()
            part.tail = None
            template.addnext(part)


def _fill_slots(shadow: etree._Element, host: etree._Element) -> None:
    """Put what stands in `host` where its shadow root shows it; the rest is not seen."""
    slots = {slot.get("name") or "": slot for slot in shadow.iter("slot")}
    words, children = host.text or "", [child for child in host if child is not shadow]
    words += shadow.tail or ""
    host.text = shadow.tail = None
    filled = {c.get("slot") or "" for c in children} | ({""} if words.strip() else set())
    for slot in (slots[name] for name in filled if name in slots):
        del slot[:]
        slot.text = None
    if "" in slots:
        slots[""].text = words
    for child in children:
        host.remove(child)
        if (slot := slots.get(child.get("slot") or "")) is not None:
            slot.append(child)


def _is_unseen(element: etree._Element, styles: Styles) -> bool:
    tag = element.tag
    if tag == "title":
        return False
    if tag in _UNSEEN or element.get("hidden") is not None:
        return True
    if tag == "dialog" and element.get("open") is None:
        return True
    if tag == "input" and (element.get("type") or "text").lower() in _NO_TEXT_INPUTS:
        return True
    return styles.is_unseen(element)


def _is_struck(element: etree._Element, styles: Styles) -> bool:
    if element.tag in ("del", "s", "strike") or element.get("role") == "deletion":
        return True
    return styles.is_struck(element)


def _remove(
    tree: lxml.html.HtmlElement, is_meant: Callable[[etree._Element], bool], styles: Styles
) -> list[str]:
    """Remove the elements that are meant, but what is shown again in them; return their texts."""
    texts = []
    for element in [e for e in tree.iter(etree.Element) if is_meant(e)]:
        if element.getparent() is not None:
            for shown in filter(styles.shows_again, list(element.iterdescendants(etree.Element))):
                shown.tail = None
                element.addprevious(shown)
            texts.append("".join(element.itertext()).strip())
            element.drop_tree()
    return texts


def _flatten(tree: lxml.html.HtmlElement, styles: Styles) -> None:
    """Turn every inline element into its words, the inner ones first."""
    for whole in list(tree.iter("math", "select")):
        if whole.getroottree().getroot() is tree:
            _replace(whole, _WORDS[whole.tag](whole))
    for element in list(_inner_first(tree)):
        if element.getparent() is None or element.getroottree().getroot() is not tree:
            continue
        tag = styles.place(element) or element.tag
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
}
