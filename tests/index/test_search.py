from __future__ import annotations

import shutil
import threading
from contextlib import closing
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Index, IndexDamaged, IndexMissing, InvalidFilter, sync
from index.chroma import open_folder
from index.generations import FOLDER
from index.ledger import Ledger
from index.rows import WordQuery
from index.words import Analyzer, fts_query
from tests.index.test_syncing import write

QUESTION = "When are the harbour lamps lit?"


@pytest.fixture(scope="module")
def made(vectors_place: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus` and `index`; copied by tests that change it."""
    base = tmp_path_factory.mktemp("search")
    write(
        base / "corpus",
        "lamps.md",
        "# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\nOil is in the cellar.\n",
    )
    write(base / "corpus", "notes/tides.txt", "Tides\n\nThe spring tide of 3 March 2021 reached the quay wall.\n")
    write(base / "corpus", "notes/cafe.md", "# Café\n\nNUL \x07 and 😀 emoji: the café by the quay sells herring.\n")
    sync(base / "corpus", base / "index", model=DEFAULT_MODEL)
    return base


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


def opened(base: Path, *, resident: bool = False) -> Index:
    return Index(base / "index", resident=resident)


def test_a_hit_is_exactly_what_stands_at_its_place(made: Path):
    index = opened(made)
    for hit in index.search("café herring lamps tide", 10).hits:
        document = index.document(hit.document_id)
        assert document is not None
        assert hit.span.of(document.text) == hit.text
    index.close()


def test_the_best_passage_comes_first_with_both_scores(made: Path):
    index = opened(made)
    hits = index.search(QUESTION, 10).hits
    assert hits[0].document_id == "lamps.md"
    assert hits[0].similarity == max(hit.similarity for hit in hits)
    assert hits[0].word_score > 0
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    index.close()


def test_a_hit_says_where_each_ranker_placed_it_and_which_words_of_the_question_it_holds(made: Path):
    index = opened(made)
    hits = index.search(QUESTION, 10).hits
    for rank, score in (("vector_rank", "similarity"), ("word_rank", "word_score")):
        placed = sorted((getattr(hit, rank), -getattr(hit, score)) for hit in hits if getattr(hit, rank))
        assert [place for place, _ in placed] == list(range(1, len(placed) + 1))
        assert [score for _, score in placed] == sorted(score for _, score in placed)
        assert all(getattr(hit, rank) or getattr(hit, score) == 0 for hit in hits)
    document = index.document("lamps.md")
    assert document is not None
    assert [match.word for match in hits[0].matches] == ["Lamps", "harbour", "lamps", "lit"]
    assert all(match.span.of(document.text) == match.word for match in hits[0].matches)
    assert {hit.word_rank for hit in hits} > {None}
    index.close()


def test_a_title_is_searched_though_only_the_passage_is_quoted(made: Path):
    index = opened(made)
    hit = index.search("lamps: where is the oil?", 1).hits[0]
    assert hit.heading_path == ("Oil",)
    assert "amps" not in hit.text
    index.close()


def test_chroma_and_the_exact_search_give_the_same_hits(made: Path):
    exact, chroma = opened(made), opened(made, resident=True)
    for question in (QUESTION, "herring", "What happened on 3 March?"):
        assert exact.search(question, 10) == chroma.search(question, 10)
    exact.close()
    chroma.close()


def test_a_filter_narrows_the_search(made: Path):
    for resident in (False, True):
        index = opened(made, resident=resident)
        found = index.search(QUESTION, 10, where="folder = notes")
        assert {hit.document_id for hit in found.hits} == {"notes/tides.txt", "notes/cafe.md"}
        assert (found.searched, found.excluded) == (2, 1)
        index.close()


def test_an_explanation_names_what_the_filter_kept_out_and_the_comparison_that_it_fails(made: Path):
    index = opened(made)
    explained = index.explain(QUESTION, 10, where="type != pdf and folder = notes and type = txt")
    assert explained.found == index.search(QUESTION, 10, where="type != pdf and folder = notes and type = txt")
    assert [(each.hit.document_id, each.failed) for each in explained.kept_out] == [
        ("lamps.md", "folder = notes"),
        ("notes/cafe.md", "type = txt"),
    ]
    assert explained.kept_out[0].hit == index.search(QUESTION, 10).hits[0]
    index.close()


def test_without_a_filter_nothing_is_kept_out(made: Path):
    index = opened(made)
    explained = index.explain(QUESTION, 2)
    assert (explained.found, explained.kept_out) == (index.search(QUESTION, 2), ())
    assert explained.found.excluded == 0
    index.close()


def test_words_that_stand_together_as_in_the_question_count_for_more(tmp_path: Path):
    write(tmp_path / "corpus", "apart.md", "The bank is steep and old. Rates in the north of England.")
    write(tmp_path / "corpus", "close.md", "The Bank of England has steep rates.")
    sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    with closing(Ledger(tmp_path / "index")) as ledger:
        question = "Bank of England: rates?"
        query = fts_query(Analyzer().question(question), 2, ledger.frequencies, Analyzer().pairs(question))
        rows = ledger.passages((1, 2))
        close = {rows[number].document_id: share for number, share in ledger.closeness(query, rows.keys()).items()}
        assert close == {"close.md": 1.0}
        assert ledger.closeness(query, ()) == {}
    with closing(Index(tmp_path / "index")) as index:
        assert [hit.document_id for hit in index.search(question, 2).hits] == ["close.md", "apart.md"]


def test_a_query_led_by_rare_words_scores_what_they_find_by_all_its_words(made: Path):
    ledger = Ledger(made / "index")
    one_step, led = WordQuery('"quay" OR "lamp"', '"quay" OR "lamp"'), WordQuery('"quay"', '"quay" OR "lamp"')
    with_quay = dict(ledger.match(WordQuery('"quay"', '"quay"'), 10))
    expected = [(number, score) for number, score in ledger.match(one_step, 10) if number in with_quay]
    assert ledger.match(led, 10) == expected
    assert len(expected) < len(ledger.match(one_step, 10))
    ledger.close()


def test_a_filter_that_no_document_meets_finds_nothing(made: Path):
    index = opened(made)
    assert index.search(QUESTION, 10, where="type = pdf").hits == ()
    index.close()


def test_a_filter_that_cannot_be_read_is_refused(made: Path):
    index = opened(made)
    with pytest.raises(InvalidFilter):
        index.search(QUESTION, 10, where="colour = red")
    index.close()


def test_without_its_model_an_index_still_finds_words_and_says_so(copy: Path):
    ledger = Ledger(copy / "index", write=True)
    with ledger.writing():
        ledger.put("model", "nobody/nothing")
        ledger.put("model_fingerprint", "0" * 32)
    ledger.close()
    index = opened(copy)
    found = index.search("harbour lamps", 10)
    assert found.hits[0].document_id == "lamps.md"
    assert "Only words were searched" in found.degraded[0]
    index.close()


def generation_folder(base: Path) -> Path:
    ledger = Ledger(base / "index")
    generation = ledger.generation()
    ledger.close()
    assert generation is not None
    return base / "index" / FOLDER / generation.place


@pytest.mark.parametrize("damage", ["missing", "emptied"])
def test_without_its_chroma_generation_an_index_answers_alike_and_says_so(copy: Path, damage: str):
    whole = opened(copy)
    before = whole.search(QUESTION, 10).hits
    folder = generation_folder(copy)
    whole.close()
    shutil.rmtree(folder)
    if damage == "emptied":
        folder.mkdir()
    index = opened(copy, resident=True)
    found = index.search(QUESTION, 10)
    assert found.hits == before
    assert "without Chroma" in found.degraded[0]
    index.close()
    report = sync(None, copy / "index", model=DEFAULT_MODEL)
    assert report.mended == "files are missing"
    assert report.embedded == 0
    mended = opened(copy, resident=True)
    assert mended.search(QUESTION, 10).degraded == ()
    mended.close()


def test_opening_a_generation_leaves_every_byte_that_is_read_of_it_as_it_was(copy: Path):
    ledger = Ledger(copy / "index")
    generation = ledger.generation()
    ledger.close()
    assert generation is not None
    read = [generation_folder(copy) / name for name in generation.files]
    before = [path.read_bytes() for path in read]
    for _ in range(2):
        index = opened(copy, resident=True)
        assert index.search(QUESTION, 5).degraded == ()
        index.close()
    assert [path.read_bytes() for path in read] == before


def test_a_sync_leaves_the_generation_that_readers_have_open_alone(copy: Path):
    former = generation_folder(copy)
    index = opened(copy, resident=True)
    index.search(QUESTION, 5)
    write(copy / "corpus", "new.md", "# Ferry\n\nThe ferry to the island sails at noon.\n")
    sync(copy / "corpus", copy / "index", model=DEFAULT_MODEL)
    assert generation_folder(copy) != former
    assert not former.exists()
    assert index.search("When does the ferry sail?", 1).hits[0].document_id == "new.md"
    index.close()


def test_what_the_vector_store_holds_and_the_ledger_does_not_is_never_shown(copy: Path):
    whole = opened(copy, resident=True)
    whole.search(QUESTION, 5)  # has the generation of before the removal open
    ledger = Ledger(copy / "index", write=True)
    with ledger.writing():
        ledger.remove("lamps.md")  # as if the sync had died before it told Chroma
    ledger.close()
    assert "lamps.md" not in {hit.document_id for hit in whole.search(QUESTION, 10).hits}
    whole.close()


def test_what_the_ledger_knows_and_the_vector_store_does_not_yet_is_found(copy: Path):
    write(copy / "corpus", "new.md", "# Ferry\n\nThe ferry to the island sails at noon.\n")
    former = generation_folder(copy)
    shutil.copytree(former, copy / "former")
    ledger = Ledger(copy / "index")
    generation = ledger.generation()
    ledger.close()
    sync(copy / "corpus", copy / "index", model=DEFAULT_MODEL)
    shutil.copytree(copy / "former", former)
    ledger = Ledger(copy / "index", write=True)
    assert generation is not None
    with ledger.writing():
        ledger.activate_generation(generation)  # as if the sync had died before it told Chroma
    ledger.close()
    index = opened(copy, resident=True)
    found = index.search("When does the ferry sail?", 1)
    assert found.degraded == ()
    assert found.hits[0].document_id == "new.md"
    index.close()


def test_a_generation_with_more_deleted_than_living_vectors_is_filled_anew(copy: Path):
    for number in range(4):
        write(copy / "corpus", "lamps.md", f"# Lamps\n\nAll {number} lamps are out.\n\n## Oil\n\nNone in {number}.\n")
        sync(copy / "corpus", copy / "index", model=DEFAULT_MODEL)
        ledger = Ledger(copy / "index")
        generation = ledger.generation()
        ledger.close()
        assert generation is not None
        assert generation.deleted <= generation.held
    with closing(open_folder(generation_folder(copy))) as collection:
        assert len(collection.ids()) == generation.held


def test_an_open_index_sees_what_another_process_would_have_synced(copy: Path):
    index = opened(copy, resident=True)
    index.search(QUESTION, 5)
    write(copy / "corpus", "new.md", "# Ferry\n\nThe ferry to the island sails at noon.\n")
    (copy / "corpus" / "lamps.md").unlink()
    sync(copy / "corpus", copy / "index", model=DEFAULT_MODEL)
    found = index.search("harbour lamps and the ferry to the island", 10)
    assert {hit.document_id for hit in found.hits} == {"new.md", "notes/tides.txt", "notes/cafe.md"}
    assert found.degraded == ()
    index.close()


def test_threads_that_come_and_go_leave_no_file_open(made: Path):
    def open_files() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    index = opened(made, resident=True)
    index.search(QUESTION, 5)
    before = open_files()
    for _ in range(20):
        thread = threading.Thread(target=index.search, args=(QUESTION, 5))
        thread.start()
        thread.join()
    assert open_files() <= before + 3  # the one ledger of a second thread, with its log
    index.close()


def test_an_open_index_tells_the_warnings_of_what_was_synced_since(copy: Path):
    index = opened(copy, resident=True)
    assert index.status().warnings == ()
    german = "Die Hafenlampen werden in der Dämmerung angezündet, und niemand löscht sie vor dem Morgen. " * 4
    write(copy / "corpus", "lampen.md", german)
    sync(copy / "corpus", copy / "index", model=DEFAULT_MODEL)
    assert [doubt.path for doubt in index.status().warnings] == ["lampen.md"]
    index.close()


def test_many_threads_get_the_same_hits(made: Path):
    index = opened(made, resident=True)
    expected, found = index.search(QUESTION, 5), []
    threads = [threading.Thread(target=lambda: found.append(index.search(QUESTION, 5))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 16
    index.close()


def test_a_missing_index_names_the_command_that_makes_one(tmp_path: Path):
    with pytest.raises(IndexMissing, match="despatch sync FOLDER --index"):
        Index(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_ledger_is_one_sentence(tmp_path: Path):
    (tmp_path / "ledger.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Index(tmp_path)


def test_an_index_on_a_read_only_disk_answers(copy: Path):
    for path in (copy / "index").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (copy / "index").chmod(0o555)
    index = opened(copy)
    assert index.search(QUESTION, 1).hits[0].document_id == "lamps.md"
    index.close()
    for path in ((copy / "index"), *(copy / "index").rglob("*")):
        path.chmod(0o755)
