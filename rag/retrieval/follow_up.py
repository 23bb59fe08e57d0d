"""Turn a follow-up into a query that stands on its own, without a model.

    What did China Telecom lose?  ·  "and when was that?"
    -> "China Telecom lose: when was that?"

A question that does not lean on the conversation stays as it is: a new topic must not be
searched together with the old one. An answer model may rewrite better; then this is not asked.
"""

from __future__ import annotations

import re

from rag.records import Query, Question, Turn
from rag.retrieval.asked_of import ask_of_another
from rag.retrieval.names import names
from rag.text.tokens import content_tokens

SUBJECT_END = ": "
"""Stands between the subject of earlier questions and what is asked now."""

TURNS_BACK = 3
"""Earlier questions that are looked at, one after the other, while each leans on the next."""

LONG_TOPIC = 12
"""Words of an earlier question from which only names and content words are repeated."""

FRAGMENT_WORDS = 2
"""Longest question without a question word that is taken as a remark on what went before."""

BARE_TERMS = 2
"""Content terms up to which "the rule" or "other" surely means what was said before."""

SPARE_TERMS = 4
"""Content terms beyond which a question tells by itself which measure it means."""

ANSWER_NAMES = 2
"""Names taken from the earlier answer when a pronoun may mean what it named."""

_WORD = re.compile(r"[^\W_](?:[\w.&’'-]*[\w&])?")
_OPENER = re.compile(
    r"^(?:(?:ok(?:ay)?|yes|no|well|hm+|i see|thanks?|thank you|great|got it|"
    r"that(?:[’']s| is| was) (?:fine|ok(?:ay)?|right|good|great|interesting|helpful))\b[\s,.!]*)*"
    r"(?P<joins>(?:and|but|so|or|also|then|plus)\b[\s,]*)?",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"^(?:what|how)\s+about\s+", re.IGNORECASE)
_EXPLETIVE_IT = re.compile(
    r"\bit\s+(?:\w+\s+)?(?:take|takes|took|possible|legal|illegal|true|safe|necessary|okay|ok|"
    r"worth|hard|easy|difficult|better|important|common|normal|mean|means|rain|rains|snow)\b"
    r".*\b(?:to|that|for|when)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:.?!]|\b(?:and|but|or|when|while|if|because|after|before|that|who|which)\b", re.IGNORECASE
)
_NOUN_PHRASE = r"(?:the )?\w+(?: [A-Z]\w+)?"
_COUPLE = re.compile(
    rf"\b(?P<pair>(?:[Dd]o|[Dd]id|[Dd]oes|[Ww]ill|[Ww]ould|[Ss]hould) {_NOUN_PHRASE}) and "
    rf"(?={_NOUN_PHRASE} )"
)
"""Two that do something together, and so are one subject."""
_OBJECT = re.compile(r"\b(?:him|her(?=\W*$))", re.IGNORECASE)
_REPORTS = re.compile(
    r"[’']s?\b|\b(?:say|said|says|think|thought|ask|asked|tell|told|want|wanted|to|that|\w+ing)\b"
)
_NAMED_NEXT = re.compile(
    r"\w+(?: [\w-]+){1,4}? (?:do|does|did|will|would|can|could|has|have|had) (?:the )?[A-Z]"
)
"""What follows a possessive that means the name after it: "its sales does ASML make"."""
_POSSESSIVES = frozenset({"its", "their"})
_OF_NEXT = frozenset({"its", "their", "his", "her"})
_PERSONS = frozenset({"his", "her", "he", "she", "him", "himself", "herself", "hers"})
_THINGS = frozenset({"it", "they", "them", "theirs", "itself", "themselves"})
_POINTERS = frozenset({"this", "these", "those"})
_OWN_TIME = frozenset(
    "year week month day days morning evening summer winter spring autumn fall time times century "
    "decade quarter season weekend article articles corpus collection news who".split()
)
"""What "this" and "these" may stand before without meaning something said earlier."""
_REMAINDERS = frozenset({"else", "others", "another", "latter", "former", "ones"})
_COMPARISONS = re.compile(r"\b(?:other|same|such|more|less|better|worse|first one|last one)\b")
_KNOWN_TO_ALL = frozenset(
    "world government president internet economy earth sun moon public media united us uk eu un "
    "difference meaning name definition purpose best most only first last capital".split()
)
"""Nouns with "the" that name one thing for everyone, or announce what follows them."""
_REFERRING_NOUNS = frozenset(
    "agency agreement answer ban bill case companies company cost costs country date deal decision "
    "effect effects figure firm fine group law limit measure measures meeting money move number "
    "officials order people person plan point policy price reason reasons report result results "
    "rule rules sources story talks".split()
)
"""Nouns that with "the" take up what was said in other words."""
_COMPLEMENTS = frozenset("of for to in on at with that which who between from by behind".split())
_FUNCTION_BEFORE_THAT = frozenset(
    "is was are were does did do has had would will could can about of after before like for on "
    "with to by from how why when where in than".split()
)
_EMPTY_WORDS = frozenset(
    "happen happened happens many mean means much said say saying says tell think told".split()
)
"""Words at either end of a question that are not its subject."""
_QUESTION_WORDS = frozenset("what when where which who whom whose why how".split())


