"""Web pages: the text a person reads, in blocks, without the furniture around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from corpus.dates import DATE_LABELS
from corpus.errors import UnreadableFile
from corpus.readers.blocks import Blocks, own_title, table_rows
from corpus.readers.text import decoded_as, encoding_label
from corpus.terms import Draft

_NEVER_TEXT = frozenset(
    ("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "audio", "video", "canvas")
    + ("button", "input", "select", "textarea", "datalist")
)
_FURNITURE = frozenset(("nav", "header", "footer", "aside", "form"))
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt")
    + ("fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main")
    + ("menu", "nav", "ol", "p", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
    + ("caption", "h1", "h2", "h3", "h4", "h5", "h6", "pre")
)
_NOT_IN_A_CELL = "descendant::table|descendant::h1|descendant::h2|descendant::h3|descendant::h4|descendant::pre"
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w.:-]+)|^\s*<\?xml[^>]+encoding=[\"']([\w.:-]+)", re.IGNORECASE)
_CHARSET_WITHIN = 2048  # bytes; browsers look in the first 1,024
# A line end that the page asks for, told apart from those of its source; no page holds this character.
_BREAK = "\0"


def read(source: bytes, name: str) -> Draft:
    """Read a web page: its main part where it names one, else its body.

    Scripts, navigation, forms, page headers and footers and hidden parts are left out, unless
    nothing else holds text. Headings are `h1` to `h6`, items begin with "- ", cells are parted by " | ".

    Raises:
        UnreadableFile: the bytes are not text, or the elements are nested beyond measure.
    """
    # Without `huge_tree` what is nested below some 250 elements is dropped in silence.
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    text, encoding = _decoded(source)
    if not text.strip():
        return Draft("")
    try:
        page = document_fromstring(text.encode("utf-8"), parser=parser)
        blocks = _written(page)
    except etree.LxmlError as error:
        reason = "The page's elements cannot be read; open it in a browser, save it again, then sync."
        raise UnreadableFile(reason) from error
    except RecursionError as error:
        reason = "The page's elements are nested hundreds deep; save its text as a new page, then sync."
        raise UnreadableFile(reason) from error
    labels = {**_labels(page), **encoding_label(encoding)}
    first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
    title = own_title(page.findtext(".//title") or "", name) or first
    return Draft(blocks.text, title=title, headings=blocks.headings, metadata=labels)


def _decoded(source: bytes) -> tuple[str, str]:
    declared = _CHARSET.search(source[:_CHARSET_WITHIN])
    return decoded_as(source, (declared[1] or declared[2]).decode("ascii", "replace") if declared else "")


def _labels(page: HtmlElement) -> dict[str, str]:
    labels: dict[str, str] = {}
    for meta in page.iter("meta"):
        label = meta.get("name") or meta.get("property") or meta.get("itemprop")
        if label and (words := " ".join(meta.get("content", "").split())):
            labels.setdefault(label.lower(), words)
    if language := page.get("lang"):
        labels.setdefault("language", language)
    if not labels.keys() & set(DATE_LABELS):
        first = next(page.iter("time"), None)
        labels["time"] = "" if first is None else first.get("datetime", "")
    return {label: words for label, words in labels.items() if words}


def _written(page: HtmlElement) -> Blocks:
    body = page.find("body")
    body = page if body is None else body
    blocks = Blocks()
    for part, left_out in ((_main(body), _FURNITURE), (body, _FURNITURE), (body, frozenset[str]())):
        blocks = Blocks()
        _Writer(blocks, left_out).write(part)
        if blocks.text:
            break
    return blocks


def _main(body: HtmlElement) -> HtmlElement:
    for tag in ("main", "article"):
        found = list(body.iter(tag))
        if len(found) == 1:
            return found[0]
    return body


class _Writer:
    """Walks the elements of a page and writes their text into blocks."""

    def __init__(self, blocks: Blocks, left_out: frozenset[str]) -> None:
        self._blocks = blocks
        self._left_out = left_out
        self._pending: list[str] = []
        self._mark = ""
        self._depth = 0

    def write(self, part: HtmlElement) -> None:
        """Write one element and all below it."""
        self._children(part)
        self._flush()

    def _children(self, element: HtmlElement) -> None:
        self._pending.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and not self._is_left_out(child):
                self._element(child)
            self._pending.append(child.tail or "")

    def _is_left_out(self, element: HtmlElement) -> bool:
        if element.tag in _NEVER_TEXT or element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if element.tag == "header" and any(True for _ in element.iterancestors("main", "article", "section")):
            return False  # the head of an article, with its title and date, not of the page
        return element.tag in self._left_out or bool(_HIDDEN_STYLE.search(element.get("style", "")))

    def _element(self, element: HtmlElement) -> None:
        tag = str(element.tag)
        if tag == "br":
            self._pending.append(_BREAK)
        elif tag not in _BLOCKS:
            self._children(element)
        else:
            self._flush()
            self._block(element, tag)

    def _block(self, element: HtmlElement, tag: str) -> None:
        if re.fullmatch("h[1-6]", tag):
            self._children(element)
            if words := self._taken():
                self._blocks.heading(int(tag[1]), words)
        elif tag == "pre":
            if words := "".join(map(str, element.itertext())).strip("\r\n").rstrip():
                self._blocks.paragraph(words)
        elif tag == "li":
            self._item(element)
        elif tag == "table" and _is_data(element):
            for row in table_rows([list(_cells(row)) for row in element.iter("tr")]):
                self._blocks.line(row)
        else:
            self._children(element)
            self._flush()

    def _item(self, element: HtmlElement) -> None:
        self._mark = "  " * self._depth + "- "
        self._depth += 1
        self._children(element)
        self._flush()
        self._depth -= 1
        self._mark = ""

    def _flush(self) -> None:
        words = self._taken()
        if not words:
            return
        if self._mark:
            self._blocks.line(self._mark + words)
        else:
            self._blocks.paragraph(words)
        self._mark = ""

    def _taken(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pending).split(_BREAK))
        self._pending = []
        # One empty line is a paragraph's end; more than one says no more.
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _is_data(table: HtmlElement) -> bool:
    """Whether a table holds cells to be read across, rather than laying out a page."""
    if table.get("role") == "presentation" or table.xpath(_NOT_IN_A_CELL):
        return False
    return any(len([words for words in _cells(row) if words]) > 1 for row in table.iter("tr"))


def _cells(row: HtmlElement) -> Iterator[str]:
    for cell in row:
        if cell.tag in ("td", "th"):
            yield " ".join("".join(_visible(cell)).split())


def _visible(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NEVER_TEXT:
            edge = " " if child.tag == "br" or child.tag in _BLOCKS else ""
            yield edge
            yield from _visible(child)
            yield edge
        yield child.tail or ""
