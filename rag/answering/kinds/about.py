"""Questions about Footnote and its corpus, answered from the index: no quote where none is needed.

What is stated of an article (its opening, where a word stands in it) carries a quote here, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.answering.kinds.corpus import Corpus, counted, entry, listed
from rag.answering.kinds.dates import day
from rag.answering.kinds.plain_excerpts import PlainExcerpt, lead
from rag.answering.kinds.topics import TopicReader
from rag.answering.quotes import is_long_enough, locate, widen
from rag.corpus.parsers import SUFFIXES
from rag.records import Question, Sentence, Span
from rag.text.sentences import split_sentences
from rag.text.tokens import content_tokens

MOST_TITLES = 10
MOST_FOUND = 6
MOST_OPENINGS = 4
OPENING_WORDS = 30
LOOKED_AT = 5
"""Passages in which a sentence of an earlier answer is looked for."""

BUILD = "python -m rag index build"
CHECKED = (
    "Every sentence of an answer is shown with its place in an article, "
    "and code checks that it stands there word for word."
)
DOUBT = (
    "Where it is in doubt that the articles answer, I say so; "
    "where I find nothing close, I do not answer."
)
KINDS = (
    "I can look up a fact, list things, compare two of them, put events in order, "
    "summarise an article or a topic, and show what is new."
)

CONTROLS = (
    "To export or save a conversation, choose Export at the left: Markdown, HTML, Word or JSON, "
    "with the sources as numbered notes.",
    "To copy or share an answer, use the buttons below it: with its sources, or as a link.",
    "To open a source, click the number of its quote: the article opens at the quote.",
    "To read or search the articles, open Library; Search finds passages without an answer.",
    "To ask only one article, open it in Library and choose “Ask only this article”.",
    "To limit a question by outlet, period or article, use Limits at the question; × ends a limit.",
    "To use a language model of yours, choose it in Settings: one that runs on this machine "
    "(Ollama, LM Studio, a GGUF file), or a provider with its API key.",
    "To change how careful I am, how much I show, or the colours (dark or light), open Settings.",
    "To rename, find or delete a conversation, or start a new one, use the list at the left.",
    "To ask from other programs or the command line, see README: HTTP, MCP, and “python -m rag”.",
    "To measure how good the answers are, run a question set on the page Evaluation.",
    "To move without a mouse, use / for the question, arrows through the quotes, and Esc to close.",
)
CONTROLS_SAID = 2
"""Of these, the nearest to the question."""


@dataclass(frozen=True, slots=True)
class AboutQuestion:
    """A question about the corpus or Footnote: what it was typed as, its topic, the corpus."""

    question: Question
    topic: str
    corpus: Corpus
    reader: TopicReader


def answer_about(intent: str, asked: AboutQuestion) -> list[Sentence]:
    """Return the sentences that answer a question about Footnote or the corpus."""
    return _ANSWERS[intent](asked)


def _say(*texts: str) -> list[Sentence]:
    return [Sentence(text, "supported", ()) for text in texts if text]


def _greet(asked: AboutQuestion) -> list[Sentence]:
    return _say("Hello! Ask me about the articles here.", _holds(asked.corpus))


def _welcome(asked: AboutQuestion) -> list[Sentence]:
    del asked
    return _say("You are welcome. Ask on whenever you like.")


def _introduce(asked: AboutQuestion) -> list[Sentence]:
    return _say(
        "I am Footnote, a program that answers questions from a folder of articles, "
        "with their own words.",
        CHECKED,
        _holds(asked.corpus),
    )


def _help(asked: AboutQuestion) -> list[Sentence]:
    return _say(f"Ask in your own words. {KINDS}", CHECKED, _holds(asked.corpus))


def _state_limits(asked: AboutQuestion) -> list[Sentence]:
    return _say(
        "I know nothing but the articles here: I look up nothing on the web, I have no opinion, "
        "and I read English.",
        "I show the articles' own sentences; where an answer model is set, those of its sentences "
        "that the articles carry.",
        _holds(asked.corpus),
    )


def _explain_controls(asked: AboutQuestion) -> list[Sentence]:
    return _say(*asked.reader.nearest(asked.question.text, CONTROLS, CONTROLS_SAID))


def _name_articles(asked: AboutQuestion) -> list[Sentence]:
    corpus = asked.corpus
    rest = len(corpus.articles) - MOST_TITLES
    oldest = f"The oldest with a date is {entry(corpus.dated[-1])}." if corpus.dated else ""
    return _say(
        f"There are {corpus.size} here, the newest first:",
        *(entry(each) for each in corpus.articles[:MOST_TITLES]),
        f"And {rest:,} more. {oldest}" if rest > 0 else "",
    )


def _name_outlets(asked: AboutQuestion) -> list[Sentence]:
    corpus = asked.corpus
    outlets = f"The articles are from {listed(corpus.outlets, most=MOST_TITLES)}."
    authors = f"Their authors are {listed(corpus.authors, most=MOST_TITLES)}."
    return _say(
        outlets if corpus.outlets else "None of the articles names its outlet.",
        authors if corpus.authors else "None of the articles names an author.",
    )


def _name_dates(asked: AboutQuestion) -> list[Sentence]:
    corpus = asked.corpus
    undated = len(corpus.articles) - len(corpus.dated)
    built = corpus.snapshot.created.date()
    if not corpus.dated:
        return _say(f"None of the {corpus.size} has a date.", f"They were read on {day(built)}.")
    return _say(
        f"The articles are {corpus.period}; the newest is {entry(corpus.dated[0])}.",
        f"{counted(undated, 'article')} without a date." if undated else "",
        f"They were last read on {day(built)}. I know nothing that they do not state.",
    )


def _count(asked: AboutQuestion) -> list[Sentence]:
    passages = counted(asked.corpus.snapshot.passage_count, "passage")
    return _say(f"There are {asked.corpus.described}. I search them in {passages}.")


def _explain_adding(asked: AboutQuestion) -> list[Sentence]:
    del asked
    return _say(
        "The page Library of the chat takes files, pasted text and web addresses.",
        f"Or put files into the corpus folder ({listed(SUFFIXES, most=len(SUFFIXES))}) and choose "
        f"Rebuild in the chat, or run: {BUILD}.",
        "To remove or change an article, remove or change its file and rebuild. "
        "Only what changed is read again.",
    )


def _stand_by(asked: AboutQuestion) -> list[Sentence]:
    return _from_before(asked, "These words stand in the article:") or _say(
        "There is no answer before this one that I could check."
        if not asked.question.history
        else "The answer before quotes no article that I could look up again.",
        CHECKED,
        DOUBT,
    )


def _show_evidence(asked: AboutQuestion) -> list[Sentence]:
    return _from_before(asked, "From this place in the articles:") or _say(
        "From the articles, and from nothing else.",
        CHECKED,
        "Click the number behind a sentence to open its place in the article.",
    )


def _explain_trust(asked: AboutQuestion) -> list[Sentence]:
    return _say(
        f"The answers state only what {asked.corpus.described} state. {CHECKED}",
        "Whether an article itself is right I cannot check; outlet and date stand at each quote.",
        DOUBT,
    )


def _explain_privacy(asked: AboutQuestion) -> list[Sentence]:
    del asked
    return _say(
        "Articles, questions and answers stay on the machine that Footnote runs on.",
        "Only where an answer model on another machine is set, question and found passages "
        "are sent to it.",
        "Conversations are kept in the home folder until you delete them.",
    )


def _shorten(asked: AboutQuestion) -> list[Sentence]:
    return _from_before(asked, "") or _say("There is no answer before this one to shorten.")


def _find(asked: AboutQuestion) -> list[Sentence]:
    topic, snapshot = asked.topic, asked.corpus.snapshot
    found = asked.reader.concerned(topic, snapshot, asked.question.filters)
    terms = set(content_tokens(topic))
    whole = [
        each
        for each in found
        if terms <= set(content_tokens(f"{each.article.title} {each.article.text}"))
    ]
    intro = (
        f"{counted(len(whole), 'article')} found with “{topic}”:"
        if whole
        else f"I found no article with all words of “{topic}”. Closest:"
    )
    if not found:
        return _say(f"I found no article about “{topic}”." if topic else "")
    sentences = []
    for each in (whole or found)[:MOST_FOUND]:
        excerpt = asked.reader.about(topic, each.article, snapshot, words=OPENING_WORDS)
        sentences += [excerpt.sentence(entry(each.article))] if excerpt else []
    return [*_say(intro), *sentences]


def _describe(asked: AboutQuestion) -> list[Sentence]:
    """Return what the corpus is, and the openings of articles that differ from each other."""
    corpus = asked.corpus
    openings = []
    for each in asked.reader.spread(corpus.articles, MOST_OPENINGS):
        article = corpus.snapshot.article(each.id)
        opening = lead(article, words=OPENING_WORDS) if article else None
        openings += [opening.sentence(entry(each))] if opening else []
    return [*_say(_holds(corpus), "From articles on different topics:"), *openings]


def _holds(corpus: Corpus) -> str:
    return f"There are {corpus.described}."


def _from_before(asked: AboutQuestion, intro: str) -> list[Sentence]:
    """Return the first sentence of the last answer with its place in an article."""
    turns = asked.question.history[-1:]
    for turn in turns:
        for span in split_sentences(turn.answer):
            excerpt = _located(turn.answer[span.start : span.end], asked.corpus)
            if excerpt is not None:
                return [*_say(intro), excerpt.sentence(entry(excerpt.article))]
    return []


def _located(text: str, corpus: Corpus) -> PlainExcerpt | None:
    """Return where an article has these very words."""
    snapshot = corpus.snapshot
    if not is_long_enough(text):
        return None
    for row, _ in snapshot.search_lexical(content_tokens(text), LOOKED_AT):
        article = snapshot.article(snapshot.passage_article(row))
        span: Span | None = locate(text, article.text) if article else None
        if article is not None and span is not None:
            return PlainExcerpt(article, widen(span, article.text))
    return None


_ANSWERS: dict[str, Callable[[AboutQuestion], list[Sentence]]] = {
    "greeting": _greet,
    "thanks": _welcome,
    "identity": _introduce,
    "abilities": _help,
    "limits": _state_limits,
    "controls": _explain_controls,
    "articles": _name_articles,
    "outlets": _name_outlets,
    "dates": _name_dates,
    "count": _count,
    "adding": _explain_adding,
    "certainty": _stand_by,
    "evidence": _show_evidence,
    "trust": _explain_trust,
    "privacy": _explain_privacy,
    "shorter": _shorten,
    "finding": _find,
    "corpus": _describe,
}
