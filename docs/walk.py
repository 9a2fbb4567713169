"""Writes docs/walk.md: one sentence of one file, followed through every step with the value it really has there.

python docs/walk.py [TARGET]
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import tempfile
from contextlib import closing
from itertools import chain
from pathlib import Path

from assistant import Assistant, bundled_corpus
from assistant.evidence import gather
from assistant.followups import with_history
from assistant.judge import Judge
from assistant.silence import decide
from corpus import SplitOptions, read, scan, sentences, split
from index import DEFAULT_MODEL, Index, sync
from index.context import context_of, counter
from index.embedding import open_embedder
from index.fusion import fuse
from index.words import fts_query, search_form

FILE, QUESTION = "readout.md", "When did the dialogue end?"
SENTENCE = "The UK-US Strategic Dialogue concluded in London on 11 September 2024"


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        target.write_text("\n".join(steps(Path(scratch) / "index")) + "\n", encoding="utf-8")


def steps(folder: Path) -> list[str]:
    entry = next(entry for entry in scan(bundled_corpus()) if entry.id == FILE)
    document = read(entry)
    embedder = open_embedder(DEFAULT_MODEL)
    passage = next(p for p in split(document, embedder.measure, options=SplitOptions()) if SENTENCE in p.text)
    count = counter(embedder.measure)
    context = context_of(document.title, passage.heading_path, count)
    place = passage.span.start + passage.text.index(SENTENCE)
    vector = embedder.embed([f"{context}\n{passage.text}"])[0]
    report = sync(bundled_corpus(), folder, model=DEFAULT_MODEL)
    index, desk = Index(folder), Assistant.open(folder)
    lines = [
        "# A sentence, walked through",
        "",
        "Written by `python docs/walk.py`, which runs the real code over the bundled pack; not edited by hand.",
        "",
        "## The way in",
        "",
        f"1. **File**: `corpus/documents/{FILE}`, {document.size_bytes} bytes, SHA-256 `{document.sha256[:16]}…` "
        "(`corpus/folder.py`, `corpus/reading.py`).",
        f"2. **Document**: {len(document.text)} characters, title “{document.title}”, date "
        f"{document.draft.date.day if document.draft.date else None} found in the "
        f"{document.draft.date.found_in if document.draft.date else None}, {len(document.draft.headings)} headings "
        "(`corpus/readers/markdown.py`).",
        f"3. **Sentence**: characters {place} to {place + len(SENTENCE)} of `document.text` begin “{SENTENCE}”.",
        f"4. **Passage**: characters {passage.span.start} to {passage.span.end}, heading path "
        f"{list(passage.heading_path)}, {count(passage.text)} tokens of at most 200 (`corpus/splitting.py`).",
        f"5. **Context**, searched and embedded with it but never quoted: “{context}” (`index/context.py`).",
        f"6. **Search form** of the passage: `{search_form(passage.text)[:90]}…` (`index/words.py`).",
        f"7. **Vector** of context and passage: {len(vector)} numbers, the first three "
        f"{', '.join(f'{number:.3f}' for number in vector[:3])}; stored as float16 under the hash of model, context "
        "and text (`index/embedding.py`, `index/syncing.py`).",
        *_ledger_row(folder, place),
        f"9. **Chroma** holds the {report.embedded} different ones of their vectors (`index/vectors.py`).",
    ]
    lines += _way_out(index, desk)
    index.close()
    desk.close()
    return lines


def _ledger_row(folder: Path, place: int) -> list[str]:
    with closing(sqlite3.connect(folder / "ledger.db")) as ledger:
        row = ledger.execute(
            "SELECT p.start, p.end, p.heading_path, length(v.data) FROM passage p JOIN document d "
            "ON d.number = p.document JOIN vector v ON v.id = p.vector WHERE d.id = ? AND p.start <= ? AND ? < p.end",
            (FILE, place, place),
        ).fetchone()
    return [
        f"8. **Ledger row** of the passage: start {row[0]}, end {row[1]}, headings `{row[2]}`, a vector of "
        f"{row[3]} bytes (`index/ledger.py`)."
    ]


def _way_out(index: Index, desk: Assistant) -> list[str]:
    query = with_history(QUESTION, ())
    analyzer = index.analyzer()
    terms = tuple(query.terms(analyzer))
    found = index.search(query, 12)
    best = found.hits[0]
    rarity = index.rarity(query.terms(analyzer))
    evidence = gather(query, found.hits, index.embedder(), rarity, analyzer, Judge.load())
    verdict = decide(QUESTION, evidence, rarity, {})
    answer = desk.ask(QUESTION)
    citation = answer.citations[0]
    text = desk.document(citation.document_id).text
    fused = fuse({1: 0.9, 2: 0.1}, {1: 3.0, 3: 1.0}, {1: 0.5}, 6.0)
    return [
        "",
        "## The way out",
        "",
        f"1. **Question**: “{QUESTION}”; no history, so it is searched as it stands (`assistant/followups.py`).",
        f"2. **Words**: stems {[*chain(*terms)]}, searched as "
        f"`{fts_query(terms, 1, lambda s: dict.fromkeys(s, 1)).whole}` "
        "(`index/words.py`).",
        "3. **Fused**: cosine, BM25 as a share of what the question allows, and pairs of words close together; for "
        f"instance {[(key, round(score, 3)) for key, score in fused]} (`index/fusion.py`, `docs/retrieval.md`). The "
        f"best of {len(found.hits)} hits is `{best.document_id}` from {best.span.start}: cosine "
        f"{best.similarity:.2f}, BM25 {best.word_score:.2f}, fused {best.score:.2f}.",
        f"4. **Evidence**: {len(evidence)} sentences, of which {len(sentences(best.text))} units in the best passage; "
        f"the first reads “{' '.join(evidence[0].text.split())}”, cosine {evidence[0].features.similarity:.2f}, "
        f"word coverage {evidence[0].features.coverage:.2f} (`assistant/evidence.py`).",
        f"5. **Silence**: probability {verdict.probability:.2f} that it answers, so it "
        f"{'answers' if verdict.answers else 'declines'} (`assistant/silence.py`).",
        f"6. **Answer**: {len(answer.statements)} statements (`assistant/extracting.py`); citation 1 is "
        f"`{citation.document_id}` from {citation.span.start} to {citation.span.end}.",
        f"7. **Proof**: `document.text[{citation.span.start}:{citation.span.end}] == quote` is "
        f"{text[citation.span.start : citation.span.end] == citation.quote}; SHA-256 of the quote "
        f"`{hashlib.sha256(citation.quote.encode()).hexdigest()[:16]}…` (`assistant/checking/`).",
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "walk.md")
