"""Speed, memory, disk and recall of an index of very many passages.

    python -m tests.benchmarks.scaling build SETS WORK PASSAGES
    python -m tests.benchmarks.scaling measure SETS WORK PASSAGES

SETS is a folder of judged sets (see `sets.py`). A passage is some 1,000 characters of real sentences drawn from one
set, so words have the frequencies they have there; ten make a document with a title, a folder and a date. Its vector is
that of a real sentence moved by differences of others: clustered, and with the spread of real ones. Nothing is
embedded but these sentences and the questions, which are the sets' own. All is drawn with a fixed seed. Times
are wall / processor (of all threads), milliseconds a question: beside other work only the second can be repeated.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import numpy as np

from assistant import read_set
from corpus import Document, Passage, Span
from corpus.terms import DocumentDate, Draft
from index import DEFAULT_MODEL, Index
from index.embedding import fingerprint_of, locate, open_embedder
from index.exact import best, best_passages
from index.generations import FOLDER, catch_up
from index.ledger import Ledger
from index.rows import NewPassage, WordQuery
from index.search import DEPTH
from index.vectors import ChromaVectors
from index.words import Analyzer, fts_query, search_form

SEED = 11
CHARACTERS = 1_000
PASSAGES_A_DOCUMENT = 10
DOCUMENTS_A_COMMIT = 500
ANCHORS = 6_000  # real sentences whose vectors the others are made from
DOCUMENT_SPREAD, PASSAGE_SPREAD = 0.35, 0.25  # cosine of a passage to its anchor about .85, to its neighbour about .9
QUESTIONS_A_SET = 12
NEAR, APART = 100, 0.3  # questions that are near a passage, and the length of what is added to its vector
FIRST_DAY, DAYS = date(2000, 1, 1), 9_000
FILTERS = (
    "document = 'scifact/000/000000?.txt'",
    "folder = scifact/003",
    "folder = 'scifact/**'",
    "date = 2012",
    "date >= 2012",
    "folder = 'covidqa/**' and date >= 2020",
    "meta.status = draft",
)
COLD = """
import sys, time
started = time.monotonic()
from pathlib import Path
from index import Index
index = Index(Path(sys.argv[1]), resident=True)
opened = time.monotonic()
index.search(sys.argv[2], 10)
answered, processor = time.monotonic(), time.process_time()
for question in sys.argv[3:]:
    index.search(question, 10)
# not ru_maxrss, which begins at what the parent held
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"cold: open {opened - started:.2f} s, first answer {answered - started:.2f} s / {processor:.2f} s, "
      f"memory after {len(sys.argv) - 2} questions {int(peak) // 1024} MiB")
"""
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Sentence:
    text: str
    stems: str


def sentences_of(folder: Path) -> tuple[list[str], list[Sentence]]:
    titles, found = [], []
    for document in read_set(folder).documents:
        titles.append(" ".join((document.title or document.text[:60]).split()))
        for part in _SENTENCE.split(" ".join(document.text.split())):
            if 20 <= len(part) <= 400:
                found.append(Sentence(part, search_form(part)))
    return titles, found


def pools(sets: Path) -> dict[str, tuple[list[str], list[Sentence]]]:
    return {
        file.parent.name: sentences_of(file.parent)
        for file in sorted(sets.glob("*/corpus.jsonl.gz"))
        if file.parent.name != "chroma_chunking"
    }


def anchors(pool: Sequence[Sentence], work: Path) -> np.ndarray:
    kept = work / "anchors.npy"
    if not kept.exists():
        chosen = np.random.default_rng(SEED).choice(len(pool), ANCHORS, replace=False)
        np.save(kept, open_embedder(DEFAULT_MODEL).embed([pool[row].text for row in chosen]))
    return np.load(kept)


def vectors_near(chance: np.random.Generator, base: np.ndarray, count: int) -> np.ndarray:
    """Unit vectors of one document's passages."""

    def difference(rows: int) -> np.ndarray:
        return base[chance.integers(len(base), size=rows)] - base[chance.integers(len(base), size=rows)]

    centre = base[chance.integers(len(base))] + DOCUMENT_SPREAD * difference(1)[0]
    moved = centre + PASSAGE_SPREAD * difference(count)
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)


def passages_of(chance: np.random.Generator, pool: Sequence[Sentence], count: int) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for _ in range(count):
        chosen, held = [], 0
        while held < CHARACTERS - 60:
            chosen.append(pool[int(chance.integers(len(pool)))])
            held += len(chosen[-1].text) + 1
        made.append((" ".join(one.text for one in chosen), " ".join(one.stems for one in chosen)))
    return made


