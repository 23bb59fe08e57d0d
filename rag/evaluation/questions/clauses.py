"""Read a plain sentence as a clause: who, the verb, the rest, and when.

Only sentences that begin with a date or with a name are read, and only what can be understood
away from its article is kept. Everything else is left alone: a question set needs few good
questions, not one from every sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.evaluation.questions.verbs import AUXILIARIES, base_form
from rag.evaluation.questions.vocabulary import NAME, Vocabulary
from rag.text.word_forms import IRREGULAR_VERBS

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = rf"(?:(?:\d{{1,2}} )?(?:{MONTHS})(?: \d{{1,2}}(?:, \d{{4}})?)?(?: \d{{4}})?|\d{{4}})"

_CLAUSE = re.compile(
    rf"^(?:(?P<when>(?:On|In) (?:{DATE})),? )?(?P<subject>(?:[Tt]he )?{NAME})"
    r"(?P<aside>, [^,.;]{3,90},)? (?P<verb>[a-z]+) (?P<rest>[^;]+?)\.$"
)
_ASIDE = re.compile(r", (?:or|abbreviated|called|known as|numbered) [^,]{2,40}(?:,|(?=\.$))")
_WHEN = re.compile(rf"(?:^| )(?P<when>(?:on|in) (?P<day>{DATE}))\b(?! \d)")
_CUT = re.compile(
    r",? (?:because|while|whereas|although|though|after|before|until|unless|as part of)\b"
    r"|, (?:(?:and|but|or) (?:\w+ )?\w+(?:ed|s)\b"
    r"|which|who|whose|where|when|as|so|with|without|saying|according|known|including"
    r"|among|citing|meaning|an?|the|one|in|on|at|from|up|down|not|but|and (?:it|they|the|that))\b"
    r"| [—–-] |: | \("
)
_BRACKETS = re.compile(r" \([^()]*\)")
_PARTICIPLES = frozenset(
    "begun broken chosen drawn driven fallen forbidden given gone grown known risen seen shown "
    "spoken stolen taken withdrawn written".split()
)
_UNCHANGED = frozenset("put set cut let hit".split())
_AFTER_PARTICIPLE = frozenset("by as under with at for from of".split())
"""A word in -ed before these is mostly no verb of the sentence: "the law passed by Congress"."""
_OPENS_OBJECT = re.compile(r"(?:an?|the|at least|more than|up to|\d|[A-Z]|two|three|four|five|six)")
_LEANS = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|him|his|she|hers?|this|these|those|such|former"
    r"|latter|same|there|here|then|meanwhile|instead|otherwise|therefore|however|too|both|we|our"
    r"|ours|you|your|I|so|again|earlier|later|previously|another)\b"
    r"|\b(?:on|in|of|with|by|for|whether|under|to|from) that\b"
)
_THE = re.compile(r"\bthe ([a-z][\w-]*)((?: [\w’'-]+){0,4})")
_QUALIFIED = re.compile(
    r" (?:of|in|for|on|to|that|which|who|between|from|under|against|at|with|behind|about|by|called"
    r"|named|known|[A-Z]\w*|\d+)\b"
)
_UNIQUE = frozenset(
    "world internet public end start beginning market press media economy future past sun moon "
    "earth north south east west".split()
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`when` is the date phrase with its preposition, `day` the date alone, both maybe empty.

    `rest` is what follows the verb, without `when`.
    """

    subject: str
    verb: str
    rest: str
    when: str = ""
    day: str = ""

    @property
    def is_active(self) -> bool:
        """Whether the verb is one that needs "did" in a question."""
        return self.verb not in AUXILIARIES


def read_clause(sentence: str, vocabulary: Vocabulary) -> Clause | None:
    """Return the clause that a sentence begins with, or None where it is not plain enough.

    "On 3 May 2024 the Board opened a bridge." gives ("the Board", "opened", "a bridge",
    "on 3 May 2024", "3 May 2024").
    """
    plain = _BRACKETS.sub("", " ".join(sentence.replace(" also ", " ").split()))
    plain = _ASIDE.sub("", plain)
    match = _CLAUSE.match(plain)
    if match is None or not vocabulary.is_name(match["subject"]):
        return None
    rest = _CUT.split(match["rest"], maxsplit=1)[0].strip()
    if not _is_verb(match["verb"], rest):
        return None
    opening = match["when"] or ""
    inner = None if opening else _WHEN.search(rest)
    if inner is not None:
        rest = f"{rest[: inner.start()]}{rest[inner.end() :]}".strip()
    when = opening[:1].lower() + opening[1:] or (inner["when"] if inner else "")
    clause = Clause(
        subject=re.sub(r"^The ", "the ", match["subject"]),
        verb=match["verb"],
        rest=rest,
        when=when,
        day=when.partition(" ")[2],
    )
    return clause if rest and stands_alone(rest) else None


def ask_with(clause: Clause, asking: str, *, rest: str, vocabulary: Vocabulary) -> str:
    """Return a question: "When" and the parts of the clause in the order of a question.

    >>> clause = Clause("the Board", "opened", "a bridge")
    >>> ask_with(clause, "When", rest=clause.rest, vocabulary=Vocabulary(()))
    'When did the Board open a bridge?'
    """
    if clause.is_active:
        is_present = clause.verb.endswith("s")
        base = base_form(clause.verb, vocabulary.words)
        parts = [asking, "does" if is_present else "did", clause.subject, base, rest]
    else:
        parts = [asking, clause.verb, clause.subject, rest]
    return " ".join(part for part in parts if part) + "?"


def stands_alone(text: str) -> bool:
    """Tell whether a text can be understood away from its article: no "it", no "the company"."""
    if _LEANS.search(text):
        return False
    return all(match[1] in _UNIQUE or _QUALIFIED.search(match[0]) for match in _THE.finditer(text))


def _is_verb(word: str, rest: str) -> bool:
    """Tell whether a word after a name is the verb of the sentence; rather no than wrongly yes."""
    if word in AUXILIARIES or word in _UNCHANGED:
        return True
    if word in {"has", "have", "had"}:
        return False  # "has named" and "has a name" make different questions
    following = rest.partition(" ")[0]
    if word in IRREGULAR_VERBS or word.endswith("ed"):
        return word not in _PARTICIPLES and following not in _AFTER_PARTICIPLE
    return word.endswith("s") and not word.endswith("ss") and bool(_OPENS_OBJECT.match(rest))
