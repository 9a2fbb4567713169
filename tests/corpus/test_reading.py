"""From one file to one document, and every way that can fail."""

import hashlib
import os
from datetime import date

import pytest

from corpus import Entry, UnreadableFile, read, scan
from corpus.reading import FORMATS, MAX_FILE_BYTES


def _entry(folder, name, content=b""):
    path = folder / name
    path.write_bytes(content)
    return Entry(name, path, len(content), path.stat().st_mtime_ns)


def test_a_document_bears_the_facts_of_the_bytes_that_were_read(tmp_path):
    entry = _entry(tmp_path, "a.md", b"# Title\r\n\r\nWords.\r\n")
    stale = Entry(entry.id, entry.path, 3, 4)  # the file has changed since it was listed
    document = read(stale)
    assert document.text == "# Title\r\n\r\nWords.\r\n"
    assert document.sha256 == hashlib.sha256(entry.path.read_bytes()).hexdigest()
    assert (document.size_bytes, document.mtime_ns) == (19, entry.mtime_ns)
    assert (document.id, document.media_type, document.title) == ("a.md", "text/markdown", "Title")


def test_a_document_without_a_title_bears_its_files_name(tmp_path):
    assert read(_entry(tmp_path, "plain words.txt", b"one line")).title == "plain words.txt"


def test_a_suffix_counts_in_any_case(tmp_path):
    assert read(_entry(tmp_path, "A.TXT", b"words")).media_type == "text/plain"


def test_the_date_is_found_by_the_way(tmp_path):
    assert read(_entry(tmp_path, "note-2024-09-11.txt", b"words")).draft.date.day == date(2024, 9, 11)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b" \n\t\r\n", "only blanks"),
        ("a.txt", b"\0\0\0\0", "not text"),
        ("a.txt", b"PK\x03\x04\x00\x01\xff\xfe", "not text"),
        ("a.html", b"   ", "no text"),
        ("a.html", b"<p></p>", "no text"),
        ("a.pdf", b"Dear Sir, this is a letter", "not a PDF"),
        ("a.pdf", b"%PDF-1.7\nand then nothing", "damaged"),
        ("a.docx", b"Dear Sir, this is a letter", "not a Word document"),
        ("a.docx", b"PK\x03\x04 and then nothing", "damaged"),
        ("a", b"words", "without a suffix"),
        ("a.exe", b"words", r"ending in \.exe"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_sentence(tmp_path, name, content, reason):
    with pytest.raises(UnreadableFile, match=reason) as failure:
        read(_entry(tmp_path, name, content))
    assert failure.value.reason.endswith(".")
    assert "\n" not in failure.value.reason


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_reader_lets_a_foreign_error_through(tmp_path, suffix):
    for content in (
        b"PK\x03\x04",
        b"%PDF-",
        b"<html><" * 50,
        b"---\n\xff",
        bytes(range(256)),
        b"\xff\xfe\x00",
        b"[[[" * 9,
    ):
        entry = _entry(tmp_path, f"a{suffix}", content)
        try:
            document = read(entry)
        except UnreadableFile:
            continue
        assert document.text.strip()


def test_a_file_that_has_gone_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="was removed"):
        read(Entry("a.md", tmp_path / "a.md", 1, 1))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    entry = _entry(tmp_path, "a.md", b"words")
    entry.path.chmod(0)
    with pytest.raises(UnreadableFile, match="may not be read"):
        read(entry)


def test_a_file_that_has_become_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(UnreadableFile, match="no longer an ordinary file"):
        read(Entry("a.md", tmp_path / "a.md", 1, 1))


def test_a_file_that_has_become_a_link_is_not_followed(tmp_path):
    entry = _entry(tmp_path, "real.md", b"words")
    (tmp_path / "a.md").symlink_to(entry.path)
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read(Entry("a.md", tmp_path / "a.md", 1, 1))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)  # a hole: it takes no room on the disk
    with pytest.raises(UnreadableFile, match="over 64 MiB"):
        read(Entry("a.txt", path, 1, 1))


def test_every_bundled_document_is_read(repository):
    documents = [read(entry) for entry in scan(repository / "corpus" / "documents")]
    assert {document.media_type for document in documents} == {form.media_type for form in FORMATS.values()}
    assert all(document.draft.title for document in documents)
