"""The reranker as torch trains it: the default embedder, reading question and sentence together.

BERT's pair input (Devlin et al. 2019): question as the first segment, sentence as the second. The
head sees the first token and the mean of all, and gives two numbers: whether the sentence answers
the question, and whether it carries a claim.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

ANSWERS, CARRIES = 0, 1
"""Columns of what the network gives."""

WORDS = "embeddings.word_embeddings.weight"
"""Stays as the embedder has it: half of all weights, and words that the training never shows keep
their place among those that it does."""


class RerankerNetwork(nn.Module):
    """An encoder and a head of two numbers."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.dense = nn.Linear(2 * size, size)
        self.scores = nn.Linear(size, 2)
        nn.init.zeros_(self.scores.bias)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Return scores of shape (pairs, 2) for token ids, segments and mask (pairs, tokens)."""
        tokens = self.encoder(
            input_ids=ids, token_type_ids=kinds, attention_mask=mask
        ).last_hidden_state
        weights = mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * weights).sum(dim=1) / weights.sum(dim=1)
        features = torch.cat([tokens[:, 0], mean], dim=1)
        out: Tensor = self.scores(torch.tanh(self.dense(features)))
        return out


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
    }
    return {
        name: weight.to(torch.float16).contiguous()
        for name, weight in named.items()
        if name != WORDS and not name.endswith("position_ids")
    }
