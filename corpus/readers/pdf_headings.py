"""Which blocks of a PDF are headings: those of its outline, else the large and the bold ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium

from corpus.readers.layout import Block, rounded
from corpus.readers.pdf_letters import label

_HEADING_RATIO = 1.08  # LaTeX sets its sections in 12 points over a body of 10.9
_SAME_SIZE = 0.95
_LONGEST_HEADING = 200  # characters
_LONGEST_BOLD_HEADING = 120  # a longer one is a sentence that matters
_MOST_BOLD = 0.3  # of a document's letters: above it, bold is the way it is set
_DEEPEST_HEADING = 6
_MOST_REPEATS = 2  # what stands on more pages is their running head
_OUTLINE_DEPTH = 6
# Below this share, or with fewer, the outline names other things than the headings on the pages.
_OUTLINE_SHARE = 0.5
_FEWEST_OF_OUTLINE = 3

Pages = Sequence[Sequence[Block]]
# The level of the heading that is the n-th block of a page, both from 0.
Levels = dict[tuple[int, int], int]


def levels(document: pdfium.PdfDocument, pages: Pages, body: float) -> Levels:
    """Find the headings and their levels.

    Args:
        document: for its outline.
        pages: the blocks of each page.
        body: the size of most letters, in points.

    Returns:
        The outline's entries where the pages show enough of them, else the blocks set larger or
        bolder than the body; without any such, the entries that the pages do show.
    """
    entries, found = _outline_levels(document, pages)
    if len(found) >= max(_FEWEST_OF_OUTLINE, _OUTLINE_SHARE * entries):
        return found
    return _shown_levels(pages, body) or found


def is_large(block: Block, body: float) -> bool:
    """Whether a block is set as a heading, in letters larger than the body's."""
    return block.size >= _HEADING_RATIO * body and _may_head(block, _LONGEST_HEADING)


def _is_bold(block: Block, body: float) -> bool:
    is_bold = block.is_bold and not block.is_apart and block.size >= _SAME_SIZE * body
    return is_bold and _may_head(block, _LONGEST_BOLD_HEADING)


def _may_head(block: Block, longest: int) -> bool:
    if block.is_row or len(block.text) > longest or block.text.startswith("- "):
        return False
    is_sentence = block.text.endswith((".", ",", ";")) or block.text[0].islower()
    return not is_sentence and sum(map(str.isalpha, block.text)) > 1


def _outline_levels(document: pdfium.PdfDocument, pages: Pages) -> tuple[int, Levels]:
    entries: dict[tuple[int, str], int] = {}
    for bookmark in document.get_toc(max_depth=_OUTLINE_DEPTH):
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        if index is not None and (letters := _letters(label(bookmark.get_title))):
            entries.setdefault((index, letters), bookmark.level + 1)
    found = {
        place: entries[place[0], _letters(block.text)]
        for place, block in _placed(pages)
        if (place[0], _letters(block.text)) in entries and len(block.text) <= _LONGEST_HEADING
    }
    return len(entries), found


def _letters(title: str) -> str:
    # Outlines often leave out the number that the page shows before a heading.
    return "".join(filter(str.isalnum, title.casefold())).lstrip("0123456789")


def _shown_levels(pages: Pages, body: float) -> Levels:
    shown = {place: block for place, block in _placed(pages) if is_large(block, body)} | _bold(pages, body)
    times = Counter(_letters(block.text) for block in shown.values())
    shown = {place: block for place, block in shown.items() if times[_letters(block.text)] <= _MOST_REPEATS}
    # Bold letters of the body's size rank below all that are larger.
    sizes = {place: rounded(block.size) if is_large(block, body) else 0.0 for place, block in shown.items()}
    ranks = sorted(set(sizes.values()), reverse=True)
    return {place: min(ranks.index(size) + 1, _DEEPEST_HEADING) for place, size in sorted(sizes.items())}


def _bold(pages: Pages, body: float) -> dict[tuple[int, int], Block]:
    blocks = [block for page in pages for block in page]
    letters = sum(len(block.text) for block in blocks)
    if sum(len(block.text) for block in blocks if block.is_bold) > _MOST_BOLD * letters:
        return {}
    found = {place: block for place, block in _placed(pages) if _is_bold(block, body) and not is_large(block, body)}
    # Several in a row are the cells of a table's head; the first may be its caption.
    return {
        (page, number): block
        for (page, number), block in found.items()
        if not ((page, number - 1) in found and {(page, number - 2), (page, number + 1)} & found.keys())
    }


def _placed(pages: Pages) -> Iterator[tuple[tuple[int, int], Block]]:
    for index, page in enumerate(pages):
        for number, block in enumerate(page):
            yield (index, number), block
