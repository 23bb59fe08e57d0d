"""An explanation of an answer model's reply, and of hostile lengths, as a terminal shows it."""

from rag.cli.explanation_output import explanation_text
from rag.explanation import DraftExplained, Explanation, PassageScores

QUOTED = "The town paid for it."


def explained(*drafts, passages=()):
    return Explanation(
        question="Who paid?",
        query="Who paid for the bridge?",
        leans_on_history=True,
        passages=passages,
        parts=(),
        drafts=drafts,
        outcome="partial",
        reason="",
        answerer="some:model",
        generation=1,
    )


def test_the_reply_of_a_model_is_told_sentence_by_sentence():
    text = explanation_text(
        explained(
            DraftExplained(1, "shown", "supported", QUOTED, ()),
            DraftExplained(2, "left out", "unsupported", "", ("1 name", "2 words")),
        )
    )

    assert "Searched for: Who paid for the bridge?" in text
    assert "What “some:model” wrote, sentence by sentence:" in text
    assert f"  1. shown, supported\n     “{QUOTED}”" in text
    assert "  2. left out, its words not shown: the articles lack 1 name, 2 words" in text


def test_a_long_id_is_cut_and_a_control_character_does_not_reach_the_terminal():
    hostile = "x" * 90 + "\x1b[31m" + "y" * 90
    passage = PassageScores(f"{hostile}#0", hostile, "", 0, 9, 1, 0.5, None, 1.0)

    text = explanation_text(explained(passages=(passage,)))

    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert "  1.  0.500        -  1.000  xxx" in text
