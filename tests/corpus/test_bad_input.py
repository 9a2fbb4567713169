"""A folder of everything that can be wrong with files: each is a document or a sentence, and stops no other."""

import os
import re
import socket
import sys
import zipfile

import pytest

from corpus import Reading, ReadingOptions, UnreadableFile, scan
from tests.corpus.test_options import locked_pdf

GIBIBYTE = 1024**3
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
WRITTEN = {
    "a good file.txt": (b"Words.", "Words."),
    "empty.pdf": (b"", "is empty"),
    "blanks.md": (b" \n\t\n", "only blanks"),
    "zeros.txt": (bytes(4096), "not text"),
    "cut short.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", "damaged"),
    "cut short.json": (b'{"text": "wor', "damaged"),
    "picture.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
    "laughs.xml": (f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>'.encode(), "expand beyond measure"),
    "nested.json": (b"[" * 100_000 + b"]" * 100_000, "nested"),
    "nested.xml": (b"<a>" * 100_000 + b"</a>" * 100_000, "nested"),
    "nested.html": (b"<div>" * 100_000 + b"words", "nested"),
    "locked.pdf": (locked_pdf("open"), "locked with a password"),
    "b" * 251 + ".txt": (b"A long name.", "A long name."),
    "two\nlines\x1b[31m.txt": (b"Controls.", "Controls."),
    "日本語 עברית русский \U0001f4c4.txt": (b"Scripts.", "Scripts."),
    "twin.txt": (b"small", "small"),
    "TWIN.txt": (b"large", "large"),
    "\xe9.txt": (b"composed", "composed"),
    "e\u0301.txt": (b"decomposed", "decomposed"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, (content, _) in WRITTEN.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("word/a.xml", "w") as part:
        for _ in range(257):
            part.write(bytes(1024**2))
    with (folder / "huge.txt").open("wb") as huge:
        huge.write(b"Words in front of a hole, which takes no room on the disk.")
        huge.truncate(2 * GIBIBYTE)
    os.mkfifo(folder / "pipe.txt")
    (tmp_path / "secret.txt").write_text("Outside of the folder.")
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to("nothing")
    monkeypatch.chdir(folder)  # a socket's whole path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        yield folder


@pytest.mark.skipif(sys.platform != "linux", reason="macOS refuses or merges names that Linux tells apart")
@pytest.mark.parametrize("follow_links", [False, True])
def test_each_is_a_document_or_a_sentence_and_stops_no_other(folder, follow_links):
    options = ReadingOptions(follow_links=follow_links)
    expected = {name: told for name, (_, told) in WRITTEN.items()} | {
        "bomb.docx": "over 256 MiB unpacked",
        "huge.txt": "over 1024 MiB",
    }
    if follow_links:
        expected |= {"out.txt": "Outside of the folder.", "nowhere.txt": "leads to no file"}
    outcomes = {}
    with Reading(options) as reading:
        for entry, outcome in reading.read_all(scan(folder, options)):
            outcomes[entry.path.name] = outcome.reason if isinstance(outcome, UnreadableFile) else outcome.text
    assert outcomes.keys() == expected.keys()
    for name, told in expected.items():
        assert told in outcomes[name]
        assert told == outcomes[name] or re.fullmatch(r"[A-Z][^\n]*\.", outcomes[name])
