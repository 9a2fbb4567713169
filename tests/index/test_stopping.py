"""A sync that is stopped anywhere, by whatever: nothing is lost, doubled or unreadable, and the next one mends it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from index import DEFAULT_MODEL, Index, IndexMissing, sync
from index.layout import active_ledger, unfinished_ledgers
from tests.index.changing import (
    Places,
    assert_each_document_is_as_it_was_or_as_it_is,
    assert_steady_documents_are_found,
    assert_the_next_sync_ends_equal_to_a_fresh_index,
    hashes,
    records,
)
from tests.index.state import assert_equal_to_a_fresh_index, state_of
from tests.index.stoppable import Outcome, Stoppable

Moment = tuple[str, int]  # its label and its how-manieth occurrence, from 1

pytestmark = pytest.mark.usefixtures("model_loaded_once")


def every_moment(run: Outcome) -> list[Moment]:
    counted: dict[str, int] = {}
    moments = []
    for label in run.moments:
        counted[label] = counted.get(label, 0) + 1
        moments.append((label, counted[label]))
    return moments


def one_of_each_kind(run: Outcome) -> list[Moment]:
    """For every kind of moment its middle occurrence, in order of time: all steps of a sync, each once."""
    times = {label: run.moments.count(label) for label in run.moments}
    return [(label, number) for label, number in every_moment(run) if number == (times[label] + 1) // 2]


def spread(moments: Sequence[Moment], most: int) -> list[Moment]:
    """At most so many of them, at even distances."""
    if len(moments) <= most:
        return list(moments)
    return [moments[round(step * (len(moments) - 1) / max(most - 1, 1))] for step in range(most)]


def kill_at_each(
    stoppable: Stoppable, places: Places, moments: Sequence[Moment], chance: random.Random, after_seconds: float = 0.0
) -> Iterator[Moment]:
    """Kill one sync at each moment; some indexes are not mended in between but met by the next kill as they are."""
    places.go_back()
    for moment in moments:
        delay = chance.uniform(0, after_seconds)
        if stoppable.sync(places.corpus, places.index, at=moment, after_seconds=delay).killed:
            yield moment
        assert_each_document_is_as_it_was_or_as_it_is(places)
        if chance.random() < 0.75:
            assert_the_next_sync_ends_equal_to_a_fresh_index(places)
            places.go_back()


def assert_kills_lose_and_double_nothing(stoppable: Stoppable, places: Places, most: int) -> set[Moment]:
    places.go_back()
    unstopped = stoppable.sync(places.corpus, places.index)
    assert_equal_to_a_fresh_index(places.index, places.fresh)
    planned = spread(one_of_each_kind(unstopped), most)
    killed = set(kill_at_each(stoppable, places, planned, random.Random(20240911)))
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)
    return killed


def assert_kills_within_a_step_lose_and_double_nothing(stoppable: Stoppable, places: Places, least: int) -> None:
    places.go_back()
    unstopped = stoppable.sync(places.corpus, places.index)
    lasting = ("c_call chroma.", "sql COMMIT", "sql VACUUM", "shutil.")
    moments = [moment for moment in every_moment(unstopped) if moment[0].startswith(lasting)]
    chance = random.Random(20240912)
    killed = 0
    for _ in range(4):
        if killed < least:
            chance.shuffle(moments)
            killed += len(list(kill_at_each(stoppable, places, moments[: least - killed], chance, 0.01)))
    assert killed >= least
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def assert_kills_of_the_first_sync_lose_nothing(stoppable: Stoppable, places: Places, most: int) -> set[Moment]:
    places.go_back(to_nothing=True)
    planned = spread(one_of_each_kind(stoppable.sync(places.corpus, places.index)), most)
    newer = records(places.fresh)
    killed = set()
    for moment in planned:
        places.go_back(to_nothing=True)
        if stoppable.sync(places.corpus, places.index, at=moment).killed:
            killed.add(moment)
        try:
            Index(places.index).close()
        except IndexMissing:
            pass
        else:
            assert all(newer[document] == record for document, record in records(places.index).items())
        assert_the_next_sync_ends_equal_to_a_fresh_index(places)
    return killed


def assert_kills_of_a_rebuild_leave_the_old_state_or_the_new(
    stoppable: Stoppable, places: Places, most: int
) -> set[Moment]:
    places.go_back()
    unstopped = stoppable.sync(places.corpus, places.index, options={"rebuild": True})
    assert unstopped.embedded == len(hashes(active_ledger(places.fresh)))
    former, newer = state_of(places.before), state_of(places.fresh)
    killed, kept = set(), 0
    for moment in spread(one_of_each_kind(unstopped), most):
        places.go_back()
        if stoppable.sync(places.corpus, places.index, options={"rebuild": True}, at=moment).killed:
            killed.add(moment)
        assert_steady_documents_are_found(places.index)
        assert state_of(places.index) in (former, newer)
        begun = unfinished_ledgers(places.index)
        stored = hashes(begun[0]) if begun else set()
        kept += len(stored)
        report = sync(places.corpus, places.index, model=DEFAULT_MODEL, rebuild=True)
        assert report.embedded == len(hashes(active_ledger(places.fresh)) - stored), "a rebuild is resumed"
        assert_equal_to_a_fresh_index(places.index, places.fresh)
    assert kept > 0
    return killed


def assert_interruptions_lose_nothing(stoppable: Stoppable, places: Places, most: int) -> None:
    places.go_back()
    unstopped = stoppable.sync(places.corpus, places.index)
    # what is raised while SQLite reports a statement is swallowed by it; before and after its work a sync is not there
    # to say anything
    left_out = (
        "sql ",
        "call syncing.sync",
        "return syncing.sync",
        "call syncing._sentences",
        "return syncing._sentences",
    )
    moments = [moment for moment in one_of_each_kind(unstopped) if not moment[0].startswith(left_out)]
    for moment in spread(moments, most):
        places.go_back()
        outcome = stoppable.sync(places.corpus, places.index, at=moment, how="interrupt")
        assert outcome.error == "SyncStopped", f"{moment}: {outcome.traceback}"
        assert_each_document_is_as_it_was_or_as_it_is(places)
        assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def test_a_sync_killed_at_any_step_loses_and_doubles_nothing(stoppable: Stoppable, places: Places):
    assert len(assert_kills_lose_and_double_nothing(stoppable, places, 10)) == 10


def test_a_kill_in_the_middle_of_a_write_loses_and_doubles_nothing(stoppable: Stoppable, places: Places):
    assert_kills_within_a_step_lose_and_double_nothing(stoppable, places, 4)


def test_a_first_sync_killed_at_any_step_is_gone_on_with(stoppable: Stoppable, places: Places):
    assert len(assert_kills_of_the_first_sync_lose_nothing(stoppable, places, 3)) == 3


def test_a_first_sync_killed_before_it_had_made_a_table_has_made_no_index(stoppable: Stoppable, places: Places):
    places.go_back(to_nothing=True)
    assert stoppable.sync(places.corpus, places.index, at=("call migrations.m001_tables", 1)).killed
    with pytest.raises(IndexMissing):
        Index(places.index)
    with pytest.raises(IndexMissing):
        sync(None, places.index, model=DEFAULT_MODEL, dry_run=True)
    assert "new.md" in sync(places.corpus, places.index, model=DEFAULT_MODEL, dry_run=True).added
    assert sync(places.corpus, places.index, model=DEFAULT_MODEL, rebuild=True).embedded > 0
    places.go_back(to_nothing=True)
    stoppable.sync(places.corpus, places.index, at=("call migrations.m001_tables", 1))
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def test_a_rebuild_killed_at_any_step_leaves_the_old_state_and_is_resumed(stoppable: Stoppable, places: Places):
    assert len(assert_kills_of_a_rebuild_leave_the_old_state_or_the_new(stoppable, places, 4)) == 4


def test_a_sync_interrupted_at_any_step_says_so_and_is_gone_on_with(stoppable: Stoppable, places: Places):
    assert_interruptions_lose_nothing(stoppable, places, 3)


def test_a_rebuild_killed_as_it_takes_over_is_neither_lost_nor_left_lying(stoppable: Stoppable, places: Places):
    places.go_back()
    killed = stoppable.sync(places.corpus, places.index, options={"rebuild": True}, at=("os.rename folder", 1))
    assert killed.killed
    (begun,) = unfinished_ledgers(places.index)
    assert hashes(begun) == hashes(active_ledger(places.fresh))
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)
    assert sync(places.corpus, places.index, model=DEFAULT_MODEL, rebuild=True).embedded == 0
    assert_equal_to_a_fresh_index(places.index, places.fresh)


def test_what_a_killed_removal_left_beside_a_ledger_is_removed(stoppable: Stoppable, places: Places):
    places.go_back()
    removing = ("os.remove .db-shm", 1)
    assert stoppable.sync(places.corpus, places.index, options={"rebuild": True}, at=removing).killed
    assert not (places.index / "ledger.db").exists()
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def test_vectors_that_a_killed_sync_left_unused_are_dropped_by_the_next(stoppable: Stoppable, places: Places):
    places.go_back()
    assert stoppable.sync(places.corpus, places.index, at=("call passages.drop_unused_vectors", 1)).killed
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def test_a_generation_that_a_killed_sync_began_in_vain_leaves_no_trace(stoppable: Stoppable, places: Places):
    places.go_back()
    sync(places.corpus, places.index, model=DEFAULT_MODEL)
    passing = places.corpus / "passing.md"
    passing.write_text("# Fog\n\nThe fog lies on the water.\n", encoding="utf-8")
    killed = stoppable.sync(places.corpus, places.index, at=("call chroma.seal", 1))
    passing.unlink()
    assert killed.killed
    assert_the_next_sync_ends_equal_to_a_fresh_index(places)


@pytest.mark.prove
def test_every_step_of_a_sync_can_be_killed(stoppable: Stoppable, places: Places):
    assert len(assert_kills_lose_and_double_nothing(stoppable, places, 1_000)) >= 200


@pytest.mark.prove
def test_kills_in_the_middle_of_forty_writes_lose_and_double_nothing(stoppable: Stoppable, places: Places):
    assert_kills_within_a_step_lose_and_double_nothing(stoppable, places, 40)


@pytest.mark.prove
def test_a_first_sync_killed_at_sixty_steps_is_gone_on_with(stoppable: Stoppable, places: Places):
    assert len(assert_kills_of_the_first_sync_lose_nothing(stoppable, places, 60)) == 60


@pytest.mark.prove
def test_a_rebuild_killed_at_sixty_steps_leaves_the_old_state_and_is_resumed(stoppable: Stoppable, places: Places):
    assert len(assert_kills_of_a_rebuild_leave_the_old_state_or_the_new(stoppable, places, 60)) == 60


@pytest.mark.prove
def test_every_step_of_a_sync_can_be_interrupted(stoppable: Stoppable, places: Places):
    assert_interruptions_lose_nothing(stoppable, places, 1_000)
