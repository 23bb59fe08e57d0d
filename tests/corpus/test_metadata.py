"""An article is itself: title, dates, authors and encoding as its own file states them."""

import json
from datetime import date

import pytest

from rag.corpus.extraction import extract
from tests.corpus.corpus_samples import LONG_PROSE, PROSE, read_one, source

DAY = date(2023, 4, 5)
OTHER_DAY = date(2024, 1, 2)
TOLD = ("A canal", DAY, ("Ada Moss",))
HEADS = {
    "YAML": "---\nTitle: A canal\npub_date: 2023-4-5\nauthor: {name: Ada Moss, job: x}\n---\n",
    "TOML": '+++\ntitle = "A canal"\ndate = 2023-04-05\nauthors = ["Ada Moss"]\n+++\n',
    "JSON": '{"title": "A canal", "publishDate": "5 April 2023", "author": "Ada Moss"}\n\n',
    "lines": "Title: A canal\nDate: 2023-04-05 10:20\nAuthors: Ada Moss\nTags: water\n\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_every_kind_of_head_is_read(head, suffix):
    article, codes = read_one(f"a{suffix}", head + PROSE)

    assert (article.title, article.published, article.authors) == TOLD
    assert (article.text, codes) == (PROSE, [])


@pytest.mark.parametrize("first", ["Note: the canal froze.", "Keeper: Ada", "{not a head}"])
def test_a_first_line_with_a_colon_is_no_head(first):
    article, _ = read_one("a.md", f"{first}\n\nIt leaks.")

    assert first in (article.title, article.text.split("\n\n")[0])


@pytest.mark.parametrize(
    "key", ["published", "date", "PubDate", "date_published", "publish-date", "publication_date"]
)
def test_every_common_key_of_a_date_is_known(key):
    article, codes = read_one("a.json", json.dumps({"text": PROSE, key: "2023-04-05"}))

    assert (article.published, codes) == (DAY, [])


@pytest.mark.parametrize(
    ("head", "published", "updated", "codes"),
    [
        ("published: true\ndate: 2023-04-05", DAY, None, []),
        ("draft: true\ndate: 2023-04-05", DAY, None, ["W-DOC-009"]),
        ("draft: false\ndate: 2023-04-05", DAY, None, []),
        ("date: 4/5/2023\npubdate: 2023-04-05", DAY, None, []),
        ("date: 2023-04-05\nlastmod: 2024-01-02", DAY, date(2024, 1, 2), []),
    ],
)
def test_flags_are_no_dates_and_no_good_date_is_lost(head, published, updated, codes):
    article, found = read_one("a.md", f"---\n{head}\n---\n{PROSE}")

    assert (article.published, article.updated, found) == (published, updated, codes)


@pytest.mark.parametrize(
    ("authors", "names", "codes"),
    [
        ("Ada Moss", ("Ada Moss",), []),
        ("Moss, Ada; Wei, Li", ("Ada Moss", "Li Wei"), []),
        ([{"name": "Ada Moss", "role": "keeper"}, "Li Wei"], ("Ada Moss", "Li Wei"), []),
        ([{"firstName": "Ada", "lastName": "Moss"}], ("Ada Moss",), []),
        ({"name": "Ada Moss"}, ("Ada Moss",), []),
        (None, (), []),
        (7, (), ["W-DOC-006"]),
        ([{"id": 3}], (), ["W-DOC-006"]),
    ],
)
def test_no_article_is_lost_for_the_shape_of_its_authors(authors, names, codes):
    article, found = read_one("a.json", json.dumps({"text": PROSE, "authors": authors}))

    assert (article.authors, found) == (names, codes)


def test_no_article_is_lost_for_the_shape_of_its_outlet_or_its_text():
    fields = {"headline": "A canal", "publisher": {"name": "Canal News"}, "body": ["One.", "Two."]}
    markup = {"text": f"<p>{PROSE}</p><p>It is 90 m<sup>2</sup>.</p>"}

    article, _ = read_one("a.json", json.dumps(fields))

    assert (article.outlet, article.text) == ("Canal News", "One.\n\nTwo.")
    assert read_one("a.json", json.dumps(markup))[0].text == f"{PROSE}\n\nIt is 90 m²."


def test_a_line_that_says_when_dates_an_article_and_stays_where_it_says_more():
    line = "Ada Moss · Published: 5 April 2023 · 4 min read"

    article, _ = read_one("a.txt", f"A canal\n\n{line}\n\n{PROSE}")

    assert (article.published, article.text) == (DAY, f"{line}\n\n{PROSE}")


def test_lines_without_an_id_are_articles_of_their_own():
    lines = [{"text": "One."}, {"id": 1, "text": "Two."}, {"id": "line-1", "text": "Three."}]

    extracted = extract(source("a.jsonl", "\n".join(map(json.dumps, lines))))

    parts = [article.id.partition("#")[2] for article in extracted.articles]
    assert parts == ["line-line-1", "1", "line-1"]
    assert extracted.problems == ()


BYLINES = {
    "Posted April 5, 2023 by Ada Moss": (("Ada Moss",), DAY, None),
    "Words by Ada Moss | 5 April 2023": (("Ada Moss",), DAY, None),
    "By Ada Moss, Senior Reporter, and Li Wei": (("Ada Moss", "Li Wei"), None, None),
    "Published 5 April 2023, last updated 2 January 2024": ((), DAY, date(2024, 1, 2)),
    "By Ada Moss · 5 avril 2023 · Updated: 2024-01-02": (("Ada Moss",), DAY, date(2024, 1, 2)),
    "Author: Ada Moss": (("Ada Moss",), None, None),
    "Date: 2023/04/05 | By Ada Moss": (("Ada Moss",), DAY, None),
    "Published: 13/01/2024 · Updated: 13/02/2024": ((), date(2024, 1, 13), date(2024, 2, 13)),
}


@pytest.mark.parametrize(("line", "stated"), BYLINES.items(), ids=BYLINES)
def test_a_byline_gives_authors_and_both_dates(line, stated):
    article, _ = read_one("a.txt", f"A canal\n\n{line}\n\n{PROSE}")

    assert (article.authors, article.published, article.updated) == stated
    assert article.text == PROSE


OPENINGS = {  # the lines above and at the start of the text: authors, published, updated
    "Ada B. Moss, April 5, 2023\n\n": (("Ada B. Moss",), DAY, None),
    "President Ada B. Moss Jr. – 5 April 2023\n\n": (("Ada B. Moss Jr",), DAY, None),
    "Ada B. van Moss\n\nApril 5, 2023\n\n": (("Ada B. van Moss",), DAY, None),
    "Ada Moss <ada@canal.example>\n\nApril 5, 2023\n\n": (("Ada Moss",), DAY, None),
    "Ada Moss, Staff Writer | 5 April 2023\n\n": (("Ada Moss",), DAY, None),
    "This page was last modified on 2024-01-02 14:21:19 UTC\n\n": ((), OTHER_DAY, OTHER_DAY),
    "Lund, North Skåne - April 5, 2023 - ": ((), DAY, None),
    "LUND, April 5, 2023 (Canal News) — ": ((), DAY, None),
    "Ada B. Moss\n\n": ((), None, None),  # as well the heading of a part about her
    "Part B. Methods of the study, April 5, 2023\n\n": ((), None, None),
    "New York, April 5, 2023\n\n": ((), None, None),
    "U. S. Senate, April 5, 2023\n\n": ((), None, None),
    "Ada B. Moss, April 5, 2023\n\nAda C. Weir, April 6, 2023\n\n": ((), None, None),
    "On April 5, 2023 - ": ((), None, None),
    "Ada Moss (April 5, 2023 - June 1, 2024) - ": ((), None, None),
    "Updated prices of 5 April 2023\n\n": ((), None, None),
}


@pytest.mark.parametrize(("opening", "stated"), OPENINGS.items(), ids=OPENINGS)
def test_names_and_dates_count_where_their_form_leaves_no_doubt(opening, stated):
    article, _ = read_one("a.txt", f"A canal\n\n{opening}{PROSE}")

    assert (article.authors, article.published, article.updated) == stated


@pytest.mark.parametrize(
    ("title", "published"),
    [
        ("Release 4 - 2023-04-05 23:16:49 -0700", DAY),
        ("Release 4 (2023-04-05)", DAY),
        ("2023-04-05: the canal froze", DAY),
        ("What changed after 2023-04-05", None),
        ("The flood (April 5, 2023)", None),  # the day that it is about
        ("From 2023-04-05 to 2023-04-06", None),
    ],
)
def test_a_machines_date_set_off_in_a_title_is_that_of_the_article(title, published):
    assert read_one("a.txt", f"{title}\n\n{PROSE}")[0].published == published


@pytest.mark.parametrize(
    ("path", "published"),
    [
        ("2023/4/5/a-canal.html", DAY),
        ("news/2023/apr/05/a-canal", DAY),
        ("2023-04-05-a-canal/", DAY),
        ("2023/04/05/", None),  # what appeared on a day, not an article of it
        ("2023/04/a-canal", None),
        ("2023/13/05/a-canal", None),
        ("find?from=/2023/04/05/a-canal", None),
    ],
)
def test_the_address_of_a_page_dates_it_where_nothing_else_does(path, published):
    link = f'<link rel="canonical" href="https://news.example/{path}">'

    article, _ = read_one("a.html", page(link))
    dated, _ = read_one("a.html", page(f'{link}<meta name="date" content="2024-01-02">'))

    assert (article.published, article.published_from) == (
        published,
        "address" if published else "unknown",
    )
    assert dated.published == OTHER_DAY


@pytest.mark.parametrize(
    ("top", "source_of_date"), [("", "update"), ("5 April 2023\n\n", "byline")]
)
def test_the_foot_of_a_page_gives_the_day_of_its_last_change(top, source_of_date):
    foot = "This page was last updated on 2 January 2024, at 10:20 (UTC)."

    article, _ = read_one("a.txt", f"A canal\n\n{top}{PROSE}\n\n{foot}")

    published = DAY if top else OTHER_DAY
    assert (article.published, article.published_from) == (published, source_of_date)
    assert (article.updated, article.text) == (OTHER_DAY, PROSE)


def page(head, top=""):
    return (
        f"<html><head>{head}</head><body><article><h1>A canal</h1>{top}<p>{LONG_PROSE}</p>"
        f"<p>{LONG_PROSE}</p></article></body></html>"
    )


def described(*articles):
    return "".join(
        f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **a})}</script>'
        for a in articles
    )


