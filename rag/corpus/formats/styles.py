"""What the styles of a page say of its words: unseen, struck out, raised or lowered.

The rules of its style elements count by specificity and order, then an element's own style. Style
sheets in other files, media queries, states and scripts are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import cssselect
import lxml.html  # type: ignore[import-untyped] # it has no types
from lxml import etree

MOST_SELECTORS = 500  # with a telling declaration and names that the page has; people's have few

_TELLING = frozenset(
    "display visibility font-size text-decoration text-decoration-line vertical-align position left"
    " top text-indent clip clip-path overflow width height max-height".split()
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"""[\w\s.#>*+="'\[\]-]{1,200}""")  # no states, no far neighbours
_NAME = re.compile(r"[.#]([\w-]+)")
_IMPORTANT = re.compile(r"\s*!\s*important\s*\Z")
_NOTHING = re.compile(r"0(?:\.0+)?(?:px|pt|em|rem|%)?")
_FAR_OFF = re.compile(r"-(?:\d{4,}(?:\.\d+)?px|\d{3,}(?:\.\d+)?(?:r?em|%|px))")
_CLIPPED = re.compile(r"rect\(\s*(?:0|1)(?:px)?[\s,]+(?:0|1)(?:px)?[\s,].*|inset\(\s*(?:50|100)%.*")
_WHITE = frozenset(("white", "#fff", "#ffffff", "rgb(255,255,255)"))

_Weight = tuple[bool, tuple[int, ...], int]  # important, specificity, order
_Stated = dict[str, tuple[_Weight, str]]
_OWN = (9, 0, 0)  # the specificity of an element's own style


class Styles:
    """The telling declarations of a page, by element."""

    def __init__(self, tree: lxml.html.HtmlElement) -> None:
        self._stated: dict[etree._Element, _Stated] = {}
        self._has_sheet = any("stylesheet" in (e.get("rel") or "") for e in tree.iter("link"))
        names = {n for e in tree.iter(etree.Element) for n in (e.get("class") or "").split()}
        names |= {e.get("id") for e in tree.iter(etree.Element)}
        order = count()
        for style in tree.iter("style"):
            if (style.get("media") or "all").lower() in ("all", "screen"):
                self._has_sheet = True
                self._read(style.text or "", tree, names, order)

    def of(self, element: etree._Element) -> dict[str, str]:
        """Return the declarations that count for an element, values in lower case."""
        if element not in self._stated and not element.get("style"):
            return {}
        stated = dict(self._stated.get(element, ()))
        for name, (is_important, value) in _declarations(element.get("style") or ""):
            _state(stated, name, ((is_important, _OWN, 0), value))
        return {name: value for name, (_, value) in stated.items()}

    def is_unseen(self, element: etree._Element) -> bool:
        """Return whether nothing of an element is seen, but what it shows again within."""
        style = self.of(element)
        if not (style or element.get("color")):
            return False
        is_cut = "hidden" in style.get("overflow", "") and any(
            _NOTHING.fullmatch(style.get(name, "")) for name in ("width", "height", "max-height")
        )
        return (
            style.get("display") == "none"
            or style.get("visibility") in ("hidden", "collapse")
            or any(_NOTHING.fullmatch(style.get(name, "")) for name in ("font-size", "opacity"))
            or any(
                _FAR_OFF.fullmatch(style.get(name, "")) for name in ("left", "top", "text-indent")
            )
            or any(_CLIPPED.fullmatch(style.get(name, "")) for name in ("clip", "clip-path"))
            or is_cut
            or self._is_blank(element, style)
        )

    def shows_again(self, element: etree._Element) -> bool:
        """Return whether an element is seen though one around it has no visibility."""
        style = self.of(element)
        return style.get("visibility") == "visible" and style.get("display") != "none"

    def is_struck(self, element: etree._Element) -> bool:
        """Return whether a line is drawn through an element."""
        style = self.of(element)
        lines = (style.get(name, "") for name in ("text-decoration", "text-decoration-line"))
        return any("line-through" in line for line in lines)

    def place(self, element: etree._Element) -> str:
        """Return "sup" or "sub" for an element that is raised or lowered, else ""."""
        shift = self.of(element).get("vertical-align", "")
        return {"super": "sup", "sub": "sub"}.get(shift, "")

    def _read(
        self, css: str, tree: lxml.html.HtmlElement, names: set[str | None], order: Iterator[int]
    ) -> None:
        for selectors, declarations in _RULE.findall(_AT_RULE.sub("", _COMMENT.sub("", css))):
            told = [each for each in _declarations(declarations) if each[0] in _TELLING]
            for selector in selectors.split(",") if told else ():
                is_meant = _SELECTOR.fullmatch(selector) and names.issuperset(
                    _NAME.findall(selector)
                )
                if is_meant and (number := next(order)) < MOST_SELECTORS:
                    self._apply(selector, told, tree, number)

    def _apply(
        self,
        selector: str,
        told: list[tuple[str, tuple[bool, str]]],
        tree: lxml.html.HtmlElement,
        order: int,
    ) -> None:
        try:
            [parsed] = cssselect.parse(selector)
            found = tree.xpath(cssselect.HTMLTranslator().selector_to_xpath(parsed))
        except (cssselect.SelectorError, etree.XPathError):
            return
        for element in found:
            if element.tag in ("html", "body"):  # hidden until a script shows them
                continue
            stated = self._stated.setdefault(element, {})
            for name, (is_important, value) in told:
                _state(stated, name, ((is_important, parsed.specificity(), order), value))

    def _is_blank(self, element: etree._Element, style: dict[str, str]) -> bool:
        """Return whether letters have the colour of what is behind them."""
        colour = style.get("color") or (element.get("color") or "").lower()
        behind = style.get("background-color") or style.get("background") or element.get("bgcolor")
        if not colour or colour == "transparent":
            return bool(colour)
        if behind:
            return colour == behind.lower() or {colour, behind.lower()} <= _WHITE
        around = "".join(e.get("style") or e.get("bgcolor") or "" for e in element.iterancestors())
        return colour in _WHITE and not (self._has_sheet or "#" in around or "background" in around)


def _declarations(css: str) -> Iterator[tuple[str, tuple[bool, str]]]:
    """Yield the properties that are declared, each with whether it is important and its value."""
    for declaration in css.split(";"):
        name, _, value = declaration.lower().partition(":")
        plain = _IMPORTANT.sub("", value)
        yield name.strip(), (plain != value, plain.strip().replace(", ", ","))


def _state(stated: _Stated, name: str, what: tuple[_Weight, str]) -> None:
    if name not in stated or stated[name][0] <= what[0]:
        stated[name] = what
