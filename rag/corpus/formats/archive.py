"""Checks of a zip package before anything parses it: size when expanded, names, declarations."""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from io import BytesIO

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Source
from rag.corpus.formats.xml_errors import parse_error
from rag.corpus.names import shown_name

MOST_ENTRIES = 1_000
LARGEST_RATIO = 100  # expanded to packed; Word files of people stay below 30
SMALL_ENOUGH = 10_000_000  # bytes expanded that are harmless at any ratio
EMBEDDED = ("word/embeddings/", "ppt/embeddings/")  # the sheets behind charts; never opened

_ARCHIVE_SUFFIXES = (".zip", ".docx", ".xlsx", ".pptx", ".jar", ".gz", ".7z", ".rar", ".tar")
_XML_SUFFIXES = (".xml", ".rels")
BROKEN = (  # what zipfile raises for packages that are cut or altered
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
_LOCKED = "is password-protected. Save it without a password."
_UNREADABLE = "is damaged (no readable document inside). Save it again."
_ENTITY = re.compile(rb"<!\s*ENTITY")
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)")
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\\|\0")


def check_archive(source: Source, *, required: str, allows_doctype: bool = False) -> None:
    """Refuse a package that is damaged, locked, a bomb, or declares entities.

    `allows_doctype` where pages inside may name their document type, as those of books do.

    Raises ArticleError: E-DOC-007, E-DOC-009, E-DOC-010, E-DOC-012, E-DOC-013.
    """
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            _check_entries(archive, source, required)
            _check_declarations(archive, source, allows_doctype=allows_doctype)
    except BROKEN as error:
        raise source.error(
            "E-DOC-009", "is damaged (its package is broken). Save it again."
        ) from error
    except RuntimeError as error:
        raise source.error("E-DOC-007", _LOCKED) from error


def _check_entries(archive: zipfile.ZipFile, source: Source, required: str) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        what = f"holds {len(entries):,} entries; the limit is {MOST_ENTRIES:,}. Do not trust it."
        raise source.error("E-DOC-010", what)
    for entry in entries:
        mode = entry.external_attr >> 16
        if _UNSAFE_NAME.search(entry.orig_filename) or stat.S_ISLNK(mode):
            shown = shown_name(entry.orig_filename[:80])
            what = f'contains an unsafe entry name ("{shown}"); archive refused. Do not trust it.'
            raise source.error("E-DOC-012", what)
        is_embedded = entry.filename.startswith(EMBEDDED)
        if entry.filename.lower().endswith(_ARCHIVE_SUFFIXES) and not is_embedded:
            shown = shown_name(entry.filename[:80])
            what = f'contains another archive ("{shown}"); refused. Do not trust it.'
            raise source.error("E-DOC-010", what)
    expanded = sum(entry.file_size for entry in entries)
    ratio = expanded // max(1, len(source.data))
    if ratio > LARGEST_RATIO and expanded > SMALL_ENOUGH:
        what = f"expands {ratio:,} times; the limit is {LARGEST_RATIO}. Do not trust it."
        raise source.error("E-DOC-010", what)
    if required not in archive.namelist():
        what = f"is damaged ({required} is missing). Save it again."
        raise source.error("E-DOC-009", what)


def package_part(archive: zipfile.ZipFile, name: str, source: Source) -> etree._Element:
    """Return an XML part of a package that was checked. Raises ArticleError as `read_part` does."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(read_part(archive, name, source), parser)
    except etree.XMLSyntaxError as error:
        raise parse_error(error, source, _UNREADABLE) from error


def read_part(archive: zipfile.ZipFile, name: str, source: Source) -> bytes:
    """Return a part of a package. Raises ArticleError E-DOC-009, and E-DOC-007 for a locked one."""
    try:
        return archive.read(name)
    except (*BROKEN, KeyError) as error:
        raise source.error("E-DOC-009", _UNREADABLE) from error
    except RuntimeError as error:
        raise source.error("E-DOC-007", _LOCKED) from error


def _check_declarations(archive: zipfile.ZipFile, source: Source, *, allows_doctype: bool) -> None:
    """Refuse XML parts with a document type or entities, which Word never writes."""
    forbidden = _ENTITY if allows_doctype else _DECLARATION
    for entry in archive.infolist():
        if entry.filename.lower().endswith(_XML_SUFFIXES):
            content = archive.read(entry).replace(b"\0", b"")  # UTF-16 hides nothing then
            if forbidden.search(content):
                what = "declares external entities; refused. Do not trust it."
                raise source.error("E-DOC-013", what)
