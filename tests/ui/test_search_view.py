"""What the search page makes of a passage."""

from rag.ui.search_view import passage_markdown


def test_a_passage_keeps_its_paragraphs_and_its_marks():
    pieces = [("The old ", False), ("lock", True), (" froze.\n\nLong gone?\n\nIt ", False)]

    shown = passage_markdown(pieces)

    assert shown == "The old **:orange-background[lock]** froze\\.\n\nLong gone?\n\nIt "