OTHER = {"headline": "A weir", "datePublished": "2001-01-01", "author": "Someone"}
OWN = {"headline": "A canal", "datePublished": "2023-04-05", "author": {"name": "Ada Moss"}}


@pytest.mark.parametrize("articles", [(OTHER, OWN), (OWN, OTHER), (OWN,)])
def test_a_page_is_described_by_its_own_article(articles):
    article, _ = read_one("a.html", page(described(*articles)))

    assert (article.title, article.published, article.authors) == TOLD


def test_people_and_outlets_that_a_page_refers_to_are_named():
    own = {
        **OWN,
        "@type": "Article",
        "author": [{"@id": "#a"}, {"@id": "#gone"}],
        "publisher": {"@id": "#p"},
    }
    graph = [{"@id": "#a", "name": "Ada Moss"}, {"@id": "#p", "name": "Weir Post"}]

    article, _ = read_one("a.html", page(described({"@type": "WebPage", "@graph": [*graph, own]})))

    assert (article.authors, article.outlet) == (("Ada Moss",), "Weir Post")


def test_the_address_tells_the_own_article_of_a_page():
    own = {**OWN, "headline": "What the water brought", "url": "https://www.a.example/canal/"}
    link = '<link rel="canonical" href="https://a.example/canal">'

    article, _ = read_one("a.html", page(link + described(OTHER, own)))

    assert (article.title, article.published) == ("What the water brought", DAY)


