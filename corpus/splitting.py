"""From a document to its passages: spans that a search finds and a person reads as one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest
from typing import NamedTuple, TypeAlias

from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer

from corpus.sentences import each_sentence, trimmed
from corpus.terms import Document, Heading, Page, Passage, Span

# Raised when the same document gives other passages.
SPLITTER_VERSION = "2"

# WordPiece makes one token of a run of more than 100 characters, and none of blanks, so tokens alone
# bound nothing. Prose has 4 to 5 characters a token; twice that leaves every ordinary text alone.
CHARACTERS_PER_TOKEN = 10

# A long section is split a stretch of so many of the longest passages at a time. Where a passage ends
# depends on little more than the one after it, so those before the last few are what the whole gives.
_STRETCH_PASSAGES = 32
_FORESIGHT_PASSAGES = 4
_SIZES_KEPT = 64  # the splitter asks for a quarter of its sizes again, soon after
_GAP_CHARACTERS = 65_536  # of a run of blanks, handed on at a time

Measure: TypeAlias = Tokenizer | Callable[[str], int]

_LINE_ENDS = str.maketrans("\r\n", "  ")
_HEAD_COPY = str.maketrans(".?!…\r\n", ",,,,  ")


@dataclass(frozen=True, slots=True)
class SplitOptions:
    """How long a passage may be, in tokens of the embedder, its special tokens not counted."""

    passage_tokens: int = 200

    def __post_init__(self) -> None:
        if self.passage_tokens < 1:
            raise ValueError(f"a passage holds at least one token, not {self.passage_tokens}")


_DEFAULTS = SplitOptions()


class _Section(NamedTuple):
    """A stretch of text below one heading, and the headings it stands under."""

    start: int
    end: int
    heading_path: tuple[str, ...]


def split(document: Document, measure: Measure, *, options: SplitOptions = _DEFAULTS) -> Iterator[Passage]:
    """Split a document into passages, section by section, as they are asked for.

    Passages are cut between paragraphs where these fit, else between sentences, rows and list items,
    else between words, else between characters. A heading goes with the text below it; one with no
    text below it goes with the next section, at the very end with the one before. Besides the document
    no more than a stretch of some dozen passages is held.

    Args:
        document: what to split.
        measure: counts the tokens of a text; of a tokenizer, special tokens are not counted.
        options: the longest passage.

    Returns:
        Passages in order, trimmed, without overlap. Every visible character is in exactly one. None
        is longer than `passage_tokens` tokens or `CHARACTERS_PER_TOKEN` times as many characters,
        unless a single character is. No passage is a heading alone unless the heading, or at the end
        of a document the sentence before it, fills a passage, or there is nothing else.
    """
    text, draft, longest = document.text, document.draft, options.passage_tokens
    size = _sizer(measure, longest)
    splitter = _Splitter(TextSplitter.from_callback(size, longest, trim=False), longest * CHARACTERS_PER_TOKEN)
    copy = _Copy(text, draft.headings)
    for section in _sections(text, draft.headings, document.title):
        for piece in splitter.pieces(copy.of, Span(section.start, section.end)):
            # A tokenizer may count a line end, which the marked copy has where the text has none.
            fits = size(piece.of(text)) <= longest
            for span in [piece] if fits else splitter.pieces(lambda start, end: text[start:end], piece):
                yield Passage(document.id, span, span.of(text), section.heading_path, _page(draft.pages, span.start))


def _sizer(measure: Measure, longest: int) -> Callable[[str], int]:
    count = _counter(measure) if isinstance(measure, Tokenizer) else measure

    @lru_cache(maxsize=_SIZES_KEPT)
    def size(text: str) -> int:
        by_length = -(-len(text) // CHARACTERS_PER_TOKEN)
        # How much too long a text is makes no difference, and counting is what splitting spends its time on.
        return by_length if by_length > longest else max(count(text), by_length)

    return size


def _counter(tokenizer: Tokenizer) -> Callable[[str], int]:
    if tokenizer.truncation or tokenizer.padding:
        # With either on, no text ever counts more, or fewer, tokens than the length it names.
        tokenizer = Tokenizer.from_str(tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


class _Splitter:
    """Cuts a text where the library would, a stretch at a time; no piece has more than `longest` characters."""

    def __init__(self, splitter: TextSplitter, longest: int) -> None:
        self._splitter = splitter
        self._stretch, self._foresight = _STRETCH_PASSAGES * longest, _FORESIGHT_PASSAGES * longest

    def pieces(self, read: Callable[[int, int], str], within: Span) -> Iterator[Span]:
        """Give the trimmed pieces of what `read(start, end)` gives of a span; blank ones are left out."""
        start = within.start
        while start < within.end:
            end = min(start + self._stretch, within.end)
            settled = end if end == within.end else end - self._foresight
            base = start
            for offset, piece in self._splitter.chunk_indices(read(base, end)):
                if base + offset + len(piece) > settled:
                    break
                start = base + offset + len(piece)
                if words := piece.strip():
                    first = base + offset + len(piece) - len(piece.lstrip())
                    yield Span(first, first + len(words))


def _page(pages: Sequence[Page], position: int) -> Page | None:
    index = bisect_right(pages, position, key=lambda page: page.span.start) - 1
    return pages[index] if index >= 0 and position < pages[index].span.end else None


def _sections(text: str, headings: Sequence[Heading], title: str) -> list[_Section]:
    """Divide a text at its headings; bare headings share a section with what follows them."""
    start = headings[0].span.start if headings else len(text)
    sections = [_Section(0, start, ())] if _is_visible(text, 0, start) else []
    path: list[Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        path = [above for above in path if above.level < heading.level] + [heading]
        end = following.span.start if following else len(text)
        if _is_visible(text, heading.span.end, end):
            sections.append(_Section(start, end, _words(path, title)))
            start = end
    if _is_visible(text, start, len(text)):
        last = sections.pop() if sections else _Section(start, start, _words(path[:-1], title))
        sections.append(last._replace(end=len(text)))
    return sections


def _is_visible(text: str, start: int, end: int) -> bool:
    return trimmed(text, start, end)[0] < end


def _words(path: Sequence[Heading], title: str) -> tuple[str, ...]:
    return tuple(heading.text for heading in path if (heading.level, heading.text) != (1, title))


class _Copy:
    """A copy of a text, character for character, whose line ends stand where it may be cut.

    The splitter prefers blank lines to line ends and line ends to its own sentence rules. In the copy
    a line ends after each sentence and nowhere inside one; a heading and what follows it share one.
    It is made as it is read, from its beginning to its end, and only what was read last is held.
    """

    def __init__(self, text: str, headings: Sequence[Heading]) -> None:
        self._heads = sorted(_heads(text, headings))
        self._parts = _with_sentences_on_lines(text)
        self._held, self._start = "", 0

    def of(self, start: int, end: int) -> str:
        """The copy of a stretch that starts no earlier than the one before did."""
        held = [self._held]
        position = self._start + len(self._held)
        while position < end:
            held.append(next(self._parts))
            position += len(held[-1])
        self._held, self._start = "".join(held)[start - self._start :], start
        return self._with_heads_joined(self._held[: end - start], start)

    def _with_heads_joined(self, copy: str, start: int) -> str:
        first = bisect_right(self._heads, start, key=lambda head: head[1])
        for head_start, head_end in islice(self._heads, first, None):
            if head_start >= start + len(copy):
                break
            low, high = max(head_start - start, 0), head_end - start
            # A comma hides a stop and counts as one token, as the stop does.
            copy = copy[:low] + copy[low:high].translate(_HEAD_COPY) + copy[high:]
        return copy


def _with_sentences_on_lines(text: str) -> Iterator[str]:
    position = 0
    for span in each_sentence(text):
        yield from _gap(text, position, span.start)
        yield span.of(text).translate(_LINE_ENDS)
        position = span.end
    yield from _gap(text, position, len(text))


def _gap(text: str, start: int, end: int) -> Iterator[str]:
    has_line_end = text.find("\n", start, end) >= 0 or text.find("\r", start, end) >= 0
    if not has_line_end and text[start : min(start + 1, end)].isspace():
        yield "\n"
        start += 1
    for position in range(start, end, _GAP_CHARACTERS):
        yield text[position : min(position + _GAP_CHARACTERS, end)]


def _heads(text: str, headings: Sequence[Heading]) -> Iterator[tuple[int, int]]:
    """Each heading with the blanks that part it from what it goes with."""
    below = len(text)
    for heading in reversed(headings):
        start, end = heading.span.start, heading.span.end
        if not _is_visible(text, end, below):
            below = start
        yield start, trimmed(text, end, len(text))[0]
    yield trimmed(text, 0, below)[1], below
