"""What an office file says of itself: title, author, days; in Office's parts and in OpenDocument's."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping

from lxml import etree

from corpus.readers.archives import parse

_OFFICE_PART = "docProps/core.xml"
_OPEN_DOCUMENT_PART = "meta.xml"
# The element's own name in either format, and the label under which it is kept. The days are the
# program's stamps, not the document's own, and bear labels that say so.
_LABELS = {
    **{"title": "title", "subject": "subject", "creator": "author", "initial-creator": "author"},
    **{"keywords": "keywords", "keyword": "keywords", "created": "created", "creation-date": "created"},
    **{"modified": "modified", "date": "modified"},
}


def properties(archive: zipfile.ZipFile) -> tuple[str, Mapping[str, str]]:
    """Read what a file says of itself.

    Returns:
        The stored title, "" for none, and labels among author, subject, keywords, created and
        modified (ISO 8601) with their words. A part that is missing or damaged says nothing.
    """
    found: dict[str, str] = {}
    for part in {_OFFICE_PART, _OPEN_DOCUMENT_PART} & set(archive.namelist()):
        try:
            root = parse(archive.read(part))
        except (etree.LxmlError, ValueError, RuntimeError, OSError, zipfile.BadZipFile):
            continue  # RuntimeError: locked, or packed in a way that zipfile does not know
        for element in root.iter("{*}*"):
            label = _LABELS.get(etree.QName(element).localname)
            words = " ".join((element.text or "").split())
            if label and words:
                found[label] = f"{found[label]}, {words}" if label == "keywords" and label in found else words
    return found.pop("title", ""), found