def test_of_articles_that_are_all_others_none_counts():
    weirs = (OTHER, {**OTHER, "headline": "Another weir"})

    article, _ = read_one("a.html", page(described(*weirs)))

    assert (article.title, article.published, article.authors) == ("A canal", None, ())


def test_both_dates_of_a_page_are_kept_and_its_entities_decoded():
    own = {**OWN, "headline": "A &amp; B&#8217;s canal", "dateModified": "2024-01-02"}

    article, _ = read_one("a.html", page(described(own)))

    assert (article.title, article.updated) == ("A & B’s canal", date(2024, 1, 2))


@pytest.mark.parametrize(
    "marked",
    [
        '<meta name="citation_author" content="Moss, Ada">'
        '<meta name="citation_author" content="Wei, Li">',
        '<div itemscope><p><span itemprop="author"><b itemprop="name">By Ada Moss</b></span></p>'
        '<p itemprop="author">Li Wei</p><aside><p itemprop="author">Bo Weir</p></aside></div>'
        '<p itemprop="author">Bo Weir</p>',
    ],
)
def test_authors_are_read_as_a_page_marks_them(marked):
    assert read_one("a.html", page("", marked))[0].authors == ("Ada Moss", "Li Wei")


def test_the_outlet_is_not_one_of_the_authors_but_in_a_byline():
    of_staff = {**OWN, "author": ["Ada Moss", "CANAL NEWS"], "publisher": "Canal News"}
    of_a_blog = {**OWN, "author": "Ada Moss", "publisher": "Ada Moss"}

    article, _ = read_one("a.html", page(described(of_staff)))
    post, _ = read_one("a.html", page(described(of_a_blog), "<p>By Ada Moss</p>"))

    assert (article.outlet, article.authors) == ("Canal News", ("Ada Moss",))
    assert (post.outlet, post.authors) == ("Ada Moss", ("Ada Moss",))