def make_query(question: Question) -> Query:
    """Return what to search for; the question itself unless it leans on the history."""
    text = question.text.strip()
    if not question.history or not leans_on_history(text, question.history):
        return Query(text)
    topic = _topic(question.history, text)
    if not topic:
        return Query(text)
    rest = _WHAT_ABOUT.sub("", _OPENER.sub("", text, count=1)) or text
    swapped = ask_of_another(_standing(question.history), rest)
    if swapped:
        return follow_up(swapped, question)
    return follow_up(f"{topic}{SUBJECT_END}{rest}", question)


def follow_up(text: str, question: Question) -> Query:
    """Return the query that a question is which leans on its history."""
    is_leaning = leans_on_history(question.text, question.history)
    before = _leaned_on(question.history) if is_leaning else ()
    answers = tuple(turn.answer for turn in before if turn.answer)
    return Query(text, leans_on_history=True, earlier_answers=answers)


def asked_from(query: str) -> int:
    """Return where in a query the asking begins: after the subject, if anything is said there.

    >>> query = "China Telecom lose: who voted on that?"
    >>> query[asked_from(query):]
    'who voted on that?'
    """
    subject, _, asked = query.partition(SUBJECT_END)
    first = (_WORD.findall(subject.casefold()) or [""])[0]
    is_subject = first not in _QUESTION_WORDS | _FUNCTION_BEFORE_THAT
    return len(query) - len(asked) if is_subject and content_tokens(asked) else 0


def leans_on_history(text: str, history: tuple[Turn, ...]) -> bool:
    """Tell whether the question cannot be understood without what was said before.

    >>> leans_on_history("When was that?", (Turn("What did the rule ban?", "…"),))
    True
    """
    opener = _OPENER.match(text)
    rest = text[opener.end() :] if opener else text
    if (opener and opener.group("joins")) or _WHAT_ABOUT.match(rest):
        return True
    words = [word.casefold() for word in _WORD.findall(rest)]
    if not words:
        return True
    return (
        _has_open_pronoun(rest)
        or _has_open_demonstrative(words)
        or _is_elliptic(rest, words)
        or _has_open_definite(rest, words, history)
    )


def _has_open_pronoun(text: str) -> bool:
    """Tell whether a pronoun stands for nothing that the question itself names before it."""
    for match in _WORD.finditer(text):
        word = match.group().casefold().split("'")[0].split("’")[0]
        before = text[: match.start()]
        if word not in _POSSESSIVES | _PERSONS | _THINGS:
            continue
        if word in _OF_NEXT and _NAMED_NEXT.match(text, match.start()):
            continue
        if word in _THINGS:  # the subject of its own clause is never meant
            before = " ".join(_CLAUSE.split(_COUPLE.sub(r"\g<pair> ", before))[:-1])
        if _OBJECT.match(text, match.start()) and _is_of_another(before):
            return True
        if word in _PERSONS or (word == "its" and names(text)):
            has_own = bool(names(before)) or (text.islower() and bool(content_tokens(before)))
        else:
            has_own = bool(content_tokens(before))
        if not has_own and not (word == "it" and _EXPLETIVE_IT.search(text)):
            return True
    return False


