"""Where the fault tests write."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.faults.workbench import memory_folder


@pytest.fixture
def memory():
    """Return an empty folder, in memory where there is one."""
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        yield Path(folder)
