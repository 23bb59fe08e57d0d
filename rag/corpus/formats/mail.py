"""Mails (.eml): subject, sender, date and the text that a reader sees; attachments are named.

The standard library parses them; an HTML text is read as any page is.
"""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.blocks import read_blocks
from rag.corpus.formats.markup import plain_markup
from rag.corpus.formats.notes import struck_out, unread_parts
from rag.corpus.formats.webpage import parse_page
from rag.corpus.lines import unwrap
from rag.corpus.names import shown_name
from rag.corpus.normal_form import one_line

MOST_NAMED = 5  # attachments

_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What the standard library's parser of headers raises, where it should note a defect."""


def parse(source: Source) -> list[Draft]:
    """Return the article of a .eml file. Raises ArticleError E-DOC-009 and E-DOC-014."""
    message = message_from_bytes(source.data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise source.error("E-DOC-009", "is no mail (it has no header). Save it again.")
    draft = Draft([], title=one_line(str(_header(message, "subject") or "")))
    draft.authors = tuple(name or address for name, address in _people(message))
    draft.published = _date(message, latest=source.limits.latest)
    draft.published_from = "front matter" if draft.published else "unknown"
    try:
        body = message.get_body(preferencelist=("html", "plain"))
        names = [shown_name(part.get_filename() or "a part") for part in message.iter_attachments()]
    except _MALFORMED as error:
        what = "has a header that cannot be read. Save it again."
        raise source.error("E-DOC-009", what) from error
    if body is not None:
        _read_body(draft, body, source)
    if names:
        draft.warnings.append(unread_parts(source, [f'"{n[:80]}"' for n in names[:MOST_NAMED]]))
    return [draft]


def _header(message: EmailMessage, name: str) -> object:
    """Return a header; None where it is missing or malformed, for no mail is lost by it."""
    try:
        return message.get(name)
    except _MALFORMED:
        return None


def _people(message: EmailMessage) -> list[tuple[str, str]]:
    return getaddresses([str(_header(message, "from") or "")])


def _date(message: EmailMessage, *, latest: date) -> date | None:
    stated = getattr(_header(message, "date"), "datetime", None)
    return stated.date() if stated and stated.date() <= latest else None


def _read_body(draft: Draft, body: MIMEPart, source: Source) -> None:
    try:
        text = str(body.get_content())
    except (LookupError, *_MALFORMED) as error:
        what = "holds text in an unknown encoding. Save it as UTF-8."
        raise source.error("E-DOC-006", what) from error
    if body.get_content_type() != "text/html":
        draft.blocks = unwrap(text.replace("\r\n", "\n"))
        return
    tree = parse_page(text, source) if text.strip() else None
    if tree is not None:
        removed = plain_markup(tree)
        draft.blocks = [block.text for block in read_blocks(tree)]
        draft.warnings += [struck_out(source, removed.struck)] if removed.struck else []
