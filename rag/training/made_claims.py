"""Makes claims as an LLM would write them of an article: true ones in other words, and false ones.

Each operator takes sentences of one paragraph and changes one thing: a number moved to another
thing, two names swapped, a negation lost or put in, "may" made into "is", "some" into "all", "rose"
into "fell", halves of two sentences joined, a cause that nobody stated. What was changed is known
word by word. The operators only make lessons; nothing here runs when a claim is checked.
"""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.records import Span
from rag.retrieval.names import names
from rag.training.sets import CONTRADICTED, ENTAILED, NEITHER, Asked, Claim, Paragraph

SHORTEST, LONGEST = 40, 260
"""Characters of a sentence that claims are made of."""

EVIDENCE_AROUND = 0.5
"""Share of the claims whose text has the neighbours of the sentence, too."""

FROM_ANSWERS = 0.5
"""Claims made of questions and answers, for each that is made of a sentence."""

LONGEST_EVIDENCE, LONGEST_ANSWER = 700, 80  # characters

FALSE_SHARE = 0.6
"""Share of the claims made of a sentence that are false; of those made of answers more are true."""

NEAR_NUMBER = 0.7
"""Share of the moved numbers that stand elsewhere in the paragraph; the rest are made up."""

TURNED_FALSE = 0.3
"""Share of the true claims made of answers that are negated, or have their roles swapped."""

RARELY = 0.3
"""Share of the chances at which what fits nearly every sentence is done to it."""

TWO = 2
SHORTEST_SUBJECT = 5  # characters
HALF = 0.5

