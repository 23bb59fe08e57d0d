"""The visible text of a Word paragraph: what is struck out, hidden or deleted is not in it.

Raised and lowered characters keep their place, symbols and equations are read, form fields show
their values. What was left out is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from docx.oxml.ns import qn
from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.formats.equations import equation_text
from rag.corpus.normal_form import one_line
from rag.corpus.scripts import lowered, raised

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TEXT_BOX = qn("w:txbxContent")

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_OFF = ("0", "false", "off", "none")
_W = {
    name: qn(f"w:{name}")
    for name in "r t rPr pPr rStyle pStyle basedOn style styleId val sym char font delText strike"
    " dstrike vanish vertAlign position sz rFonts ascii hAnsi noBreakHyphen footnoteReference"
    " customMarkFollows endnoteReference ffData checkBox checked default ddList listEntry result"
    " sdt sdtPr showingPlcHdr".split()
}
_BREAKS = frozenset(qn(f"w:{name}") for name in ("tab", "br", "cr", "ptab"))
_SKIPPED = frozenset(qn(f"w:{n}") for n in ("pPr", "rPr", "instrText", "sdtPr", "rt", "tcPr"))
_DELETED = frozenset(qn(f"w:{n}") for n in ("del", "moveFrom", "delText"))
_NOTES = (_W["footnoteReference"], _W["endnoteReference"])

UNKNOWN = "\N{REPLACEMENT CHARACTER}"

_PRIVATE = 0xF000  # where Word keeps the codes of symbol fonts

# Adobe's Symbol encoding: 0x20 to 0x7E and 0xA0 to 0xFE, "�" where it has no character.
_SYMBOL = dict(
    zip(
        [*range(0x20, 0x7F), *range(0xA0, 0xFF)],
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
        "[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪�〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
_WINGDINGS = {
    **dict(zip(range(0x6C, 0x80), "●❍■□❐❑❒⬧⧫◆❖⬥⌧⍓⌘❀✿❝❞▯", strict=True)),
    **dict(zip(range(0x80, 0x96), "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", strict=True)),
    **dict(zip(range(0x9E, 0xA9), "·•▪○⭕◉◎◦▪◻◻", strict=True)),
    **dict(zip(range(0xDF, 0xE7), "←→↑↓↖↗↙↘", strict=True)),
    **dict(zip(range(0xEF, 0xF4), "⇦⇨⇧⇩⬄", strict=True)),
    0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x4C: "☹", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    0xD8: "➢", 0x76: "❖", 0x20: " ",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "webdings": {}}


@dataclass(slots=True)
class LeftOut:
    """What was not read: words struck out or deleted, words hidden, symbols that nobody knows."""

    struck: int = 0
    hidden: int = 0
    symbols: int = 0


@dataclass(slots=True)
class WordText:
    """Reads paragraphs with the styles of their file."""

    styles: dict[str, etree._Element]
    left_out: LeftOut = field(default_factory=LeftOut)

    def paragraph(self, paragraph: etree._Element) -> str:
        """Return the visible text of a paragraph as one line, without its text boxes."""
        text = ""
        pieces = list(self._pieces(paragraph, _style_of(paragraph, "pPr", "pStyle")))
        runs = [
            (kind, "".join(t for _, t in group)) for kind, group in groupby(pieces, lambda p: p[0])
        ]
        for place, (kind, words) in enumerate(runs):
            after = runs[place + 1][1] if place + 1 < len(runs) else ""
            write = {"superscript": raised, "subscript": lowered}.get(kind)
            text += write(words, text, after) if write else words
        return one_line(text)

    def _pieces(self, element: etree._Element, style: str) -> Iterator[tuple[str, str]]:
        """Yield the pieces of text below `element`, each raised, lowered or neither."""
        for child in element:
            if child.tag == _W["r"]:
                yield from self._run(child, style)
            elif child.tag == _MATH:
                yield "", equation_text(child)
            elif child.tag in _DELETED:
                self.left_out.struck += _count(child.itertext())
            elif (
                child.tag == _W["sdt"]
                and child.find(f"{_W['sdtPr']}/{_W['showingPlcHdr']}") is not None
            ):
                continue  # "Click here to enter text": nothing was entered
            elif child.tag not in (*_SKIPPED, FALLBACK, TEXT_BOX):
                yield from self._pieces(child, style)

    def _run(self, run: etree._Element, style: str) -> Iterator[tuple[str, str]]:
        look = _Look(self.styles, run, style)
        text = "".join(self._words(run, look))
        if look.is_on("vanish"):
            self.left_out.hidden += _count([text])
        elif look.is_on("strike") or look.is_on("dstrike"):
            self.left_out.struck += _count([text])
        elif not any(note.get(_W["customMarkFollows"]) for note in run.iter(*_NOTES)):
            yield _place(look), text

    def _words(self, run: etree._Element, look: _Look) -> Iterator[str]:
        for child in run:
            if child.tag == _W["t"]:
                yield self._letters(child.text or "", look)
            elif child.tag == _W["sym"]:
                code = int(child.get(_W["char"], "0") or "0", 16)
                yield self._symbols(child.get(_W["font"], ""), chr(code))
            elif child.tag in _BREAKS:
                yield " "
            elif child.tag == _W["noBreakHyphen"]:
                yield "-"
            elif child.tag in _DELETED:
                self.left_out.struck += _count(child.itertext())
            elif child.tag not in (*_SKIPPED, FALLBACK, TEXT_BOX):
                yield _field_value(child)
                yield "".join(text for _, text in self._pieces(child, look.style))
                yield from self._words(child, look)

    def _letters(self, text: str, look: _Look) -> str:
        if not any("\uf000" <= c <= "\uf0ff" for c in text):
            return text
        font = look.font()
        return self._symbols(font if is_symbol_font(font) else "Symbol", text)

    def _symbols(self, font: str, text: str) -> str:
        is_private = all("\uf000" <= c <= "\uf0ff" for c in text)
        shown = symbol_text(font, text) if is_symbol_font(font) or is_private else text
        self.left_out.symbols += shown.count(UNKNOWN)
        return shown


def is_symbol_font(name: str) -> bool:
    """Return whether the letters of a font are symbols."""
    return name.lower() in _FONTS or name.lower() == "wingdings 3"


def symbol_text(font: str, text: str) -> str:
    """Return what `text` shows in a symbol font; "�" for what is not known."""
    known = _FONTS.get(font.lower(), {})
    return "".join(_shown(known, ord(character)) for character in text)


@dataclass(slots=True)
class _Look:
    """How a run looks: by its own properties, else its style's, else its paragraph's."""

    styles: dict[str, etree._Element]
    run: etree._Element
    style: str

    def is_on(self, name: str) -> bool:
        found = self._find(name)
        return found is not None and found.get(_W["val"], "1").lower() not in _OFF

    def value(self, name: str) -> str:
        found = self._find(name)
        return "" if found is None else str(found.get(_W["val"], ""))

    def font(self) -> str:
        found = self._find("rFonts")
        return "" if found is None else str(found.get(_W["ascii"]) or found.get(_W["hAnsi"]) or "")

    def _find(self, name: str) -> etree._Element | None:
        own = self.run.find(f"{_W['rPr']}/{_W[name]}")
        if own is not None:
            return own
        for first in (_style_of(self.run, "rPr", "rStyle"), self.style):
            style, seen = first, set[str]()
            while style and style not in seen and style in self.styles:
                seen.add(style)
                found = self.styles[style].find(f"{_W['rPr']}/{_W[name]}")
                if found is not None:
                    return found
                based = self.styles[style].find(_W["basedOn"])
                style = "" if based is None else based.get(_W["val"], "")
        return None


def _place(look: _Look) -> str:
    """Return whether a run is a superscript, a subscript or, "", neither."""
    place = look.value("vertAlign")
    shift = look.value("position")
    if not place and look.value("sz") and re.fullmatch(r"-?[1-9]\d{0,3}", shift):
        place = "subscript" if shift.startswith("-") else "superscript"
    return place if place in ("superscript", "subscript") else ""


def _style_of(element: etree._Element, properties: str, style: str) -> str:
    found = element.find(f"{_W[properties]}/{_W[style]}")
    return "" if found is None else str(found.get(_W["val"], ""))


def _field_value(element: etree._Element) -> str:
    """Return what an old form field shows: a ticked box, the chosen entry of a list."""
    data = element.find(_W["ffData"])
    if data is None:
        return ""
    box, entries = data.find(_W["checkBox"]), data.find(_W["ddList"])
    if box is not None:
        state = box.find(_W["checked"])
        state = box.find(_W["default"]) if state is None else state
        is_ticked = state is not None and state.get(_W["val"], "1").lower() not in _OFF
        return "☒ " if is_ticked else "☐ "
    if entries is not None:
        names = [e.get(_W["val"], "") for e in entries.iter(_W["listEntry"])]
        chosen = entries.find(_W["result"])
        number = int(chosen.get(_W["val"], "0")) if chosen is not None else 0
        return str(names[number]) if number < len(names) else ""
    return ""


def _count(texts: Iterable[str]) -> int:
    return len("".join(texts).split())


def _shown(known: dict[int, str], code: int) -> str:
    code = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    return " " if code == ord(" ") else known.get(code, UNKNOWN)
