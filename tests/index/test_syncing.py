from __future__ import annotations

import io
import os
import time
from contextlib import closing
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus import FolderMissing, ReadingOptions
from index import (
    DEFAULT_MODEL,
    Index,
    IndexBusy,
    IndexDamaged,
    IndexDiffers,
    IndexMissing,
    IndexNotWritable,
    Progress,
    SyncStopped,
    sync,
)
from index.ledger import Ledger
from index.vectors import open_generation
from tests.index.state import assert_equal_to_a_fresh_index, state_of

LONG_AGO_NS = 1_600_000_000_000_000_000


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS + len(text)))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    write(
        folder,
        "lamps.md",
        "# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\nWhale oil is kept in the cellar.\n",
    )
    write(folder, "notes/tides.txt", "Tides\n\nThe spring tide on 3 March reached the quay wall.\n")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(corpus: Path | None, index: Path, **options):
    return sync(corpus, index, model=DEFAULT_MODEL, **options)


def texts_found(index: Path, question: str) -> str:
    opened = Index(index)
    try:
        return " ".join(hit.text for hit in opened.search(question, 10).hits)
    finally:
        opened.close()


def test_the_first_sync_adds_every_file(corpus: Path, index: Path):
    report = run(corpus, index)
    assert report.added == ("lamps.md", "notes/tides.txt")
    assert (report.files, report.documents, report.unchanged, report.failures) == (2, 2, 0, ())
    assert report.passages == report.embedded > 2


def test_a_second_sync_reads_and_embeds_nothing(corpus: Path, index: Path):
    run(corpus, index)
    read: list[str] = []
    report = run(corpus, index, progress=lambda step: read.append(step.item) if step.stage == "reading" else None)
    assert (report.unchanged, report.added, report.changed, report.embedded) == (2, (), (), 0)
    assert set(read) == {""}


def test_a_changed_file_answers_in_its_new_words_only(corpus: Path, index: Path):
    run(corpus, index)
    write(corpus, "notes/tides.txt", "Tides\n\nThe neap tide on 9 April left the boats aground.\n")
    report = run(corpus, index)
    assert (report.changed, report.unchanged) == (("notes/tides.txt",), 1)
    found = texts_found(index, "Which tide reached the quay?")
    assert "neap tide" in found
    assert "spring tide" not in found


def test_only_passages_whose_text_changed_are_embedded(corpus: Path, index: Path):
    run(corpus, index)
    write(corpus, "lamps.md", (corpus / "lamps.md").read_text() + "\n## Gas\n\nGas came in 1862.\n")
    assert run(corpus, index).embedded == 1


def test_a_removed_file_never_answers_again(corpus: Path, index: Path):
    run(corpus, index)
    (corpus / "notes" / "tides.txt").unlink()
    report = run(corpus, index)
    assert report.removed == ("notes/tides.txt",)
    assert "tide" not in texts_found(index, "spring tide quay wall")


def test_a_renamed_or_moved_file_is_recognised_and_nothing_of_it_is_embedded(corpus: Path, index: Path, tmp_path: Path):
    run(corpus, index)
    (corpus / "archive").mkdir()
    (corpus / "notes" / "tides.txt").rename(corpus / "archive" / "tides.txt")  # moved
    (corpus / "lamps.md").rename(corpus / "lights.md")  # renamed
    report = run(corpus, index)
    assert report.renamed == (("notes/tides.txt", "archive/tides.txt"), ("lamps.md", "lights.md"))
    assert (report.added, report.changed, report.removed, report.unchanged, report.embedded) == ((), (), (), 0, 0)
    run(corpus, tmp_path / "fresh")
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")


def held_by_the_vector_store(index: Path) -> set[int]:
    with closing(Ledger(index)) as ledger:
        generation = ledger.generation()
        assert generation is not None
        with closing(open_generation(ledger, generation)) as collection:
            return collection.ids()


def test_a_passage_that_stays_the_same_keeps_its_place_in_the_vector_store(corpus: Path, index: Path):
    run(corpus, index)
    before = held_by_the_vector_store(index)
    write(corpus, "lamps.md", (corpus / "lamps.md").read_text() + "\n## Gas\n\nGas came in 1862.\n")
    run(corpus, index)
    after = held_by_the_vector_store(index)
    assert before < after
    assert len(after - before) == 1