_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
_WORD_NUMBERS = "two three four five six seven eight nine ten eleven twelve twenty thirty".split()
_NEGATION = re.compile(r"(?<=\w) (?:not|never|no longer)(?= \w)|(?<=[a-z])n[’']t\b")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|should|did|does)\b")
_MODAL = re.compile(
    r"\b(?:may|might|could|would|can) (?=be\b|have\b|\w+)|"
    r"\b(?:is|are|was|were) (?:expected|planned|likely|set|due|supposed|believed) to "
)
_IF = re.compile(r"\b(?:if|unless|whether)\b[^,.]*,\s*", re.IGNORECASE)
_PAIRS = (
    "rose/fell increased/decreased increase/decrease more/less more/fewer higher/lower "
    "before/after first/last up/down above/below most/least largest/smallest early/late "
    "all/some many/few always/sometimes every/one both/neither begin/end began/ended "
    "won/lost gained/lost north/south east/west approved/rejected support/oppose "
    "supported/opposed accepted/refused opened/closed older/younger longer/shorter "
    "million/billion thousand/million percent/million kilometers/miles km/miles meters/feet "
    "years/months months/weeks days/hours highest/lowest best/worst old/new inside/outside "
    "former/current male/female allowed/banned buy/sell bought/sold joined/left"
).split()
_OPPOSITE = {
    one: other
    for pair in _PAIRS
    for one, other in (tuple(pair.split("/")), tuple(pair.split("/"))[::-1])
}
_OPPOSABLE = re.compile(r"\b(?:" + "|".join(sorted(_OPPOSITE)) + r")\b")
_QUANTIFIER = re.compile(r"\b(some|many|most|several|a few|about half of|part of)\b", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:at least|at most|up to|about|almost|nearly|around|more than) (?=\d)")
_RELATIVE = re.compile(r", (?:which|who|whose|where|when|while|although|including)\b[^,.]*(?=[,.])")
_PASSIVE = re.compile(
    r"^(?P<what>[^,;:()]+?) (?:was|were) (?P<done>\w+ed) by (?P<who>[^,;:()]+)\.$"
)
_BRACKETS = re.compile(r" \([^()]*\)")
_LEADING = re.compile(r"^(?:In|On|At|By|After|Since|During|However|Today|As of)\b[^,.]{0,60}, ")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A claim; `also` is a further sentence that it was made of."""

    text: str
    label: int
    also: str = ""


def make_claims(asked: Sequence[Asked], *, most: int, seed: int) -> list[Claim]:
    """Return up to `most` claims, about as many true ones as false ones, in a seeded order."""
    rng = random.Random(f"{seed} claims")  # noqa: S311 - draws examples
    paragraphs = list(dict.fromkeys(one.paragraph for one in asked))
    rng.shuffle(paragraphs)
    claims: list[Claim] = []
    for paragraph in paragraphs:
        claims += _of_paragraph(paragraph, rng)
        if len(claims) > most:
            break
    answered = [one for one in asked if one.spans]
    rng.shuffle(answered)
    for one in answered[:most]:
        claims += _of_answer(one, rng)
        if len(claims) > (1 + FROM_ANSWERS) * most:
            break
    true = [claim for claim in claims if claim.label == ENTAILED]
    false = [claim for claim in claims if claim.label != ENTAILED]
    rng.shuffle(true)
    rng.shuffle(false)
    kept = true[: most // 2] + false[: most - most // 2]
    rng.shuffle(kept)
    return kept


def _of_paragraph(paragraph: Paragraph, rng: random.Random) -> Iterator[Claim]:
    """Yield some three claims, each of its own sentence, both true and false."""
    fitting = [
        i
        for i, span in enumerate(paragraph.sentences)
        if SHORTEST <= span.end - span.start <= LONGEST
    ]
    for i in rng.sample(fitting, min(3, len(fitting))):
        sentence = _text(paragraph, i)
        others = [_text(paragraph, j) for j in range(len(paragraph.sentences)) if j != i]
        operators = list(_FALSE if rng.random() < FALSE_SHARE else _TRUE)
        rng.shuffle(operators)
        for operator in operators:
            made = operator(sentence, others, rng)
            if made is not None and made.text != sentence:
                yield _claim(made, sentence, paragraph, i, rng)
                break
        else:
            yield _claim(_Made(sentence, ENTAILED), sentence, paragraph, i, rng)


def _claim(made: _Made, source: str, paragraph: Paragraph, i: int, rng: random.Random) -> Claim:
    text = source
    if rng.random() < EVIDENCE_AROUND:
        around = paragraph.sentences[max(0, i - 1) : i + 2]
        wide = " ".join(paragraph.text[around[0].start : around[-1].end].split())
        text = wide if len(wide) <= LONGEST_EVIDENCE else source
    if made.also and made.also not in text:
        text = f"{text} {made.also}" if rng.random() < HALF else f"{made.also} {text}"
    words = () if made.label == ENTAILED else _changed(f"{source} {made.also}", made.text)
    return Claim(made.text, text, made.label, paragraph.is_held_out, words)


def _changed(source: str, claim: str) -> tuple[Span, ...]:
    """Return the words of the claim that its source has not, there."""
    words = [match.span() for match in re.finditer(r"\S+", claim)]
    own = [claim[a:b].strip(".,;:") for a, b in words]
    known = [word.strip(".,;:") for word in source.split()]
    matcher = difflib.SequenceMatcher(None, known, own, autojunk=False)
    spans = [
        Span(words[j][0], words[j][1])
        for tag, _, _, first, last in matcher.get_opcodes()
        if tag in {"replace", "insert"}
        for j in range(first, last)
    ]
    return tuple(spans)


def _text(paragraph: Paragraph, i: int) -> str:
    span = paragraph.sentences[i]
    return " ".join(paragraph.text[span.start : span.end].split())


# False ones: each takes a sentence, the others of its paragraph and a source of chance.


def _number_moved(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    one = rng.choice(found)
    elsewhere = [n for text in (sentence, *others) for n in _NUMBER.findall(text)]
    near = sorted({n for n in elsewhere if n != one.group() and len(n) == len(one.group())})
    if near and rng.random() < NEAR_NUMBER:
        new = rng.choice(near)
    else:
        digits = list(one.group())
        places = [k for k, c in enumerate(digits) if c.isdigit()]
        k = rng.choice(places)
        digits[k] = str((int(digits[k]) + rng.randint(1, 8)) % 10 or 1)
        new = "".join(digits)
    if new == one.group():
        return None
    return _Made(sentence[: one.start()] + new + sentence[one.end() :], CONTRADICTED)


def _numbers_swapped(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - all operators take the same
    found = list(_NUMBER.finditer(sentence))
    if len({m.group() for m in found}) < TWO:
        return None
    return _swapped(sentence, found[0].group(), found[-1].group())


def _word_number(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    for word in _WORD_NUMBERS:
        if match := re.search(rf"\b{word}\b", sentence):
            new = rng.choice([other for other in _WORD_NUMBERS if other != word])
            return _Made(sentence[: match.start()] + new + sentence[match.end() :], CONTRADICTED)
    return None


def _month_moved(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    for month in _MONTHS:
        if re.search(rf"\b{month} (?:\d|of)|\d {month}\b|\bin {month}\b", sentence):
            new = rng.choice([other for other in _MONTHS if other != month])
            return _Made(re.sub(rf"\b{month}\b", new, sentence), CONTRADICTED)
    return None


def _names_swapped(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    own = [name for name in names(sentence) if sentence.count(name) == 1]
    if len(own) < TWO:
        return None
    one, other = rng.sample(own, 2)
    return None if one in other or other in one else _swapped(sentence, one, other)


def _other_name(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:
    own = names(sentence)
    elsewhere = sorted(
        {
            name
            for text in others
            for name in names(text)
            if not any(name in one or one in name for one in own) and name not in sentence
        }
    )
    if not own or not elsewhere:
        return None
    return _Made(sentence.replace(rng.choice(own), rng.choice(elsewhere), 1), CONTRADICTED)


def _negation_lost(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    match = _NEGATION.search(sentence)
    if match is None:
        return None
    return _Made(sentence[: match.start()] + sentence[match.end() :], CONTRADICTED)


def _negation_made(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    found = list(_AUXILIARY.finditer(sentence))
    if not found or _NEGATION.search(sentence):
        return None
    end = found[0].end()
    return _Made(f"{sentence[:end]} {rng.choice(['not', 'never'])}{sentence[end:]}", CONTRADICTED)


def _made_fact(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    if match := _IF.search(sentence):
        left = sentence[: match.start()] + sentence[match.end() :]
        if len(left) >= SHORTEST:
            return _Made(left[:1].upper() + left[1:], NEITHER)
    match = _MODAL.search(sentence)
    if match is None:
        return None
    rest = sentence[match.end() :]
    if rest.startswith("be "):
        return _Made(f"{sentence[: match.start()]}is {rest[3:]}", NEITHER)
    return _Made(f"{sentence[: match.start()]}did {rest}", NEITHER)


def _opposite(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    found = list(_OPPOSABLE.finditer(sentence))
    if not found:
        return None
    one = rng.choice(found)
    new = _OPPOSITE[one.group()]
    return _Made(sentence[: one.start()] + new + sentence[one.end() :], CONTRADICTED)


def _quantifier(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    if match := _QUANTIFIER.search(sentence):
        new = rng.choice(["all", "only a few", "all"])
        new = new.capitalize() if match.group()[0].isupper() else new
        return _Made(sentence[: match.start()] + new + sentence[match.end() :], NEITHER)
    if match := _LIMIT.search(sentence):
        return _Made(f"{sentence[: match.start()]}exactly {sentence[match.end() :]}", NEITHER)
    if (found := list(_AUXILIARY.finditer(sentence))) and rng.random() < RARELY:
        end = found[0].end()
        return _Made(f"{sentence[:end]} only{sentence[end:]}", NEITHER)
    return None


def _turned_wrong(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    """Return a passive sentence as active, with who did it and whom it was done to swapped."""
    match = _PASSIVE.match(sentence)
    return (
        _Made(_active(match["what"], match["done"], match["who"]), CONTRADICTED) if match else None
    )


def _halves_joined(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:
    """Return the subject of one sentence before what another states of its own."""
    cut = _AUXILIARY.search(sentence)
    other = rng.choice(list(others)) if others else ""
    other_cut = _AUXILIARY.search(other)
    if cut is None or other_cut is None or cut.start() < SHORTEST_SUBJECT or len(other) > LONGEST:
        return None
    joined = sentence[: cut.start()] + other[other_cut.start() :]
    fits = SHORTEST <= len(joined) <= LONGEST
    return _Made(joined, NEITHER, also=other) if fits else None


def _cause_made(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:
    other = rng.choice(list(others)) if others else ""
    if not other or len(sentence) + len(other) > LONGEST + 60 or other[:1].islower():
        return None
    linked = rng.choice(["because", "after", "so that", "which led to the fact that"])
    text = f"{sentence.rstrip('.')} {linked} {other[:1].lower()}{other[1:]}"
    return _Made(text, NEITHER, also=other)


# True ones.


def _shortened(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    patterns = [_RELATIVE, _BRACKETS, _LEADING]
    rng.shuffle(patterns)
    for pattern in patterns:
        left = pattern.sub("", sentence, count=1)
        if left != sentence and len(left) >= SHORTEST:
            return _Made(left[:1].upper() + left[1:], ENTAILED)
    return None


def _moved_front(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    match = _LEADING.match(sentence)
    if match is None or not sentence.endswith("."):
        return None
    lead = match.group().rstrip(", ")
    rest = sentence[match.end() : -1]
    return _Made(f"{rest[:1].upper()}{rest[1:]} {lead[:1].lower()}{lead[1:]}.", ENTAILED)


def _joined(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:
    other = rng.choice(list(others)) if others else ""
    if not other or len(sentence) + len(other) > LONGEST + 60 or not sentence.endswith("."):
        return None
    return _Made(f"{sentence[:-1]}, and {other[:1].lower()}{other[1:]}", ENTAILED, also=other)


def _turned(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    """Return a passive sentence as active."""
    match = _PASSIVE.match(sentence)
    return _Made(_active(match["who"], match["done"], match["what"]), ENTAILED) if match else None


def _active(who: str, done: str, what: str) -> str:
    what = what if what.startswith(names(what)) else f"{what[:1].lower()}{what[1:]}"
    return f"{who[:1].upper()}{who[1:]} {done} {what}."


def _rewritten(sentence: str, others: Sequence[str], rng: random.Random) -> _Made | None:  # noqa: ARG001 - likewise
    """Return the sentence with figures and small words written another way."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", sentence)
    for old, new in (
        ("percent", "per cent"),
        ("%", " percent"),
        ("approximately", "about"),
        ("United States", "US"),
        ("in order to", "to"),
        ("however, ", ""),
        ("also ", ""),
        ("n't", " not"),
        ("as well as", "and"),
        ("such as", "like"),
    ):
        text = text.replace(old, new)
    return _Made(text, ENTAILED) if text != sentence else None


