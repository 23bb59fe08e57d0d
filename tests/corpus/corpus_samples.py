"""Files made in memory for the tests of the readers: PDFs, Word packages, pages."""

import io
import zipfile
import zlib
from datetime import date

from rag.corpus.drafts import Limits, Source
from rag.corpus.extraction import extract

LIMITS = Limits(characters=5_000_000, pages=2_000, latest=date(2027, 1, 1))
PROSE = "The ministry published the rule on Monday. It takes effect in March, officials said."
LONG_PROSE = " ".join([PROSE] * 3)


def source(name, content, *, limits=LIMITS):
    data = content.encode() if isinstance(content, str) else content
    return Source(name, data, limits)


def read_one(name, content, *, limits=LIMITS):
    """Return the only article of a file and the codes of its warnings."""
    extracted = extract(source(name, content, limits=limits))
    (article,) = extracted.articles
    return article, [problem.code for problem in extracted.problems]


def blocks_of(name, content):
    return read_one(name, content)[0].text.split("\n\n")


def pdf(*pages, extra=b"", compress=False, properties=b"<< >>"):
    """Return a PDF; a page is a list of (x, y, size, text) or raw content bytes."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    kids = []
    for number, page in enumerate(pages):
        content = page if isinstance(page, bytes) else _shown(page)
        filters = b""
        if compress:
            content, filters = zlib.compress(content), b"/Filter /FlateDecode "
        at = 4 + 2 * number
        kids.append(f"{at} 0 R")
        objects[at] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (at + 1)
        )
        length = len(content)
        objects[at + 1] = b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filters, length, content)
    listed = " ".join(kids).encode()
    last = max(objects) + 1
    objects[last] = properties
    extra += b"/Info %d 0 R " % last
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(pages))
    return assemble_pdf(objects, extra=extra)


def assemble_pdf(objects, *, extra=b""):
    out = bytearray(b"%PDF-1.4\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    size = max(places) + 1
    out += b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, extra, table)
    return bytes(out)


def _shown(lines):
    pieces = []
    for x, y, size, text in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        pieces.append(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET")
    return "\n".join(pieces).encode("latin-1")


def column(lines, *, x=72, top=700, size=11, pitch=14):
    """Return the lines of a column for `pdf`; None leaves a gap."""
    return [(x, top - pitch * n, size, text) for n, text in enumerate(lines) if text is not None]


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body, *, entries=()):
    """Return a Word package with `body` as the XML of its body; `entries` are added or replaced."""
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}"><Default Extension="rels" '
        f'ContentType="{rels}"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        **dict(entries),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def paragraph(text, *, style=""):
    """Return the XML of a Word paragraph."""
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"
