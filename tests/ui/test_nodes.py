"""Trees of elements take only what shows something, here and in the browser."""

import re
from pathlib import Path

import pytest

from rag.ui import nodes
from rag.ui.nodes import node

ASSETS = Path(nodes.__file__).parent / "assets"


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [
        ("script", {}),
        ("a", {}),
        ("img", {}),
        ("p", {"onclick": "x"}),
        ("p", {"style": "x"}),
        ("svg", {"href": "x"}),
    ],
)
def test_a_tree_takes_only_elements_and_attributes_that_show_something(tag, attributes):
    with pytest.raises(ValueError, match=tag):
        node(tag, "text", **attributes)


def test_the_script_makes_the_same_elements():
    script = (ASSETS / "nodes.js").read_text(encoding="utf-8")
    made = set(re.findall(r"[a-z]+[1-4]?", " ".join(re.findall(r'"([a-z0-9 ]+)"', script))))

    assert made >= nodes.TAGS
    assert nodes.ATTRIBUTES.pattern.replace("(?:", "(") in script
