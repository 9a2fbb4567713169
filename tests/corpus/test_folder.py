"""What counts as a file of the corpus."""

import os
import socket
from pathlib import Path

import pytest

from corpus import Entry, FolderMissing, FolderUnreadable, UnreadableFile, read, scan


def test_a_scan_names_files_by_their_path_below_the_folder_in_order(tmp_path):
    for name in ("b.md", "annexes/z.txt", "annexes/deep/a.pdf", "a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words")
    assert [entry.id for entry in scan(tmp_path)] == ["a.md", "annexes/deep/a.pdf", "annexes/z.txt", "b.md"]


def test_an_entry_tells_size_and_time(tmp_path):
    (tmp_path / "a.md").write_bytes(b"12345")
    os.utime(tmp_path / "a.md", ns=(1, 1_000_000_007))
    assert list(scan(tmp_path)) == [Entry("a.md", tmp_path / "a.md", 5, 1_000_000_007)]


@pytest.mark.parametrize(
    "name", [".hidden.md", "~$letter.docx", "notes.txt~", ".#notes.txt", ".a.swp", "a.swp", "#a.md#"]
)
def test_hidden_and_temporary_files_are_left_out(tmp_path, name):
    (tmp_path / name).write_text("words")
    assert list(scan(tmp_path)) == []


def test_a_hidden_folder_is_left_out_with_all_below_it(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.txt").write_text("words")
    assert list(scan(tmp_path)) == []


def test_a_file_that_no_reader_knows_is_listed_and_says_so_when_read(tmp_path):
    (tmp_path / "picture.xyz").write_bytes(b"words")
    (entry,) = scan(tmp_path)
    with pytest.raises(UnreadableFile, match=r"Files ending in \.xyz cannot be read"):
        read(entry)


def test_links_are_not_followed(tmp_path):
    corpus = tmp_path / "corpus"
    (tmp_path / "elsewhere").mkdir()
    corpus.mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text("words")
    (corpus / "folder").symlink_to(tmp_path / "elsewhere")
    (corpus / "file.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (corpus / "loop").symlink_to(corpus)
    assert list(scan(corpus)) == []


def test_pipes_and_sockets_are_left_out(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's whole path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        assert list(scan(tmp_path)) == []


def test_a_name_that_is_not_utf_8_gives_an_id_that_can_be_stored(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"words")
    (entry,) = scan(tmp_path)
    assert entry.id == "caf\\xe9.txt"
    assert read(entry).text == "words"


@pytest.mark.parametrize("name", ["absent", "file.txt"])
def test_a_folder_that_is_not_there_is_named_at_once(tmp_path, name):
    (tmp_path / "file.txt").write_text("words")
    with pytest.raises(FolderMissing, match=name):
        scan(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_sub_folder_that_cannot_be_listed_is_a_failure_and_stops_nothing(tmp_path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "z.txt").write_text("words")
    (tmp_path / "closed").chmod(0)
    try:
        closed, other = scan(tmp_path)
        with pytest.raises(UnreadableFile, match="file or folder may not be read"):
            read(closed)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert (closed.id, other.id) == ("closed", "z.txt")


def test_reading_a_folder_entry_says_that_it_cannot_be_listed(tmp_path):
    with pytest.raises(UnreadableFile, match="folder cannot be listed"):
        read(Entry("closed", tmp_path, 0, 0))


@pytest.mark.parametrize("id_", ["", "/etc/passwd"])
def test_an_entry_refuses_an_id_that_is_no_path_below_the_folder(id_):
    with pytest.raises(ValueError, match="path below the folder"):
        Entry(id_, Path("x"), 0, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
@pytest.mark.parametrize("name", ["closed", "closed/below"])
def test_a_corpus_that_cannot_be_listed_is_not_called_missing_or_empty(tmp_path, name):
    (tmp_path / "closed" / "below").mkdir(parents=True)
    (tmp_path / "closed").chmod(0)
    try:
        with pytest.raises(FolderUnreadable, match="cannot be listed"):
            scan(tmp_path / name)
    finally:
        (tmp_path / "closed").chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_folder_that_may_be_listed_but_not_entered_gives_failures(tmp_path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.md").write_text("words")
    (tmp_path / "closed").chmod(0o444)
    try:
        (entry,) = scan(tmp_path)
        with pytest.raises(UnreadableFile, match="may not be read"):
            read(entry)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert entry.id == "closed/a.md"
