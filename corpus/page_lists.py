"""Lists of pages as they stand in a document's metadata, such as "2, 5-7"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.terms import Page, Span

# The names under which they stand: pictures that were not read, and those read by text recognition.
UNREAD_PAGES = "unread_pages"
OCR_PAGES = "ocr_pages"

_RUN = re.compile(r"\b(\d{1,6})(?:-(\d{1,6}))?\b")


def page_list(numbers: Iterable[int]) -> str:
    """Write ascending page numbers as runs."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def is_on_listed_page(listed: str, pages: Sequence[Page], span: Span) -> bool:
    """Whether any of a stretch of text stands on a page of a list.

    Args:
        listed: as `page_list` writes it, "" for none; what is no number in it is passed over.
        pages: the document's.
        span: the stretch, in the document's text.
    """
    runs = [(int(first), int(last or first)) for first, last in _RUN.findall(listed)]
    touched = [page.number for page in pages if page.span.start < span.end and span.start < page.span.end]
    return any(first <= number <= last for number in touched for first, last in runs)
