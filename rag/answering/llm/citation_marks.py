"""Find the marks by which a model says which passage it has a sentence from, in any shape.

    [1]  [[1]]  [1, 2]  [^1]  [passage 1]  [citation:1]  (source 2)  【1†source】  <sup>1</sup>  ¹

A mark that names no passage is a mark all the same, and goes: 【4:0†valve.md】, [The Post, 3 May].

>>> unmarked("The firm recalled it.¹ It cost $5 [2].")
('The firm recalled it. It cost $5.', [(21, (1,)), (32, (2,))])
"""

from __future__ import annotations

import re

_LABEL = (
    r"(?:(?:see|passages?|sources?|articles?|quotes?|docs?|documents?|cite|citations?|refs?"
    r"|references?|web|footnotes?)\b[\s:_#.-]*|(?:passage|source|doc|ref)_)"
)
_NUMBERS = r"#?P?\d{1,3}(?:\s*(?:[,;&–-]|and)\s*#?P?\d{1,3})*"
_MARK = re.compile(
    rf"[ \t]*(?:"
    rf"(?:\[\s*|【\s*|〔|⟦){{1,2}}\^?{_LABEL}*(?P<square>{_NUMBERS})"
    r"(?P<more>\s*[†:|^,][^\]】〕⟧]{0,120})?"
    rf"\s*(?:\]|】|〕|⟧){{1,2}}(?:\([^()\s]*\)|\^)?"
    rf"|\(\s*{_LABEL}+(?P<labelled>{_NUMBERS})\s*\)"
    rf"|\((?P<round>\d{{1,2}}(?:\s*,\s*\d{{1,2}})*)\)"
    rf"|<(?P<tag>sup|cite|ref|citation)\b[^>]*>\s*[\[(]?(?P<tagged>{_NUMBERS})[\])]?\s*</(?P=tag)>"
    rf"|</co:?\s*(?P<span>[\d,\s]+)>"
    rf"|(?:(?<=[.!?,;:”\"’'\]\s)])|(?<=[^\W\d_]{{4}}))(?P<raised>[⁰¹²³⁴-⁹]+(?:[\s⁻˒,]*[⁰¹²³⁴-⁹])*)"
    r"(?![^\W_])"
    r"|【[^【】\n]{0,120}】"
    r"|\ue200[^\ue201\n]{0,80}\ue201"
    r"|\[(?:citation|source|ref)\b[^\[\]\d\n]{0,60}\]"
    r"|\s\((?:source|via|see)\b[^()\n]{0,80}\)(?=[.!?]?\s*(?:$|\n))"
    r"|\s\[\^?[^\[\]\n]{2,80}\](?=[.!?]?\s*(?:$|\n))"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def unmarked(text: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """Return the text without marks, and each mark's place in that text with its passages."""
    kept: list[str] = []
    marks: list[tuple[int, tuple[int, ...]]] = []
    at = length = 0
    for match in _MARK.finditer(text):
        kept.append(text[at : match.start()])
        length += match.start() - at
        at = match.end()
        marks.append((length, _passages(match)))
    kept.append(text[at:])
    return "".join(kept), marks


def _passages(match: re.Match[str]) -> tuple[int, ...]:
    if re.match(r":\d", match["more"] or ""):  # a file and a place in it: 4:0
        return ()
    names = ("square", "labelled", "round", "tagged", "span", "raised")
    found = next((match[name] for name in names if match[name]), "")
    return tuple(int(number) for number in re.findall(r"\d+", found.translate(_RAISED)))
