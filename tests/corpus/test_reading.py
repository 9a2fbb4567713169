"""From one file to one document, and every way that can fail."""

import hashlib
import os
import re
from datetime import date

import pytest

from corpus import Entry, UnreadableFile, read, scan
from corpus.attaching import MAX_ATTACHED_BYTES, MAX_ATTACHMENTS, MAX_DEPTH
from corpus.readers.archives import MAX_UNPACKED_BYTES
from corpus.readers.tables import MAX_CELLS
from corpus.reading import FORMATS, MAX_FILE_BYTES, MAX_TEXT_BYTES, _added, _bytes
from corpus.workers import (
    BYTES_PER_EXTRA_SECOND,
    LOOK_AHEAD_BYTES,
    LOOK_AHEAD_FILES,
    MEMORY_LIMIT_BYTES,
    MEMORY_PER_FILE_BYTE,
    TIME_LIMIT_SECONDS,
)
from tests.corpus import odd_readers
from tests.corpus.test_sniffing import ole, zipped


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


@pytest.mark.usefixtures("modes_hold")
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


def test_a_file_that_changes_while_it_is_read_is_not_taken_half_old_half_new(tmp_path):
    entry = _entry(tmp_path, "a.md", b"Words from before.")
    with entry.path.open("rb", buffering=0) as file:
        before = os.fstat(file.fileno())
        entry.path.write_bytes(b"Words from before. Words from after.")
        with pytest.raises(UnreadableFile, match="being written while it was read"):
            _bytes(file, before, MAX_FILE_BYTES)


@pytest.mark.parametrize(
    ("name", "limit", "sentence"),
    [("a.txt", MAX_TEXT_BYTES, "over 1024 MiB"), ("a.html", MAX_FILE_BYTES, "over 256 MiB")],
)
def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path, name, limit, sentence):
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b"Words in front of a hole, which takes no room on the disk.")
        file.truncate(limit + 1)
    with pytest.raises(UnreadableFile, match=sentence):
        read(Entry(name, path, 1, 1))


def test_a_large_file_of_no_known_kind_is_not_read_to_say_so(tmp_path):
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.write(b"\0\0\0\x20ftypisom")
        file.truncate(MAX_TEXT_BYTES + 1)
    with pytest.raises(UnreadableFile, match="a sound or film recording"):
        read(Entry("film.mp4", path, 1, 1))


