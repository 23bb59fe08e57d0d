"""What a web page says of itself: JSON-LD of schema.org first, then meta elements, then its title.

Of several articles that a page describes, its own is the one with its title or its address.

Only statements are read; htmldate and other searches through addresses and running text guess, and
a wrong date is worse than none.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import lxml.html  # type: ignore[import-untyped] # it has no types

from rag.corpus.dates import parse_date
from rag.corpus.drafts import Draft
from rag.corpus.normal_form import letters, one_line
from rag.corpus.people import in_order

MOST_OBJECTS = 2_000  # of JSON-LD that are looked at; pages of people stay below 100
LONGEST_VALUE = 1_000  # characters of a name, title or address

_ARTICLE_TYPES = re.compile(r"(article|blogposting|report|posting)$", re.IGNORECASE)
_META = {  # in the order of trust
    "title": ("og:title twitter:title dc.title citation_title parsely-title"),
    "published": (
        "article:published_time og:article:published_time datepublished citation_publication_date "
        "citation_date dc.date.issued dcterms.issued dc.date dcterms.date dcterms.created "
        "parsely-pub-date sailthru.date pubdate publishdate publish-date publish_date "
        "publication_date date"
    ),
    "updated": ("article:modified_time og:updated_time datemodified dcterms.modified"),
    "outlet": ("og:site_name application-name dc.publisher citation_journal_title"),
    "authors": ("author article:author dc.creator citation_author parsely-author"),
    "url": ("og:url"),
}

_CATALOGUED = ("citation_author", "dc.creator")  # one name each, the last one first as a rule


def read_page_metadata(tree: lxml.html.HtmlElement, *, latest: date) -> Draft:
    """Return a Draft without text that holds what the page states of itself."""
    meta = _meta_values(tree)
    authors = [n for n in meta["authors"] if "://" not in n] or _marked_authors(tree)
    draft = Draft([], authors=tuple(authors))
    draft.outlet = _first(meta["outlet"])
    draft.title = _first(meta["title"])
    draft.url = _canonical(tree) or _first(meta["url"])
    dates = meta["published"] + _marked_times(tree, "datePublished")
    draft.published = _first_date(dates, latest=latest)
    draft.updated = _first_date(
        meta["updated"] + _marked_times(tree, "dateModified"), latest=latest
    )
    if draft.published:
        draft.published_from = "page metadata"
    objects = list(_json_ld_objects(tree))
    articles = [o for o in objects if any(map(_ARTICLE_TYPES.search, _texts(o.get("@type"))))]
    if item := _own_article(articles, draft, tree):
        names = {
            o["@id"]: o["name"] for o in objects if isinstance(o.get("@id"), str) and "name" in o
        }
        _apply_json_ld(draft, _with_names(item, names), latest=latest)
    draft.title = _without_outlet(draft.title, draft.outlet)
    return draft


def page_title(tree: lxml.html.HtmlElement, outlet: str) -> str:
    """Return the words of the title element without the outlet's name after them."""
    return _without_outlet(one_line(tree.findtext(".//title") or ""), outlet)


