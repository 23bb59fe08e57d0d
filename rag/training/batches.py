"""Lays examples and claims out as tensors: those of like length together, which spares padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from rag.encoders.reader_input import LONGEST, with_title
from rag.records import Span
from rag.training.examples import Example, Text
from rag.training.network import Outputs, ReaderNetwork, fastest_precision

TOKENS_AT_ONCE = 2_600
"""Padded tokens that are computed together."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two segments with the parts of the second that are sentences, as offsets into it."""

    first: str
    second: str
    sentences: tuple[Span, ...] = ()
    before: int = 0
    """Characters of the second segment that are its title."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the network gives for one pair: logits, see `network.Outputs`.

    `places` are those of the tokens of the passage alone, (t, 2); token i of them is token
    `start + i` of `encoded`. `sentences` has a column a sentence, those beyond the window -inf.
    """

    places: Tensor
    sentences: Tensor
    passage: Tensor
    labels: Tensor
    unsupported: Tensor
    encoded: Encoding
    start: int
    before: int

    def tokens_at(self, span: Span) -> tuple[int, int] | None:
        """Return the first and last token of a span of the passage, if both were read."""
        if span.end <= span.start:
            return None
        begin = self.encoded.char_to_token(span.start + self.before, 1)
        end = self.encoded.char_to_token(span.end - 1 + self.before, 1)
        return None if begin is None or end is None else (begin - self.start, end - self.start)


def pair_of(question: str, text: Text) -> Pair:
    """Return a question and a passage as they are read."""
    second, before = with_title(text.text, text.title)
    sentences = tuple(Span(s.start + before, s.end + before) for s in text.sentences)
    return Pair(question, second, sentences, before)


def read(
    network: ReaderNetwork,
    pairs: Sequence[Pair],
    tokenizer: Tokenizer,
    *,
    device: str = "cpu",
    precision: torch.dtype | None = None,
) -> list[Read]:
    """Return what the network gives for each pair, in their order; `precision` of its products."""
    precision = precision or fastest_precision(device)
    encoded = tokenizer.encode_batch([(pair.first, pair.second) for pair in pairs])
    found: dict[int, Read] = {}
    for part in _alike([len(each.ids) for each in encoded]):
        with torch.autocast(device, precision, enabled=precision != torch.float32):
            outputs = network(
                *_tensors([pairs[i] for i in part], [encoded[i] for i in part], device)
            )
        for row, i in enumerate(part):
            found[i] = _read(outputs, row, pairs[i], encoded[i])
    return [found[i] for i in range(len(pairs))]


def load_tokenizer(folder: str) -> Tokenizer:
    """Return the tokenizer of a model folder as the reader uses it."""
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    return tokenizer


def _alike(lengths: Sequence[int]) -> Iterator[list[int]]:
    part: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if part and (len(part) + 1) * lengths[i] > TOKENS_AT_ONCE:
            yield part
            part = []
        part.append(i)
    if part:
        yield part


def _tensors(
    pairs: Sequence[Pair], encoded: Sequence[Encoding], device: str
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    longest = max(len(each.ids) for each in encoded)
    most = max(1, *(len(pair.sentences) for pair in pairs))
    pooling = torch.zeros(len(pairs), most, longest)
    for row, (pair, each) in enumerate(zip(pairs, encoded, strict=True)):
        for i, sentence in enumerate(pair.sentences):
            if tokens := tokens_of(each, sentence):
                pooling[row, i, tokens[0] : tokens[1]] = 1 / (tokens[1] - tokens[0])
    padded = [
        torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        for rows in (
            [each.ids for each in encoded],
            [each.type_ids for each in encoded],
            [[1] * len(each.ids) for each in encoded],
        )
    ]
    ids, kinds, mask = (each.to(device) for each in padded)
    return ids, kinds, mask, pooling.to(device)


def tokens_of(encoded: Encoding, span: Span) -> tuple[int, int] | None:
    """Return the half-open range of tokens of a span of the second segment that was read."""
    begin = encoded.char_to_token(span.start, 1)
    if begin is None:
        return None
    end = next(
        (
            t
            for c in range(span.end - 1, span.start - 1, -1)
            if (t := encoded.char_to_token(c, 1)) is not None
        ),
        begin,
    )
    return begin, end + 1


def _read(outputs: Outputs, row: int, pair: Pair, encoded: Encoding) -> Read:
    tokens = tokens_of(encoded, Span(pair.before, len(pair.second)))
    start, end = tokens or (len(encoded.ids) - 1, len(encoded.ids) - 1)
    is_read = torch.tensor(
        [tokens_of(encoded, sentence) is not None for sentence in pair.sentences], dtype=torch.bool
    )
    scores = outputs.sentences[row, : len(pair.sentences)].cpu()
    return Read(
        places=outputs.places[row, start:end].cpu(),
        sentences=scores.masked_fill(~is_read, -1e4),
        passage=outputs.passages[row].cpu(),
        labels=outputs.labels[row].cpu(),
        unsupported=outputs.unsupported[row, : len(encoded.ids)].cpu(),
        encoded=encoded,
        start=start,
        before=pair.before,
    )


def right_of(example: Example) -> list[int]:
    """Return the numbers of the right sentences among those of all passages."""
    right, before = [], 0
    for text in example.texts:
        right += [before + i for i in text.right]
        before += len(text.sentences)
    return right


def places_of(example: Example, found: Sequence[Read]) -> list[tuple[int, int]] | None:
    """Return the tokens of the right words among all; [] where none is; None where unknown."""
    if not example.is_answered:
        return []
    places: list[tuple[int, int]] = []
    before = 0
    for text, each in zip(example.texts, found, strict=True):
        found_at = filter(None, map(each.tokens_at, text.spans[:1]))
        places += [(before + first, before + last) for first, last in found_at]
        before += len(each.places)
    return places or None
