"""Recognises the words in pictures of pages, with Debian's tesseract where it is installed.

It runs from the parsing process, one page at a time, with a limit of its own.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

PROGRAM = "tesseract"
INSTALL = "apt-get install tesseract-ocr"
PAGE_SECONDS = 20  # a page of a newspaper takes some 5
MOST_PAGES = 40  # of a file; the rest is reported, so that a file takes its time and no more
DOTS_PER_INCH = 300  # what tesseract was trained on
LONGEST_SIDE = 5_000  # dots


@cache
def tesseract() -> str:
    """Return the path of tesseract, "" where it is not installed."""
    return shutil.which(PROGRAM) or ""


def tesseract_version() -> str:
    """Return what tells one tesseract from another without starting it."""
    if not tesseract():
        return "none"
    status = Path(tesseract()).stat()
    return f"{status.st_size}-{int(status.st_mtime)}"


def recognise(page: Any) -> str:
    """Return the words in the picture of a PDFium page, "" where none are recognised."""
    scale = min(DOTS_PER_INCH / 72, LONGEST_SIDE / max(*page.get_size(), 1))
    picture = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
    command = [tesseract(), "stdin", "stdout", "--dpi", str(DOTS_PER_INCH)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the picture is its input
            command,
            input=picture.getvalue(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            env={"OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    text = done.stdout.decode("utf-8", "replace").replace("\f", "\n")
    return text if any(c.isalnum() for c in text) else ""
