"""Questions with one short right answer, made from clauses: when, who, how many.

The answer is taken out of the sentence and what is left is put in the order of a question, so
the accepted answer is known: the date, the name, the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.evaluation.questions.clauses import Clause, ask_with, read_clause
from rag.evaluation.questions.sentence_questions import SENTENCES_READ, Candidate, Shape
from rag.evaluation.questions.vocabulary import Vocabulary
from rag.records import Article
from rag.text.sentences import is_headline, split_sentences
from rag.text.tokens import content_tokens

MAX_QUESTION = 140  # characters; a longer one repeats its sentence
MIN_TERMS = 4  # content terms of a question; with fewer several sentences would answer it

_WHO_WORDS = frozenset(
    "accused added adopted announced appointed approved arrested asked banned bought blocked built "
    "called chose charged closed created defeated designed destroyed developed discovered "
    "elected ended estimated fined founded gave granted halted heard imposed introduced invented "
    "issued joined launched lifted led made met moved named opened ordered passed placed planned "
    "praised produced promised proposed published ran raised recommended rejected released "
    "removed replaced revoked signed sold sought sued suspended told took urged voted warned won "
    "wrote".split()
)
"""What people and bodies do; a law or a list as the subject does not answer "who"."""
_NO_ACTOR = re.compile(
    r"\b(?:Act|Rule|Order|List|Agreement|Treaty|Law|Bill|Convention|Report|Section|\d+)\b"
)
_NUMBER = (
    r"(?:(?:at least|more than|about|up to|nearly|almost|some) )?(?P<number>\d[\d,.]*|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_COUNTED = re.compile(
    rf"^(?P<part>(?:[a-z]+ed )?){_NUMBER} (?P<noun>(?:[a-z-]+ )?[a-z-]+s)"
    r"(?P<after>(?: (?:to|from|on|in|into|for|at|against) .+)?)$"
)
_NOT_COUNTED = re.compile(
    r"\b(?:\w+illion|thousand|hundred|dollars|euros|pounds|yuan|years|months|days|hours|weeks"
    r"|others)\b"
)


def clause_questions(article: Article, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield the questions that the sentences of one article answer, in its order."""
    for span in split_sentences(article.text)[:SENTENCES_READ]:
        sentence = article.text[span.start : span.end]
        if is_headline(sentence):
            continue
        for question, shape, answer, name in _of_sentence(sentence, article, vocabulary):
            if len(question) <= MAX_QUESTION and len(content_tokens(question)) >= MIN_TERMS:
                yield Candidate(question, shape, article.id, sentence, (answer,), name)


def _of_sentence(
    sentence: str, article: Article, vocabulary: Vocabulary
) -> Iterator[tuple[str, Shape, str, str]]:
    """Yield question, shape, accepted answer, and the name or day that can be exchanged."""
    clause = read_clause(sentence, vocabulary)
    if clause is None:
        return
    subject = vocabulary.full_name(clause.subject, article)
    clause = Clause(subject, clause.verb, clause.rest, clause.when, clause.day)
    if clause.day:
        question = ask_with(clause, "When", rest=clause.rest, vocabulary=vocabulary)
        yield question, "when", clause.day, subject
    # After a list, a date would seem to belong to its last item.
    told = clause.rest if "," in clause.rest else f"{clause.rest} {clause.when}".strip()
    if clause.verb in _WHO_WORDS and not _NO_ACTOR.search(subject):
        yield f"Who {clause.verb} {told}?", "who", subject, clause.day
    if (match := _COUNTED.match(clause.rest)) and not _NOT_COUNTED.search(match["noun"]):
        rest = " ".join(f"{match['part']}{match['after']} {clause.when}".split())
        question = ask_with(clause, f"How many {match['noun']}", rest=rest, vocabulary=vocabulary)
        yield question, "how many", match["number"], subject
