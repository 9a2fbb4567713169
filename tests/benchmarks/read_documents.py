"""What reading makes of a folder whose manifest.csv says what must happen to each file.

python -m tests.benchmarks.read_documents FOLDER [--workers N] [--places]

The manifest's columns: file, expect (document or failure), expected_phrase (of a document: words that stand in
it; of a failure: its topic, a key of TOPICS), min_chars, page_or_section, notes (what else is tolerated). Where
markitdown is installed, it reads the same files in the same run, in a process of its own like ours.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Document, Reading, UnreadableFile, scan

ROOT = Path(__file__).parents[2]
# What a sentence about each topic may say.
TOPICS = {
    "scan": "pictures|scan|text recognition",
    "password": "password|locked",
    "older format": "older format",
    "not a PDF": "not a PDF",
    "not text": "not text|no text|binary|empty",
    "empty": "empty|no text|blanks",
    "damaged": "damaged|cut short",
    "too large": "too large|memory",
    "nested": "nested",
    "entities": "entit",
}
TOLERATED = re.compile(r"tolerated|is as good")
PRIVATE = re.compile(r"root:[^:\s]*:0:0:")  # a line of /etc/passwd, which no file may draw in
MARKUP = re.compile(r"[*_#|>`\\-]")
BETWEEN = "\n\n"  # the text of a file and that of what is attached to it
HAS_OCR = importlib.util.find_spec("rapidocr") is not None  # scans, which fail without it, are documents with it
SAMPLE_SECONDS = 0.02
MARKITDOWN_MEMORY_BYTES = 8 << 30  # of address space; without it a single file of the samples takes all there is


@dataclass
class Outcome:
    """What one tool made of one file: a text with its places, or a reason."""

    text: str = ""
    reason: str = ""
    pages: list[tuple[int, int, int]] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)


def plain(text: str, *, is_markdown: bool) -> str:
    return " ".join((MARKUP.sub(" ", text) if is_markdown else text).split())


def verdict(row: dict[str, str], outcome: Outcome, *, is_markdown: bool = False) -> str:
    """Say how an outcome differs from the manifest; "" where it does not."""
    if PRIVATE.search(outcome.text):
        return "a file outside the folder was drawn in"
    wanted = row["expected_phrase"]
    if row["expect"] == "failure":
        if not outcome.reason:
            is_recognised = wanted == "scan" and HAS_OCR
            return (
                ""
                if is_recognised or TOLERATED.search(row["notes"])
                else f"read, {len(outcome.text)} characters; expected: {wanted}"
            )
        is_about = re.search(TOPICS[wanted], outcome.reason, re.IGNORECASE)
        return "" if is_about else f"not about {wanted!r}: {outcome.reason}"
    if outcome.reason:
        return "" if "refusing the file is tolerated" in row["notes"] else f"refused: {outcome.reason}"
    text = plain(outcome.text, is_markdown=is_markdown)
    if plain(wanted, is_markdown=is_markdown) not in text:
        return f"lacks {wanted!r}"
    return f"{len(text)} characters of {row['min_chars']}" if len(text) < int(row["min_chars"]) else ""


def misplaced(row: dict[str, str], outcome: Outcome) -> str:
    """Say where the phrase stands if not where the manifest has it; only pages, slides, sheets and headings."""
    place = re.match(
        r"(page|slide|sheet|under the heading:) (.+?)(?: \(label (.*)\)|, cell .*)?$", row["page_or_section"]
    )
    words = r"\s+".join(map(re.escape, row["expected_phrase"].split()))
    at = [match.start() for match in re.finditer(words, outcome.text)]
    if not place or not at:
        return ""
    if place[1] in ("page", "slide"):
        found = {number for number, start, end in outcome.pages for one in at if start <= one < end}
        return "" if int(place[2]) in found else f"on page {sorted(found)}, not {place[2]}"
    path = [name for one in at for name in heading_path(outcome, one)]
    return "" if any(place[2].strip() in name for name in path) else f"below {path}, not {place[2]!r}"


def heading_path(outcome: Outcome, at: int) -> list[str]:
    path: dict[int, str] = {}
    for level, start, name in outcome.headings:
        if start <= at:
            path = {above: words for above, words in path.items() if above < level} | {level: name}
    return list(path.values())


def read_by_us(folder: Path, names: set[str], workers: int | None) -> None:
    """Print what Despatch makes of the files, a line of JSON each."""
    with Reading(workers=workers) as reading:
        for entry, outcome in reading.read_all(entry for entry in scan(folder) if entry.id in names):
            print(json.dumps({"file": entry.id} | shape(outcome)))


def shape(outcome: Document | UnreadableFile) -> dict[str, object]:
    """A reason, or the text of a file and of all that is attached to it, one after another."""
    if isinstance(outcome, UnreadableFile):
        return {"reason": outcome.reason}
    texts, pages, headings, start = [], [], [], 0
    for document in (outcome, *outcome.attachments):
        pages += [(page.number, start + page.span.start, start + page.span.end) for page in document.draft.pages]
        headings += [(one.level, start + one.span.start, one.text) for one in document.draft.headings]
        texts.append(document.text)
        start += len(document.text) + len(BETWEEN)
    return {"text": BETWEEN.join(texts), "pages": pages, "headings": headings}


def read_by_markitdown(folder: Path, names: set[str], skip: int) -> None:
    """Print what markitdown makes of the files but the first few, a line of JSON each."""
    resource.setrlimit(resource.RLIMIT_AS, (MARKITDOWN_MEMORY_BYTES, MARKITDOWN_MEMORY_BYTES))
    from markitdown import MarkItDown  # type: ignore[import-not-found]

    converter = MarkItDown(enable_plugins=False)
    for name in sorted(names)[skip:]:
        try:
            found = {"text": converter.convert_local(str(folder / name)).text_content}
        except Exception as error:  # noqa: BLE001  whatever it raises is its answer
            reason = str(error).replace(name, "the file")  # which may hold the very word that is looked for
            found = {"reason": f"{type(error).__name__}: {reason}"}
        print(json.dumps({"file": name} | found), flush=True)


class Peak(threading.Thread):
    """Watches the memory of a process and all it started: the largest sum of resident sets, in bytes."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._pid = pid
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(SAMPLE_SECONDS):
            self.bytes = max(self.bytes, sum(map(resident, family(self._pid))))


