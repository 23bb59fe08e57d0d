import base64
import hashlib
import html
import re
import tracemalloc
from html.parser import HTMLParser

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.records import Estimate, Expected, ExpectedQuote, Place, Point, Summary
from rag.evaluation.reporting.article_texts import ArticleTexts, excerpt
from rag.evaluation.reporting.question_facts import KEPT_WORDS, facts_of
from rag.evaluation.reporting.report import write_report
from rag.evaluation.runs.run_folder import RunFolder
from rag.records import Sentence, Span
from rag.ui.evaluation_runs import read_table
from tests.evaluation.run_samples import (
    SENTENCE,
    a_failure,
    a_hit,
    a_quote,
    a_refusal,
    a_row,
    a_summary,
    an_info,
    some_times,
    write_run,
)

SCRIPT = re.compile(r'<script type="module">(.*?)</script>', re.DOTALL)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@pytest.fixture
def written(tmp_path):
    """Returns a function that writes a run and its report, and returns the report's text."""

    def write(rows, **records):
        run = write_run(tmp_path / "run", rows, **records)
        path = tmp_path / "report.html"
        write_report(run, path)
        return path.read_text(encoding="utf-8")

    return write


@pytest.fixture
def detail(written, monkeypatch):
    """Returns a function that gives the HTML of a question in a report, and its words."""

    def shown(row, snapshot=None):
        monkeypatch.setattr(RunFolder, "snapshot", lambda _: snapshot)
        held = written([row]).partition('<script type="text/html"')[2].partition("</script>")[0]
        return held, html.unescape(re.sub(r"<[^>]*>", "", held))

    return shown


def test_every_measure_stands_in_it_with_its_interval_its_n_and_its_meaning(written):
    summary = a_summary([a_row()], judged={"faithfulness": Estimate(0.25, 0.125, 0.375, 7)})

    text = written([a_row()], summary=summary)

    rows = dict(re.findall(r'<tr data-measure="([^"]*)">(.*?)</tr>', text, re.DOTALL))
    for name, estimate in (summary.measures | summary.judged).items():
        said = html.unescape(re.sub(r"<[^>]*>", " ", rows[name]))
        assert f"{estimate.mean:.3f}" in said
        assert f"{estimate.low:.3f} – {estimate.high:.3f}" in said
        assert str(estimate.n) in said.split()
        if name in MEASURES:
            meant = MEASURES[name]
            assert all(part in said for part in (meant.meaning, meant.formula, meant.source))


def test_what_an_llm_judged_stands_apart(written):
    text = written([a_row()], summary=a_summary([], judged={"faithfulness": Estimate(0, 0, 0, 1)}))

    [apart] = re.findall(r'<section class="judged">.*?</section>', text, re.DOTALL)

    assert re.findall(r'data-measure="([^"]*)"', apart) == ["faithfulness"]


def test_it_names_nothing_outside_itself_and_its_policy_allows_only_its_own_script(written):
    text = written([a_row()])
    named = []

    class Looking(HTMLParser):
        def handle_starttag(self, tag, attributes):
            loading = {"src", "href", "srcset", "action", "data", "style", "ping", "poster"}
            named.extend((tag, name) for name, _ in attributes if name in loading)
            named.extend((tag, name) for name, _ in attributes if name.startswith("on"))

    Looking().feed(text)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]

    assert named == []
    assert policy.startswith("default-src 'none'; ")
    for pattern in (SCRIPT, STYLE):
        [inline] = pattern.findall(text)
        digest = hashlib.sha256(inline.encode()).digest()
        assert f"sha256-{base64.b64encode(digest).decode()}" in policy


def test_the_same_run_gives_the_same_bytes(written):
    assert written([a_row(), a_refusal(2)]) == written([a_row(), a_refusal(2)])


def test_no_text_ends_the_element_that_it_stands_in(written):
    hostile = "</script><!--<script></style>\u2028]]>\x00'\""
    row = a_row(
        question=hostile,
        tags=(hostile, "<b>"),
        sentences=(Sentence(hostile, "supported", (a_quote(hostile),)),),
    )

    text = written([row])

    assert text.count("</script>") == text.count("<script type=") == 2
    assert text.count("</style>") == 1
    assert "<b>" not in text
    assert "\x00" not in text


def test_a_question_shows_everything_that_is_known_of_it(detail):
    row = a_row(
        query="bridge opening",
        tags=("single",),
        expected=Expected(
            answers=("in May",),
            articles=("town/bridge.md",),
            quotes=(ExpectedQuote("a gold quote", (Place("town/bridge.md", Span(0, 5)),)),),
            relevant={"town/bridge.md#0": 1},
        ),
        judged={"faithfulness": 0.75},
    )

    _, said = detail(row)

    for part in ("bridge opening", SENTENCE, "in May", "town/bridge.md", "a gold quote", "RR@10"):
        assert part in said
    for part in ("Judged by an LLM", "0.750", "24 ms", "expected article", "gold quote"):
        assert part in said


def test_a_gold_quote_that_the_articles_do_not_hold_is_said_to_be_nowhere(detail):
    row = a_row(expected=Expected(quotes=(ExpectedQuote("gone"),)))

    assert "Occurs nowhere in the articles." in detail(row)[1]


