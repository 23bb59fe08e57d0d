"""The encoding that a web page declares, by the labels that browsers know."""

from __future__ import annotations

import re

import webencodings

SEARCHED = 4_096  # bytes; the HTML standard asks for the first 1,024

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.()-]{1,40})""", re.IGNORECASE
)
_XML = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.()-]{1,40})["']""", re.IGNORECASE
)
_WIDER = {"gbk": "gb18030"}  # the standard decodes the first as the second


def declared_encoding(data: bytes) -> str:
    """Return the name of the Python codec for the encoding that a page declares, or "".

    >>> declared_encoding(b'<meta charset="latin1">'), declared_encoding(b'<meta charset="sjis">')
    ('cp1252', 'cp932')
    """
    match = _CHARSET.search(data[:SEARCHED]) or _XML.match(data[:SEARCHED])
    known = webencodings.lookup(match[1].decode("ascii")) if match else None
    if known is None or known.name in ("x-user-defined", "replacement", "utf-16le", "utf-16be"):
        return ""
    return str(_WIDER.get(known.name, known.codec_info.name))
