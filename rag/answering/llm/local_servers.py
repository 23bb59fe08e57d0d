"""The servers of answer models on this machine, asked for their models when a person wants that.

Ollama, LM Studio, llama.cpp and vLLM speak OpenAI's protocol; each is tried at the port that it
takes by itself, on loopback, without a proxy. What another program sends there is not believed.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

PORTS: Mapping[str, int] = MappingProxyType(
    {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}
)
WAIT_S = 2.0  # on loopback a server that is there replies at once
LARGEST_BYTES = 1_000_000
MOST_MODELS = 200  # of one server
LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One model that answers on this machine."""

    server: str
    name: str
    url: str


def find_local_models(ports: Mapping[str, int] = PORTS) -> list[LocalModel]:
    """Return the models of every server that replies, in the order of `ports`."""
    with ThreadPoolExecutor(len(ports)) as pool:
        found = pool.map(_models_of, ports.keys(), ports.values())
        return [model for models in found for model in models]


def _models_of(server: str, port: int) -> list[LocalModel]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    try:
        connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
        response = connection.getresponse()
        data = json.loads(response.read(LARGEST_BYTES)) if response.status == 200 else None  # noqa: PLR2004 - HTTP
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return []
    finally:
        connection.close()
    url = f"http://127.0.0.1:{port}/v1"
    return [LocalModel(server, name, url) for name in _names(data)[:MOST_MODELS]]


def _names(data: Any) -> list[str]:
    """Return the names in a list of models as OpenAI's protocol has it."""
    entries = data.get("data") if isinstance(data, dict) else None
    listed = entries if isinstance(entries, list) else []
    named = [each.get("id") for each in listed if isinstance(each, dict)]
    return [
        n for n in named if isinstance(n, str) and n.isprintable() and 0 < len(n) <= LONGEST_NAME
    ]
