"""Small office files for the tests, written part by part."""

import io
import zipfile

RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def archive(parts):
    """A ZIP file of the parts, by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def parts_of(source):
    """The parts of a ZIP file, by name."""
    with zipfile.ZipFile(io.BytesIO(source)) as made:
        return {name: made.read(name) for name in made.namelist()}


def core(**labels):
    """The part with a file's title and author."""
    inner = "".join(f"<{label}>{words}</{label}>" for label, words in labels.items())
    return f'<core xmlns="urn:any">{inner}</core>'


def workbook(sheets, *, strings=(), formats=(), from_1904=False, extra=None):
    """A workbook of sheets by name, each the XML of its rows."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    relations += f'<Relationship Id="t" Type="{OFFICE}/styles" Target="/xl/styles.xml"/>'
    items = "".join(f"<si>{item}</si>" for item in strings)
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    cells = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    start = f'<Relationship Id="b" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return archive(
        {
            "_rels/.rels": RELATIONS.format(start),
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><workbookPr date1904="{int(from_1904)}"/>'
            f"<sheets>{names}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": RELATIONS.format(relations),
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{items}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{SHEET}"><numFmts>{codes}</numFmts>'
            f"<cellXfs>{cells}</cellXfs></styleSheet>",
            **{
                f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{lines}'
                "</sheetData></worksheet>"
                for number, lines in enumerate(sheets.values(), 1)
            },
            **(extra or {}),
        }
    )


def rows(*lines):
    """The XML of rows: words as inline strings, numbers as numbers, None for no cell."""
    return "".join(f"<row>{''.join(map(_cell, line))}</row>" for line in lines)


def _cell(value):
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"
