"""Whose words a sentence of an article states, by the cue words that journalists use.

A cue ("said", "according to", "allegedly") has a speaker beside it and content on one side of it,
or on both. Rules over characters, no grammar. Where it is not seen where content ends, it goes on
to the end of the sentence: what is stated as said may then be a fact, never the other way round.
What shows, confirms or proves a thing makes it so; what an institution decided is its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from rag.answering.quotes import sentences_of
from rag.records import Span
from rag.text.tokens import content_tokens

SPEAKER_WORDS = 9
"""Words of a speaker with the office; of a longer phrase the last ones are taken."""
SPOKEN_WORDS = 4
"""Quoted words from which a sentence without a cue is somebody's speech."""
MOST_CUES = 16
"""Cues that are read of one sentence; prose has fewer."""
OFFICE_WORDS = 4
"""Words of a speaker without a name behind the verb: "said the deputy minister"."""
TAIL_WORDS = 9
"""Words after "Lee said" that only say when, where and to whom."""

_ALWAYS = (
    "say claim argue believe think contend insist allege assert reckon warn caution complain fear "
    "predict accuse blame testify admit acknowledge concede promise vow pledge"
)
"""Verbs that state nothing but what somebody says."""
_OPEN = (
    "tell state add note explain comment maintain suggest estimate conclude find describe write "
    "reply recall report stress emphasise emphasize call"
)
"""Verbs that do so before "that", a colon or a quotation, behind a quotation, or with "as"."""
_STRONGER = (
    ("confirm prove show reveal establish demonstrate verify disclose find"),
    ("admit acknowledge concede confess"),
)
"""Verbs that a claim may not put where its source has none of the same group."""
_FORMS = {
    "say": "said", "tell": "told", "think": "thought", "find": "found", "write": "written|wrote",
    "show": "shown", "reply": "replied",
}  # fmt: skip


def _forms(verbs: str) -> str:
    found = []
    for verb in verbs.split():
        stem = verb.removesuffix("e")
        double = verb + verb[-1] if verb == "admit" else stem
        past = _FORMS.get(verb, f"{double}ed")
        third = verb.replace("y", "ies") if verb == "reply" else f"{verb}(?:e?s)?"
        found += [third, past, f"{double}ing"]
    return "|".join(found)


_CUE = re.compile(
    rf"\b(?P<always>{_forms(_ALWAYS)}|point(?:s|ed|ing)? out)\b|\b(?P<open>{_forms(_OPEN)})\b"
    r"|\b(?P<according>according to|in the (?:view|words|opinion|eyes) of)\s+"
    r"|(?:\b(?P<owner>(?:[\w.-]+ ){0,3}[\w.-]+)[’']s? )?\b(?P<noun>claims?|beliefs?|views?|reports?"
    r"|allegations?|accusations?|suspicions?|rumou?rs?|arguments?|fears?) that\b"
    r"|\b(?P<hedge>allegedly|reportedly|supposedly|purportedly|apparently"
    r"|(?:is|are|was|were|been) (?:widely )?(?:said|believed|thought|alleged|reported|rumoured"
    r"|rumored|understood|claimed|accused) (?:to|of|by)"
    r"|it (?:is|was|has been) (?:said|believed|thought|alleged|reported|claimed) that)\b",
    re.IGNORECASE,
)
_OPENED = re.compile(r"(?:\s+[\w’'-]+){0,5}?\s*(?:\bthat\b|:|[“\"«]|\bas\b)")
_COLON = re.compile(r"(?P<who>[A-Z][^:“”\"]{2,60}):\s*(?=[“\"«])")
_STRONGER_WORDS = [re.compile(rf"\b(?:{_forms(verbs)})\b", re.IGNORECASE) for verbs in _STRONGER]
_NO_VERB = re.compile(
    r"\b(?:the|an?|its|their|his|her|this|that|no|any|to|of|would|will|could|can|should|may|not"
    r"|did|does|do|has no|new)\s+$",
    re.IGNORECASE,
)
"""Before a form that is a noun, an infinitive, or was not said: "the claims", "refused to say"."""
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")
_TAIL = re.compile(
    r"\s*(?:in|on|at|during|after|late|early|last|this|yesterday|earlier|later|through|before|when"
    r"|reporters|journalists|parliament)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"^(?:(?:on|in|at|last|this|late|early|later|also|meanwhile|but|and|however|yet|still)\s+)"
    r"(?:\w+day\b|\w+ \d{4}|\d{4}|week|month|year|\w+ week)?,?\s*",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:he|she|they|it|who)$", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w.’'-]*(?: (?:of |de |von |van )?[A-Z][\w.’'-]*)*")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue with whom it names (None: nobody) and the stretches that it makes somebody's words."""

    cue: Span
    content: tuple[Span, ...]
    speaker: Span | None = None