def _is_of_another(before: str) -> bool:
    """Tell whether the one name before "him" is who acts on him: "did the Senate confirm him"."""
    named = names(before)
    if len(named) != 1:
        return False
    return not _REPORTS.search(before[before.find(named[0]) + len(named[0]) :])


def _has_open_demonstrative(words: list[str]) -> bool:
    for i, word in enumerate(words):
        after = words[i + 1] if i + 1 < len(words) else ""
        if word in _POINTERS and after not in _OWN_TIME:
            return True
        if word in {"that", "that's", "that’s"}:
            before = words[i - 1] if i else ""
            if not before or not after or before in _FUNCTION_BEFORE_THAT:
                return True
    return words[-1] in {"there", "then"} or words[0] == "then"


def _is_elliptic(text: str, words: list[str]) -> bool:
    """Tell whether the question leaves out what it is about."""
    telling = len(content_tokens(text))
    if telling == 0:
        return True
    if names(text):
        return False
    is_fragment = len(words) <= FRAGMENT_WORDS and not _QUESTION_WORDS & set(words)
    refers = any(word in _REMAINDERS for word in words) or _COMPARISONS.search(text.casefold())
    return is_fragment or (telling <= BARE_TERMS and bool(refers))


def _has_open_definite(text: str, words: list[str], history: tuple[Turn, ...]) -> bool:
    """Tell whether "the measure" has nothing in the question that says which one."""
    count = len(content_tokens(text))
    if names(text) or count > SPARE_TERMS or any(word.isdigit() for word in words):
        return False
    said = {token for turn in history[-2:] for token in content_tokens(_said(turn))}
    for i, word in enumerate(words[:-1]):
        noun, after = words[i + 1], words[i + 2] if i + 2 < len(words) else ""
        if word != "the" or noun in _KNOWN_TO_ALL or after in _COMPLEMENTS:
            continue
        if (count <= BARE_TERMS and noun in _REFERRING_NOUNS) or set(content_tokens(noun)) & said:
            return True
    return False


def _said(turn: Turn) -> str:
    return f"{turn.question} {turn.answer}"


def _leaned_on(history: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Return the last turn, and those before it while each leans on the one before."""
    recent = history[-TURNS_BACK:]
    start = len(recent) - 1
    while start > 0 and leans_on_history(recent[start].question, recent[:start]):
        start -= 1
    return recent[start:]


def _topic(history: tuple[Turn, ...], text: str) -> str:
    """Return the subject words of the earlier questions that this one leans on, in order."""
    parts = [_subject_words(turn.question) for turn in _leaned_on(history)]
    named = _named_in_answer(history[-1], text, " ".join(parts))
    return " ".join(dict.fromkeys(part for part in (*parts, *named) if part))


def _subject_words(question: str) -> str:
    """Return what a question is about: from its first to its last content word.

    >>> _subject_words("When was China Telecom's licence revoked?")
    "China Telecom's licence revoked"
    """
    words = list(_WORD.finditer(question))
    telling = [match for match in words if _tells(match.group())]
    if not telling:
        return ""
    if len(words) > LONG_TOPIC:
        return " ".join(match.group() for match in telling)
    return question[telling[0].start() : telling[-1].end()]


def _tells(word: str) -> bool:
    return word.casefold() not in _QUESTION_WORDS | _EMPTY_WORDS and bool(content_tokens(word))


def _named_in_answer(turn: Turn, text: str, topic: str) -> list[str]:
    """Return what the earlier answer names, when that question asked for it and this points."""
    first = (_WORD.findall(turn.question.casefold()) or [""])[0]
    if first not in {"who", "whom", "which", "whose"} or not _has_open_pronoun(text):
        return []
    known = topic.casefold()
    found = [name for name in names(turn.answer) if name.casefold() not in known]
    return found[:ANSWER_NAMES]


def _standing(history: tuple[Turn, ...]) -> str:
    """Return the last question of late that stands by itself, "" if there is none."""
    recent = history[-TURNS_BACK:]
    standing = [
        turn.question
        for i, turn in enumerate(recent)
        if not leans_on_history(turn.question, recent[:i])
    ]
    return standing[-1] if standing else ""
