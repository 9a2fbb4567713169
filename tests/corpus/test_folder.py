"""What counts as a file of the corpus."""

import inspect
import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Entry, FolderMissing, FolderUnreadable, ReadingOptions, UnreadableFile, document_path, read, scan
from corpus.folder import printable


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


FOLLOWED = ReadingOptions(follow_links=True)


def _files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"words of {name}")


def test_links_are_followed_where_that_is_asked_for(tmp_path):
    corpus = tmp_path / "corpus"
    _files(tmp_path, "elsewhere/a.txt", "elsewhere/deep/b.txt", "corpus/z.txt", "single.txt")
    (corpus / "folder").symlink_to(tmp_path / "elsewhere")
    (corpus / "file.txt").symlink_to("../single.txt")
    entries = {entry.id: entry for entry in scan(corpus, FOLLOWED)}
    assert [*entries] == ["file.txt", "folder/a.txt", "folder/deep/b.txt", "z.txt"]
    status = (tmp_path / "single.txt").stat()
    assert entries["file.txt"] == Entry("file.txt", corpus / "file.txt", status.st_size, status.st_mtime_ns)
    assert read(entries["file.txt"], FOLLOWED).text == "words of single.txt"
    assert read(entries["folder/a.txt"], FOLLOWED).text == "words of elsewhere/a.txt"


def test_loops_of_links_end_and_list_each_file_once(tmp_path):
    corpus = tmp_path / "corpus"
    _files(tmp_path, "corpus/a/one.txt", "corpus/b/two.txt", "beside/three.txt")
    (corpus / "a" / "up").symlink_to(corpus)
    (corpus / "a" / "itself").symlink_to(corpus / "a")
    (corpus / "b" / "across").symlink_to(corpus / "a")
    (corpus / "above").symlink_to(tmp_path)
    (tmp_path / "beside" / "back").symlink_to(corpus / "b")
    assert [entry.id for entry in scan(corpus, FOLLOWED)] == ["a/one.txt", "above/beside/three.txt", "b/two.txt"]


def test_a_file_is_listed_under_its_own_name_before_any_link_and_under_one_link_only(tmp_path):
    corpus = tmp_path / "corpus"
    _files(tmp_path, "corpus/z.txt", "elsewhere/a.txt")
    for name, target in (("a.txt", corpus / "z.txt"), ("c", tmp_path / "elsewhere"), ("b", tmp_path / "elsewhere")):
        (corpus / name).symlink_to(target)
    assert [entry.id for entry in scan(corpus, FOLLOWED)] == ["b/a.txt", "z.txt"]


def test_hard_links_are_files_like_others(tmp_path):
    _files(tmp_path, "a.txt")
    (tmp_path / "b.txt").hardlink_to(tmp_path / "a.txt")
    for options in (ReadingOptions(), FOLLOWED):
        assert [entry.id for entry in scan(tmp_path, options)] == ["a.txt", "b.txt"]


def test_rules_and_hidden_names_hold_for_links_and_what_they_lead_to(tmp_path):
    corpus = tmp_path / "corpus"
    _files(tmp_path, "elsewhere/a.txt", "elsewhere/draft.txt", "elsewhere/.hidden.txt", "other/b.txt", "corpus/z.txt")
    (corpus / ".despatchignore").write_text("draft.txt\nleft/\ngone\n")
    for name, target in (("left", "../other"), (".out", "../other"), ("in", "../elsewhere"), ("gone", "../nowhere")):
        (corpus / name).symlink_to(target)
    assert [entry.id for entry in scan(corpus, FOLLOWED)] == ["in/a.txt", "z.txt"]


@pytest.mark.parametrize(
    ("target", "sentence"), [("nowhere.txt", "The link leads to no file; mend it"), ("a.txt", "cannot be opened")]
)
def test_a_link_that_leads_nowhere_is_a_failure_where_links_are_followed(tmp_path, target, sentence):
    (tmp_path / "a.txt").symlink_to(target)
    (entry,) = scan(tmp_path, FOLLOWED)
    with pytest.raises(UnreadableFile, match=sentence):
        read(entry, FOLLOWED)


def test_a_link_to_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.txt").symlink_to("pipe")
    assert list(scan(tmp_path, FOLLOWED)) == []
    with pytest.raises(UnreadableFile, match="no longer an ordinary file"):
        read(Entry("a.txt", tmp_path / "a.txt", 1, 1), FOLLOWED)