@pytest.mark.parametrize(
    ("bundled", "name", "media_type"),
    [
        ("economy-and-climate.docx", "letter.pdf", FORMATS[".docx"].media_type),
        ("economy-and-climate.docx", "letter.txt", FORMATS[".docx"].media_type),
        ("economy-and-climate.docx", "letter.docm", FORMATS[".docx"].media_type),
        ("economy-and-climate.docx", "letter", FORMATS[".docx"].media_type),
        ("ukraine.pdf", "paper.txt", "application/pdf"),
        ("ukraine.pdf", "paper.docx", "application/pdf"),
        ("ukraine.pdf", "paper.tmp", "application/pdf"),
        ("global-security.html", "page.txt", "text/html"),
        ("global-security.html", "page.pdf", "text/html"),
        ("global-security.html", "page.aspx", "text/html"),
    ],
)
def test_a_renamed_file_is_read_by_what_it_is(tmp_path, repository, bundled, name, media_type):
    source = repository / "corpus" / "documents" / bundled
    renamed = read(_entry(tmp_path, name, source.read_bytes()))
    assert renamed.media_type == media_type
    assert renamed.text == read(Entry(bundled, source, 1, 1)).text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"\x89PNG\r\n\x1a\n", r"The file is a picture \(PNG\) without text, not a PDF; run text recognition"),
        ("a.png", b"\x89PNG\r\n\x1a\n", r"The file is a picture \(PNG\) without text; run text recognition"),
        ("a.docx", ole("EncryptedPackage"), "The file is damaged or locked in an unusual way; save it anew without"),
        (
            "a.doc",
            ole("WordDocument"),
            r"is in the older format of Word \(\.doc\); save it as \.docx, then sync",
        ),
        ("a.docx", ole("WordDocument"), r"older format of Word \(\.doc\), not a Word document; save it as \.docx"),
        (
            "a.zip",
            zipped("b.txt"),
            r"is an archive \(ZIP\); unpack it into the folder and remove it, then sync",
        ),
        ("a.txt", zipped("b.txt"), r"The file is an archive \(ZIP\), not text; unpack it"),
    ],
)
def test_content_that_nothing_reads_is_called_by_its_name(tmp_path, name, content, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        read(_entry(tmp_path, name, content))


def test_a_web_pages_source_quoted_in_markdown_stays_markdown(tmp_path):
    quoted = b"<?xml version='1.0'?>\n\nSuch a line begins an XML file.\n"
    assert read(_entry(tmp_path, "a.md", quoted)).media_type == "text/markdown"


@pytest.fixture
def _package(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("package")
    odd_readers.install(folder)
    monkeypatch.syspath_prepend(folder)
    _added.cache_clear()
    yield
    _added.cache_clear()


@pytest.mark.usefixtures("_package")
def test_another_package_adds_a_reader_by_an_entry_point(tmp_path):
    document = read(_entry(tmp_path, "A.WORDS", b"words of its own kind"))
    assert (document.text, document.title) == ("words of its own kind", "A.WORDS")
    assert document.media_type == "application/octet-stream"


@pytest.mark.usefixtures("_package")
def test_a_reader_that_is_not_installed_whole_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match=r"odd_readers_of_a_test:absent\) is not whole; install"):
        read(_entry(tmp_path, "a.absent", b"words"))


@pytest.mark.usefixtures("_package")
def test_another_package_reads_containers_of_its_own_but_takes_no_kind_away(tmp_path, repository):
    with pytest.raises(UnreadableFile, match="There are no words in it"):  # the sentence of its reader
        read(_entry(tmp_path, "a.words", zipped("part")))
    pdf = (repository / "corpus" / "documents" / "ukraine.pdf").read_bytes()
    assert read(_entry(tmp_path, "b.words", pdf)).media_type == "application/pdf"
    assert read(_entry(tmp_path, "c.pdf", pdf)).media_type == "application/pdf"


def test_every_bundled_document_is_read(repository):
    documents = [read(entry) for entry in scan(repository / "corpus" / "documents")]
    assert {document.media_type for document in documents} <= {form.media_type for form in FORMATS.values()}
    assert all(document.draft.title for document in documents)


def test_every_suffix_and_limit_is_documented(repository):
    documented = (repository / "docs" / "formats.md").read_text(encoding="utf-8")
    assert {suffix for suffix in FORMATS if f"`{suffix}`" not in documented} == set()
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", documented, re.MULTILINE))
    assert rows["size of a file"] == f"{MAX_FILE_BYTES >> 20} MiB"
    assert rows["size of plain text"] == f"{MAX_TEXT_BYTES >> 20} MiB"
    assert rows["unpacked size of a ZIP container"] == f"{MAX_UNPACKED_BYTES >> 20} MiB"
    assert rows["attachments of a file"].startswith(f"{MAX_ATTACHMENTS:,}, {MAX_ATTACHED_BYTES >> 20} MiB with")
    assert rows["mails inside mails"] == f"{MAX_DEPTH} deep"
    assert rows["cells of a table file"] == f"{MAX_CELLS:,}"
    assert rows["time for a file"] == f"{TIME_LIMIT_SECONDS:g} s and 1 s for every {BYTES_PER_EXTRA_SECOND >> 20} MiB"
    assert rows["memory for a file"].startswith(
        f"{MEMORY_LIMIT_BYTES >> 30} GiB and {MEMORY_PER_FILE_BYTE} bytes for each"
    )
    assert rows["read ahead"] == f"{LOOK_AHEAD_FILES} files, {LOOK_AHEAD_BYTES >> 20} MiB"