def read_attributions(text: str, sentence: Span) -> list[Attribution]:
    """Return what a sentence of a text states as somebody's words; offsets are those of `text`.

    >>> text = "The dam is safe, the minister said."
    >>> [text[a.speaker.start : a.speaker.end] for a in read_attributions(text, Span(0, 35))]
    ['the minister']
    """
    quoted = [Span(*m.span()) for m in _QUOTED.finditer(text)]
    found = []
    for cue in islice(_CUE.finditer(text, sentence.start, sentence.end), MOST_CUES):
        if any(q.start < cue.start() < q.end - 1 for q in quoted):
            continue
        if (one := _read(text, sentence, cue)) is not None:
            found.append(one)
    if not found and (colon := _COLON.match(text, sentence.start, sentence.end)):
        content = (Span(colon.end(), sentence.end),)
        found.append(Attribution(Span(*colon.span()), content, Span(*colon.span("who"))))
    if not found and (spoken := _spoken(sentence, quoted)):
        found.append(Attribution(spoken, (spoken,), _speaker_around(text, sentence)))
    return found


def is_stronger(claim: str, source: str) -> bool:
    """Return whether a claim has "proved" or "admitted" and its source nothing like it."""
    return any(words.search(claim) and not words.search(source) for words in _STRONGER_WORDS)


def _read(text: str, sentence: Span, cue: re.Match[str]) -> Attribution | None:
    if cue["hedge"]:
        return Attribution(Span(*cue.span()), (sentence,))
    if cue["noun"]:
        owner = Span(*cue.span("owner")) if cue["owner"] else None
        return Attribution(Span(*cue.span()), (Span(cue.end(), sentence.end),), owner)
    if cue["according"]:
        return _according(text, sentence, cue)
    return _by_verb(text, sentence, cue)


def _according(text: str, sentence: Span, cue: re.Match[str]) -> Attribution:
    end = _phrase_end(text, cue.end(), sentence.end)
    content = (Span(sentence.start, cue.start()), Span(end, sentence.end))
    return Attribution(Span(*cue.span()), content, Span(cue.end(), end))


def _by_verb(text: str, sentence: Span, cue: re.Match[str]) -> Attribution | None:
    left = text[sentence.start : cue.start()]
    right = text[cue.end() : sentence.end]
    if _NO_VERB.search(left):
        return None
    span = Span(*cue.span())
    after = re.match(r"\s+(?=[A-Z]|(?:the|an?|its|his|her)\s)", right)
    if re.search(r"[,”\"»?!]\s*$", left) and after:  # "…," said Tomas Reyl, who …
        start = cue.end() + after.end()
        inverted = Span(start, _phrase_end(text, start, sentence.end))
        is_apposition = left.count(",") > 1 and left.rstrip().endswith(",")
        if _names_somebody(text[inverted.start : inverted.end], has_name=is_apposition):
            around = (Span(sentence.start, cue.start()), Span(inverted.end, sentence.end))
            return Attribution(span, around, inverted)
    speaker = _speaker_before(text, sentence, cue.start())
    if speaker is None:
        return None
    follows_speech = bool(re.search(r"[,”\"»?!]\s*$", text[sentence.start : speaker.start]))
    if cue["open"] and not follows_speech and not _OPENED.match(right):
        return None
    content = _content(text, sentence, Span(speaker.start, cue.end()))
    return Attribution(span, content, _resolved(text, sentence, speaker)) if content else None


def _names_somebody(phrase: str, *, has_name: bool) -> bool:
    is_office = not has_name and len(phrase.split()) <= OFFICE_WORDS
    return is_office or bool(_NAME.match(phrase))