def test_a_quote_is_shown_in_place_with_exactly_its_words_marked(demo):
    article = demo.snapshot().article("source/technology-measures-on-hold.md")
    start = len(article.text) // 2
    text = article.text[start : start + 80]
    quote = a_quote(text, article.id, start, sha256=article.sha256)

    found = ArticleTexts(demo.snapshot()).around(quote)

    assert [piece for piece, is_marked in found.pieces if is_marked] == [text]
    shown = "".join(piece for piece, _ in found.pieces).strip("…")
    assert shown in article.text
    assert 200 < len(shown) - len(text) <= 300


def test_a_quote_whose_article_has_changed_keeps_its_own_words(demo, detail):
    quote = a_quote("This never stood there.", "source/technology-measures-on-hold.md", 5)
    row = a_row(sentences=(Sentence("It did.", "supported", (quote,)),))

    markup, said = detail(row, demo.snapshot())

    assert ArticleTexts(demo.snapshot()).around(quote) is None
    assert "This never stood there." in said
    assert KEPT_WORDS in said
    assert not re.search("<mark[^>]*>This never", markup)


def test_overlapping_gold_quotes_are_marked_without_repeating_a_word():
    found = excerpt("one two three four", [Span(0, 7), Span(4, 13)], Span(0, 18))

    assert "".join(piece for piece, _ in found.pieces) == "one two three four"
    assert "".join(piece for piece, is_marked in found.pieces if is_marked) == "one two three"


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (a_row(), {"right"}),
        (a_row(is_right=False, measures={"Success@10": 0.0}), {"wrong", "missed"}),
        (a_refusal(), {"wrong", "refused", "wrongly_refused"}),
        (a_refusal(is_right=True, expected=Expected(is_answerable=False)), {"right", "refused"}),
        (a_row(sentences=(Sentence("x", "unsupported", ()),)), {"right", "unsupported"}),
        (a_row(sentences=(Sentence("x", "attributed", ()),)), {"right", "attributed"}),
        (a_row(outcome="unsure", is_right=None), {"unsure"}),
        (a_failure(), {"errors"}),
    ],
)
def test_a_question_is_of_the_kinds_that_a_person_filters_by(row, kinds):
    assert set(facts_of(row).kinds) == kinds


def test_a_plot_has_its_points_where_the_numbers_are(written):
    points = (Point(0.5, 0.0, 1), Point(1.0, 0.2, 2))

    text = written([a_row()], summary=a_summary([], risk_coverage=points))

    # Plot area: x from 64 to 404, y from 224 (0) to 14 (the top, here 20 %).
    assert 'd="M234.0 224.0L404.0 14.0"' in text
    assert "Had 100\xa0% of them been answered, " in text
    assert "20\xa0% of the answers would not carry what is expected" in text


def test_a_histogram_has_a_bar_a_bin_as_high_as_its_count(written):
    bins = (Point(0, 100, 4), Point(100, 200, 0), Point(200, 300, 2))

    text = written([a_row()], times=some_times(histogram_ms=bins))

    [bars] = re.findall('<g class="bars">.*?</g>', text)
    heights = re.findall(r'<rect [^>]*height="([\d.]+)"', bars)
    assert [float(height) for height in heights] == [210.0, 105.0]


def test_it_is_written_as_a_stream_in_less_memory_than_it_is_long(tmp_path):
    rows = [a_row(n, hits=tuple(a_hit(rank=r) for r in range(1, 21))) for n in range(200)]
    run = write_run(tmp_path / "run", rows)
    del rows
    path = tmp_path / "report.html"
    write_report(run, path)  # what is loaded once does not count

    tracemalloc.start()
    write_report(run, path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < path.stat().st_size / 2


def test_a_report_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path):
    run = write_run(tmp_path / "run", [a_row()])

    with pytest.raises(QuestionSetError) as caught:
        write_report(run, tmp_path / "missing" / "report.html")

    assert caught.value.code == "E-EVL-014"


def test_a_damaged_run_leaves_the_old_report_as_it_was(tmp_path):
    run = write_run(tmp_path / "run", [a_row()])
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    (run.path / "results.jsonl").write_text("{}\n", encoding="utf-8")

    with pytest.raises(QuestionSetError) as caught:
        write_report(run, path)

    assert caught.value.code == "E-EVL-017"
    assert path.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "run"]


def test_a_run_without_plots_tags_and_times_has_a_report_too(written):
    summary = Summary(1, 0, {"RR@10": Estimate(1, 1, 1, 1)})

    text = written([a_row()], summary=summary, info=an_info(retrieval_only=True))

    assert "retrieval only" in text
    assert 'class="curve"' not in text


def test_a_question_is_read_from_its_own_place_in_the_file(tmp_path):
    rows = [a_row(1, question="Où est-ce ?"), a_refusal(2), a_failure(3)]
    table = read_table(write_run(tmp_path / "run", rows))

    assert [table.row(f"q{n}") for n in (3, 1, 2)] == [rows[2], rows[0], rows[1]]
    assert table.row("q4") is None


def test_an_attributed_sentence_says_whose_words_it_states(detail):
    speaker = a_quote("Mona Berg")
    row = a_row(sentences=(Sentence("Jobs go.", "attributed", (a_quote(),), speaker),))

    assert "according to “Mona Berg”, not established by the articles" in detail(row)[1]
