from __future__ import annotations

from pathlib import Path

import pytest

from index.layout import activate, active_ledger, former_ledgers, next_ledger, remove_ledger, unfinished_ledgers


def test_the_first_ledger_answers_until_another_is_named(tmp_path: Path):
    assert active_ledger(tmp_path).name == "ledger.db"
    (tmp_path / "ledger.db").touch()
    assert next_ledger(tmp_path).name == "ledger-2.db"
    activate(next_ledger(tmp_path))
    assert active_ledger(tmp_path).name == "ledger-2.db"


def test_ledgers_are_told_apart_by_their_numbers_and_not_by_their_letters(tmp_path: Path):
    for name in ("ledger.db", "ledger-9.db", "ledger-10.db", "ledger-11.db", "ledger-11.db-wal", "other.db"):
        (tmp_path / name).touch()
    activate(tmp_path / "ledger-10.db")
    assert [path.name for path in former_ledgers(tmp_path)] == ["ledger.db", "ledger-9.db"]
    assert [path.name for path in unfinished_ledgers(tmp_path)] == ["ledger-11.db"]
    assert next_ledger(tmp_path).name == "ledger-12.db"


def test_a_ledger_goes_with_what_sqlite_keeps_beside_it(tmp_path: Path):
    for name in ("ledger-2.db", "ledger-2.db-wal", "ledger-2.db-shm", "ledger.db"):
        (tmp_path / name).touch()
    remove_ledger(tmp_path / "ledger-2.db")
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize("pointer", ["", "../../elsewhere.db", "ledger-2.db\nledger-3.db", "\x00\xff"])
def test_a_pointer_that_names_no_ledger_is_not_followed(tmp_path: Path, pointer: str):
    (tmp_path / "active").write_text(pointer, encoding="latin-1")
    assert active_ledger(tmp_path).name == "ledger.db"
