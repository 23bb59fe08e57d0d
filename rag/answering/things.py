"""The things that a question speaks of, as it names them: what a reason may quote to a reader.

"Who is the prime minister of Japan?" speaks of "prime minister" and "Japan". A verb, an adverb,
or a noun like "kind" tells a reader nothing alone, and is left out. No grammar and no model: the
word before a run of words, and the endings, tell noun from verb often enough for a reason that
quotes one or two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.terms import Word, read_words, term_list
from rag.text.word_forms import IRREGULAR_VERBS

LONGEST_THING = 3
"""Words in a row that are quoted as one."""

SUBJECT_AND_VERB = 2
"""Words of a run that can be a subject with its verb; a plural after them is the object."""

SHORTEST_ENDED = 5
"""Letters of a word from which "-ed" and "-ing" are endings: "red" and "ring" are none."""

_WORD_BEFORE = re.compile(r"([\w’']+)\W*$")
_WORD_AFTER = re.compile(r"\W*([\w’']+)")
_VERB_NEXT = re.compile(
    r"\b(?:who|what|that)\s+(?:will|would|can|could|should|may|might|must|has|have|had)\s+$",
    re.IGNORECASE,
)
_VERB_FOUND = re.compile(
    r"[,;:.?!]|\b(?:and|or|but|say|mean|about|on|in|at|for|with|from|by|against|over|under|into|"
    r"after|before|during|to|not)\b",
    re.IGNORECASE,
)
"""Where a clause ends, or its verb has been: what stands between subject and verb is "of"."""
_CLAUSE_START = re.compile(r"[,;:.?!]\s*$|\b(?:and|or|but)\s+$", re.IGNORECASE)
_INVERTS = frozenset("did do does will would can could should may might must has have had".split())
_DETERMINERS = frozenset("a an the this these those its his her their our my your".split())
_VERB_FORMS = IRREGULAR_VERBS.keys() | frozenset(
    "get put set let hit cut cost take make go come give keep leave rise fall".split()
)
_NO_VERB_BEFORE = frozenset("of say says mean do have be been not".split())
_AFTER_VERB = frozenset("the a an its his her their him them it us me".split()) | {""}
_FORMS_OF_BE = frozenset("is are was were be been being".split())
_SUBJECTS = frozenset("he she it they we you i this that these those".split())
_BEFORE_NOUN = frozenset(
    "a an the this these those its his her their our my your which whose any some no each every "
    "all both of in on at for from to with by about after before under over into against between "
    "among through during without within per than as many much what".split()
)
_UNTELLING = frozenset(
    "kind kinds type types sort sorts thing things way ways part parts lot number amount people "
    "person time times role name names word words example case cases article articles corpus text "
    "share level fact facts reason reasons detail details bit everything anything something "
    "nothing anyone someone else subject topic question answer info information matter same other "
    "others one ones two three new old big good bad long high low much many last first next rest "
    "apart ok okay called mean means meant say tell told getting taking making putting using going "
    "doing having being done get put set let far day days year years month months week weeks side "
    "sides company companies firm firms may since whether ever now still yet already "
    "currently today also".split()
)
_COMMON_SHORT = frozenset(
    "TV OK DNA RNA CEO CFO COO CTO PM MP GDP IPO ID PC PR HR CV DVD CD SUV ATM FAQ URL USB PDF VPN "
    "CPU GPU SMS GPS HIV VIP NGO AC EV IT AI AM BC AD VAT LED DIY CCTV UFO PS FYI BTW "
    "PHD MBA".split()
)
"""Short for what is no name, in capitals."""
_OFFICE = re.compile(rf"(?:{'|'.join(sorted(_COMMON_SHORT))})\s+(?:of|for)\s+(?:the\s+)?")
_PLAIN_NAME = re.compile(r"[A-Z][a-z’'-]+")


@dataclass(frozen=True, slots=True)
class Thing:
    """Neighbouring words of a question that name one thing: `text` as typed, from `start`."""

    text: str
    words: tuple[Word, ...]
    start: int

    @property
    def is_name(self) -> bool:
        """Tell whether it is a name."""
        return self.words[0].is_name

    @property
    def terms(self) -> frozenset[str]:
        """The terms of all its words."""
        return frozenset(term for word in self.words for term in word.terms)


def things_of(question: str) -> tuple[Thing, ...]:
    """Return the things that a question speaks of, names alone, in order.

    >>> [thing.text for thing in things_of("How many years in prison did the managers get?")]
    ['years', 'prison', 'managers']
    """
    found: list[Thing] = []
    for run in _runs(question):
        if run[0].is_name:
            pieces = [run] if is_telling_name(run[0], question) else []
        else:
            pieces = [_trimmed(piece) for piece in _without_verbs(run, question)]
        for piece in filter(None, pieces):
            words = piece[-LONGEST_THING:]
            start, end = words[0].start, words[-1].start + len(words[-1].text)
            if match := _OFFICE.match(question[start:end]):
                start += match.end()
            found.append(Thing(question[start:end], tuple(words), start))
    return tuple(found)


def telling_terms(name: Word) -> frozenset[str]:
    """Return the terms of a name without those that are short for what is no name: "TV", "GPU"."""
    telling = [part for part in name.text.split() if part not in _COMMON_SHORT]
    return frozenset(name.terms) & frozenset(term_list(" ".join(telling)))


def is_telling_name(word: Word, question: str) -> bool:
    """Tell whether a word that looks like a name surely is one.

    A capital at the start of the question may be that of any word ("Apart from China, …"), and
    "TV" or "CEO" is what many things are called.
    """
    if not word.is_name or not telling_terms(word):
        return False
    opens = not question[: word.start].strip(" “\"'(")
    after = question[word.start + len(word.text) :]
    return not (opens and _PLAIN_NAME.fullmatch(word.text) and not after.startswith(("'", "’")))


def _runs(question: str) -> list[list[Word]]:
    """Return the words of a question, those together that stand side by side, names alone."""
    runs: list[list[Word]] = []
    for word in read_words(question):
        previous = runs[-1] if runs else []
        if word.follows and previous and not word.is_name and not previous[-1].is_name:
            previous.append(word)
        else:
            runs.append([word])
    return runs


def _without_verbs(run: Sequence[Word], question: str) -> list[list[Word]]:
    """Return the nouns of a run of words, without the verb that it may have.

    After "did" or "has" the verb follows its subject: "did the managers [get]", "did the outage
    [affect] hospitals", "did Intel [spend]". One that its form gives away ends what came before
    it: "designers [blacklisted]".
    """
    words = list(run)
    before, after = question[: words[0].start], question[words[-1].start + len(words[-1].text) :]
    last, following = _last_word(before), _first_word(after)
    if last in {"who", "whom", "to"} or _VERB_NEXT.search(before):
        return [_without_past(words[1:], "", before)]
    if _is_inverted(before) and following not in _NO_VERB_BEFORE:
        if _follows_inverted_subject(before, last):
            return [_without_past(words[1:], last, before)]
        if len(words) == 1 and words[0].follows and following in _AFTER_VERB:
            return []
        if len(words) > SUBJECT_AND_VERB and _is_plural(words[-1].text):
            return [words[:-2], words[-1:]]
        words = words[:-1] if len(words) > 1 else words
    if len(words) == 1 and last in _FORMS_OF_BE and _looks_past(words[0].text):
        return []
    return [_without_past(words, last, before)]


def _without_past(words: list[Word], last: str, before: str) -> list[Word]:
    is_being = not _FORMS_OF_BE.isdisjoint(before.casefold().split()[-3:])
    while words and _is_participle(
        words[-1].text, last, is_alone=len(words) == 1, is_being=is_being
    ):
        words = words[:-1]
    for i, word in enumerate(words):
        if word.text.casefold() in _VERB_FORMS and (i or last not in _BEFORE_NOUN):
            return words[:i]
    return words


def _looks_past(word: str) -> bool:
    plain = word.casefold()
    return plain.endswith("ed") or plain in _VERB_FORMS


def _is_participle(word: str, last: str, *, is_alone: bool, is_being: bool) -> bool:
    """Tell whether "-ed" or "-ing" makes a word a verb: "by living", but not "the bidding"."""
    plain = word.casefold()
    if len(plain) < SHORTEST_ENDED:
        return False
    is_verb = is_being or (is_alone and last not in _DETERMINERS)
    return plain.endswith("ed") or (plain.endswith("ing") and is_verb)


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")


def _is_inverted(before: str) -> bool:
    """Tell whether the verb of a clause that "did" or its like opens is still to come."""
    clause = _VERB_FOUND.split(before)[-1]
    return any(word.casefold() in _INVERTS for word in re.findall(r"[\w’']+", clause))


def _follows_inverted_subject(before: str, last: str) -> bool:
    """Tell whether "did" and a subject without an article stand right before: "did Intel …"."""
    words = re.findall(r"[\w’'.&-]+", before)
    is_subject = last in _SUBJECTS or bool(words and words[-1][:1].isupper())
    named = len(words) - 1
    while named > 0 and words[named - 1][:1].isupper():
        named -= 1
    return is_subject and named > 0 and words[named - 1].casefold() in _INVERTS


def _trimmed(words: Sequence[Word]) -> list[Word]:
    """Return the words without those before the first that tells something."""
    kept = list(words)
    while kept and _is_untelling(kept[0]):
        kept.pop(0)
    while kept and _is_adverb(kept[-1]):
        kept.pop()
    return kept


def _is_untelling(word: Word) -> bool:
    return _is_adverb(word) or (not word.is_name and word.text.casefold() in _UNTELLING)


def _is_adverb(word: Word) -> bool:
    return not word.is_name and word.text.endswith("ly") and len(word.text) >= SHORTEST_ENDED


def _first_word(after: str) -> str:
    match = _WORD_AFTER.match(after)
    return match[1].casefold() if match else ""


def _last_word(before: str) -> str:
    match = _WORD_BEFORE.search(before)
    return match[1].casefold() if match and not _CLAUSE_START.search(before) else ""
