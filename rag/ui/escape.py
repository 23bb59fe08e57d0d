"""The one way that foreign text (of articles, questions, models, file names) enters markdown.

Whatever Streamlit would read as markup is made literal, so no text can add a link, an image,
a colour or an icon. Formatting is added by our own code around escaped pieces. Where a text
needs no formatting at all, `st.text` and the `textContent` of our views need no escaping.
"""

from __future__ import annotations

import re

from rag.text.visible import plain

__all__ = ["escape", "plain"]

_MARKUP = re.compile(r"([\[\]!`$:|#*_~^{}()+\-.=@])")
_SPACE = re.compile(r"\s+")

# Streamlit makes links of bare addresses after it has read the markup, so a backslash is too
# early to stop it; an invisible, unbreakable joiner in the address is not.
_JOINER = "\N{WORD JOINER}"
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)


def escape(text: str) -> str:
    r"""Return `text` as one line of markdown that shows its characters and nothing else.

    >>> escape("[a](b) <i>")
    '\\[a\\]\\(b\\) &lt;i&gt;'
    """
    text = _ADDRESS.sub(_JOINER, _SPACE.sub(" ", plain(text)))
    text = text.replace("\\", "\\\\")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", text)
