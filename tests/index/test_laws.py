"""Whatever happens to a folder and to the syncs of it, the index afterwards equals one that was made from nothing.

The folder is modelled by a dictionary of what was written; see `docs/architecture.md`, the fourth promise.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from index import DEFAULT_MODEL, Index, IndexMissing, SyncStopped, sync
from tests.index.state import assert_equal_to_a_fresh_index
from tests.index.stoppable import Stoppable

LONG_AGO_NS = 1_600_000_000_000_000_000
NAMES = ("a.md", "b.md", "sub.md/a.md", "sub.md/c.txt", "sub.md", "mail.eml", "mail.eml/inside.txt", "broken.pdf")
TOPICS = ("harbour", "lantern", "ferry", "treaty")
LONG = 6
# of calls that a sync makes while it runs: some come once in a sync, some for every file or batch
KILLED_AT = (
    "call syncing._check_room",
    "call ledger.remove",
    "call storing.flush",
    "return ledger.replace",
    "sql COMMIT",
    "return passages.add_vectors",
    "call passages.drop_unused_vectors",
    "call generations._fill_folder",
    "c_call chroma.upsert",
    "c_return chroma.upsert",
    "call chroma.delete",
    "call chroma.seal",
    "call ledger.activate_generation",
    "return ledger.activate_generation",
    "call layout.activate",
    "return layout.activate",
    "call layout.remove_ledger",
)

names = st.sampled_from(NAMES)
# few, so that documents share passages and whole contents; 0 sections is a file that cannot be read
contents = st.lists(st.tuples(st.sampled_from(TOPICS), st.integers(0, 2)), max_size=LONG).map(tuple)
Content = tuple[tuple[str, int], ...]


def marker(topic: str, number: int) -> str:
    """A word that stands in one section only, of no other's stem."""
    return f"{topic}{'qxz'[number] * 3}"


def written(name: str, content: Content) -> str:
    sections = "\n\n".join(
        f"## The {topic}\n\nAt the {topic} of number {number} the word is {marker(topic, number)}."
        for topic, number in content
    )
    if name.endswith(".eml"):
        return (
            "From: a@example.org\nTo: b@example.org\nSubject: A letter\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nSee what is enclosed.\n'
            '--x\nContent-Type: text/markdown; name="inside.txt"\n'
            f'Content-Disposition: attachment; filename="inside.txt"\n\n{sections}\n--x--\n'
        )
    return sections


