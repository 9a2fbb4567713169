"""What is attached to a file becomes documents of their own, whatever it is called and whatever it holds."""

import hashlib
from datetime import date
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Attachment, Document, Draft, Entry, Reading, read, split
from corpus.attaching import MAX_ATTACHMENTS, MAX_NAME_BYTES, unpacked
from tests.corpus.readers.office_files import archive
from tests.corpus.readers.ole_files import container, message
from tests.corpus.texts import MIXED

MARKDOWN = b"# Readout\n\nThe dialogue ended."
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(30)
HOSTILE = (
    *("", " ", ".", "..", "...", "/", "//", "../../etc/passwd", "a/b", r"a\b", r"a\x0ab", "a\nb", "a\0b", "\x1b[2J"),
    *("a\u2028b", "a\ud800b", "\udce9.md", "a.md", "a.md", "A.md", "a (2).md", "attachment", "nul", "x" * 300),
    *(
        "x" * 300 + ".md",
        "é" * 300 + ".md",
        "\x07" * 300,
        "." + "x" * 300,
        "a." + "x" * 300,
        "👩‍👩‍👧" * 40,
        "\u202efdp.md",
    ),
)


def _mail(words="Words.", subject="Outer", day="Wed, 11 Sep 2024 23:30:00 -0400"):
    written = EmailMessage()
    written["From"], written["Subject"] = "Desk <desk@example.org>", subject
    if day:
        written["Date"] = day
    written.set_content(words)
    return written


def _attach(written, name, content=MARKDOWN):
    written.add_attachment(content, maintype="application", subtype="x-y", filename=name)
    return written


def _entry(folder, written, name="a.eml"):
    path = folder / name
    path.write_bytes(written.as_bytes() if isinstance(written, EmailMessage) else written)
    status = path.stat()
    return Entry(f"mails/{name}", path, status.st_size, status.st_mtime_ns)


def _made(attachments, text="Words"):
    """The document of a file with these attachments, read as text."""
    draft = Draft(text, attachments=tuple(attachments))
    return unpacked(Document("a.eml", "0" * 64, 1, 1, "message/rfc822", draft), _as_text)


def _as_text(attachment, media_type):
    if isinstance(attachment.source, Draft):
        return attachment.source, media_type
    return Draft(attachment.source.decode()), "text/plain"


def test_an_attachment_is_a_document_of_its_own(tmp_path):
    entry = _entry(tmp_path, _attach(_attach(_mail(), "readout.md"), "plain.txt", b"No title."))
    mail = read(entry)
    first, second = mail.attachments
    assert (first.id, first.title, first.text) == ("mails/a.eml/readout.md", "Readout", MARKDOWN.decode())
    assert (second.id, second.title, second.media_type) == ("mails/a.eml/plain.txt", "plain.txt", "text/plain")
    assert (first.sha256, first.size_bytes) == (hashlib.sha256(MARKDOWN).hexdigest(), len(MARKDOWN))
    assert first.mtime_ns == mail.mtime_ns == entry.mtime_ns
    assert [one.file_id for one in (mail, first, second)] == ["mails/a.eml"] * 3
    assert mail.draft.attachments == ()
    assert "unread_attachments" not in mail.draft.metadata


def test_an_attachment_is_read_by_what_it_holds(tmp_path):
    mail = read(_entry(tmp_path, _attach(_mail(), "a.bin", b"<!doctype html><p>A page")))
    assert [(one.media_type, one.text) for one in mail.attachments] == [("text/html", "A page")]


def test_an_attachment_without_a_day_of_its_own_has_the_mails(tmp_path):
    written = _attach(_attach(_mail(), "readout.md"), "old.md", b"London, 3 May 2021. Words.")
    _attach(written, "minutes 2020-01-02.txt", b"Words.")
    dates = [one.draft.date for one in read(_entry(tmp_path, written)).attachments]
    assert [(one.day, one.found_in) for one in dates] == [
        (date(2024, 9, 11), "mail"),
        (date(2021, 5, 3), "dateline"),
        (date(2020, 1, 2), "file name"),
    ]
    undated = _attach(_mail(day=""), "readout.md")
    assert read(_entry(tmp_path, undated)).attachments[0].draft.date is None


def test_a_day_in_the_name_of_an_attachment_is_not_the_mails(tmp_path):
    written = _attach(_mail("Words. " * 100, day=""), "minutes 2020-01-02.txt", b"Words.")
    assert read(_entry(tmp_path, written)).draft.date is None


