r"""Rich text (.rtf): striprtf reads it, after what it does not know has been put into plain text.

striprtf drops the look of characters, so what is struck out, hidden or deleted is taken out before
(\strike, \v, \deleted), and raised and lowered characters are written as they can stand in a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from striprtf.striprtf import rtf_to_text

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.notes import struck_out
from rag.corpus.normal_form import one_line
from rag.corpus.scripts import lowered, raised

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'[0-9a-fA-F]{2}|\\[^a-zA-Z]"
    r"|(?P<brace>[{}])|[\r\n]+|[^\\{}\r\n]+"
)
_SWITCHES = {"strike": "struck", "striked": "struck", "deleted": "struck", "v": "struck"}
_PLACES = {"super": "raised", "up": "raised", "sub": "lowered", "dn": "lowered", "nosupersub": ""}
_INFO = re.compile(r"\{\\(title|author)\s([^{}]{1,300})\}")


@dataclass(frozen=True, slots=True)
class _Look:
    struck: frozenset[str] = frozenset()
    place: str = ""


@dataclass(slots=True)
class _Plain:
    """RTF without the looks that striprtf does not know."""

    pieces: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # footnotes, which follow the text
    struck: int = 0
    script: str = ""  # what is raised or lowered since `place`
    place: str = ""

    def add(self, token: str, look: _Look) -> None:
        if look.struck:
            self.struck += len(token.split()) if token[:1] != "\\" else 0
            return
        if look.place != self.place:
            self.flush()
            self.place = look.place
        if self.place and token[:1] != "\\":
            self.script += token
        else:
            self.pieces.append(token)

    def flush(self) -> None:
        if self.script:
            write = raised if self.place == "raised" else lowered
            before = next((p for p in reversed(self.pieces) if p[:1] not in ("\\", "{", "}")), "")
            self.pieces.append("".join(map(_escaped, write(self.script, before))))
        self.script = ""


def parse(source: Source) -> list[Draft]:
    """Return the article of a .rtf file. Raises ArticleError E-DOC-009."""
    rtf = source.data.decode("latin-1")
    plain = _without_looks(rtf)
    body = "".join(plain.pieces).rstrip().removesuffix("}")
    try:
        text = rtf_to_text(f"{body}{''.join(plain.notes)}}}", errors="replace")
    except (ValueError, LookupError, IndexError) as error:
        what = "is damaged (no readable rich text). Save it again."
        raise source.error("E-DOC-009", what) from error
    stated = {key: one_line(value) for key, value in _INFO.findall(rtf) if "\\" not in value}
    rows = (line.strip().strip("|").replace("|", " | ") for line in text.split("\n"))
    draft = Draft(list(map(one_line, rows)), title=stated.get("title", ""))
    draft.authors = (stated["author"],) if stated.get("author") else ()
    draft.warnings += [struck_out(source, plain.struck)] if plain.struck else []
    return [draft]


def _without_looks(rtf: str) -> _Plain:
    plain, look, stack = _Plain(), _Look(), list[_Look]()
    text, note_depth = plain.pieces, 0
    for match in _TOKEN.finditer(rtf):
        piece, word = match[0], match["word"]
        if piece == "{":
            plain.flush()
            plain.pieces.append(piece)
            stack.append(look)
        elif piece == "}":
            plain.flush()
            look = stack.pop() if stack else _Look()
            if note_depth and len(stack) < note_depth:
                plain.notes += [r"\par ", *plain.pieces]
                plain.pieces, note_depth = text, 0
            plain.pieces.append(piece)
        elif word == "footnote" and not note_depth:
            plain.flush()
            plain.pieces, note_depth, look = [], len(stack), _Look()
        elif word in _SWITCHES:
            is_on = match["number"] != "0"
            look = replace(look, struck=look.struck | {word} if is_on else look.struck - {word})
        elif word in _PLACES:
            look = replace(look, place=_PLACES[word] if match["number"] != "0" else "")
        else:
            look = _Look() if word == "plain" else look
            plain.add(piece, look)
    plain.flush()
    return plain


def _escaped(character: str) -> str:
    code = ord(character)
    if character in "\\{}":
        return f"\\{character}"
    return character if code < 0x80 else f"\\u{code - 0x10000 if code > 0x7FFF else code}?"  # noqa: PLR2004
