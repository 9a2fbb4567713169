"""Writes small PDF files, so that a test sees what stands on which page."""

from collections.abc import Sequence

# A text with its left end, its baseline and its size, in points.
Placed = tuple[str, float, float, float]


def pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    catalog: str = "",
    info: str = "",
    trailer: str = "",
    extra: Sequence[str] = (),
) -> bytes:
    """Make a file.

    Object 1 is the catalogue, 2 the page tree, 3 the font, 4 the information; page and content follow in turn.
    """
    first = 5
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    for index, page in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {first + 2 * index + 1} 0 R >>"
        )
        content = "\n".join(
            f"BT /F1 {size} Tf 1 0 0 1 {left} {y} Tm ({_escaped(text)}) Tj ET" for text, left, y, size in page
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    return _file([*objects, *extra], trailer)


def lines(*texts: str, top: float = 720, left: float = 72, size: float = 11, leading: float = 14) -> list[Placed]:
    """Lines one below the other."""
    return [(text, left, top - leading * index, size) for index, text in enumerate(texts)]


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
