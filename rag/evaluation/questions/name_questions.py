"""Questions about a name, made from what a sentence says beside it.

What office somebody holds, what something is, what letters stand for, what somebody said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.evaluation.questions.clauses import stands_alone
from rag.evaluation.questions.name_kinds import may_be_person
from rag.evaluation.questions.sentence_questions import SENTENCES_READ, Candidate
from rag.evaluation.questions.vocabulary import NAME, Vocabulary
from rag.records import Article
from rag.text.sentences import is_headline, split_sentences
from rag.text.tokens import content_tokens

LONG_ROLE = 4  # content terms with which an office names one person

_ROLE = re.compile(
    rf"(?:^|[a-z,] )(?P<name>{NAME}), (?P<role>(?:the|an?) (?:[\w’'-]+ ){{0,5}}?(?P<noun>[a-z]+)"
    r"(?: (?:for|of|at|to|on|in) [^,.;]{2,60})?),"
)
_ROLE_NOUNS = frozenset(
    "adviser advisor ambassador analyst astronomer author boss captain chair chairman chairwoman "
    "chief coach commander commissioner composer director economist editor engineer executive "
    "founder general governor head judge king lawyer leader lecturer manager mayor minister "
    "officer owner physicist president producer professor queen representative researcher "
    "scientist secretary senator singer spokesman spokesperson spokeswoman teacher undersecretary "
    "writer".split()
)
_WHAT = re.compile(
    rf"(?:^|[a-z,] )(?P<name>(?:[Tt]he )?{NAME}), (?P<what>an? [a-z][^,.;]{{20,}}?)(?:,|\.$)"
)
_HEAD_ENDS = re.compile(r" (?:at|for|in|of|on|that|which|who|with) ")
_LETTERS = re.compile(r"(?:,? (?:known as|called|abbreviated|or) |, | \()(?P<letters>[A-Z]{3,6})\b")
_SMALL = frozenset("and for in of on the to".split())
_SAID = re.compile(
    rf"^(?P<name>(?:[Tt]he )?{NAME})(?:, [^,]{{3,80}},)? (?:also )?(?:said|says|argued|warned"
    r"|stated|added|explained) that (?P<what>.+)"
)
_PLACED = (" in ", " at ", " by ")  # before what is where or who, not what it is about
_TOPIC = re.compile(rf"(?:the )?{NAME}")


def name_questions(article: Article, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield the questions about names that the sentences of one article answer, in its order."""
    for span in split_sentences(article.text)[:SENTENCES_READ]:
        sentence = article.text[span.start : span.end]
        if not is_headline(sentence):
            yield from _roles(sentence, article)
            yield from _definitions(sentence, article, vocabulary)
            yield from _letters(sentence, article)
            yield from _said(sentence, article, vocabulary)


def _roles(sentence: str, article: Article) -> Iterator[Candidate]:
    """Ask for the holder of an office that names one person, else for the office of a person."""
    for match in _ROLE.finditer(sentence):
        name, role = match["name"], match["role"]
        if match["noun"] not in _ROLE_NOUNS or not stands_alone(role):
            continue
        names_one = role.startswith("the ") and len(content_tokens(role)) >= LONG_ROLE
        question, answer = (f"Who is {role}?", name) if names_one else (f"Who is {name}?", role)
        yield Candidate(question, "role", article.id, sentence, (answer,), name)


def _definitions(sentence: str, article: Article, vocabulary: Vocabulary) -> Iterator[Candidate]:
    for match in _WHAT.finditer(sentence):
        name = re.sub("^The ", "the ", match["name"])
        has_role = any(word in _ROLE_NOUNS for word in _HEAD_ENDS.split(match["what"])[0].split())
        if vocabulary.is_name(name) and not has_role and not may_be_person(name):
            yield Candidate(f"What is {name}?", "is", article.id, sentence, (), name)


def _letters(sentence: str, article: Article) -> Iterator[Candidate]:
    """Ask what letters stand for, where the words before them begin with these letters."""
    for match in _LETTERS.finditer(sentence):
        letters = match["letters"]
        words = sentence[: match.start()].replace("-", " -").split()
        for length in range(len(letters), 2 * len(letters)):
            last = words[-length:]
            initials = "".join(w.lstrip("-")[:1] for w in last if w not in _SMALL)
            if len(last) == length and initials.upper() == letters and last[0] not in _SMALL:
                whole = " ".join(last).replace(" -", "-")
                question = f"What does {letters} stand for?"
                yield Candidate(question, "letters", article.id, sentence, (whole,))
                break


def _said(sentence: str, article: Article, vocabulary: Vocabulary) -> Iterator[Candidate]:
    match = _SAID.match(sentence)
    if match is None or not vocabulary.is_name(match["name"]):
        return
    speaker = vocabulary.full_name(re.sub("^The ", "the ", match["name"]), article)
    for found in _TOPIC.finditer(match["what"]):
        topic = found[0]
        is_place = match["what"].endswith(_PLACED, 0, found.start())
        is_other = not set(topic.split()) & set(speaker.split())
        if is_other and not is_place and vocabulary.is_name(topic):
            question = f"What did {speaker} say about {topic}?"
            yield Candidate(question, "said", article.id, sentence, (), speaker)
            return
