"""Equations of web pages (MathML) and of Word (OMML) as one line: Q=42, (a+b)/2, √(x), x².

A reader sees a two-dimensional formula; here its parts stand in the order in which it is read
aloud. What cannot be told is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.scripts import lowered, raised

_SILENT = frozenset(("annotation", "annotation-xml", "rPr", "ctrlPr", "mphantom"))
_PROPERTIES = "Pr"  # OMML: sSupPr, fPr, …
_GROUPS = frozenset(("math", "mrow", "semantics"))


def equation_text(element: etree._Element) -> str:
    """Return an equation as one line of text."""
    return "".join(_text(element).split()) if len(element) else (element.text or "").strip()


def _text(element: etree._Element) -> str:
    parts = [c for c in element if isinstance(c.tag, str) and not _is_silent(_name(c))]
    write = _WRITERS.get((_name(element), min(len(parts), 3)))
    if write:
        return write(element, parts)
    own = element.text or "" if not parts or _name(element) not in _GROUPS else ""
    return own.strip() + "".join(map(_text, parts))


def _fraction(_: etree._Element, parts: list[etree._Element]) -> str:
    return f"{_grouped(_text(parts[0]))}/{_grouped(_text(parts[1]))}"


def _fenced(element: etree._Element, parts: list[etree._Element]) -> str:
    begin = _delimiter(element, "begChr", "open", "(")
    return f"{begin}{','.join(map(_text, parts))}{_delimiter(element, 'endChr', 'close', ')')}"


def _scripted(
    base: etree._Element, *, up: etree._Element | None = None, down: etree._Element | None = None
) -> str:
    text = _text(base)
    if down is not None:
        text += lowered(_text(down).strip(), text) or ""
    if up is not None:
        text += _power(_text(up).strip(), text)
    return text


def _power(text: str, before: str) -> str:
    shown = raised(text, before)
    return f"^({text})" if text and shown in ("", text) else shown


def _root(element: etree._Element, parts: list[etree._Element]) -> str:
    degrees = [p for p in parts if _name(p) == "deg"]
    if _name(element) == "mroot":
        parts, degrees = parts[:1], parts[1:]
    degree = "".join(map(_text, degrees)).strip()
    inside = "".join(_text(p) for p in parts if p not in degrees)
    return f"{raised(degree, '1') if degree else ''}√({inside})"


def _nary(element: etree._Element, parts: list[etree._Element]) -> str:
    """Return a sum, a product or an integral with its limits."""
    sign = "∫"
    for mark in element.iter():
        if _name(mark) == "chr":
            sign = next(iter(mark.attrib.values()), sign)
            break
    limits = {_name(p): _text(p).strip() for p in parts}
    text = sign + (f"_({limits['sub']})" if limits.get("sub") else "")
    text += f"^({limits['sup']})" if limits.get("sup") else ""
    return f"{text} {limits.get('e', '')}"


def _delimiter(element: etree._Element, omml: str, mathml: str, usual: str) -> str:
    for mark in element.iter():
        if _name(mark) == omml:
            return str(next(iter(mark.attrib.values()), ""))
    return str(element.get(mathml, usual))


def _grouped(text: str) -> str:
    text = text.strip()
    return text if text.replace(".", "").isalnum() else f"({text})"


def _is_silent(name: str) -> bool:
    return name in _SILENT or name.endswith(_PROPERTIES)


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


_Writer = Callable[[Any, list[Any]], str]  # an element and its parts
_ANY = (1, 2, 3)  # parts, three standing for more
_WRITERS: dict[tuple[str, int], _Writer] = {
    **{(name, 2): _fraction for name in ("f", "mfrac")},
    **{(name, 2): lambda _, p: _scripted(p[0], up=p[1]) for name in ("sSup", "msup")},
    **{(name, 2): lambda _, p: _scripted(p[0], down=p[1]) for name in ("sSub", "msub", "munder")},
    **{
        (name, 3): lambda _, p: _scripted(p[0], down=p[1], up=p[2])
        for name in ("sSubSup", "msubsup", "munderover")
    },
    **{(name, count): _root for name in ("rad", "msqrt", "mroot") for count in _ANY},
    **{(name, count): _fenced for name in ("d", "mfenced") for count in _ANY},
    **{("nary", count): _nary for count in _ANY},
}
