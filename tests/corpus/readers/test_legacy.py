"""Office before 2007: refused in one sentence, whatever the name says."""

import pytest

from corpus import Entry, UnreadableFile, read
from tests.corpus.readers.ole_files import container


@pytest.mark.parametrize(
    ("stream", "suffix", "newer"),
    [
        ("WordDocument", ".doc", ".docx"),
        ("Workbook", ".xls", ".xlsx"),
        ("Book", ".xls", ".xlsx"),
        ("PowerPoint Document", ".ppt", ".pptx"),
    ],
)
@pytest.mark.parametrize("renamed", ["", ".pdf", ".docx", ".txt", ".msg"])
def test_an_older_file_is_named_by_what_it_holds_whatever_its_suffix(tmp_path, stream, suffix, newer, renamed):
    path = tmp_path / f"old{renamed or suffix}"
    path.write_bytes(container({stream: b"words " * 20}))
    with pytest.raises(UnreadableFile, match="older format") as failure:
        read(Entry(path.name, path, 1, 1))
    assert f"({suffix})" in failure.value.reason
    assert f"save it as {newer}" in failure.value.reason


def test_a_locked_file_in_such_a_container_is_not_taken_for_an_older_one(tmp_path):
    path = tmp_path / "locked.docx"
    path.write_bytes(container({"EncryptedPackage": b"x" * 100, "EncryptionInfo": b"y" * 100}))
    with pytest.raises(UnreadableFile, match="password"):
        read(Entry(path.name, path, 1, 1))
