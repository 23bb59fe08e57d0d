"""The baseline does what LangChain's tutorial does, and is measured as every subject is."""

import itertools

import pytest

from rag.evaluation.benchmarking.baseline import LangChainBaseline
from rag.evaluation.records import SetQuestion
from rag.evaluation.runs.runner import RunOptions, evaluate
from rag.records import Filters, Question, Turn
from rag.text.sentences import split_sentences
from tests.doubles import WordEmbedder

FILES = {
    "bridge.txt": "Opening\n\nA bridge over the Sund opened in 1999. It cost nine million.",
    "ferry.txt": "Ending\n\nThe last ferry left in 2001. It carried forty cars.",
    "tunnel.txt": "Digging\n\nA tunnel under the Alps was dug in 1882. It took ten years.",
}
SENTENCE = "Line {} tells of “Zoë’s” 5,000 naïve sailors, who said: “No. Never!” "
BLOCKS = [
    "".join(SENTENCE.format(20 * block + line) for line in range(1, 20)).strip()
    for block in range(4)
]
LONG = "\n\n".join([*BLOCKS, "Zebras graze behind the quay. " * 20])


@pytest.fixture
def make_baseline(make_assistant):
    return lambda files=FILES: LangChainBaseline(WordEmbedder(), make_assistant(files).snapshot())


def answer(baseline, text, **fields):
    return baseline.answer(Question(text, **fields), depth=20)


def test_its_ranking_is_by_cosine(make_baseline):
    baseline, embedder = make_baseline(), WordEmbedder()
    query = embedder.embed_query("the last bridge over the Alps")
    passages = {name: baseline.article_passages(name)[0] for name in FILES}
    cosine = {n: float(embedder.embed_passages([p.text])[0] @ query) for n, p in passages.items()}

    hits = baseline.search(Question("the last bridge over the Alps"), k=3).hits

    assert [hit.passage.article_id for hit in hits] == sorted(cosine, key=cosine.get, reverse=True)
    assert [hit.score for hit in hits] == pytest.approx(sorted(cosine.values(), reverse=True))
    assert [hit.rank for hit in hits] == [1, 2, 3]


def test_every_quote_is_an_exact_slice_of_its_article(make_baseline):
    baseline = make_baseline({"long.txt": LONG})

    said, retrieval = answer(baseline, "Zebras graze behind the quay.")

    article, first = baseline.snapshot.article("long.txt"), retrieval.hits[0].passage
    quotes = [quote for sentence in said.sentences for quote in sentence.quotes]
    assert first.start > 0
    assert [quote.text for quote in quotes] == [
        first.text[span.start : span.end] for span in split_sentences(first.text)
    ]
    assert all(article.text[quote.start : quote.end] == quote.text for quote in quotes)
    assert all(quote.article_sha256 == article.sha256 for quote in quotes)
    assert all(
        article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        for hit in retrieval.hits
    )


def test_passages_are_of_1000_characters_and_share_200(make_baseline):
    baseline = make_baseline({"long.txt": LONG})

    passages = baseline.article_passages("long.txt")

    pairs = list(itertools.pairwise(passages))
    shared = [max(0, one.end - other.start) for one, other in pairs]
    assert all(500 < len(passage.text) <= 1000 for passage in passages[:-1])
    assert max(shared) in range(100, 201)
    covered = set().union(*(range(p.start, p.end) for p in passages))
    text = baseline.snapshot.article("long.txt").text
    assert all(place in covered or text[place].isspace() for place in range(len(text)))


def test_an_answer_is_made_of_four_hits_and_the_ranking_goes_deeper(make_baseline):
    files = {f"{n}.txt": f"Bridge {n}\n\nThis is the bridge with number {n}." for n in range(30)}

    said, retrieval = answer(make_baseline(files), "Which bridge?")

    assert (len(said.hits), len(retrieval.hits)) == (4, 20)


def test_it_says_nothing_where_there_is_no_passage(make_baseline):
    said, retrieval = answer(make_baseline(), "Which bridge?", filters=Filters(outlets=("nobody",)))

    assert (said.outcome, said.sentences, retrieval.hits) == ("not_in_articles", (), ())


def test_it_searches_for_the_question_alone(make_baseline):
    baseline = make_baseline()
    history = (Turn("When was the tunnel under the Alps dug?", "In 1882."),)

    _, alone = answer(baseline, "And why?")
    said, after_others = answer(baseline, "And why?", history=history)

    assert after_others == alone
    assert said.query == "And why?"


def test_its_numbers_are_those_worked_out_by_hand(make_baseline, tmp_path):
    questions = [
        SetQuestion(  # first article, first sentence
            "first",
            Question("a bridge over the Sund"),
            answers=("1999",),
            articles=("bridge.txt",),
            quotes=("A bridge over the Sund opened in 1999.",),
        ),
        SetQuestion(  # first article, second sentence
            "second",
            Question("the last ferry left in 2001"),
            answers=("forty",),
            articles=("ferry.txt",),
            quotes=("It carried forty cars.",),
        ),
        SetQuestion(  # all its words are of the ferry: the tunnel comes later
            "wrong",
            Question("the last ferry left in 2001"),
            articles=("tunnel.txt",),
            quotes=("It took ten years.",),
        ),
        SetQuestion("none", Question("the mayor"), answerable=False),
    ]
    baseline = make_baseline()
    ranks = [hit.passage.article_id for hit in baseline.search(questions[2].question, k=3).hits]

    run = evaluate(baseline, questions, tmp_path / "run", options=RunOptions(name="run"))

    means = {name: estimate.mean for name, estimate in run.summary().measures.items()}
    assert means["RR@10"] == pytest.approx((1 + 1 + 1 / (1 + ranks.index("tunnel.txt"))) / 3)
    assert means["R@10"] == 1
    assert means["sentence_success@1"] == pytest.approx(1 / 3)
    assert means["sentence_success@3"] == pytest.approx(2 / 3)
    assert means["citation_precision"] == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)
    assert means["quote_exactness"] == 1
    assert (means["false_refusals"], means["abstain_f1"]) == (0, 0)
