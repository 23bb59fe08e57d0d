"""A reader that reads nothing twice, for conditions that differ in what is made of it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.encoders.reader import EntailmentScores, PassageReading, ReadablePassage, Reader


class RememberingReader:
    """Gives what `reader` gives and keeps it in `read`, by question and passage."""

    def __init__(
        self, reader: Reader, read: dict[tuple[str, ReadablePassage], PassageReading]
    ) -> None:
        self._reader = reader
        self._read = read
        self.name = reader.name

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[PassageReading]:
        """Return what it makes of each passage, read now or before."""
        new = [each for each in dict.fromkeys(passages) if (question, each) not in self._read]
        for passage, reading in zip(new, self._reader.read(question, new), strict=True):
            self._read[question, passage] = reading
        return [self._read[question, each] for each in passages]

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return whether the evidence entails the claim."""
        return self._reader.entails(claim, evidence)