def document(number: int, name: str, title: str, texts: Sequence[tuple[str, str]]) -> tuple[Document, list[Passage]]:
    file_id, position, passages = f"{name}/{number // 1_000:03}/{number:07}.txt", 0, []
    for text, _ in texts:
        passages.append(Passage(file_id, Span(position, position + len(text)), text))
        position += len(text) + 2
    whole = "\n\n".join(text for text, _ in texts)
    day = DocumentDate(FIRST_DAY + timedelta(days=number * 7919 % DAYS), "front matter")
    status = {"status": "final" if number % 3 else "draft"}
    draft = Draft(whole, title=title, date=day, metadata=status)
    return Document(file_id, f"{number:064x}", len(whole.encode()), 0, "text/plain", draft), passages


def store(ledger: Ledger, made: tuple[Document, list[Passage]], stems: Sequence[str], vectors: np.ndarray) -> None:
    read, passages = made
    hashes = [hashlib.sha256(f"{read.id} {row}".encode()).digest() for row in range(len(passages))]
    ledger.add_vectors(dict(zip(hashes, vectors, strict=True)))
    ids, context = ledger.embedded(hashes), search_form(read.title)
    rows = zip(passages, stems, hashes, strict=True)
    new = [NewPassage(passage.span, (), None, context, words, ids[text_hash]) for passage, words, text_hash in rows]
    ledger.replace([(read, "en", new)], mtime_ns=0, rules="")