def test_the_byline_of_a_page_is_found_between_its_heading_and_its_text():
    top = '<div class="meta byline"><span>By Ada Moss</span> | <time>5 April 2023</time></div>'

    article, _ = read_one("a.html", page("", top))

    assert (article.title, article.published, article.authors) == TOLD
    assert article.text == f"{LONG_PROSE}\n\n{LONG_PROSE}"


@pytest.mark.parametrize(
    ("label", "codec", "word"),
    [
        ("ascii", "cp1252", "Žižkov’s"),
        ("iso-8859-9", "cp1254", "Iğdır"),
        ("x-sjis", "cp932", "運河①"),
        ("ks_c_5601-1987", "cp949", "운하똠"),
        ("big5", "big5hkscs", "運河"),
        ("GBK", "gb18030", "运河㐀"),
        ("windows-1251", "cp1251", "канал"),
        ("iso-2022-jp", "iso2022_jp", "運河"),
    ],
)
def test_an_encoding_is_known_by_the_labels_of_browsers(label, codec, word):
    kind = f"text/html; charset={label}"
    text = f'<meta http-equiv="Content-Type" content="{kind}"><p>{word}: {PROSE}'

    assert read_one("a.html", text.encode(codec))[0].text.startswith(f"{word}: ")


@pytest.mark.parametrize(
    ("title", "inside", "expected"),
    [
        ("Locks - The Canal Book", "", "Locks"),  # the heading is that of the whole book
        ("The Canal Book: Locks", "<h1>Locks</h1>", "Locks"),
    ],
)
def test_the_name_of_a_site_is_not_the_title_of_its_page(title, inside, expected):
    page = (
        f"<html><head><title>{title}</title></head><body><div><h1>The Canal Book</h1></div>"
        f"<main>{inside}<p>{LONG_PROSE}</p></main></body></html>"
    )

    assert read_one("page.html", page)[0].title == expected


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Why the canal froze | Water | 05.04.2023", "Why the canal froze", "Why the canal froze"),
        ("Frozen - Ada Moss and Li Wei", "Frozen", "Frozen - Ada Moss and Li Wei"),
        ("A frozen canal, again - Ada Moss and Li Wei", "A frozen canal, again", None),
        ("Canal News | Why it froze: a story", "Why it froze: a story", "Why it froze: a story"),
        ("Canal News | It froze again", "Canal News", "Canal News | It froze again"),
        ("FROZEN CANAL, AGAIN - News", "Frozen canal, again", "FROZEN CANAL, AGAIN"),
    ],
)
def test_what_a_page_adds_to_its_heading_is_not_of_the_title(title, heading, expected):
    head = f'<meta property="og:title" content="{title}">'
    body = f"<article><h1>{heading}</h1><p>{LONG_PROSE}</p></article>"
    made = f"<html><head>{head}</head><body>{body}"

    assert read_one("page.html", made)[0].title == (expected or heading)


def test_links_of_a_named_menu_are_no_text_though_all_of_a_page_is_kept():
    menu = '<ul class="mainmenu"><li><a href="a">Home</a><li><a href="b">About</a></ul>'
    rows = "".join(f"<tr><td>{n} May 2022<td>3.{n} (<a href='{n}'>log</a>)" for n in range(1, 9))

    article, _ = read_one("a.html", f"{menu}<h1>Releases</h1><table>{rows}</table>")

    assert article.text.startswith("1 May 2022 | 3.1 (log)")
