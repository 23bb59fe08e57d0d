r"""What the symbol fonts of word processors show for their codes: Symbol, Wingdings, Webdings.

>>> symbol_text("Symbol", "\uf0b3"), symbol_text("Wingdings", "\uf0fe")
('≥', '☑')
"""

from __future__ import annotations

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


def is_symbol_font(name: str) -> bool:
    """Return whether the letters of a font are symbols."""
    return name.lower() in _FONTS or name.lower() == "wingdings 3"


def symbol_text(font: str, text: str) -> str:
    """Return what `text` shows in a symbol font; "�" for what is not known."""
    known = _FONTS.get(font.lower(), {})
    return "".join(_shown(known, ord(character)) for character in text)


def _shown(known: dict[int, str], code: int) -> str:
    code = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    return " " if code == ord(" ") else known.get(code, UNKNOWN)
