"""Writes small PDF files, so that a test sees what stands on which page."""

from collections.abc import Sequence

# A text with its left end, its baseline and its size, in points, and its font.
Placed = tuple[str, float, float, float, str]

REGULAR, BOLD = "F1", "F2"
_BOLD = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"
_PICTURE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    "\nstream\nx\nendstream"
)


def pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    catalog: str = "",
    info: str = "",
    trailer: str = "",
    page_entries: str = "",
    extra: Sequence[str] = (),
    pictures: Sequence[int] = (),
) -> bytes:
    """Make a file of pages of 612 by 792 points; those whose index is in `pictures` show one.

    Object 1 is the catalogue, 2 the page tree, 3 the font, 4 the information; page and content follow in turn.
    """
    first = 5
    picture = f"/XObject << /I {first + 2 * len(pages) + len(extra)} 0 R >>"
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    for index, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {page_entries} /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R /F2 {_BOLD} >> {picture} >> /Contents {first + 2 * index + 1} 0 R >>"
        )
        content = "\n".join(
            f"BT /{font} {size} Tf 1 0 0 1 {left} {y} Tm ({_escaped(text)}) Tj ET" for text, left, y, size, font in page
        )
        content += "\nq 600 0 0 700 0 0 cm /I Do Q" if index in pictures else ""
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    return _file([*objects, *extra, _PICTURE], trailer)


def lines(
    *texts: str, top: float = 720, left: float = 72, size: float = 11, leading: float = 14, font: str = REGULAR
) -> list[Placed]:
    """Lines one below the other."""
    return [(text, left, top - leading * index, size, font) for index, text in enumerate(texts)]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[str], trailer: str) -> bytes:
    source = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(source))
        source += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\nstartxref\n{len(source)}\n%%EOF\n"
    return source + end.encode()
