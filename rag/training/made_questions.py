"""Makes questions that people ask and the sets have few of: what a thing is, and why a thing was.

Both are taken from how a sentence is built: "X is a …" and "X, a …," say what X is; "… because …"
says why. What is hard about them stands around: paragraphs about X that do not say what it is, and
the sentence without its reason (see `examples`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from rag.records import Span
from rag.retrieval.names import names
from rag.training.sets import Asked, Paragraph

SHORTEST, LONGEST = 12, 140
"""Characters of what a thing is said to be, and of a reason."""

LONGEST_SUBJECT, LONGEST_CLAUSE = 60, 180  # characters

_IS = re.compile(r"(?: \([^()]{1,80}\))? (?:is|was|are|were) (?=(?:an?|the|one of) )")
_BESIDE = re.compile(r", (?=an? )")
_THING = re.compile(r"(?:an?|the|one of) [^.;:,()]+(?:,? (?:who|which|that) [^.;:,()]+)?(?=[.;,])")
_PERSON = re.compile(r"\b(?:who|he|she|his|her)\b")
_THING_ASKED = (
    "What is {}?", "What is {}?", "what is {}", "What's {}?", "What exactly is {}?",
    "What does {} mean?", "Explain {}", "Can you explain what {} is?",
    "explain {} in simple words", "{} meaning", "Define {}",
)  # fmt: skip
_PERSON_ASKED = (
    "Who is {}?", "Who is {}?", "Who was {}?", "who is {}", "Who's {}?", "Who exactly is {}?",
    "Can you tell me who {} is?",
)  # fmt: skip
_REASON = re.compile(
    r"(?:because(?: of)?|due to|as a result of|in order to|owing to|so as to) [^.;:?!]+"
)
_CLAUSE = re.compile(
    r"(?P<subject>[^,;:]+?) (?P<aux>is|are|was|were|has|have|had|will|can|could|would|did|does)"
    r" (?P<rest>[^,;:?!]+?),?\s*$"
)
_POINTS = re.compile(
    r"^(?:it|this|that|these|those|they|he|she|there|i|we|you|in|at|on|near|by|for|as|if|when)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:An?|The|Some|Many|Most|All|One|His|Her|Its|Their|Our) ")


AS_TYPED = 0.3
"""Share of the questions that are put as people type them in a chat."""

_OPENINGS = ("hi, ", "Hello, ", "please tell me: ", "Can you tell me ", "do you know ",
             "quick question: ", "I would like to know ", "so ", "ok and ")  # fmt: skip
_CLOSINGS = (" please", "??", " in short", " thanks", " exactly?", " according to the articles?")


def make_questions(asked: Sequence[Asked], *, most: int, seed: int) -> list[Asked]:
    """Return up to `most` questions to the paragraphs of `asked`, half of each kind if there are.

    In a seeded order; `spans` are the words that say what it is, or the reason.
    """
    rng = random.Random(f"{seed} questions")  # noqa: S311 - draws examples
    paragraphs = list(dict.fromkeys(one.paragraph for one in asked))
    what = [one for paragraph in paragraphs for one in _what_is(paragraph, rng)]
    why = [one for paragraph in paragraphs for one in _why(paragraph)]
    rng.shuffle(what)
    rng.shuffle(why)
    made = what[: max(most // 2, most - len(why))] + why[: most // 2]
    rng.shuffle(made)
    return made[:most]


def _what_is(paragraph: Paragraph, rng: random.Random) -> Iterator[Asked]:
    """Yield for each name of the paragraph that it explains a question for it."""
    for i, place in enumerate(paragraph.sentences):
        sentence = paragraph.text[place.start : place.end]
        for name in names(sentence):
            thing = _thing_of(name, sentence)
            if thing is None:
                continue
            is_person = bool(_PERSON.search(paragraph.text[place.start : place.end + LONGEST]))
            form = rng.choice(_PERSON_ASKED if is_person else _THING_ASKED)
            span = Span(place.start + thing.start, place.start + thing.end)
            yield Asked(form.format(name), paragraph, (i,), (span,))


def _thing_of(name: str, sentence: str) -> Span | None:
    """Return where a sentence says what a name is: after "is", or beside it between commas."""
    at = sentence.find(name)
    after = at + len(name)
    link = _IS.match(sentence, after) if at <= len("The ") else None
    link = link or (_BESIDE.match(sentence, after) if at > 0 or " " in name else None)
    thing = _THING.match(sentence, link.end()) if link else None
    if thing is None or not SHORTEST <= thing.end() - thing.start() <= LONGEST:
        return None
    return Span(*thing.span())


def _why(paragraph: Paragraph) -> Iterator[Asked]:
    for i, place in enumerate(paragraph.sentences):
        sentence = paragraph.text[place.start : place.end]
        reason = _REASON.search(sentence)
        clause = _CLAUSE.match(sentence[: reason.start()]) if reason else None
        if (
            reason is None
            or clause is None
            or clause.end() > LONGEST_CLAUSE
            or len(clause["subject"]) > LONGEST_SUBJECT
            or not SHORTEST <= reason.end() - reason.start() <= LONGEST
            or _POINTS.match(clause["subject"])
        ):
            continue
        subject = clause["subject"].strip()
        if _ARTICLE.match(subject) or not subject.startswith(names(sentence)):
            subject = f"{subject[:1].lower()}{subject[1:]}"
        question = f"Why {clause['aux']} {subject} {clause['rest'].strip()}?"
        span = Span(place.start + reason.start(), place.start + reason.end())
        yield Asked(" ".join(question.split()), paragraph, (i,), (span,))


def as_typed(question: str, rng: random.Random) -> str:
    """Return most questions as they are; others in lower case, with a slip, or words of courtesy.

    >>> as_typed("Who owns Gala?", random.Random(1))
    'who owns gala'
    """
    if rng.random() >= AS_TYPED or not question.endswith("?"):
        return question
    bare = question.rstrip("? ")
    match rng.randrange(6):
        case 0 | 1 | 2:
            return bare.lower()
        case 3:
            return f"{rng.choice(_OPENINGS)}{question[:1].lower()}{question[1:]}"
        case 4:
            return f"{bare}{rng.choice(_CLOSINGS)}"
        case _:
            return _with_slip(bare, rng) + "?"


def _with_slip(text: str, rng: random.Random) -> str:
    """Return the text with two letters inside a long word exchanged."""
    places = [m.start() for m in re.finditer(r"(?<=\w)[a-z](?=[a-z]\w)", text)]
    if not places:
        return text
    at = rng.choice(places)
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"
