from __future__ import annotations

import pytest

from index import DEFAULT_MODEL
from index.doubts import doubts
from tests.index.test_filters import document


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"language": "de"}, "another language (de)"),
        ({"metadata": {"encoding": "windows-1251"}}, "guessed (windows-1251)"),
        ({"metadata": {"encoding_set_over_utf_8": "cp1251"}}, "read as cp1251, as is set, but looks like UTF-8"),
        ({"metadata": {"unread_pages": "2, 5"}}, "Pages 2, 5 are pictures without text and not read."),
        ({"metadata": {"unread_pages": "2"}}, "Page 2 is a picture without text and not read."),
        ({"metadata": {"ocr_pages": "3-5"}}, "Pages 3-5 were read from pictures (OCR); check quotes against the page."),
        ({"metadata": {"unread_attachments": "a.png: The file is a picture."}}, "was read. a.png: The file is a pict"),
    ],
)
def test_what_may_be_wrong_with_a_document_is_said(changes: dict, said: str):
    (doubt,) = doubts([document(**changes)], DEFAULT_MODEL)
    assert said in doubt.warning
    assert doubt.path == "annexes/energy/wind.pdf"


def test_nothing_is_said_of_a_sound_document_or_of_a_model_whose_languages_are_not_known():
    assert doubts([document(language=None), document()], DEFAULT_MODEL) == ()
    assert doubts([document(language="de")], "some/multilingual-model") == ()