_Operator = Callable[[str, Sequence[str], random.Random], _Made | None]
_FALSE: tuple[_Operator, ...] = (
    _number_moved,
    _numbers_swapped,
    _word_number,
    _month_moved,
    _names_swapped,
    _names_swapped,
    _turned_wrong,
    _other_name,
    _negation_lost,
    _negation_made,
    _made_fact,
    _opposite,
    _quantifier,
    _halves_joined,
    _cause_made,
)
_TRUE: tuple[_Operator, ...] = (_shortened, _moved_front, _joined, _rewritten, _turned)

# Of questions and answers: "Who founded X?" and "Ann" make "Ann founded X."

_WHO = re.compile(
    r"^(?:who|what|which(?: \w+)?) (?!is\b|are\b|was\b|were\b|did\b|does\b|do\b|has\b|have\b|had\b"
    r"|can\b|could\b|will\b|would\b|should\b)(.+)$",
    re.IGNORECASE,
)
_IS = re.compile(r"^(?:who|what|where|when) (is|are|was|were) (.+)$", re.IGNORECASE)
_AT = re.compile(r"^(when|where|how|why) (did|does|do|can|will) (.+)$", re.IGNORECASE)
_LINK = {"when": "in", "where": "in", "how": "by", "why": "because of"}


def _of_answer(asked: Asked, rng: random.Random) -> Iterator[Claim]:
    """Yield a claim made of a question and its answer, or of another thing of that paragraph."""
    paragraph, span = asked.paragraph, asked.spans[0]
    answer = " ".join(paragraph.text[span.start : span.end].split()).strip(".,;: ")
    i = asked.right[0]
    sentence = _text(paragraph, i)
    if not answer or len(answer) > LONGEST_ANSWER or len(sentence) > LONGEST_EVIDENCE:
        return
    label = ENTAILED
    if rng.random() < HALF:
        other = _other_answer(answer, paragraph, rng)
        if other is None:
            return
        answer, label = other, CONTRADICTED
    text = stated(asked.question, answer)
    if text is None:
        return
    place = text.casefold().find(answer.casefold())
    words: tuple[Span, ...] = (Span(place, place + len(answer)),) if label != ENTAILED else ()
    if label == ENTAILED and rng.random() < TURNED_FALSE:
        made = _negation_made(text, (), rng) or _roles_swapped(text, answer)
        if made is None:
            return
        text, label, words = made.text, made.label, _changed(text, made.text)
    claim = _claim(_Made(text, label), sentence, paragraph, i, rng)
    yield Claim(claim.claim, claim.text, label, claim.is_held_out, words)


