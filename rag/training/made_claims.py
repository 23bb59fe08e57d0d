"""Makes claims as an LLM would write them of an article: true ones in other words, and false ones.

Of sentences by the operators of `claim_operators`, of questions and answers by putting the answer,
or another thing of its paragraph, into the question. What was changed is known word by word.
"""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Iterator, Sequence

from rag.records import Span
from rag.retrieval.names import names
from rag.training.claim_operators import (
    FALSE,
    LONGEST,
    NUMBER,
    SHORTEST,
    TRUE,
    Given,
    Made,
    active,
    negated,
)
from rag.training.sets import CONTRADICTED, ENTAILED, Asked, Claim, Paragraph

EVIDENCE_AROUND = 0.5
"""Share of the claims whose text has the neighbours of the sentence, too."""

FROM_ANSWERS = 0.5
"""Claims made of questions and answers, for each that is made of a sentence."""

LONGEST_EVIDENCE, LONGEST_ANSWER = 700, 80  # characters

FALSE_SHARE = 0.6
"""Share of the claims made of a sentence that are false; of those made of answers more are true."""

TURNED_FALSE = 0.3
"""Share of the true claims made of answers that are negated, or have their roles swapped."""

HALF = 0.5


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
        operators = list(FALSE if rng.random() < FALSE_SHARE else TRUE)
        rng.shuffle(operators)
        for operator in operators:
            made = operator(Given(sentence, others, rng))
            if made is not None and made.text != sentence:
                yield _claim(made, sentence, paragraph, i, rng)
                break
        else:
            yield _claim(Made(sentence, ENTAILED), sentence, paragraph, i, rng)


def _claim(made: Made, source: str, paragraph: Paragraph, i: int, rng: random.Random) -> Claim:
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
        made = negated(Given(text, (), rng)) or _roles_swapped(text, answer)
        if made is None:
            return
        text, label, words = made.text, made.label, _changed(text, made.text)
    claim = _claim(Made(text, label), sentence, paragraph, i, rng)
    yield Claim(claim.claim, claim.text, label, claim.is_held_out, words)


def _roles_swapped(stated: str, answer: str) -> Made | None:
    """Return "Anna founded the port." as "The port founded Anna."."""
    match = re.fullmatch(rf"{re.escape(answer)} (\w+ed) ([^,;:]+)\.", stated, re.IGNORECASE)
    return Made(active(match[2], match[1], answer), CONTRADICTED) if match else None


def _other_answer(answer: str, paragraph: Paragraph, rng: random.Random) -> str | None:
    """Return another number where the answer is one, else another name, of the paragraph."""
    if NUMBER.fullmatch(answer):
        found = sorted(set(NUMBER.findall(paragraph.text)) - {answer})
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
