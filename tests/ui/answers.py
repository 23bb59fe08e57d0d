"""Hand-made answers of every kind over four made-up articles."""

import dataclasses
from datetime import date

from rag.records import Answer, Sentence, Span
from tests.ui.scripted import a_quote, an_answer, an_article

NEW = an_article(
    "The ferry pier at Norrhamn now has nine berths.\n\nThe ninth was opened on Monday by the "
    "harbour master, Ida Lund. She said that the pier would take the night ferry to Visby from "
    "spring. It cost 4.2 million kronor, half of it paid by the county.\n\nWhat comes next\n\nA "
    "tenth berth is planned, but no money has been set aside for it.",
    "norrhamn/nine-berths.md",
    title="Norrhamn opens its ninth berth",
    published=date(2024, 12, 30),
    outlet="Coast Courier",
)
OLD = an_article(
    "Norrhamn has eight berths, and three of them are closed in winter. The council wants a ninth "
    "by the end of the year.",
    "norrhamn/eight-berths.md",
    title="Berths run short at Norrhamn",
    published=date(2024, 12, 6),
    outlet="The Skerry Post",
)
CRANES = an_article(
    "The Lund crane lifts forty tonnes and was built in 1961. It is to be taken down in May.\n\n"
    "The Berg crane lifts ninety tonnes. It was put up in 2019 and runs on electricity.",
    "cranes.md",
    title="Two cranes and what they lift",
    published=date(2025, 2, 11),
    outlet="Coast Courier",
)
UNDATED = an_article(
    "Seals have come back to the outer harbour. Anglers say that they eat the cod; the county "
    "counts them every August.",
    "seals.md",
    title="Seals in the outer harbour",
    published=None,
    published_from="unknown",
    outlet="",
)
ARTICLES = (NEW, OLD, CRANES, UNDATED)

NEXT = ("Who opened the ninth berth?", "What did the berth cost?")


def excerpt(article, text, mark="", label=""):
    quote = a_quote(article, text)
    start = article.text.index(mark, quote.start)
    marks = (Span(start, start + len(mark)),) if mark else ()
    return Sentence(" ".join(text.split()), "supported", (quote,), marks=marks, label=label)


NINE = excerpt(
    NEW,
    "The ferry pier at Norrhamn now has nine berths.\n\nThe ninth was opened on Monday by the "
    "harbour master, Ida Lund.",
    "nine berths",
)
EIGHT = excerpt(
    OLD,
    "Norrhamn has eight berths, and three of them are closed in winter.",
    "eight berths",
    "earlier, on 6 December 2024",
)
SEALS = excerpt(UNDATED, "Anglers say that they eat the cod", "eat the cod")
LUND = excerpt(CRANES, "The Lund crane lifts forty tonnes and was built in 1961.", "forty tonnes")
BERG = excerpt(CRANES, "The Berg crane lifts ninety tonnes.", "ninety tonnes")
GREEN = excerpt(CRANES, "It was put up in 2019 and runs on electricity.", "2019")
DOWN = excerpt(CRANES, "It is to be taken down in May.", "in May")


def labelled(sentence, label):
    return dataclasses.replace(sentence, label=label)


def own(text, *quotes, verdict="supported"):
    return Sentence(text, verdict, quotes)


MADE = (
    an_answer("How many berths does Norrhamn have?", NINE, EIGHT, suggestions=NEXT),
    an_answer(
        "Do the articles agree on the berths?",
        NINE,
        EIGHT,
        outcome="conflicting",
        reason="Nine (30 December 2024), up from eight (6 December).",
    ),
    an_answer(
        "What do seals like best?",
        SEALS,
        excerpt(UNDATED, "the county counts them every August"),
        outcome="unsure",
        suggestions=("What do anglers say of the seals?",),
    ),
    an_answer(
        "What does the pier of Visby cost?",
        outcome="not_in_articles",
        reason="The articles name no pier of Visby.",
        near_misses=(a_quote(NEW, "It cost 4.2 million kronor, half of it paid by the county."),),
        suggestions=("What did the ninth berth at Norrhamn cost?",),
    ),
    an_answer(
        "Which cranes are there?",
        labelled(LUND, "The Lund crane"),
        labelled(BERG, "The Berg crane"),
        kind="list",
    ),
    an_answer(
        "Compare the two cranes",
        labelled(LUND, "The Lund crane"),
        labelled(DOWN, "The Lund crane"),
        labelled(BERG, "The Berg crane"),
        labelled(GREEN, "The Berg crane"),
        kind="compare",
    ),
    an_answer(
        "Give me a timeline of the berths",
        labelled(EIGHT, "6 December 2024"),
        labelled(NINE, "30 December 2024"),
        labelled(DOWN, "May 2025"),
        kind="timeline",
    ),
    an_answer(
        "Summarise the articles",
        LUND,
        excerpt(NEW, "The ferry pier at Norrhamn now has nine berths."),
        labelled(EIGHT, ""),
        excerpt(UNDATED, "Seals have come back to the outer harbour."),
        kind="summary",
    ),
    an_answer("What is new?", labelled(LUND, "Added on 11 February 2025"), kind="new"),
    an_answer(
        "hello",
        own(
            "Hello! I answer questions about 4 articles, from 6 December 2024 to 11 February 2025."
        ),
        own("Every answer shows the words of an article, and a click opens it there."),
        outcome="about",
        kind="about",
        suggestions=NEXT,
    ),
    an_answer(
        "And when was it opened?",
        excerpt(NEW, "The ninth was opened on Monday by the harbour master", "on Monday"),
        query="How many berths does Norrhamn have? And when was it opened?",
        follows="How many berths does Norrhamn have?",
    ),
    an_answer(
        "Tell me about the pier in your words",
        own("Norrhamn’s pier has nine berths now.", *NINE.quotes),
        own("It will be the largest of the coast.", verdict="unsupported"),
        own("A tenth is wanted.", a_quote(NEW, "A tenth berth is planned"), verdict="attributed"),
        excerpt(NEW, "It cost 4.2 million kronor, half of it paid by the county.", "4.2 million"),
        answerer="a model",
        outcome="partial",
        reason="Not answered: “Who sails there?”",
    ),
)


def answer_to(text: str) -> Answer:
    """Return the hand-made answer to a question; a refusal where there is none."""
    refusal = an_answer(text, outcome="not_in_articles", reason="Nothing is close to that.")
    return next((each for each in MADE if each.question == text), refusal)