def _content(text: str, sentence: Span, frame: Span) -> tuple[Span, ...]:
    """Return what a speaker and verb frame: what stands before them, after, or around."""
    left = text[sentence.start : frame.start].rstrip()
    right = text[frame.end : sentence.end]
    words = len(re.findall(r"\w+", right))
    before, after = Span(sentence.start, frame.start), Span(frame.end, sentence.end)
    if not left.endswith((",", "”", '"', "»", "?", "!", "—", "’")):
        return (_own_clause(text, frame, after),) if words > 1 else ()
    tells = text[frame.start : frame.end].casefold().endswith("told")
    is_tail = words <= TAIL_WORDS and (tells or bool(_TAIL.match(right)))
    if not words or (is_tail and " that " not in right):
        return (before,)
    if right.startswith(","):
        goes_on = right[1:].split()[0] not in {"and", "but", "while", "who", "which", "as"}
        return (before, after) if goes_on else (before,)
    return (_own_clause(text, frame, after),)


def _own_clause(text: str, frame: Span, after: Span) -> Span:
    """Return what follows; of ", who said …, resigned" up to the comma."""
    comma = text.find(",", after.start, after.end)
    is_relative = text[frame.start : frame.end].casefold().startswith("who ")
    return Span(after.start, comma) if is_relative and comma >= 0 else after


def _speaker_before(text: str, sentence: Span, verb: int) -> Span | None:
    """Return the phrase before a verb up to a mark or a clause word, offices before a name kept."""
    start = sentence.start
    head = text[start:verb].rstrip()
    if head.endswith((",", "—", ")")):  # "Lee, the head of the agency, said"
        return _first_name(text, Span(start, verb))
    marks = re.compile(r"[,;:“”\"«»()—–]|\b(?:and|but|that|while|although|as|because|if)\b")
    for mark in marks.finditer(text, start, start + len(head)):
        start = mark.end()
    phrase = Span(start + len(text[start:verb]) - len(text[start:verb].lstrip()),
                  sentence.start + len(head))  # fmt: skip
    if trimmed := _TIME.match(text[phrase.start : phrase.end]):
        phrase = Span(phrase.start + trimmed.end(), phrase.end)
    words = list(re.finditer(r"\S+", text[phrase.start : phrase.end]))
    while words and words[-1][0].casefold() in {"has", "have", "had", "also", "later", "then"}:
        words.pop()
    if not words:  # "resigned and said": whoever the sentence is about
        return _first_name(text, Span(sentence.start, verb))
    first = words[max(0, len(words) - SPEAKER_WORDS)]
    return Span(phrase.start + first.start(), phrase.start + words[-1].end())


def _first_name(text: str, within: Span) -> Span | None:
    """Return the first name of a stretch; "The" and "In May" are none."""
    for match in _NAME.finditer(text, within.start, within.end):
        if content_tokens(match[0]) and not _TIME.match(f"{match[0]} "):
            return Span(*match.span())
    return None


def _phrase_end(text: str, start: int, stop: int) -> int:
    mark = re.compile(r"[,.;:“”\"]|\s(?:who|that|which|in|on|at|during|after|and said)\b")
    found = mark.search(text, start, stop)
    while found and found[0] == "." and text[found.end() : found.end() + 1] not in {"", "\n", '"'}:
        if found.end() >= stop:
            break
        found = mark.search(text, found.end(), stop)
    return found.start() if found else stop


def _spoken(sentence: Span, quoted: list[Span]) -> Span | None:
    """Return the part of a sentence within quotation marks where that is all of it."""
    for quote in quoted:
        start, end = max(quote.start, sentence.start), min(quote.end, sentence.end)
        if end - start >= 0.9 * (sentence.end - sentence.start) and end - start > SPOKEN_WORDS * 4:
            return Span(start, end)
    return None


def _speaker_around(text: str, sentence: Span) -> Span | None:
    """Return who spoke last before a sentence that is nothing but speech, or right after it."""
    spans = sentences_of(text)
    before = [s for s in spans if s.end <= sentence.start][-3:]
    after = [s for s in spans if s.start >= sentence.end][:1]
    for span in (*reversed(before), *after):
        if named := [a.speaker for a in read_attributions(text, span) if a.speaker]:
            return named[-1]
    return None


def _resolved(text: str, sentence: Span, speaker: Span) -> Span:
    """Return for "he" who was named last before the sentence, where somebody was."""
    if not _PRONOUN.search(text[speaker.start : speaker.end]):
        return speaker
    if text[speaker.start : speaker.end].casefold() == "who":
        names = list(_NAME.finditer(text, sentence.start, speaker.start))
        return Span(*names[-1].span()) if names else speaker
    before = [s for s in sentences_of(text[: sentence.start]) if s.end <= sentence.start]
    for span in reversed(before[-3:]):
        if name := _NAME.search(text, span.start, span.end):
            return Span(*name.span())
    return speaker