def _roles_swapped(stated: str, answer: str) -> _Made | None:
    """Return "Anna founded the port." as "The port founded Anna."."""
    match = re.fullmatch(rf"{re.escape(answer)} (\w+ed) ([^,;:]+)\.", stated, re.IGNORECASE)
    return _Made(_active(match[2], match[1], answer), CONTRADICTED) if match else None


def _other_answer(answer: str, paragraph: Paragraph, rng: random.Random) -> str | None:
    """Return another number where the answer is one, else another name, of the paragraph."""
    if _NUMBER.fullmatch(answer):
        found = sorted(set(_NUMBER.findall(paragraph.text)) - {answer})
    else:
        known = names(paragraph.text)
        found = [name for name in known if name not in answer and answer not in name]
    return rng.choice(found) if found else None


def stated(question: str, answer: str) -> str | None:
    """Return a question and its answer as a statement; None where its words give none.

    >>> stated("Who founded the port?", "Anna")
    'Anna founded the port.'
    """
    text = " ".join(question.split()).rstrip("?. ")
    if match := _IS.match(text):
        statement = f"{match[2]} {match[1]} {answer}"
    elif match := _AT.match(text):
        statement = f"{match[3]} {_LINK[match[1].lower()]} {answer}"
    elif match := _WHO.match(text):
        statement = f"{answer} {match[1]}"
    else:
        return None
    return f"{statement[:1].upper()}{statement[1:]}."


def _swapped(text: str, one: str, other: str) -> _Made:
    first = text.replace(one, "\0", 1).replace(other, one, 1)
    return _Made(first.replace("\0", other, 1), CONTRADICTED)
