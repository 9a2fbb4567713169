"""Citations of answers that were kept, checked against the files as they are now."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from assistant.errors import UnusableAnswer
from corpus import NO_OPTIONS, Document, Entry, Reading, ReadingOptions, Span, UnreadableFile, document_path, sentences

State = Literal["unchanged", "moved", "changed", "deleted", "unreadable"]
SOUND: tuple[State, ...] = ("unchanged", "moved")
LARGEST_ANSWERS = 64 * 1024 * 1024  # bytes; ten thousand answers, and what is read whole
COMPARED_AROUND = 500_000  # characters on each side of the former place: what a quote became stands near it
LONGEST_COMPARED = 12  # sentences; a quote has four at most, and a forged one must not take hours
LEAST_ALIKE = 0.5  # of the words: below that a stretch is another statement, not the same one changed
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class KeptCitation:
    """What an answer that was kept says of one source: the fields of `Citation` that a check needs.

    `span` is in code points of the document's text, `sha256` of the document's bytes.
    """

    number: int
    document_id: str
    path: str
    sha256: str
    span: Span
    quote: str

    def __post_init__(self) -> None:
        if not self.document_id or not self.quote or len(self.quote) != self.span.end - self.span.start:
            raise ValueError("a citation names a document and quotes as many characters as its span has")


@dataclass(frozen=True, slots=True)
class VerifiedCitation:
    """What became of a citation.

    `span` is where the quote stands now, None where it does not; `says` is what stands in its place, "" where nothing
    like it is left; `same_file` says whether the document's bytes are those that were cited; `reason` says why it
    cannot be read.
    """

    citation: KeptCitation
    state: State
    same_file: bool = False
    span: Span | None = None
    says: str = ""
    reason: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether the quote stands in the document now."""
        return self.state in SOUND


def kept_citations(file: Path) -> tuple[KeptCitation, ...]:
    """The citations of a file that `despatch ask --json` wrote (one answer, or an answer a line), or an exported one.

    Raises:
        UnusableAnswer: it cannot be read, or is something else.
    """
    try:
        if file.stat().st_size > LARGEST_ANSWERS:
            raise UnusableAnswer(str(file), f"it is larger than {LARGEST_ANSWERS // 1024**2} MiB")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnusableAnswer(str(file), error.strerror or "it cannot be opened") from error
    except UnicodeDecodeError as error:
        raise UnusableAnswer(str(file), "it is not UTF-8") from error
    return tuple(_kept(each, file) for answer in _answers(text, file) for each in _citations(answer, file))


def verify(
    citations: Sequence[KeptCitation], *, folder: Path | None = None, options: ReadingOptions = NO_OPTIONS
) -> Iterator[VerifiedCitation]:
    """What became of each citation, in the order given; a file is read once, under the limits of a sync.

    Args:
        citations: as from `kept_citations`.
        folder: where the documents are now; None is where each citation says.
        options: how files are read.
    """
    places = [_place(citation, folder) for citation in citations]
    entries = {entry.path: entry for entry in places if entry is not None}
    with Reading(options) as reading:
        read = {entry.path: outcome for entry, outcome in reading.read_all(entries.values())}
    for citation, entry in zip(citations, places, strict=True):
        yield _compared(citation, None if entry is None else read[entry.path])


def _answers(text: str, file: Path) -> Iterable[Any]:
    try:
        try:
            return _in_conversation(json.loads(text))
        except json.JSONDecodeError:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnusableAnswer(str(file), "it is not JSON") from error


def _in_conversation(answer: Any) -> Iterable[Any]:  # noqa: ANN401  any JSON
    """The answers of a conversation that was exported, or the one answer itself."""
    exchanges = answer.get("exchanges") if isinstance(answer, Mapping) else None
    if not isinstance(exchanges, list):
        return (answer,)
    return (each.get("answer") or {"citations": ()} for each in exchanges if isinstance(each, Mapping))


