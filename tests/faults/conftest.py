"""Where the fault tests write."""

import pytest

from tests.faults.workbench import memory_folder


@pytest.fixture
def memory():
    """Return an empty folder, in memory where there is one."""
    with memory_folder() as folder:
        yield folder