def fill(ledger: Ledger, sets: Path, work: Path, wanted: int) -> None:
    by_set = pools(sets)
    everything = [sentence for _, found in by_set.values() for sentence in found]
    base = anchors(everything, work)
    names = list(by_set)
    share = np.array([len(by_set[name][1]) for name in names]) / len(everything)
    for start in range(0, wanted // PASSAGES_A_DOCUMENT, DOCUMENTS_A_COMMIT):
        chance = np.random.default_rng((SEED, start))
        with ledger.writing():
            for number in range(start, min(start + DOCUMENTS_A_COMMIT, wanted // PASSAGES_A_DOCUMENT)):
                name = names[int(chance.choice(len(names), p=share))]
                titles, pool = by_set[name]
                texts = passages_of(chance, pool, PASSAGES_A_DOCUMENT)
                made = document(number, name, titles[int(chance.integers(len(titles)))], texts)
                store(ledger, made, [stems for _, stems in texts], vectors_near(chance, base, len(texts)))


def build(sets: Path, work: Path, wanted: int) -> None:
    work.mkdir(parents=True, exist_ok=True)
    folder = work / str(wanted)
    folder.mkdir(exist_ok=True)
    ledger = Ledger(folder, write=True)
    started = time.monotonic()
    fill(ledger, sets, work, wanted)
    with ledger.writing():
        ledger.put("corpus", "/corpus")
        ledger.put("model", DEFAULT_MODEL)
        ledger.put("model_fingerprint", fingerprint_of(locate(DEFAULT_MODEL)))
    print(f"ledger: {ledger.counts()} in {time.monotonic() - started:.0f} s", flush=True)
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    catch_up(ledger)
    used = resource.getrusage(resource.RUSAGE_SELF)
    processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"chroma: {time.monotonic() - started:.0f} s, {processor:.0f} s of processor", flush=True)
    print(f"peak memory {used.ru_maxrss // 1024} MiB", flush=True)
    ledger.close()


def timed(name: str, ask: Callable[[object], object], items: Iterable[object]) -> list:
    wall, processor, answers = [], [], []
    for item in items:
        before = time.perf_counter(), time.process_time()
        answers.append(ask(item))
        wall.append(1_000 * (time.perf_counter() - before[0]))
        processor.append(1_000 * (time.process_time() - before[1]))
    parts = [f"{p} {np.percentile(wall, p):.1f} / {np.percentile(processor, p):.1f}" for p in (50, 95, 100)]
    print(f"{name}: p{', p'.join(parts)} ms", flush=True)
    return answers


def questions_of(sets: Path) -> list[str]:
    found = []
    for file in sorted(sets.glob("*/corpus.jsonl.gz")):
        texts = dict.fromkeys(question.text for question in read_set(file.parent).questions)
        found += list(texts)[-QUESTIONS_A_SET:]
    return found


def measure_words(ledger: Ledger, questions: Sequence[str]) -> None:
    stems, passages = [Analyzer().question(question) for question in questions], ledger.counts()[1]
    timed("counts", lambda _: ledger.counts(), range(50))
    timed("frequencies of a question's words", lambda terms: ledger.frequencies(chain.from_iterable(terms)), stems)
    led = [fts_query(terms, passages, ledger.frequencies) for terms in stems]
    led = [query for query in led if query.whole]
    found = timed("words", lambda query: ledger.match(query, DEPTH), led)
    whole = [WordQuery(query.whole, query.whole) for query in led]
    expected = timed("words in one step", lambda query: ledger.match(query, DEPTH), whole)
    same: dict[int, list[float]] = {10: [], DEPTH: []}
    for one, two in zip(expected, found, strict=True):
        for depth, shares in same.items():
            shares.append(len(dict(one[:depth]).keys() & dict(two[:depth])) / len(one[:depth]))
    steps = sum(query.leading != query.whole for query in led)
    agreement = ", ".join(f"{np.mean(shares):.4f} of the best {depth}" for depth, shares in same.items())
    print(f"two steps for {steps} of {len(led)} questions; as in one step: {agreement}", flush=True)


def measure_vectors(ledger: Ledger, asked: np.ndarray) -> None:
    ids, matrix = ledger.vectors()
    chance = np.random.default_rng(SEED)
    moved = chance.normal(size=(NEAR, matrix.shape[1]))
    moved *= APART / np.linalg.norm(moved, axis=1, keepdims=True)
    near = matrix[chance.integers(len(matrix), size=NEAR)] + moved
    near = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    with closing(ChromaVectors(ledger)) as chroma:
        chroma.nearest(asked[0], DEPTH, None)
        for name, queries in (("questions", asked), ("near a passage", near)):
            found = timed(f"vectors, {name}", lambda query: chroma.nearest(query, DEPTH, None), queries)
            shares = []
            for query, nearest in zip(queries, found, strict=True):
                exact = best_passages(ledger, best(ids, matrix @ query, 10), 10, None)
                shares.append(len(exact.keys() & set(list(nearest)[:10])) / 10)
            print(f"recall@10, {name}: {np.mean(shares):.4f}", flush=True)
    timed("exact product", lambda query: np.argsort(-(matrix @ query), kind="stable")[:DEPTH], asked[:10])


def measure_whole(folder: Path, questions: Sequence[str]) -> None:
    with closing(Index(folder, resident=True)) as index:
        index.search("warm up", 10)  # opens Chroma
        timed("fused", lambda question: index.search(question, 10), questions)
        timed("fused, embedding aside", lambda question: index.search(question, 10), questions)
        for where in FILTERS:
            found = index.search(questions[0], 10, where=where)

            def anew(question: str, where: str = where) -> None:
                index._opened._selected = None
                index.search(question, 10, where=where)

            some = questions[::10]
            timed(f"{where} ({found.searched} documents), embedding aside", anew, some)
            timed("  asked again", lambda question, where=where: index.search(question, 10, where=where), some)
    with closing(Index(folder, resident=True)) as index:
        timed("embedding a question", index.embedder().embed_query, questions)


def disk(folder: Path, passages: int) -> None:
    ledger = (folder / "ledger.db").stat().st_size
    files = [path for path in (folder / FOLDER).rglob("*") if path.is_file()]
    chroma = sum(path.stat().st_size for path in files)
    print(f"disk: ledger {ledger / passages:.0f}, chroma {chroma / passages:.0f} bytes a passage", flush=True)
    with closing(sqlite3.connect(folder / "ledger.db")) as db:
        rows = db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 9").fetchall()
    print("  " + ", ".join(f"{name} {size / passages:.0f}" for name, size in rows), flush=True)


def measure(sets: Path, work: Path, wanted: int) -> None:
    folder, questions = work / str(wanted), questions_of(sets)
    print(f"{wanted} passages, {len(questions)} questions, load {os.getloadavg()[0]:.1f}", flush=True)
    with closing(Ledger(folder)) as ledger:
        measure_words(ledger, questions)
        measure_vectors(ledger, open_embedder(DEFAULT_MODEL).embed(questions))
    measure_whole(folder, questions)
    subprocess.run([sys.executable, "-c", COLD, str(folder), *questions[:50]], check=True)
    disk(folder, wanted)
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    verb, sets_folder, work_folder, passages = sys.argv[1:]
    {"build": build, "measure": measure}[verb](Path(sets_folder), Path(work_folder), int(passages))
