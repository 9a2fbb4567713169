"""From a document to its passages: spans that a search finds and a person reads as one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer

from corpus.sentences import sentences
from corpus.terms import Document, Heading, Page, Passage, Span

# Raised when the same document gives other passages.
SPLITTER_VERSION = "1"

# WordPiece makes one token of a run of more than 100 characters, and none of blanks, so tokens alone
# bound nothing. Prose has 4 to 5 characters a token; twice that leaves every ordinary text alone.
CHARACTERS_PER_TOKEN = 10

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


def split(document: Document, measure: Measure, *, options: SplitOptions = _DEFAULTS) -> tuple[Passage, ...]:
    """Split a document into passages, section by section.

    Passages are cut between paragraphs where these fit, else between sentences, rows and list items,
    else between words, else between characters. A heading goes with the text below it; one with no
    text below it goes with the next section, at the very end with the one before.

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
    text, draft = document.text, document.draft
    size = _sizer(measure)
    splitter = TextSplitter.from_callback(size, options.passage_tokens, trim=False)
    marked = _with_sentences_on_lines(text, draft.headings)
    return tuple(
        Passage(document.id, span, span.of(text), section.heading_path, _page(draft.pages, span.start))
        for section in _sections(text, draft.headings, document.title)
        for piece in _pieces(marked, Span(section.start, section.end), splitter)
        # A tokenizer may count a line end, which the marked copy has where the text has none.
        for span in ([piece] if size(piece.of(text)) <= options.passage_tokens else _pieces(text, piece, splitter))
    )


def _sizer(measure: Measure) -> Callable[[str], int]:
    count = _counter(measure) if isinstance(measure, Tokenizer) else measure
    return lambda text: max(count(text), -(-len(text) // CHARACTERS_PER_TOKEN))


def _counter(tokenizer: Tokenizer) -> Callable[[str], int]:
    if tokenizer.truncation or tokenizer.padding:
        # With either on, no text ever counts more, or fewer, tokens than the length it names.
        tokenizer = Tokenizer.from_str(tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def _pieces(text: str, within: Span, splitter: TextSplitter) -> Iterator[Span]:
    for offset, piece in splitter.chunk_indices(within.of(text)):
        if words := piece.strip():
            start = within.start + offset + len(piece) - len(piece.lstrip())
            yield Span(start, start + len(words))


def _page(pages: Sequence[Page], position: int) -> Page | None:
    index = bisect_right(pages, position, key=lambda page: page.span.start) - 1
    return pages[index] if index >= 0 and position < pages[index].span.end else None


def _sections(text: str, headings: Sequence[Heading], title: str) -> list[_Section]:
    """Divide a text at its headings; bare headings share a section with what follows them."""
    start = headings[0].span.start if headings else len(text)
    sections = [_Section(0, start, ())] if text[:start].strip() else []
    path: list[Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        path = [above for above in path if above.level < heading.level] + [heading]
        end = following.span.start if following else len(text)
        if text[heading.span.end : end].strip():
            sections.append(_Section(start, end, _words(path, title)))
            start = end
    if text[start:].strip():
        last = sections.pop() if sections else _Section(start, start, _words(path[:-1], title))
        sections.append(last._replace(end=len(text)))
    return sections


def _words(path: Sequence[Heading], title: str) -> tuple[str, ...]:
    return tuple(heading.text for heading in path if (heading.level, heading.text) != (1, title))


def _with_sentences_on_lines(text: str, headings: Sequence[Heading]) -> str:
    """Copy a text, character for character, so that its line ends stand where it may be cut.

    The splitter prefers blank lines to line ends and line ends to its own sentence rules. In the copy
    a line ends after each sentence and nowhere inside one; a heading and what follows it share one.
    """
    copy: list[str] = []
    position = 0
    for span in sentences(text):
        gap = text[position : span.start]
        copy += gap if "\n" in gap or "\r" in gap or not gap[:1].isspace() else "\n" + gap[1:]
        copy += span.of(text).translate(_LINE_ENDS)
        position = span.end
    copy += text[position:]
    for start, end in _heads(text, headings):
        # A comma hides a stop and counts as one token, as the stop does.
        copy[start:end] = text[start:end].translate(_HEAD_COPY)
    return "".join(copy)


def _heads(text: str, headings: Sequence[Heading]) -> Iterator[tuple[int, int]]:
    """Each heading with the blanks that part it from what it goes with."""
    below = len(text)
    for heading in reversed(headings):
        start, end = heading.span.start, heading.span.end
        if not text[end:below].strip():
            below = start
        while end < len(text) and text[end].isspace():
            end += 1
        yield start, end
    yield len(text[:below].rstrip()), below
