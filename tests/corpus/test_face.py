"""The public face of the room."""

import subprocess
import sys

import pytest

import corpus


def test_every_public_name_is_there_and_the_list_is_complete():
    for name in corpus.__all__:
        assert getattr(corpus, name) is not None
    assert set(corpus._LOADED_WHEN_ASKED_FOR) <= set(corpus.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'chunk'"):
        corpus.chunk  # noqa: B018


def _run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_room_loads_no_document_library():
    heavy = "{'numpy', 'lxml', 'pypdfium2', 'docx', 'tokenizers', 'markdown_it', 'charset_normalizer'}"
    assert _run(f"import corpus, sys; print(sorted({heavy} & sys.modules.keys()))") == "[]"


@pytest.mark.parametrize("first", ["import corpus.splitting", "import corpus.sentences", "from corpus import split"])
def test_sentences_is_the_function_whatever_was_imported_before(first):
    assert _run(f"{first}\nimport corpus; print(len(corpus.sentences('One. Two.')))") == "2"