def _citations(answer: object, file: Path) -> Sequence[Any]:
    found = answer.get("citations", () if "error" in answer else None) if isinstance(answer, Mapping) else None
    if not isinstance(found, (list, tuple)):
        raise UnusableAnswer(str(file), "an answer in it has no list of citations")
    return found


def _kept(given: object, file: Path) -> KeptCitation:
    try:
        if not isinstance(given, Mapping):
            raise TypeError
        texts = [given[name] for name in ("document_id", "path", "sha256", "quote")]
        numbers = [given[name] for name in ("number", "start", "end")]
        if not all(isinstance(text, str) and "\0" not in text for text in texts[:2]):
            raise TypeError
        if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
            raise TypeError
        return KeptCitation(numbers[0], texts[0], texts[1], texts[2], Span(numbers[1], numbers[2]), texts[3])
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableAnswer(str(file), "a citation in it lacks its document, its place or its quote") from error


def _place(citation: KeptCitation, folder: Path | None) -> Entry | None:
    """The file that a citation's document lies in, None where it is gone.

    An attachment's id begins with that of its mail, which is the file.
    """
    parts = citation.document_id.split("/")
    for count in range(len(parts), 0, -1):
        file_id = "/".join(parts[:count])
        if not file_id.strip("/") or ".." in parts[:count]:
            continue
        path = Path(citation.path) if folder is None else document_path(folder, file_id)
        if folder is None and document_path(Path(), file_id).name != path.name:
            continue
        try:
            if path.is_file():
                status = path.stat()
                return Entry(file_id, path, status.st_size, status.st_mtime_ns)
        except (OSError, ValueError):
            continue
    return None


def _compared(citation: KeptCitation, outcome: Document | UnreadableFile | None) -> VerifiedCitation:
    if outcome is None:
        return VerifiedCitation(citation, "deleted")
    if isinstance(outcome, UnreadableFile):
        return VerifiedCitation(citation, "unreadable", reason=outcome.reason)
    inside = (one for one in (outcome, *outcome.attachments) if one.id == citation.document_id)
    document = next(inside, None)
    if document is None:
        return VerifiedCitation(citation, "deleted")
    return compared(citation, document.text, document.sha256)


def compared(citation: KeptCitation, text: str, sha256: str) -> VerifiedCitation:
    """What became of a citation in its document, given the document's text and the hash of its bytes."""
    same, place = sha256 == citation.sha256, place_of(citation.quote, citation.span, text)
    if place is None:
        return VerifiedCitation(citation, "changed", same, says=most_alike(text, citation.quote, citation.span))
    return VerifiedCitation(citation, "unchanged" if place == citation.span else "moved", same, place)


def place_of(quote: str, span: Span, text: str) -> Span | None:
    """Where a quote that stood at `span` stands in the text now: there, or nearest to it; None where it does not."""
    if span.end <= len(text) and span.of(text) == quote:
        return span
    return _nearest(text, quote, span.start)


def _nearest(text: str, quote: str, start: int) -> Span | None:
    """Where a quote stands nearest to a former start."""
    before, after = text.rfind(quote, 0, start + len(quote)), text.find(quote, start)
    at = min((place for place in (before, after) if place >= 0), key=lambda place: abs(place - start), default=None)
    return None if at is None else Span(at, at + len(quote))


def most_alike(text: str, quote: str, span: Span) -> str:
    """The stretch of as many sentences with most words of a quote that stood at `span`, "" where none has enough."""
    first = max(0, min(span.start, len(text)) - COMPARED_AROUND)
    near = text[first : span.end + COMPARED_AROUND]
    spans, count = list(sentences(near)), max(1, len(list(islice(sentences(quote), LONGEST_COMPARED))))
    wanted = _words(quote)
    best, most = "", LEAST_ALIKE
    for at in range(len(spans)):
        stretch = near[spans[at].start : spans[min(at + count, len(spans)) - 1].end]
        held = _words(stretch)
        alike = (wanted & held).total() / max(1, (wanted | held).total())
        if alike > most:
            best, most = stretch, alike
    return best


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))