def test_what_many_files_say_alike_is_in_the_vector_store_once_and_found_in_each_of_them(corpus: Path, index: Path):
    for number in range(250):  # more than a ranker's candidates
        write(corpus, f"copies/{number}.txt", "The tables of the tides are printed in June. " * 3)
    report = run(corpus, index)
    assert report.embedded == len(held_by_the_vector_store(index)) == 4
    with closing(Index(index, resident=True)) as opened:
        hits = opened.search("tide tables printed June", 5, where="document = 'copies/249.txt'").hits
        assert [hit.document_id for hit in hits] == ["copies/249.txt"]
        found = opened.search("When are the tide tables printed?", 2)
        assert found.degraded == ()
        assert len(found.hits[0].also_in) > 100
    for number in range(249):
        (corpus / "copies" / f"{number}.txt").unlink()
    run(corpus, index)
    assert len(held_by_the_vector_store(index)) == 4
    (corpus / "copies" / "249.txt").unlink()
    run(corpus, index)
    assert len(held_by_the_vector_store(index)) == 3


def test_a_vector_that_was_deleted_never_lends_its_id_to_another(corpus: Path, index: Path):
    run(corpus, index)
    before = held_by_the_vector_store(index)
    write(corpus, "last.txt", "The last file was embedded last.\n")
    run(corpus, index)
    (last,) = held_by_the_vector_store(index) - before
    (corpus / "last.txt").unlink()
    run(corpus, index)
    write(corpus, "later.txt", "A later file was embedded later.\n")
    run(corpus, index)
    (later,) = held_by_the_vector_store(index) - before
    assert later > last