def test_what_is_attached_to_an_attached_mail_stands_behind_it(tmp_path):
    inner = _attach(_mail("Inner.", "Re: UK/US", "Tue, 3 Sep 2024 10:00:00 +0000"), "readout.md")
    written = _mail()
    written.add_attachment(inner)
    _attach(written, "last.md")
    mail = read(_entry(tmp_path, written))
    assert [one.id for one in mail.attachments] == [
        "mails/a.eml/Re: UK_US",
        "mails/a.eml/Re: UK_US/readout.md",
        "mails/a.eml/last.md",
    ]
    inside, deepest, _ = mail.attachments
    assert (inside.title, inside.media_type, inside.attachments) == ("Re: UK/US", "message/rfc822", ())
    assert inside.sha256 == hashlib.sha256(inside.text.encode()).hexdigest()
    assert (deepest.draft.date.day, deepest.draft.date.found_in) == (date(2024, 9, 3), "mail")
    assert {one.file_id for one in mail.attachments} == {"mails/a.eml"}
    assert not any(one.draft.attachments for one in (mail, *mail.attachments))


def test_a_mail_that_is_attached_as_a_file_is_read_like_one_that_is_attached_as_a_mail(tmp_path):
    inner = _attach(_mail("Inner.", "Inside"), "readout.md")
    mail = read(_entry(tmp_path, _attach(_mail(), "inner.eml", inner.as_bytes())))
    assert [one.id for one in mail.attachments] == ["mails/a.eml/inner.eml", "mails/a.eml/inner.eml/readout.md"]
    assert mail.attachments[0].size_bytes == len(inner.as_bytes())


def test_an_outlook_message_has_them_too(tmp_path):
    inner = message({0x0037: "Inside", 0x1000: "Inner."}, head=24)
    parts = {
        "__attach_version1.0_#00000000": message({0x3707: "readout.md", 0x3701: MARKDOWN}, head=8),
        "__attach_version1.0_#00000001": {**message({0x3001: "Inside"}, head=8), "__substg1.0_3701000D": inner},
    }
    mail = read(_entry(tmp_path, container(message({0x1000: "Words."}, parts=parts)), "a.msg"))
    assert [(one.id, one.media_type) for one in mail.attachments] == [
        ("mails/a.msg/readout.md", "text/markdown"),
        ("mails/a.msg/Inside", "application/vnd.ms-outlook"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("scan.png", PICTURE, "scan.png: The file is a picture (PNG) without text;"),
        ("old.doc", b"", "old.doc: The attachment is empty or lies elsewhere;"),
        ("blank.txt", b" \n", "blank.txt: The file holds no text, only blanks;"),
        ("a.exe", b"words", "a.exe: Files ending in .exe cannot be read;"),
        ("a.zip", archive({"a.txt": "Words"}), "a.zip: The file is an archive (ZIP);"),
        ("a.docx", b"PK\x03\x04 and then nothing", "a.docx: The file is damaged,"),
    ],
)
def test_an_attachment_that_cannot_be_read_stops_nothing_and_is_named(tmp_path, name, content, sentence):
    mail = read(_entry(tmp_path, _attach(_attach(_mail(), name, content), "readout.md")))
    assert [one.title for one in mail.attachments] == ["Readout"]
    assert mail.draft.metadata["unread_attachments"].startswith(sentence)
    assert mail.draft.metadata["unread_attachments"].endswith(", then sync.")
    assert mail.draft.metadata["attachments"] == f"{name}, readout.md"


def test_the_mail_that_holds_it_names_it(tmp_path):
    written = _mail()
    written.add_attachment(_attach(_mail("Inner.", "Inside"), "scan.png", PICTURE))
    mail = read(_entry(tmp_path, written))
    assert "unread_attachments" not in mail.draft.metadata
    assert mail.attachments[0].draft.metadata["unread_attachments"].startswith("scan.png: ")


@pytest.mark.parametrize("as_file", [False, True], ids=["as mails", "as files"])
def test_mails_in_mails_are_read_to_a_depth(tmp_path, as_file):
    written = _mail("Innermost.", "Mail")
    for number in range(8):
        outer = _mail(f"Mail {number}.", f"Mail {number}")
        if as_file:
            _attach(outer, "inner.eml", written.as_bytes())
        else:
            outer.add_attachment(written)
        written = outer
    mail = read(_entry(tmp_path, written))
    assert [one.title for one in (mail, *mail.attachments)] == [f"Mail {number}" for number in range(7, 1, -1)]
    unread = [one.draft.metadata.get("unread_attachments", "") for one in (mail, *mail.attachments)]
    assert [("more than five mails deep" in words) for words in unread] == [False] * 5 + [True]


