"""The reader as torch trains it: the default embedder, reading question and passage together.

BERT's pair input (Devlin et al. 2019): question or claim as the first segment, passage or evidence
as the second. Heads read its last layer: every token, where the answer begins and ends; every
sentence, whether it answers; the passage, whether anything does; a claim, whether it is entailed,
contradicted or neither; and of a claim every token, whether nothing supports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertModel

WORDS = "embeddings.word_embeddings.weight"
"""Stays as the embedder has it: half of all weights, and words that the training never shows keep
their place among those that it does."""

LABELS = 3


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network gives for n pairs of t tokens and s sentences; all are logits.

    `places` (n, t, 2): begin and end; `sentences` (n, s); `passages` (n,); `labels` (n, 3):
    entailed, contradicted, neither; `unsupported` (n, t). Of places and sentences 0 stands for
    "nothing answers".
    """

    places: Tensor
    sentences: Tensor
    passages: Tensor
    labels: Tensor
    unsupported: Tensor


class Head(nn.Module):
    """Two layers with tanh between."""

    def __init__(self, size: int, outputs: int) -> None:
        super().__init__()
        self.dense = nn.Linear(2 * size, size)
        self.out = nn.Linear(size, outputs)
        nn.init.zeros_(self.out.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Return (…, outputs) of features (…, 2 size)."""
        scores: Tensor = self.out(torch.tanh(self.dense(features)))
        return scores


class ReaderNetwork(nn.Module):
    """An encoder and its five heads."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.places = nn.Linear(size, 2)
        self.sentences = Head(size, 1)
        self.passages = Head(size, 1)
        self.labels = Head(size, LABELS)
        self.unsupported = nn.Linear(size, 1)
        nn.init.zeros_(self.places.bias)
        nn.init.zeros_(self.unsupported.bias)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor, pooling: Tensor) -> Outputs:
        """Return what the heads give.

        Takes token ids, segments and mask, each (n, t), and `pooling` (n, s, t), whose rows hold
        the share that each token has in a sentence.
        """
        states = self.encoder(
            input_ids=ids, token_type_ids=kinds, attention_mask=mask
        ).last_hidden_state
        first = states[:, :1]
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = ((states * weights).sum(dim=1) / weights.sum(dim=1)).unsqueeze(1)
        pooled = torch.matmul(pooling.to(states.dtype), states)
        whole = torch.cat([first, mean], dim=-1)
        each = torch.cat([first.expand(-1, pooled.shape[1], -1), pooled], dim=-1)
        return Outputs(
            places=self.places(states).float(),
            sentences=self.sentences(each).squeeze(-1).float(),
            passages=self.passages(whole).squeeze(-1).squeeze(-1).float(),
            labels=self.labels(whole).squeeze(1).float(),
            unsupported=self.unsupported(states).squeeze(-1).float(),
        )


def load_network(
    folder: Path, *, seed: int, start: Path | None = None, device: str = "cpu"
) -> ReaderNetwork:
    """Return the network before training: the weights of the embedder in `folder`, new heads.

    `start` is a file of weights, as `weights_of` names them, that replace these where they fit.
    """
    torch.manual_seed(seed)
    # In bfloat16 the way back of "eager" takes less time, in float32 that of "sdpa".
    attention = "sdpa" if fastest_precision(device) == torch.float32 else "eager"
    encoder = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        attn_implementation=attention,
        dtype=torch.float32,
        hidden_dropout_prob=0.0,  # one pass over the questions needs none, and it costs a third
        attention_probs_dropout_prob=0.0,
    )
    network = ReaderNetwork(encoder)
    if start is not None:
        known = _named(network)
        for name, weight in load_file(start).items():
            if name in known and known[name].shape == weight.shape:
                known[name].copy_(weight)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)  # noqa: FBT003 - torch names it so
    return network


def fastest_precision(device: str) -> torch.dtype:
    """Return bfloat16 where the device multiplies it itself, else float32.

    A processor without it takes four times as long for it as for float32.
    """
    # Nothing public tells.
    has_it = device != "cpu" or torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001
    return torch.bfloat16 if has_it else torch.float32


def weights_of(network: ReaderNetwork) -> dict[str, Tensor]:
    """Return what the training changed, under the names that BERT's weights have, in float16."""
    return {
        name: weight.to(torch.float16).contiguous()
        for name, weight in _named(network).items()
        if name != WORDS and not name.endswith("position_ids")
    }


def _named(network: ReaderNetwork) -> dict[str, Tensor]:
    return {
        name.removeprefix("encoder.") if name.startswith("encoder.") else f"head.{name}": weight
        for name, weight in network.state_dict().items()
    }