def test_pipes_and_sockets_are_left_out(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's whole path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        assert list(scan(tmp_path)) == []


AWKWARD_NAMES = [
    (b"caf\xe9.txt", r"caf\xe9.txt"),
    (b"two\nlines.txt", r"two\x0alines.txt"),
    (b"\x1b[31mred.txt", r"\x1b[31mred.txt"),
    ("next\u2028line.txt".encode(), r"next\u2028line.txt"),
    ("control\x85.txt".encode(), r"control\u0085.txt"),
    (rb"caf\xe9.txt", r"caf\\xe9.txt"),
    ("\u202eright to left.txt".encode(), "\u202eright to left.txt"),
    ("\U0001f4c4 forms & 'fields'.txt".encode(), "\U0001f4c4 forms & 'fields'.txt"),
    ("\u0625\u0639\u0644\u0627\u0646.txt".encode(), "\u0625\u0639\u0644\u0627\u0646.txt"),
    (b"a" * 251 + b".txt", "a" * 251 + ".txt"),
]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS refuses names that are no UTF-8 and merges others")


@on_linux
@pytest.mark.parametrize(("name", "id_"), AWKWARD_NAMES, ids=ascii)
def test_any_name_gives_an_id_that_can_be_stored_and_leads_back_to_the_file(tmp_path, name, id_):
    folder = tmp_path / os.fsdecode(name[:60])
    folder.mkdir()
    (folder / os.fsdecode(name)).write_bytes(b"words")
    (entry,) = scan(tmp_path)
    assert entry.id.endswith(f"/{id_}")
    assert len(entry.id.encode().splitlines()) == 1
    assert document_path(tmp_path, entry.id) == entry.path == folder / os.fsdecode(name)
    assert read(entry).text == "words"


@on_linux
def test_no_two_files_share_an_id(tmp_path):
    for name in (b"a\xe9.txt", rb"a\xe9.txt", "a\xe9.txt".encode(), "ae\u0301.txt".encode(), b"A.txt", b"a.txt"):
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    entries = list(scan(tmp_path))
    assert len({entry.id for entry in entries}) == len(entries) == 6
    assert {entry.path.read_bytes() for entry in entries} == {os.fsencode(entry.path.name) for entry in entries}


@given(name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_every_id_leads_back_to_its_name(name):
    assert document_path(Path("corpus"), printable(name)) == Path("corpus", name)
    assert printable(name).encode().splitlines() == [printable(name).encode()]


def test_a_folder_nested_deeper_than_python_recurses_is_listed(tmp_path):
    deepest = tmp_path.joinpath(*["d"] * 200)
    deepest.mkdir(parents=True)
    (deepest / "a.txt").write_text("words")
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        (entry,) = scan(tmp_path)
    finally:
        sys.setrecursionlimit(usual)
    assert entry.path == deepest / "a.txt"


def test_rules_of_an_ignore_file_hold_as_gits_would(tmp_path):
    (tmp_path / ".despatchignore").write_text("# drafts\n*.txt\n!keep.txt\n/top.md\ndrafts/\n!\na\\\\\n")
    left_out = ("a.txt", "below/b.txt", "top.md", "drafts/c.md", "below/drafts/keep.txt")
    kept = ("below/top.md", "keep.txt", "drafts.md", "below/keep.txt")
    for name in (*left_out, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words")
    assert [entry.id for entry in scan(tmp_path)] == sorted(kept)


def test_an_ignore_file_further_down_decides_over_those_above_it(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / ".despatchignore").write_text("*.md\n")
    (tmp_path / "letters" / ".despatchignore").write_text("!b.md\n/*.txt\n")
    for name in ("a.md", "a.txt", "letters/a.md", "letters/b.md", "letters/a.txt"):
        (tmp_path / name).write_text("words")
    assert [entry.id for entry in scan(tmp_path)] == ["a.txt", "letters/b.md"]


def test_rules_match_names_that_are_not_utf_8_or_hold_escapes(tmp_path):
    if sys.platform != "linux":
        pytest.skip("other systems refuse such names")
    for name in (b"caf\xe9.txt", rb"back\slash.txt", b"other.txt"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"words")
    (tmp_path / ".despatchignore").write_bytes(b"caf\xe9.txt\nback\\\\slash.txt\n")
    assert [entry.id for entry in scan(tmp_path)] == ["other.txt"]


def test_an_ignore_file_that_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ".despatchignore")
    (tmp_path / "a.md").write_text("words")
    assert [entry.id for entry in scan(tmp_path)] == ["a.md"]


@pytest.mark.usefixtures("modes_hold")
def test_a_folder_whose_rules_cannot_be_read_is_a_failure_rather_than_read_whole(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "private.md").write_text("words")
    (tmp_path / "letters" / ".despatchignore").write_text("private.md")
    (tmp_path / "letters" / ".despatchignore").chmod(0)
    (entry,) = scan(tmp_path)
    assert entry.id == "letters"
    with pytest.raises(UnreadableFile, match=r"its \.despatchignore cannot be read"):
        read(entry)


@pytest.mark.parametrize("name", ["absent", "file.txt"])
def test_a_folder_that_is_not_there_is_named_at_once(tmp_path, name):
    (tmp_path / "file.txt").write_text("words")
    with pytest.raises(FolderMissing, match=name):
        scan(tmp_path / name)


@pytest.mark.usefixtures("modes_hold")
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
    with pytest.raises(UnreadableFile, match=r"folder or its \.despatchignore cannot be read"):
        read(Entry("closed", tmp_path, 0, 0))


@pytest.mark.parametrize("id_", ["", "/etc/passwd"])
def test_an_entry_refuses_an_id_that_is_no_path_below_the_folder(id_):
    with pytest.raises(ValueError, match="path below the folder"):
        Entry(id_, Path("x"), 0, 0)


@pytest.mark.usefixtures("modes_hold")
@pytest.mark.parametrize("name", ["closed", "closed/below"])
def test_a_corpus_that_cannot_be_listed_is_not_called_missing_or_empty(tmp_path, name):
    (tmp_path / "closed" / "below").mkdir(parents=True)
    (tmp_path / "closed").chmod(0)
    try:
        with pytest.raises(FolderUnreadable, match="cannot be listed"):
            scan(tmp_path / name)
    finally:
        (tmp_path / "closed").chmod(0o700)


@pytest.mark.usefixtures("modes_hold")
def test_a_folder_that_may_be_listed_but_not_entered_is_a_failure(tmp_path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.md").write_text("words")
    (tmp_path / "closed").chmod(0o444)
    try:
        (entry,) = scan(tmp_path)
        with pytest.raises(UnreadableFile, match="folder or its"):
            read(entry)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert entry.id == "closed"
