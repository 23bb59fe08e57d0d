"""The reranker as torch trains it: the default embedder, reading question and sentence together.

BERT's pair input (Devlin et al. 2019): question as the first segment, sentence as the second. The
last layer is computed for the first token alone, which spares time. The head sees
it and the mean of all tokens before that layer, and gives two numbers: whether the sentence answers
the question, and whether it carries a claim.

In training another head reads from the tokens before the last layer where the words that answer
begin and end: whoever finds them knows better whether there are any.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

ANSWERS, CARRIES = 0, 1
"""Columns of what the network gives."""

PLACES = "places."
"""Only the training asks where the words that answer stand; this head is not written."""

WORDS = "embeddings.word_embeddings.weight"
"""Stays as the embedder has it: half of all weights, and words that the training never shows keep
their place among those that it does."""

HIDDEN = -1e9
"""Added to the attention that padding would get."""


class RerankerNetwork(nn.Module):
    """An encoder, a head of two numbers, and one that points at the words that answer."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.dense = nn.Linear(2 * size, size)
        self.scores = nn.Linear(size, 2)
        nn.init.zeros_(self.scores.bias)
        self.places = nn.Linear(size, 2)
        nn.init.zeros_(self.places.bias)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores (pairs, 2) and places (pairs, tokens, 2).

        Takes token ids, segments and mask, each (pairs, tokens). Places are the log odds, up to a
        constant, that the words that answer begin with a token, and that they end with it.
        """
        tokens = self.encoder.embeddings(input_ids=ids, token_type_ids=kinds)
        hidden = (1.0 - mask[:, None, None, :].to(tokens.dtype)) * HIDDEN
        *lower, last = self.encoder.encoder.layer
        for layer in lower:
            tokens = layer(tokens, hidden)
        weights = mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * weights).sum(dim=1) / weights.sum(dim=1)
        features = torch.cat([_first(last, tokens, hidden), mean], dim=1)
        return self.scores(torch.tanh(self.dense(features))), self.places(tokens)


def _first(layer: Any, tokens: Tensor, hidden: Tensor) -> Tensor:
    """Return what `layer` makes of the first token, (pairs, size)."""
    attention = layer.attention.self
    first = tokens[:, :1]
    shape = (len(tokens), -1, attention.num_attention_heads, attention.attention_head_size)
    query, key, value = (
        part(states).view(shape).transpose(1, 2)
        for part, states in (
            (attention.query, first),
            (attention.key, tokens),
            (attention.value, tokens),
        )
    )
    weights = torch.softmax(query @ key.transpose(2, 3) * attention.scaling + hidden, dim=-1)
    seen = (weights @ value).transpose(1, 2).reshape(first.shape)
    seen = layer.attention.output(seen, first)
    out: Tensor = layer.output(layer.intermediate(seen), seen)
    return out[:, 0]


def load_network(folder: Path, *, seed: int) -> RerankerNetwork:
    """Return the network before training: the weights of the embedder in `folder`, a new head."""
    torch.manual_seed(seed)
    encoder = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        attn_implementation="eager",  # in bfloat16 its way back is half as long
        dtype=torch.float32,
        hidden_dropout_prob=0.0,  # one pass over the questions needs none, and it costs a third
        attention_probs_dropout_prob=0.0,
    )
    network = RerankerNetwork(encoder)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)  # noqa: FBT003 - torch names it so
    return network


def weights_of(network: RerankerNetwork) -> dict[str, Tensor]:
    """Return what the training changed, under the names that BERT's weights have, in float16."""
    named = {
        name.removeprefix("encoder.") if name.startswith("encoder.") else f"head.{name}": weight
        for name, weight in network.state_dict().items()
        if not name.startswith(PLACES)
    }
    return {
        name: weight.to(torch.float16).contiguous()
        for name, weight in named.items()
        if name != WORDS and not name.endswith("position_ids")
    }