def test_verifying_finds_a_change_that_size_and_time_hide(corpus: Path, index: Path):
    run(corpus, index)
    text = (corpus / "lamps.md").read_text()
    status = (corpus / "lamps.md").stat()
    (corpus / "lamps.md").write_text(text.replace("dusk", "dawn"))
    os.utime(corpus / "lamps.md", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(corpus, index).changed == ()
    assert run(corpus, index, verify=True).changed == ("lamps.md",)
    assert "dawn" in texts_found(index, "When are the harbour lamps lit?")


def test_a_new_time_on_the_same_words_is_no_change(corpus: Path, index: Path):
    run(corpus, index)
    os.utime(corpus / "lamps.md", ns=(LONG_AGO_NS, LONG_AGO_NS + 5))
    report = run(corpus, index)
    assert (report.unchanged, report.changed) == (2, ())


def test_an_edit_of_the_same_length_within_the_same_moment_is_seen(corpus: Path, index: Path):
    moment = time.time_ns() + 60_000_000_000  # newer than any reading of it, however slow the machine
    for text, found in (("The gate is open.", "added"), ("The gate is shut.", "changed")):
        write(corpus, "fresh.txt", text)
        os.utime(corpus / "fresh.txt", ns=(moment, moment))
        assert "fresh.txt" in getattr(run(corpus, index), found)


def mail(words: str) -> str:
    return (
        "From: a@example.org\nTo: b@example.org\nSubject: The ferry\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nSee the timetable.\n'
        '--x\nContent-Type: text/plain; name="times.txt"\n'
        f'Content-Disposition: attachment; filename="times.txt"\n\n{words}\n--x--\n'
    )


def test_an_attachment_is_a_document_of_its_own_and_goes_with_its_mail(corpus: Path, index: Path, tmp_path: Path):
    write(corpus, "ferry.eml", mail("The ferry sails at noon."))
    report = run(corpus, index)
    assert (report.files, report.documents) == (3, 4)
    opened = Index(index)
    hit = opened.search("When does the ferry sail?", 1).hits[0]
    assert hit.document_id == "ferry.eml/times.txt"
    assert opened.path_of(hit.document_id) == str(corpus / "ferry.eml")
    opened.close()
    assert run(corpus, index).unchanged == 3
    (corpus / "ferry.eml").rename(corpus / "boat.eml")
    assert run(corpus, index).embedded == 0
    run(corpus, tmp_path / "fresh")
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")
    (corpus / "boat.eml").unlink()
    assert run(corpus, index).documents == 2
    assert "noon" not in texts_found(index, "When does the ferry sail?")


def test_a_folder_may_take_the_name_of_a_mail_that_was_moved(corpus: Path, index: Path, tmp_path: Path):
    write(corpus, "ferry.eml", mail("The ferry sails at noon."))
    run(corpus, index)
    (corpus / "ferry.eml").rename(corpus / "old.eml")
    write(corpus, "ferry.eml/times.txt", "The ferry does not sail.")
    run(corpus, index)
    run(corpus, tmp_path / "fresh")
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")


def test_a_file_that_cannot_be_read_is_reported_and_stops_nothing(corpus: Path, index: Path):
    (corpus / "broken.pdf").write_bytes(b"no PDF at all")
    report = run(corpus, index)
    assert [failure.path for failure in report.failures] == ["broken.pdf"]
    assert report.failures[0].reason.endswith(".")
    assert (report.files, report.documents) == (3, 2)


def test_a_failed_file_is_reported_each_time_and_read_again_once_it_changes(corpus: Path, index: Path):
    write(corpus, "empty.md", "")
    run(corpus, index)
    assert len(run(corpus, index).failures) == 1
    write(corpus, "empty.md", "Now it says something.")
    report = run(corpus, index)
    assert (report.added, report.failures) == (("empty.md",), ())


def test_a_file_that_became_unreadable_no_longer_answers(corpus: Path, index: Path):
    run(corpus, index)
    write(corpus, "notes/tides.txt", "")
    assert len(run(corpus, index).failures) == 1
    assert "tide" not in texts_found(index, "spring tide quay wall")


def test_a_locked_file_is_read_at_the_next_sync_once_its_password_is_set(corpus: Path, index: Path):
    written = io.BytesIO()
    canvas = Canvas(written, encrypt=StandardEncryption("hunter2"))
    canvas.drawString(72, 720, "The harbour master keeps the key.")
    canvas.save()
    (corpus / "locked.pdf").write_bytes(written.getvalue())
    os.utime(corpus / "locked.pdf", ns=(LONG_AGO_NS, LONG_AGO_NS))
    assert "locked with a password" in run(corpus, index).failures[0].reason
    assert len(run(corpus, index, reading=ReadingOptions(passwords=("wrong",))).failures) == 1
    options = ReadingOptions(passwords=("wrong", "hunter2"))
    assert run(corpus, index, reading=options, dry_run=True).added == ("locked.pdf",)
    assert run(corpus, index, reading=options).added == ("locked.pdf",)
    assert "keeps the key" in texts_found(index, "Who keeps the key of the harbour?")
    assert run(corpus, index).unchanged == 3  # read once, it needs no password
    assert not [file for file in index.rglob("*") if file.is_file() and b"hunter2" in file.read_bytes()]


def test_an_encoding_that_is_set_or_no_longer_set_takes_effect_at_the_next_sync(corpus: Path, index: Path):
    (corpus / "old").mkdir()
    (corpus / "old" / "a.txt").write_bytes("Переговоры завершились в среду.".encode("koi8-r"))
    os.utime(corpus / "old" / "a.txt", ns=(LONG_AGO_NS, LONG_AGO_NS))
    right = ReadingOptions(encodings=(("old", "koi8-r"),))
    assert run(corpus, index, reading=right).added == ("lamps.md", "notes/tides.txt", "old/a.txt")
    assert run(corpus, index, reading=right).unchanged == 3
    wrong = ReadingOptions(encodings=(("old", "cp1252"),))
    assert run(corpus, index, reading=wrong).changed == ("old/a.txt",)
    impossible = ReadingOptions(encodings=(("old", "utf-8"),))
    assert [failure.path for failure in run(corpus, index, reading=impossible).failures] == ["old/a.txt"]
    assert run(corpus, index, reading=right).added == ("old/a.txt",)
    assert "завершились" in texts_found(index, "Переговоры")
    assert run(corpus, index).changed == ("old/a.txt",)  # guessed again


def test_a_link_is_followed_while_that_is_asked_for(corpus: Path, index: Path, tmp_path: Path):
    write(tmp_path / "elsewhere", "ferry.txt", "The ferry sails at noon.")
    (corpus / "more").symlink_to(tmp_path / "elsewhere")
    followed = ReadingOptions(follow_links=True)
    assert run(corpus, index).files == 2
    assert run(corpus, index, reading=followed).added == ("more/ferry.txt",)
    assert run(corpus, index, reading=followed).unchanged == 3
    assert run(corpus, index).removed == ("more/ferry.txt",)


@pytest.mark.usefixtures("modes_hold")
def test_what_was_read_below_a_folder_that_cannot_be_listed_now_still_answers(corpus: Path, index: Path):
    run(corpus, index)
    (corpus / "notes").chmod(0)
    try:
        report = run(corpus, index)
    finally:
        (corpus / "notes").chmod(0o755)
    assert [failure.path for failure in report.failures] == ["notes"]
    assert "spring tide" in texts_found(index, "spring tide quay wall")


def test_later_syncs_take_the_folder_that_was_recorded(corpus: Path, index: Path):
    run(corpus, index)
    write(corpus, "new.txt", "The ferry sails at noon.")
    assert run(None, index).added == ("new.txt",)


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(corpus: Path, index: Path):
    assert run(corpus, index, dry_run=True).added == ("lamps.md", "notes/tides.txt")
    assert not index.exists()
    run(corpus, index)
    before = state_of(index)
    write(corpus, "lamps.md", "# Lamps\n\nAll dark.\n")
    (corpus / "notes" / "tides.txt").unlink()
    report = run(corpus, index, dry_run=True)
    assert (report.changed, report.removed, report.dry_run) == (("lamps.md",), ("notes/tides.txt",), True)
    assert state_of(index) == before


def test_a_rebuild_ends_equal_to_a_fresh_index(corpus: Path, index: Path, tmp_path: Path):
    run(corpus, index)
    write(corpus, "lamps.md", "# Lamps\n\nThe lamps burn gas now.\n")
    report = run(corpus, index, rebuild=True)
    assert report.embedded == report.passages
    run(corpus, tmp_path / "fresh")
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")


def test_a_damaged_ledger_is_replaced_by_a_rebuild(corpus: Path, index: Path):
    run(corpus, index)
    (index / "ledger.db").write_bytes(b"this is no database, whatever its name says" * 200)
    for leftover in index.glob("ledger.db-*"):
        leftover.unlink()
    with pytest.raises(IndexDamaged, match="--rebuild"):
        run(corpus, index)
    assert run(corpus, index, rebuild=True).documents == 2
    assert "harbour lamps" in texts_found(index, "When are the harbour lamps lit?")
    assert not (index / "ledger.db").exists()


def test_a_sync_without_folder_and_index_names_the_command(index: Path):
    with pytest.raises(IndexMissing, match="despatch sync FOLDER"):
        run(None, index)


def test_a_missing_folder_is_one_sentence_and_makes_no_index(tmp_path: Path, index: Path):
    with pytest.raises(FolderMissing):
        run(tmp_path / "nowhere", index)
    assert not index.exists()


def test_another_model_is_refused_with_the_command_that_resolves_it(corpus: Path, index: Path):
    run(corpus, index)
    with pytest.raises(IndexDiffers, match=r"in fp32, revision \w{8}, not another-model in fp32;.*--rebuild"):
        sync(corpus, index, model="another-model")


def test_another_precision_is_refused_and_a_rebuild_brings_it(corpus: Path, index: Path):
    run(corpus, index)
    with pytest.raises(IndexDiffers, match=r"in fp32, revision \w{8}, not all-MiniLM-L6-v2 in int8;"):
        run(corpus, index, precision="int8")
    assert run(corpus, index, precision="int8", rebuild=True).embedded == 3
    opened = Index(index)
    assert opened.status().precision == "int8"
    assert opened.search("When are the harbour lamps lit?", 1).hits[0].similarity > 0.4
    opened.close()


def test_the_same_model_in_other_files_is_refused(corpus: Path, index: Path):
    run(corpus, index)
    with closing(Ledger(index, write=True)) as ledger, ledger.writing():
        ledger.put("model_fingerprint", "0" * 32)  # as if it had been made with an earlier release of the model
    with pytest.raises(IndexDiffers, match=r"revision 00000000, not revision \w{8};"):
        run(corpus, index)


def test_a_second_writer_learns_who_holds_the_index(corpus: Path, index: Path):
    refusals: list[str] = []

    def meanwhile(_: Progress) -> None:
        with pytest.raises(IndexBusy) as refused:
            run(corpus, index)
        refusals.append(str(refused.value))

    run(corpus, index, progress=meanwhile)
    assert f"process {os.getpid()} on" in refusals[0]


def test_an_index_on_a_place_that_is_no_folder_is_one_sentence(corpus: Path, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexNotWritable, match="cannot be written"):
        run(corpus, tmp_path / "file" / "index")


def test_an_interrupted_sync_keeps_what_was_read_and_the_next_goes_on(corpus: Path, index: Path, tmp_path: Path):
    def stop_at_the_second_file(step: Progress) -> None:
        if step.stage == "reading" and step.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(SyncStopped):
        run(corpus, index, progress=stop_at_the_second_file)
    run(corpus, index)
    run(corpus, tmp_path / "fresh")
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")


def test_files_that_are_read_again_and_go_leave_the_scores_of_a_fresh_index(corpus: Path, index: Path, tmp_path: Path):
    write(corpus, "gone.md", "# Gone\n\nThe old lamp oil store was pulled down.\n")
    run(corpus, index)
    (corpus / "gone.md").unlink()
    for oil in ("Seal", "Rape seed", "Whale"):
        write(
            corpus, "lamps.md", f"# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\n{oil} oil burns there.\n"
        )
        run(corpus, index)
    run(corpus, tmp_path / "fresh")
    scores = []
    for place in (index, tmp_path / "fresh"):
        with closing(Index(place)) as opened:
            scores.append([(hit.text, hit.word_score, hit.score) for hit in opened.search("whale oil lamps", 5).hits])
    assert scores[0] == scores[1]