class Folder(RuleBasedStateMachine):
    """A folder, a dictionary of what is in it, and an index that is read all the while."""

    stoppable: Stoppable

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="despatch-laws-"))
        self.corpus, self.index = self.place / "corpus", self.place / "index"
        self.corpus.mkdir()
        self.files: dict[str, Content] = {}  # the model
        self.synced: dict[str, Content] = {}  # the files that the last whole sync saw as they are now
        self.hidden: dict[str, Content] = {}  # and that have changed since without a trace, with what they said
        self.clock = LONG_AGO_NS
        self.reader: Index | None = None

    def teardown(self) -> None:
        if self.reader:
            self.reader.close()
        shutil.rmtree(self.place, ignore_errors=True)

    # what happens to the folder

    @initialize(content=contents)
    def begin(self, content: Content) -> None:
        self.write("a.md", content)

    @rule(name=names, content=contents)
    def write(self, name: str, content: Content) -> None:
        self._make_room(name)
        self._put(name, content)

    @rule(data=st.data())
    @precondition(lambda self: self.files)
    def shrink(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        self._put(name, self.files[name][:1])

    @rule(data=st.data())
    @precondition(lambda self: self.files)
    def delete(self, data: st.DataObject) -> None:
        self._remove(data.draw(st.sampled_from(sorted(self.files))))

    @rule(data=st.data(), new=names)
    @precondition(lambda self: self.files)
    def rename(self, data: st.DataObject, new: str) -> None:
        former = data.draw(st.sampled_from(sorted(self.files)))
        if former == new or Path(former).suffix != Path(new).suffix:
            return
        if new.startswith(f"{former}/") or former.startswith(f"{new}/"):
            return
        self._make_room(new)
        (self.corpus / former).rename(self.corpus / new)
        self.files[new] = self.files.pop(former)
        self._forget(former, new)
        self._drop_empty_folders()

    @rule(data=st.data())
    @precondition(lambda self: len(self.files) > 1)
    def swap(self, data: st.DataObject) -> None:
        one, other = data.draw(st.permutations(sorted(self.files)))[:2]
        if Path(one).suffix != Path(other).suffix:
            return
        (self.corpus / one).rename(self.place / "aside")
        (self.corpus / other).rename(self.corpus / one)
        (self.place / "aside").rename(self.corpus / other)
        self.files[one], self.files[other] = self.files[other], self.files[one]
        self._forget(one, other)

    @rule(data=st.data(), chance=st.integers(1, 2))
    @precondition(lambda self: any(self.synced.values()))
    def change_without_a_trace(self, data: st.DataObject, chance: int) -> None:
        """The same size, the same time: only a sync that looks at the content can know."""
        name = data.draw(st.sampled_from(sorted(name for name, content in self.synced.items() if content)))
        former = self.synced.pop(name)
        (topic, number), *others = former
        status = (self.corpus / name).stat()
        self.files[name] = ((topic, (number + chance) % 3), *others)
        (self.corpus / name).write_text(written(name, self.files[name]), encoding="utf-8")
        os.utime(self.corpus / name, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert (self.corpus / name).stat().st_size == status.st_size
        self.hidden[name] = former

    @rule(data=st.data())
    @precondition(lambda self: self.files)
    def touch(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        os.utime(self.corpus / name)  # now, which is too lately for its time to tell anything
        self._forget(name)

    # what happens to the index

    @rule()
    def sync(self) -> None:
        self._sync()
        self._check()

    @rule()
    def verify(self) -> None:
        self._sync(verify=True)
        self._check()

    @rule()
    def rebuild(self) -> None:
        self._sync(rebuild=True)
        self._check()

    @rule(label=st.sampled_from(KILLED_AT), number=st.integers(1, 4), rebuild=st.booleans())
    def kill(self, label: str, number: int, rebuild: bool) -> None:
        outcome = self.stoppable.sync(self.corpus, self.index, at=(label, number), options={"rebuild": rebuild})
        assert outcome.error == ""
        self._stopped()

    @rule(after=st.integers(1, 12), rebuild=st.booleans(), verify=st.booleans())
    def interrupt(self, after: int, rebuild: bool, verify: bool) -> None:
        steps = iter(range(after))

        def stop_in_time(_: object) -> None:
            if next(steps, None) is None:
                raise KeyboardInterrupt

        with suppress(SyncStopped):
            sync(self.corpus, self.index, model=DEFAULT_MODEL, rebuild=rebuild, verify=verify, progress=stop_in_time)
        self._stopped()

    @rule()
    def reopen(self) -> None:
        if self.reader:
            self.reader.close()
        self.reader = None
        try:
            self.reader = Index(self.index, resident=True)
        except IndexMissing:
            assert not self.synced

    # what must be so

    def _check(self) -> None:
        """The index equals a fresh one, and who has it open finds what is in the folder and nothing else."""
        fresh = self.place / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        sync(self.corpus, fresh, model=DEFAULT_MODEL)
        assert_equal_to_a_fresh_index(self.index, fresh)
        reader = self.reader = self.reader or Index(self.index, resident=True)
        there = {section for name, content in self.files.items() if _documents(name, content) for section in content}
        assert {document.id for document in reader.documents()} == {
            document for name, content in self.files.items() for document in _documents(name, content)
        }
        for topic in TOPICS:
            for number in range(3):
                word = marker(topic, number)
                found = reader.search(f"What is the {topic} of number {number}, the word {word}?", 50)
                assert found.degraded == ()
                assert any(word in hit.text for hit in found.hits) == ((topic, number) in there)
                terms = reader.analyzer().question(word)
                assert any(reader.frequencies(terms).values()) == ((topic, number) in there)

    def _sync(self, **options: bool) -> None:
        """Sync; what changed without a trace is seen by those who look at the content, and only by them."""
        sync(self.corpus, self.index, model=DEFAULT_MODEL, **options)
        if self.hidden and not options:
            opened = Index(self.index)
            for name, former in self.hidden.items():
                stored = opened.document(_documents(name, former)[-1])
                assert stored is not None
                assert stored.text.strip() == written("a.md", former)
            opened.close()
            sync(self.corpus, self.index, model=DEFAULT_MODEL, verify=True)
        self.hidden = {}
        settled = {name for name in self.files if (self.corpus / name).stat().st_mtime_ns < self.clock + 1}
        self.synced = {name: content for name, content in self.files.items() if name in settled}

    def _stopped(self) -> None:
        """Which files a stopped sync has looked at is not known here."""
        self.synced = {}
        for name in self.hidden:
            self._age(name)
        self.hidden = {}

    # the folder and its model

    def _put(self, name: str, content: Content) -> None:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(name, content), encoding="utf-8")
        self.files[name] = content
        self._age(name)
        self._forget(name)

    def _age(self, name: str) -> None:
        """A time of its own, and long ago, so that a sync need not doubt it."""
        self.clock += 1
        os.utime(self.corpus / name, ns=(self.clock, self.clock))

    def _forget(self, *changed: str) -> None:
        for name in changed:
            self.synced.pop(name, None)
            self.hidden.pop(name, None)

    def _remove(self, name: str) -> None:
        (self.corpus / name).unlink()
        del self.files[name]
        self._forget(name)
        self._drop_empty_folders()

    def _make_room(self, name: str) -> None:
        """A file takes the place of a folder, or a folder that of a file."""
        for other in list(self.files):
            if other.startswith(f"{name}/") or name.startswith(f"{other}/"):
                self._remove(other)
        (self.corpus / name).parent.mkdir(parents=True, exist_ok=True)

    def _drop_empty_folders(self) -> None:
        for folder in sorted((path for path in self.corpus.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()


def _documents(name: str, content: Content) -> tuple[str, ...]:
    if name.endswith(".pdf"):
        return ()
    if name.endswith(".eml"):
        return (name, f"{name}/inside.txt") if content else (name,)
    return (name,) if content else ()


def run(stoppable: Stoppable, examples: int, steps: int, *, derandomize: bool, shrink: bool) -> None:
    Folder.stoppable = stoppable
    run_state_machine_as_test(
        Folder,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("model_loaded_once")
def test_after_every_sync_the_index_equals_a_fresh_one(stoppable: Stoppable):
    # the same each time, and without making a failure small, which takes minutes
    run(stoppable, 6, 15, derandomize=True, shrink=False)


@pytest.mark.prove
@pytest.mark.usefixtures("model_loaded_once")
def test_after_every_sync_of_a_long_life_the_index_equals_a_fresh_one(stoppable: Stoppable):
    run(stoppable, 60, 40, derandomize=False, shrink=True)
