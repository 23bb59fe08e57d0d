"""One evaluated question for reading: what was asked, answered, expected, retrieved, measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.answering.verification.said_by import marker
from rag.evaluation.records import EvaluatedQuestion, Expected, ExpectedQuote, RetrievedPassage
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.nodes import Node, node
from rag.evaluation.reporting.report_measures import OUTCOMES, duration
from rag.evaluation.reporting.wrong_reasons import why_wrong
from rag.records import Quote, Sentence, Span, Turn

HITS_SHOWN = (
    8  # passages at once: those that an answer is made from; the rest, without words, with a click
)

KEPT_WORDS = "The article cannot be shown as it was; these are the words that were kept."


def question_detail(row: EvaluatedQuestion, texts: ArticleTexts) -> Node:
    """Return everything about a question, the quotes of its answer in place."""
    return node(
        "div",
        asked_part(row),
        answer_part(row, texts),
        wrong_part(row),
        *evidence_parts(row, texts),
        class_="detail",
    )


def evidence_parts(row: EvaluatedQuestion, texts: ArticleTexts) -> tuple[Node, ...]:
    """Return what was expected, retrieved and measured: all but the question and its answer."""
    parts = (
        expected_part(row.expected, texts),
        retrieved_part(row, texts),
        measured_part(row),
    )
    return tuple(part for part in parts if part is not None)


def asked_part(row: EvaluatedQuestion) -> Node | None:
    """Return the earlier turns and the query, where there is more than the question."""
    said = [*_turns(row.history)]
    if row.query and row.query != row.question:
        said.append(node("p", node("strong", "Searched for: "), row.query))
    return _part("Asked", *said) if said else None


def answer_part(row: EvaluatedQuestion, texts: ArticleTexts) -> Node | None:
    """Return the answer sentence by sentence, each with its quotes in place."""
    if row.error_code:
        return _part("Error", node("p", f"{row.error} [{row.error_code}]", class_="failure"))
    if row.outcome is None:
        return None
    said: list[Node] = [node("p", OUTCOMES[row.outcome], class_=f"outcome {row.outcome}")]
    if row.reason:
        said.append(node("p", row.reason, class_="aside"))
    said += [_sentence(sentence, texts) for sentence in row.sentences]
    if row.near_misses:
        said.append(node("h4", "Nearest passages"))
        said += [_quote(quote, texts) for quote in row.near_misses]
    return _part("Answer", *said)


def wrong_part(row: EvaluatedQuestion) -> Node | None:
    """Return why the answer counts as wrong, or None where it does not."""
    why = why_wrong(row)
    return _part("Wrong", node("p", why)) if why else None


def expected_part(expected: Expected, texts: ArticleTexts) -> Node | None:
    """Return what is known of the right answer, or None where nothing is."""
    said: list[Node] = []
    if expected.is_answerable is not None or expected.outcome is not None:
        said += _field("Outcome", [_expected_outcome(expected)])
    said += _field("Answers", expected.answers)
    said += _field("All of", expected.all_of)
    said += _field("Articles", [_named(article_id, texts) for article_id in expected.articles])
    listed = node("dl", *said) if said else None
    quotes = [_gold(quote, texts) for quote in expected.quotes]
    if listed is None and not quotes:
        return None
    return _part("Expected", listed, *quotes)


def retrieved_part(row: EvaluatedQuestion, texts: ArticleTexts) -> Node | None:
    """Return the ranked passages, those of the expected articles and gold quotes marked."""
    if not row.hits:
        return None
    shown = [_hit(hit, row.expected, texts, has_words=True) for hit in row.hits[:HITS_SHOWN]]
    rest = [_hit(hit, row.expected, texts, has_words=False) for hit in row.hits[HITS_SHOWN:]]
    more = None
    if rest:
        said = node("summary", f"The next {len(rest)}")
        more = node("details", said, node("ol", *rest, class_="hits"), class_="quiet")
    return _part("Retrieved", node("ol", *shown, class_="hits"), more)


def measured_part(row: EvaluatedQuestion) -> Node | None:
    """Return the measures of this question alone, what a judge said apart, and the times."""
    lists = [
        _values("Measures", {name: f"{value:.3f}" for name, value in row.measures.items()}),
        _values("Judged by an LLM", {name: f"{value:.3f}" for name, value in row.judged.items()}),
        _values("Times", {name: duration(ms) for name, ms in row.timings_ms.items()}),
    ]
    said = [each for each in lists if each is not None]
    return node("section", *said, class_="part measured") if said else None


def _part(heading: str, *children: Node | None) -> Node:
    return node("section", node("h4", heading), *children, class_=f"part {heading.lower()}")


def _turns(history: Iterable[Turn]) -> Iterable[Node]:
    for turn in history:
        yield node("p", node("strong", "Earlier: "), turn.question)
        if turn.answer:
            yield node("p", turn.answer, class_="aside")


def _sentence(sentence: Sentence, texts: ArticleTexts) -> Node:
    mark = marker(sentence)
    flag = node("span", f" {mark}", class_="flag") if mark else None
    said = node("p", sentence.text, flag, class_=f"sentence {sentence.verdict}")
    return node("div", said, *(_quote(quote, texts) for quote in sentence.quotes))


def _quote(quote: Quote, texts: ArticleTexts) -> Node:
    """Return a quote in its article; where that is not what it was, the words that were kept."""
    found = texts.around(quote)
    when = quote.published.isoformat() if quote.published else "undated"
    source = " · ".join(part for part in (quote.title, quote.outlet, when) if part)
    told = node("p", source, class_="source")
    if found is None:
        return node("blockquote", quote.text, told, node("p", KEPT_WORDS, class_="source flag"))
    return node("blockquote", *_pieces(found.pieces), told)


def _gold(quote: ExpectedQuote, texts: ArticleTexts) -> Node:
    if not quote.places:
        where = "Occurs nowhere in the articles."
        return node("blockquote", node("mark", quote.text), node("p", where, class_="source flag"))
    where = "; ".join(texts.title(place.article_id) for place in quote.places)
    return node(
        "blockquote",
        node("mark", quote.text, class_="gold"),
        node("p", f"Gold quote · {where}", class_="source"),
    )


def _hit(
    hit: RetrievedPassage, expected: Expected, texts: ArticleTexts, *, has_words: bool
) -> Node:
    places = [p.span for q in expected.quotes for p in q.places if p.article_id == hit.article_id]
    holds_gold = hit.passage_id in expected.relevant
    span = Span(hit.start, hit.end)
    found = None
    if has_words or holds_gold:
        found = texts.passage(hit.article_id, span, gold=places if holds_gold else ())
    badges = [node("span", "gold quote", class_="badge gold")] if holds_gold else []
    if hit.article_id in expected.articles:
        badges.append(node("span", "expected article", class_="badge"))
    head = node(
        "p",
        node("span", f"{hit.rank}", class_="rank"),
        node("span", node("strong", texts.title(hit.article_id)), *badges),
        node("span", f"{hit.score:.4g}", class_="score", title="Score"),
        class_="head",
    )
    under = f"{hit.article_id} · {hit.start:,}–{hit.end:,}"
    words = (
        node("p", *_pieces(found.pieces, mark="gold"), class_="text") if found is not None else None
    )
    return node("li", head, words, node("p", under, class_="source"))


def _pieces(pieces: Sequence[tuple[str, bool]], *, mark: str = "") -> list[Node | str]:
    return [node("mark", text, class_=mark) if marked else text for text, marked in pieces]


def _expected_outcome(expected: Expected) -> str:
    if expected.outcome is not None:
        return OUTCOMES[expected.outcome]
    return "answered" if expected.is_answerable else OUTCOMES["not_in_articles"]


def _named(article_id: str, texts: ArticleTexts) -> str:
    title = texts.title(article_id)
    return article_id if title == article_id else f"{title} ({article_id})"


def _field(name: str, values: Sequence[str]) -> list[Node]:
    return [node("dt", name), *(node("dd", value) for value in values)] if values else []


def _values(heading: str, values: Mapping[str, str]) -> Node | None:
    if not values:
        return None
    items = [
        node("li", node("span", name), " ", node("strong", said)) for name, said in values.items()
    ]
    return node("div", node("h4", heading), node("ul", *items, class_="values"))
