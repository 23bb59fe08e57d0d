"""An explanation of an answer about the scripted article."""

from rag.explanation import CandidateScores, Explanation, PartExplained, SignalShare
from tests.ui.scripted import a_quote, an_article

ARTICLE = an_article()
OPENED = a_quote(ARTICLE, "The bridge opened in May.")
COST = a_quote(ARTICLE, "It cost 4 million euros.")
SHARE = SignalShare("terms", 0.5, 4.0, 2.0)
CANDIDATES = (
    CandidateScores(1, OPENED, 2.0, 0.9, (SHARE,), is_chosen=True, why_not=""),
    CandidateScores(2, COST, 1.0, 0.1, (SHARE,), is_chosen=False, why_not="too unlikely"),
)
PART = PartExplained(
    text="When did it open?",
    is_answered=True,
    words=(),
    candidates=CANDIDATES,
    decision=None,
    reason="",
)
EXPLANATION = Explanation(
    question="When did it open?",
    query="When did it open?",
    leans_on_history=False,
    passages=(),
    parts=(PART,),
    drafts=(),
    outcome="answered",
    reason="",
    answerer="extractive",
    generation=1,
)
