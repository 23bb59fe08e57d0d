"""A subject of an evaluation that ranks and answers as it is told."""

from rag.records import Answer, Hit, Query, Retrieval


class ScriptedSubject:
    """Ranks the articles that `rank` gives for a question, every passage of them; answers `say`.

    `say` returns outcome and sentences; `score` the score of a rank, by default the same for all.
    """

    name = "scripted"

    def __init__(self, snapshot, rank, say=lambda _: ("not_in_articles", ()), score=lambda _: 0.5):
        self.snapshot, self._rank, self._say, self._score = snapshot, rank, say, score
        self.settings = {}

    def article_passages(self, article_id):
        return self.snapshot.article_passages(article_id)

    def search(self, question, *, k):
        passages = [p for name in self._rank(question) for p in self.article_passages(name)]
        hits = (Hit(p, rank, self._score(rank)) for rank, p in enumerate(passages[:k], start=1))
        return Retrieval(Query(question.text), tuple(hits), self.snapshot.generation)

    def answer(self, question, *, depth):
        retrieval = self.search(question, k=depth)
        outcome, sentences = self._say(question)
        answer = Answer(
            question=question.text,
            query=question.text,
            outcome=outcome,
            reason="",
            sentences=sentences,
            near_misses=(),
            hits=retrieval.hits,
            generation=1,
            answerer=self.name,
            timings_ms={"total": 1.0},
            confidence=0.9 if sentences else 0.1,
        )
        return answer, retrieval
