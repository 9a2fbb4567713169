"""Words are stored compressed against the passage they are of, and unpack to what was stored."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search_forms import packed, register, unpacked
from index.words import search_form


@given(st.text(), st.text(), st.sampled_from((None, "en", "de", "ru", "ar")))
def test_the_search_forms_of_any_text_unpack_to_what_they_were(title: str, body: str, language: str | None):
    context, words = search_form(title, language), search_form(body, language)
    text = body.encode("utf-8", "ignore")
    assert unpacked(packed(context, words, text), text) == [words, context]


def test_against_its_own_text_a_search_form_takes_less_than_half_of_what_it_takes_alone():
    text = "The harbour master keeps the lamps of the outer mole burning from dusk until the ferries have come home."
    words = search_form(text, "en")
    assert len(packed("", words, text.encode())) < len(zlib.compress(words.encode(), 9)) / 2


@pytest.mark.parametrize("damaged", [b"", b"\x00", b"no zlib at all"])
def test_what_is_damaged_is_refused_and_never_unpacked_to_other_words(damaged: bytes):
    data = packed("tide", "the spring tide", b"The spring tide.")
    for wrong in (damaged, data[: len(data) // 2], data[:-1] + bytes([data[-1] ^ 1])):
        with pytest.raises(zlib.error):
            unpacked(wrong, b"The spring tide.")
    with pytest.raises(zlib.error):
        unpacked(data, b"The neap tide.")


def test_in_sql_a_document_that_takes_the_number_of_one_that_was_rolled_back_is_read_itself():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        register(db)
        db.execute("CREATE TABLE document (number INTEGER PRIMARY KEY, text BLOB NOT NULL) STRICT")
        for sha256, text in (("a", b"The first."), ("b", b"The second one.")):
            db.execute("BEGIN")
            db.execute("INSERT INTO document VALUES (1, ?)", (text,))
            form = (packed("", text.decode().lower(), text), sha256, len(text))
            unpack = "SELECT search_form(0, ?, 1, ?, 0, ?)"
            assert db.execute(unpack, form).fetchone() == (text.decode().lower(),)
            db.execute("ROLLBACK")
