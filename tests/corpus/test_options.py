"""What a user decides about reading: passwords and encodings."""

import io
from base64 import b64encode

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus import LOCKED, Entry, Reading, ReadingOptions, UnreadableFile, read
from corpus.options import codec
from corpus.reading import FORMATS
from tests.corpus.test_sniffing import ole

RUSSIAN = "Переговоры завершились в среду."


def _entry(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Entry(name, path, len(content), path.stat().st_mtime_ns)


def _locked_office(source, password):
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(source)).encrypt(password, locked)
    return locked.getvalue()


def locked_pdf(user, owner="its owner's", strength=128):
    written = io.BytesIO()
    canvas = Canvas(written, encrypt=StandardEncryption(user, owner, strength=strength))
    canvas.drawString(72, 720, "The talks ended on Wednesday.")
    canvas.save()
    return written.getvalue()


@pytest.fixture(scope="module")
def letter(repository):
    return (repository / "corpus" / "documents" / "economy-and-climate.docx").read_bytes()


@pytest.fixture(scope="module")
def locked_letter(letter):
    return _locked_office(letter, "pässword")


@pytest.mark.parametrize("name", ["letter.docx", "letter.txt"])
def test_a_locked_office_file_is_read_with_its_password_whatever_its_name(tmp_path, letter, locked_letter, name):
    plain = read(_entry(tmp_path, "plain.docx", letter))
    locked = _entry(tmp_path, name, locked_letter)
    document = read(locked, ReadingOptions(passwords=("other", "pässword")))
    assert document.text == plain.text
    assert document.media_type == FORMATS[".docx"].media_type
    assert (document.size_bytes, document.sha256 != plain.sha256) == (len(locked_letter), True)


@pytest.mark.parametrize("passwords", [(), ("other",)])
def test_a_locked_office_file_without_its_password_says_what_to_do(tmp_path, locked_letter, passwords):
    with pytest.raises(UnreadableFile) as failure:
        read(_entry(tmp_path, "a.docx", locked_letter), ReadingOptions(passwords=passwords))
    assert failure.value.reason == LOCKED


def test_what_excel_locks_with_its_own_password_is_read_as_excel_does(tmp_path, letter):
    assert read(_entry(tmp_path, "a.docx", _locked_office(letter, "VelvetSweatshop"))).text


def test_a_container_without_its_lock_is_one_sentence(tmp_path):
    entry = _entry(tmp_path, "a.docx", ole("EncryptedPackage", "EncryptionInfo"))
    with pytest.raises(UnreadableFile, match="damaged or locked in an unusual way"):
        read(entry, ReadingOptions(passwords=("one",)))


@pytest.mark.parametrize("strength", [40, 128])
@pytest.mark.parametrize("password", ["open", "its owner's"])
def test_a_locked_pdf_is_read_with_either_password(tmp_path, password, strength):
    entry = _entry(tmp_path, "a.pdf", locked_pdf("open", strength=strength))
    assert read(entry, ReadingOptions(passwords=("other", password))).text == "The talks ended on Wednesday."


@pytest.mark.parametrize("passwords", [(), ("other",)])
def test_a_locked_pdf_without_its_password_says_what_to_do(tmp_path, passwords):
    with pytest.raises(UnreadableFile) as failure:
        read(_entry(tmp_path, "a.pdf", locked_pdf("open")), ReadingOptions(passwords=passwords))
    assert failure.value.reason == LOCKED


@pytest.mark.parametrize("passwords", [(), ("other",)])
def test_a_pdf_that_anyone_may_open_needs_no_password(tmp_path, passwords):
    entry = _entry(tmp_path, "a.pdf", locked_pdf("", owner="its owner's"))
    assert read(entry, ReadingOptions(passwords=passwords)).text == "The talks ended on Wednesday."


def test_a_pdf_with_a_lock_of_another_kind_is_one_sentence(tmp_path):
    entry = _entry(tmp_path, "a.pdf", locked_pdf("open").replace(b"/Standard", b"/Adobe.PubSec"))
    with pytest.raises(UnreadableFile, match=r"locked in an unusual way"):
        read(entry, ReadingOptions(passwords=("open",)))


def test_what_is_locked_within_a_mail_is_read_with_its_password(tmp_path, locked_letter, letter):
    mail = (
        "Subject: Talks\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nSee below.\n"
        "--x\nContent-Disposition: attachment; filename=letter.docx\nContent-Transfer-Encoding: base64\n\n"
        f"{b64encode(locked_letter).decode()}\n--x--\n"
    )
    entry = _entry(tmp_path, "a.eml", mail.encode())
    (attached,) = read(entry, ReadingOptions(passwords=("pässword",))).attachments
    assert attached.text == read(_entry(tmp_path, "letter.docx", letter)).text
    assert LOCKED in read(entry).draft.metadata["unread_attachments"]


