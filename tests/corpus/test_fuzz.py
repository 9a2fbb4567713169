"""Damaged files of every format: whatever comes in, a document or one sentence comes out."""

from __future__ import annotations

import io
import json
import random
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from pptx import Presentation

from assistant import bundled_corpus
from corpus import Entry, UnreadableFile, read, split
from corpus.reading import FORMATS
from tests.corpus.readers.office_files import archive, parts_of, rows, workbook

ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:h '
    'text:outline-level="1">Lamps</text:h><text:p>Lit<text:s text:c="3"/>at dusk.</text:p></office:text></office:body>'
    "</office:document-content>"
)
OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
    'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
)


def seeds() -> dict[str, bytes]:
    """One small sound file of each family, by suffix."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "a@example.org", "Lamps", "Wed, 11 Sep 2024 10:00:00 +0000"
    mail.set_content("The lamps are lit.\n")
    mail.add_attachment(b"# Oil\n\nIn the cellar.", maintype="text", subtype="markdown", filename="oil.md")
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Lamps", "Lit at dusk\nPut out at dawn"
    shown = io.BytesIO()
    slides.save(shown)
    book = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
        "b.opf": OPF,
        "a.xhtml": "<html><body><h1>Lamps</h1><p>Lit at dusk.</p></body></html>",
    }
    notebook = {"cells": [{"cell_type": "markdown", "source": ["# Lamps"]}], "metadata": {}, "nbformat": 4}
    made = {
        ".eml": mail.as_bytes(),
        ".pptx": shown.getvalue(),
        ".xlsx": workbook({"Lamps": rows(["Quay", "Lamps"], ["North", 40], ["South", 12])}),
        ".odt": archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODT}),
        ".epub": archive(book),
        ".rtf": rb"{\rtf1\ansi\ansicpg1252{\b Lamps}\par Lit at dusk\'2e \u8364?\par}",
        ".csv": b"Quay;Lamps\nNorth;40\nSouth;12\n",
        ".json": json.dumps([{"title": "Lamps", "text": "Lit at dusk."}, {"text": "Oil."}]).encode(),
        ".jsonl": b'{"text": "Lit at dusk."}\n{"text": "Oil."}\n',
        ".ipynb": json.dumps(notebook).encode(),
        ".xml": b"<?xml version='1.0'?><doc><head>Lamps</head><p>Lit &amp; put out.</p></doc>",
    }
    pack = {path.suffix: path.read_bytes() for path in sorted(bundled_corpus().rglob("*.*"))}
    return pack | made


def damaged(source: bytes, chance: random.Random) -> bytes:
    """A copy with bytes changed, cut out, doubled or exchanged; of a ZIP often inside one of its parts."""
    if source[:2] == b"PK" and chance.random() < 0.8:
        parts = parts_of(source)
        name = chance.choice(sorted(parts))
        parts[name] = spoilt(parts[name], chance)
        return archive(parts)
    return spoilt(source, chance)


def spoilt(source: bytes, chance: random.Random) -> bytes:
    made = bytearray(source)
    for _ in range(chance.choice((1, 1, 3, 10, 40))):
        start = chance.randrange(len(made) + 1)
        length = chance.choice((1, 1, 2, 8, 64))
        kind = chance.randrange(4)
        if kind == 0:
            made[start : start + length] = chance.randbytes(length)
        elif kind == 1:
            del made[start : start + length]
        elif kind == 2:
            made[start:start] = made[start : start + length] * chance.choice((1, 2, 50))
        else:
            made[start:start] = chance.choice((b"\0", b"<", b"]]>", b'"', b"{", b"\xff\xfe", b"&#0;", b"%", b"9" * 30))
    return bytes(made)


def check(path: Path, content: bytes) -> None:
    """Read and split; an error outside the tree raises."""
    path.write_bytes(content)
    status = path.stat()
    try:
        document = read(Entry(path.name, path, status.st_size, status.st_mtime_ns))
    except UnreadableFile as error:
        assert error.reason.endswith("."), error.reason
        assert "\n" not in error.reason
        return
    for one in (document, *document.attachments):
        one.text.encode()
        for passage in split(one, lambda text: len(text.split())):
            assert passage.span.of(one.text) == passage.text


def test_every_format_has_a_seed_or_is_fuzzed_with_its_family():
    families = {form.name for form in FORMATS.values()}
    assert families - {FORMATS[suffix].name for suffix in seeds()} <= {
        FORMATS[suffix].name for suffix in (".msg", ".odp", ".ods", ".xlsb", ".tsv")
    }


@pytest.mark.parametrize("suffix", sorted(seeds()))
def test_a_damaged_file_gives_a_document_or_one_sentence(suffix: str, tmp_path: Path):
    chance, source = random.Random(f"damage {suffix}"), seeds()[suffix]
    for _ in range(300):  # of all formats together some 20 s
        check(tmp_path / f"a{suffix}", damaged(source, chance))


@pytest.mark.prove
def test_ten_minutes_of_damaged_files_give_documents_or_sentences(tmp_path: Path):
    chance, sources, until = random.Random(time.time_ns()), seeds(), time.monotonic() + 600
    tried = 0
    while time.monotonic() < until:
        suffix = chance.choice(sorted(sources))
        content = damaged(sources[suffix], chance)
        name = f"a{chance.choice(sorted(FORMATS))}" if chance.random() < 0.1 else f"a{suffix}"
        (tmp_path / "last").write_bytes(content)  # what to look at where a library ends the process
        check(tmp_path / name, content)
        tried += 1
    assert tried > 1_000
