"""OpenVINO on this processor: how both models are compiled, and what stays of what was prepared.

Texts come unpadded, so nearly each has a length of its own, and OpenVINO prepares kernels for each.
"""

from __future__ import annotations

import os
from functools import cache

import openvino as ov

KEPT_KERNELS = 32
"""Kernels that oneDNN, below OpenVINO, keeps in a process: those of the length in work. It would
keep 1,024, some 250 MB more, for a twentieth of the time (tests/benchmarks/SPEED.md)."""


@cache
def core() -> ov.Core:
    """Return OpenVINO, one for all models of a process."""
    # oneDNN has no other switch that OpenVINO passes on, and reads it at its first kernel.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KEPT_KERNELS))
    return ov.Core()


def compiled(
    graph: ov.Model, *, threads: int, precision: str, int8_group: int, kept: int
) -> ov.CompiledModel:
    """Return a graph ready to run on `threads` threads, each text on one.

    `precision` is OpenVINO's name of what is multiplied in, but for layers in int8 with a scale for
    `int8_group` values, 0 for none; `kept` is how many kernels OpenVINO keeps besides, a thread.
    """
    return core().compile_model(
        graph,
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": precision,
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": int8_group,
            "NUM_STREAMS": threads,
            "INFERENCE_NUM_THREADS": threads,
            # Two processes (a chat and a build) would be pinned to the same cores.
            "ENABLE_CPU_PINNING": False,
            "CPU_RUNTIME_CACHE_CAPACITY": kept,
        },
    )