def test_workers_are_given_the_options(tmp_path, locked_letter):
    entries = [
        _entry(tmp_path, "a.docx", locked_letter),
        _entry(tmp_path, "old/a.txt", RUSSIAN.encode("koi8-r")),
    ]
    options = ReadingOptions(passwords=("pässword",), encodings=(("old", "koi8-r"),))
    with Reading(options, workers=1) as reading:
        assert [outcome for _, outcome in reading.read_all(entries)] == [read(entry, options) for entry in entries]


@pytest.mark.parametrize("suffix", [suffix for suffix, form in FORMATS.items() if form.is_text])
def test_every_format_of_text_is_read_by_the_encoding_that_is_set(tmp_path, suffix):
    sources = {
        ".html": "<meta charset=latin1><p>{}</p>",
        ".htm": "<p>{}</p>",
        ".json": '{{"text": "{}"}}',
        ".jsonl": '{{"text": "{}"}}',
        ".ndjson": '{{"text": "{}"}}',
        ".xml": '<?xml version="1.0" encoding="iso-8859-1"?><a>{}</a>',
        ".csv": "a,b\n{},1",
        ".tsv": "a\tb\n{}\t1",
        ".ipynb": '{{"cells": [{{"cell_type": "markdown", "source": "{}"}}]}}',
    }
    source = sources.get(suffix, "{}").format(RUSSIAN).encode("mac-cyrillic")
    draft = read(_entry(tmp_path, f"a{suffix}", source), ReadingOptions(encodings=(("*", "mac-cyrillic"),))).draft
    assert RUSSIAN in draft.text
    assert "encoding" not in draft.metadata  # it was not guessed


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("old/**", {"old/a.txt", "old/deep/a.txt"}),
        ("old", {"old/a.txt", "old/deep/a.txt"}),
        ("/a.txt", {"a.txt"}),
        ("a.txt", {"a.txt", "old/a.txt", "old/deep/a.txt"}),
    ],
)
def test_a_pattern_names_files_as_an_ignore_file_does(pattern, files):
    options = ReadingOptions(encodings=((pattern, "windows-1251"),))
    names = ["a.txt", "old/a.txt", "old/deep/a.txt"]
    assert {name for name in names if options.encoding_of(name)} == files


def test_the_last_pattern_that_matches_decides():
    options = ReadingOptions(encodings=(("old", "cp1251"), ("old/mac", "mac-cyrillic")))
    names = ("old/a.txt", "old/mac/a.txt", "a.txt")
    assert [options.encoding_of(name) for name in names] == ["cp1251", "mac-cyrillic", ""]


def test_a_file_that_is_not_in_the_encoding_set_for_it_is_one_sentence(tmp_path):
    options = ReadingOptions(encodings=(("*", "utf-8"),))
    with pytest.raises(UnreadableFile, match=r"not in the encoding utf-8 that is set for it; correct `encodings`"):
        read(_entry(tmp_path, "a.txt", RUSSIAN.encode("cp1251")), options)


def test_a_files_own_mark_goes_before_the_encoding_that_is_set(tmp_path):
    options = ReadingOptions(encodings=(("*", "cp1251"),))
    assert read(_entry(tmp_path, "a.txt", RUSSIAN.encode("utf-8-sig")), options).text == RUSSIAN


def test_an_encoding_set_over_what_is_utf_8_is_noted(tmp_path):
    options = ReadingOptions(encodings=(("*", "cp1251"),))
    draft = read(_entry(tmp_path, "a.txt", RUSSIAN.encode()), options).draft
    assert draft.text == RUSSIAN.encode().decode("cp1251")
    assert draft.metadata == {"encoding_set_over_utf_8": "cp1251"}
    assert read(_entry(tmp_path, "b.txt", b"plain"), options).draft.metadata == {}


def test_what_is_in_another_file_keeps_its_own_encoding(tmp_path, letter):
    mail = (
        "Subject: Talks\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: base64\n\n{b64encode(RUSSIAN.encode()).decode()}\n--x--\n"
    )
    options = ReadingOptions(encodings=(("*", "mac-cyrillic"),))
    assert RUSSIAN in read(_entry(tmp_path, "a.eml", mail.encode()), options).text
    assert read(_entry(tmp_path, "a.docx", letter), options).text == read(_entry(tmp_path, "b.docx", letter)).text


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("windows-1251", "cp1251"),
        ("UTF16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("koi8_r", "koi8-r"),
        ("nonsense", None),
        ("base64", None),
        ("rot13", None),
        ("undefined", None),
        ("a\0b", None),
    ],
)
def test_only_encodings_of_text_are_known(encoding, name):
    assert codec(encoding) == name


def test_options_refuse_an_encoding_that_is_not_known():
    with pytest.raises(ValueError, match="'nonsense' is no encoding"):
        ReadingOptions(encodings=(("*", "nonsense"),))


def test_no_repr_shows_a_password():
    assert "hunter2" not in repr(ReadingOptions(passwords=("hunter2",)))