def test_attachments_are_read_to_a_number_in_the_whole_file():
    inner = Attachment("inner", Draft("Inner", attachments=(Attachment("a", b"x"),) * 10))
    mail = _made([inner, *[Attachment("a", b"x")] * MAX_ATTACHMENTS])
    assert len(mail.attachments) == MAX_ATTACHMENTS
    unread = mail.draft.metadata["unread_attachments"]
    assert unread.count("over a thousand attachments") == 10
    assert unread.endswith(" And 1 more.")


def test_attachments_are_read_to_a_size_in_the_whole_file(monkeypatch):
    monkeypatch.setattr("corpus.attaching.MAX_ATTACHED_BYTES", 1000)
    large = Attachment("large", b"x" * 300)  # its bytes and its text
    mail = _made([large, large, large, Attachment("small", b"x")])
    assert [one.id for one in mail.attachments] == ["a.eml/large", "a.eml/small"]
    unread = mail.draft.metadata["unread_attachments"]
    assert unread.count("The attachments are too large together") == 2
    assert unread.startswith("large (2): ")


def test_twins_are_told_apart_and_none_takes_anothers_name():
    names = ["a.md", "a.md", "a (2).md", "a.md", "A.md", "", "attachment"]
    assert [one.title for one in _made([Attachment(name, b"x") for name in names]).attachments] == [
        *("a.md", "a (2).md", "a (2) (2).md", "a (3).md", "A.md", "attachment", "attachment (2)")
    ]


def test_a_long_name_is_cut_before_its_suffix():
    (one, two) = _made([Attachment("é" * 300 + ".md", b"x")] * 2).attachments
    assert one.title == "é" * 126 + ".md"
    assert two.title == "é" * 124 + " (2).md"


_NAMES = st.sampled_from(HOSTILE) | st.text(max_size=20)


@given(names=st.lists(_NAMES, max_size=12), inner=st.lists(_NAMES, max_size=5))
def test_ids_are_unique_printable_and_of_sound_parts_whatever_the_names(names, inner):
    nested = [
        Attachment(name, Draft("Inner", attachments=(*(Attachment(one, b"x") for one in inner),))) for name in names
    ]
    ids = [one.id for one in _made([*(Attachment(name, b"x") for name in names), *nested]).attachments]
    assert len(set(ids)) == len(ids) == len(names) * (2 + len(inner))
    for document_id in ids:
        assert len(document_id.encode().splitlines()) == 1
        file_id, *parts = document_id.split("/")
        assert file_id == "a.eml"
        assert not {"", ".", ".."} & set(parts)
        assert all(len(part.encode()) <= MAX_NAME_BYTES for part in parts)


def test_any_name_in_a_mail_gives_a_document(tmp_path):
    head = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    part = "--b\nContent-Type: text/markdown\nContent-Disposition: attachment; filename*=utf-8''{}\n\nWords\n"
    names = [quote(name.encode("utf-8", "replace")) for name in HOSTILE]
    source = head + "".join(part.format(name) for name in names) + "--b--\n"
    mail = read(_entry(tmp_path, source.encode()))
    unread = mail.draft.metadata["unread_attachments"].count("cannot be read")
    assert len({one.id for one in mail.attachments}) == len(mail.attachments) >= 10
    assert unread >= 10
    assert mail.text.splitlines()[-1].startswith("Attachments: ")


@given(texts=st.lists(MIXED.filter(str.strip), min_size=1, max_size=3))
def test_every_passage_of_an_attachment_is_a_span_of_its_text(texts):
    nested = Attachment("inner", Draft("Inner", attachments=tuple(Attachment("a.md", text.encode()) for text in texts)))
    for document in _made([nested, *(Attachment("b.md", text.encode()) for text in texts)]).attachments:
        for passage in split(document, lambda text: len(text.split())):
            assert passage.document_id == document.id
            assert passage.span.of(document.text) == passage.text


def test_attachments_come_back_from_a_worker(tmp_path):
    entry = _entry(tmp_path, _attach(_attach(_mail(), "readout.md"), "scan.png", PICTURE))
    with Reading(workers=1) as reading:
        assert reading.read(entry) == read(entry)
