"""Lead one folder through sync, ask, forget, backup, restore and doctor on SQLite 3.37.2, 3.40.0 and this machine's.

    python -m tests.benchmarks.sqlite_versions FOLDER QUESTIONS WORK

FOLDER holds the documents, QUESTIONS a question a line. For each version a process of its own leads an index in WORK
through all steps; the first document is forgotten. Printed are how many of the steps said the same as on this
machine's SQLite, times aside, and how many of the words that only the forgotten document has, as written and as
searched, stand in any file of the index afterwards.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from corpus import language_of, read, scan
from index.words import search_form
from tests.support.old_sqlite import DEBIAN_12, GUARD, OLDEST, ROOT, Commands, Ended, environment

OWN = re.compile(r'"seconds": [\d.]+|SQLite [\d.]+|"asked_at": "[^"]*"')
SHORTEST = 6  # letters of a word whose bytes are looked for; FTS5 may leave out the first of a term
WORD = re.compile(r"[^\W\d_]{6,}")


def words_of_only(corpus: Path) -> list[bytes]:
    """Return the words of the first document that no other has, without their first letter."""
    found: list[set[str]] = []
    for entry in scan(corpus):
        text = read(entry).text
        found.append(set(WORD.findall(text)) | set(WORD.findall(search_form(text, language_of(text)))))
    others = " ".join(word for words in found[1:] for word in words).casefold()
    return sorted({word[1:].encode() for word in found[0] if word.casefold()[1:] not in others})


def said(ended: Ended, folder: Path) -> tuple[int, str, str]:
    out, err = (OWN.sub("", text).replace(str(folder), "FOLDER") for text in (ended.out, ended.err))
    return ended.status, out, err


def held(index: Path) -> bytes:
    return b"".join(path.read_bytes() for path in index.rglob("*") if path.is_file())


def lived(despatch: Commands, corpus: Path, questions: list[str], folder: Path) -> tuple[dict[str, object], int]:
    index, restored, steps = folder / "index", folder / "restored", {}
    lines: dict[str, tuple[object, ...]] = {"sync": ("sync", corpus, "--index", index, "--json")}
    for question in questions:
        for verb in ("search", "ask"):
            lines[f"{verb}: {question}"] = (verb, question, "--index", index, "--json")
    first = next(iter(scan(corpus))).id
    (folder / "plain").mkdir()
    (folder / "plain" / "a.txt").write_text("Nothing here.", encoding="utf-8")
    despatch("sync", folder / "plain", "--index", folder / "own")
    lines["backup"] = ("backup", folder / "copy.db", "--index", index, "--json")
    lines["forget"] = ("forget", first, "--index", index, "--json")
    lines["doctor"] = ("doctor", "--index", index)
    for name, line in lines.items():
        steps[name] = said(despatch(*line), folder)
    own, content = held(folder / "own"), held(index)  # SQLite and Chroma have words of their own
    left = sum(word in content for word in words_of_only(corpus) if word not in own)
    steps["restore"] = said(despatch("restore", folder / "copy.db", "--index", restored, "--json"), folder)
    for question in questions:
        steps[f"restored: {question}"] = said(despatch("ask", question, "--index", restored, "--json"), folder)
    return steps, left


def main(corpus: Path, questions: list[str], work: Path) -> None:
    here = os.environ | {"PYTHONPATH": f"{GUARD}:{ROOT}"}
    versions = {"here": here} | {build.version: environment(build) for build in (OLDEST, DEBIAN_12)}
    expected: dict[str, object] = {}
    wanted = len(words_of_only(corpus))
    for version, variables in versions.items():
        folder = work / version
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with Commands(variables) as despatch:
            steps, left = lived(despatch, corpus, questions, folder)
        expected = expected or steps
        same = [name for name, ended in steps.items() if ended == expected[name]]
        failed = [name for name, (status, _, err) in steps.items() if status or err]
        print(
            f"{version}: {len(same)} of {len(steps)} steps the same, {failed or 'none'} failed; "
            f"{left} of {wanted} words of the forgotten document left in the files",
            flush=True,
        )
        for name in steps.keys() - set(same):
            print(f"  {name}: {steps[name]}, not {expected[name]}")


if __name__ == "__main__":
    documents, asked, scratch = map(Path, sys.argv[1:])
    main(documents, [line for line in asked.read_text(encoding="utf-8").splitlines() if line], scratch)