def _with_names(item: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Return `item` with people and publishers by name where it only refers to them."""

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(part) for part in value[:50]]
        is_reference = isinstance(value, dict) and "@id" in value and "name" not in value
        return names.get(str(value["@id"])) if is_reference else value

    return {**item, **{key: named(item.get(key)) for key in ("author", "publisher")}}


def _apply_json_ld(draft: Draft, item: Mapping[str, Any], *, latest: date) -> None:
    published = parse_date(_text(item.get("datePublished")), latest=latest)
    if published:
        draft.published, draft.published_from = published, "JSON-LD"
    draft.updated = parse_date(_text(item.get("dateModified")), latest=latest) or draft.updated
    draft.title = _text(item.get("headline")) or draft.title
    draft.outlet = _text(item.get("publisher")) or draft.outlet
    draft.authors = tuple(_texts(item.get("author"))) or draft.authors
    address = _text(item.get("url")) or _text(item.get("mainEntityOfPage"))
    if not draft.url and address.startswith(("http://", "https://")):
        draft.url = address


def _own_article(
    items: list[Mapping[str, Any]], draft: Draft, tree: lxml.html.HtmlElement
) -> Mapping[str, Any] | None:
    """Return the article of `items` that the page itself is, None where that cannot be told."""
    titles = {letters(draft.title), letters(tree.findtext(".//title") or "")}
    titles |= {letters(h.text_content()) for h in tree.iter("h1")}
    titles = {title for title in titles if title}
    addresses = {_plain_address(draft.url)} - {""}
    for item in items:
        stated = [_text(item.get(key)) for key in ("url", "mainEntityOfPage", "@id")]
        if addresses & {_plain_address(a) for a in stated}:
            return item
    for item in items:
        headline = letters(_text(item.get("headline")))
        if headline and any(headline in title or title in headline for title in titles):
            return item
    return items[0] if len(items) == 1 else None


def _plain_address(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[#?].*$|/$", "", address.strip()).rstrip("/").lower()


def _json_ld_objects(tree: lxml.html.HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON-LD objects of the page, in its order."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            queue = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue  # a page with broken JSON-LD still has its meta elements
        for _ in range(MOST_OBJECTS):
            if not queue:
                break
            item = queue.pop(0)
            if isinstance(item, list):
                queue[:0] = item[:MOST_OBJECTS]
            elif isinstance(item, dict):
                yield item
                queue += [item[key] for key in ("@graph", "mainEntity") if key in item]


def _texts(value: Any) -> list[str]:
    """Return the names in a JSON-LD value: a text, an object with a name, or a list of these."""
    items = value if isinstance(value, list) else [value]
    named = (i.get("name") or i.get("@id") if isinstance(i, dict) else i for i in items[:50])
    texts = (n[:LONGEST_VALUE] for n in named if isinstance(n, str) and n.strip())
    return [one_line(html.unescape(text)) for text in texts]


def _text(value: Any) -> str:
    return _first(_texts(value))


def _meta_values(tree: lxml.html.HtmlElement) -> dict[str, list[str]]:
    contents: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = one_line(html.unescape((element.get("content") or "")[:LONGEST_VALUE]))
        if name.lower() in _CATALOGUED:
            content = in_order(content)
        if content:
            contents.setdefault(name.strip().lower(), []).append(content)
    return {
        field: [c for name in names.split() for c in contents.get(name, ())]
        for field, names in _META.items()
    }


def _marked_times(tree: lxml.html.HtmlElement, name: str) -> list[str]:
    """Return the times that the page marks as `name`, but those of what it only refers to."""
    return [
        element.get("datetime") or element.get("content") or element.text_content()
        for element in tree.iter("time", "span", "div", "p", "abbr")
        if name in (element.get("itemprop") or "").split()
        or (name == "datePublished" and element.get("pubdate") is not None)
        if not _is_of_another(element)
    ]


def _marked_authors(tree: lxml.html.HtmlElement) -> list[str]:
    """Return the names that a page marks as its authors', in the first item that has any."""
    marked = [
        element
        for element in tree.iter("a", "address", "div", "meta", "p", "span")
        if "author" in (element.get("itemprop") or "").split() and not _is_of_another(element)
    ]
    names = []
    for element in marked:
        if element is marked[0] or _item(element) is _item(marked[0]) is not None:
            inner = (e for e in element.iterdescendants() if e.get("itemprop") == "name")
            name = next(inner, element)
            names.append(one_line(name.get("content") or name.text_content())[:LONGEST_VALUE])
    return names


def _item(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """Return the item of microdata that an element says something of."""
    return next((e for e in element.iterancestors() if e.get("itemscope") is not None), None)


def _is_of_another(element: lxml.html.HtmlElement) -> bool:
    """Return whether an element stands where a page speaks of other pages, or a reader speaks."""
    return any(
        a.tag in ("aside", "nav", "footer", "li") or "comment" in (a.get("itemprop") or "")
        for a in element.iterancestors()
    )


def _first_date(values: list[str], *, latest: date) -> date | None:
    return next(filter(None, (parse_date(value, latest=latest) for value in values)), None)


def _canonical(tree: lxml.html.HtmlElement) -> str:
    for link in tree.iter("link"):
        address = (link.get("href") or "").strip()[:LONGEST_VALUE]
        if link.get("rel") == "canonical" and address.startswith(("http://", "https://")):
            return address
    return ""


def _without_outlet(title: str, outlet: str) -> str:
    for separator in (" | ", " - ", " – ", " — ", " :: "):
        head, found, tail = title.rpartition(separator)
        if found and outlet and tail.strip().casefold() == outlet.casefold():
            return head.strip()
    return title


def _first(values: list[str]) -> str:
    return values[0] if values else ""