def family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def measured(tool: str, arguments: list[str], files: int) -> tuple[dict[str, Outcome], float, int]:
    """Run one tool over all files; where a file ends the whole process, a new one goes on with the next.

    Returns:
        What it made of each file, the seconds it took whole, the bytes it held at its peak.
    """
    command = [sys.executable, "-m", "tests.benchmarks.read_documents", *arguments, "--tool", tool]
    started, largest, done, found = time.monotonic(), 0, 0, []
    while done < files:
        with subprocess.Popen(
            [*command, "--skip", str(done)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            peak = Peak(process.pid)
            peak.start()
            answers = [json.loads(line) for line in process.communicate()[0].splitlines()]
        peak.is_over.set()
        largest = max(largest, peak.bytes)
        found += answers
        done += len(answers) + 1  # the one after the last answer ended the process
    return {one.pop("file"): Outcome(**one) for one in found}, time.monotonic() - started, largest


def report(tool: str, rows: list[dict[str, str]], arguments: list[str], *, places: bool) -> None:
    outcomes, seconds, peak = measured(tool, arguments, len(rows))
    crashed = Outcome(reason="no answer: the whole process ended")
    differing = {"document": 0, "failure": 0}
    for row in rows:
        outcome = outcomes.get(row["file"], crashed)
        why = verdict(row, outcome, is_markdown=tool != "despatch")
        differing[row["expect"]] += bool(why)
        print(f"{'differs    ' if why else 'as expected'} {row['file']}{f': {why}' if why else ''}")
        if places and not why and (where := misplaced(row, outcome)):
            print(f"  misplaced {row['file']}: {where}")
    count = {expect: sum(row["expect"] == expect for row in rows) for expect in differing}
    good = len(rows) - sum(differing.values())
    print(
        f"{tool}: {good} of {len(rows)} as expected ({good / len(rows):.1%}); "
        f"{count['document'] - differing['document']} of {count['document']} documents, "
        f"{count['failure'] - differing['failure']} of {count['failure']} failures; "
        f"{seconds:.1f} s, {peak / 1024**2:.0f} MiB at the peak\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, help="processes of ours (default: as corpus.Reading has it)")
    parser.add_argument("--places", action="store_true", help="check pages and headings, too; they are not counted")
    parser.add_argument("--tool", choices=("despatch", "markitdown"), help="print its raw answers as JSON")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many files, in order of name")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8", newline="")))
    names = {row["file"] for row in rows}
    if asked.tool == "despatch":
        read_by_us(folder, names, asked.workers)
    elif asked.tool == "markitdown":
        read_by_markitdown(folder, names, asked.skip)
    else:
        arguments = [str(folder), *(["--workers", str(asked.workers)] if asked.workers else [])]
        report("despatch", rows, arguments, places=asked.places)
        if importlib.util.find_spec("markitdown"):
            report("markitdown", rows, arguments, places=False)


if __name__ == "__main__":
    main()
