"""Files made in memory for the tests of the parsers: books, OpenDocument texts, scans."""

import io
import zipfile

import pypdfium2

ODF = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("office", "text", "table", "style")
}


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def odt(body, *, styles=""):
    """Return an OpenDocument text with `body` as the XML of its text."""
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in ODF.items())
    return packed(
        {
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>"
        }
    )


def odt_style(name, **properties):
    values = " ".join(
        f'{key.replace("__", ":").replace("_", "-")}="{v}"' for key, v in properties.items()
    )
    return f'<style:style style:name="{name}"><style:text-properties {values}/></style:style>'


def epub(*chapters, metadata=""):
    """Return a book; the chapters stand in the package in the reverse order of the spine."""
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in reversed(range(len(chapters)))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    return packed(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="b/p.opf"/>'
            "</rootfiles></container>",
            "b/p.opf": package,
            **{
                f"b/c{n}.xhtml": f"<html><body>{text}</body></html>"
                for n, text in enumerate(chapters)
            },
        }
    )


def scan(data):
    """Return a PDF whose only page is a picture of the first page of the PDF `data`."""
    with pypdfium2.PdfDocument(data) as document:
        picture = document[0].render(scale=200 / 72).to_pil().convert("RGB")
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=200)
    return buffer.getvalue()
