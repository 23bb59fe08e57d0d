"""What of a reply is its answer: not what a reasoning model writes while it thinks.

Every family of models has marks of its own for its thoughts, some leave out the one that opens
them, and the template of some puts a mark where no one sees it:

    <think> … </think>      [THINK] … [/THINK]      ◁think▷ … ◁/think▷      … </think>
    <|begin_of_thought|> … <|end_of_thought|>       <|START_THINKING|> … <|END_THINKING|>
    <|channel|>analysis<|message|> … <|channel|>final<|message|>     analysis…assistantfinal…
    <reflection> … <answer>                         Here is my thought process: … my response:
"""

from __future__ import annotations

import re
from typing import NamedTuple

_THOUGHT = (
    r"(?:\w{1,12}:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion)?|analysis|rationale"
    r"|scratch_?pad|(?:inner_)?monologue|chain_of_thought)"
)
_ANSWER = r"(?:final_?)?(?:answer|response|solution|output|final)"
_BEGIN, _END = r"(?:begin_?(?:of_?)?|start_?(?:of_?)?)?", r"(?:/|end_?(?:of_?)?)"
_MARK = re.compile(
    rf"(?P<opens><\|?{_BEGIN}{_THOUGHT}(?:\s[^<>]*)?\|?>|\[(?:THINK|REASON)(?:ING)?\]"
    rf"|◁{_THOUGHT}▷|<\|channel\|?>\s*(?!final\b)\w+(?:\s*<\|message\|>)?"
    r"|\A\s*analysis(?=.*assistant\s?final)|\A\W*here(?: is|['’]s) my thought process\b)"
    rf"|(?P<closes><\|?{_END}{_THOUGHT}\|?>|\[/(?:THINK|REASON)(?:ING)?\]|◁/{_THOUGHT}▷|<channel\|>)"
    rf"|(?P<answers><\|?{_BEGIN}{_ANSWER}\|?>|<\|?channel\|?>\s*final(?:\s*<\|message\|>)?"
    r"|assistant\s?final|here(?: is|['’]s) my response:?)",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(
    rf"<\|[^<>|]{{1,40}}\|>(?:assistant)?|<\|?/?(?:end_?(?:of_?)?)?{_ANSWER}\|?>", re.IGNORECASE
)
_JSON = re.compile(r"\s*(?:```\w*\s*)?(?:\{\s*[\"'}]|\[\s*[\"'{\]])")


class Answering(NamedTuple):
    """The answer in a reply so far; `is_settled` once nothing can turn it into a thought."""

    text: str
    is_settled: bool


def answer_in(reply: str) -> Answering:
    """Return the reply without its thoughts; what follows one that is not closed is a thought.

    Prose that no mark has come before may still turn out to be thought aloud. JSON may not: it
    is what the prompt asks for.

    >>> answer_in("Let me see. Only one firm.</think>It was Hobart.")
    Answering(text='It was Hobart.', is_settled=True)
    """
    kept, rest, is_settled = "", reply, False
    while True:
        if not kept.strip() and _JSON.match(rest):
            return Answering(rest, is_settled=True)
        mark = _MARK.search(rest)
        if mark is None:
            return Answering(_CONTROL.sub("", kept + rest), is_settled)
        before, rest = rest[: mark.start()], rest[mark.end() :]
        if mark.lastgroup == "opens":
            kept += before
            end = next((m for m in _MARK.finditer(rest) if m.lastgroup != "opens"), None)
            if end is None:
                return Answering(_CONTROL.sub("", kept), is_settled)
            rest = rest[end.end() :]
        elif is_settled:
            kept += before
        else:
            kept = ""
        is_settled = is_settled or not kept.strip()
