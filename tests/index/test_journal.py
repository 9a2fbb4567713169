from __future__ import annotations

import re
from pathlib import Path

from index import DEFAULT_MODEL, forget, sync
from index.journal import FILE_NAME, KEPT, MOST_BYTES, note


def test_the_log_tells_when_and_with_which_outcome_an_index_was_written(tmp_path: Path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "confidential.md").write_text("# Inscrutable\n\nThe harbour lamps are lit at dusk.\n")
    (corpus / "unmentionable.docx").write_text("this is no document of that kind")
    sync(corpus, index, model=DEFAULT_MODEL)
    forget("confidential.md", index)
    log = (index / FILE_NAME).read_text(encoding="utf-8")
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ sync ended: 2 files, 1 added, .*1 failed", log, re.M)
    assert re.search(r"^\d{4}-.* forget ended: 1 documents, 1 passages$", log, re.M)
    for word in ("confidential", "inscrutable", "unmentionable", "lamps", str(corpus)):
        assert word.casefold() not in log.casefold()


def test_the_log_is_rotated_before_it_grows_and_old_lines_go(tmp_path: Path):
    line = "x" * (MOST_BYTES // 8)
    for number in range(8 * (KEPT + 2)):
        note(tmp_path, f"{number} {line}")
    logs = sorted(tmp_path.iterdir())
    assert [path.name for path in logs] == [FILE_NAME, *(f"{FILE_NAME}.{number}" for number in range(1, KEPT + 1))]
    assert all(path.stat().st_size <= MOST_BYTES for path in logs)
    assert f" {8 * (KEPT + 2) - 1} x" in logs[0].read_text()
    assert not any(" 0 x" in path.read_text() for path in logs)


def test_a_line_is_one_line_and_a_folder_that_is_not_there_stops_nothing(tmp_path: Path):
    note(tmp_path, "one\ntwo")
    note(tmp_path / "none", "lost")
    assert len((tmp_path / FILE_NAME).read_text().splitlines()) == 1
