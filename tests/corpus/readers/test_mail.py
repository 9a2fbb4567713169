"""Mails: who, when, what, and what is attached, in both kinds of file."""

from datetime import date
from email.message import EmailMessage

import pytest

from corpus import Attachment, Entry, UnreadableFile, read
from corpus.readers import mail
from corpus.readers.mime import day_of
from tests.corpus.readers.ole_files import container, message

MARKDOWN = b"# Readout\n\nThe dialogue ended."
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(30)


def _mail(words="Words.", **headers):
    written = EmailMessage()
    for name, value in {"From": "Desk <desk@example.org>", "To": "a@example.org", "Subject": "Readout"}.items():
        written[name] = headers.get(name, value)
    written["Date"] = "Wed, 11 Sep 2024 23:30:00 -0400"
    written.set_content(words)
    return written


def _read(written):
    return mail.read(written.as_bytes() if isinstance(written, EmailMessage) else written, "a.eml")


def test_headers_are_lines_above_the_words():
    draft = _read(_mail())
    assert draft.text == (
        "From: Desk <desk@example.org>\nTo: a@example.org\nDate: Wed, 11 Sep 2024 23:30:00 -0400\nSubject: Readout\n\n"
        "Words."
    )
    assert (draft.title, draft.metadata["author"]) == ("Readout", "Desk <desk@example.org>")


def test_the_documents_date_is_the_senders_own_day():
    assert _read(_mail()).date.day == date(2024, 9, 11)


def test_the_plain_version_is_read_and_not_the_other():
    written = _mail("Plain words.")
    written.add_alternative("<p>Rich words.</p>", subtype="html")
    assert "Plain words." in _read(written).text
    assert "Rich" not in _read(written).text


def test_without_a_plain_version_the_page_is_read():
    written = EmailMessage()
    written["Subject"] = "Readout"
    written.set_content("<h1>Head</h1><script>x</script><p>Rich words.</p>", subtype="html")
    draft = _read(written)
    assert draft.text == "Subject: Readout\n\nHead\n\nRich words."
    assert draft.headings[0].span.of(draft.text) == "Head"


def test_attachments_are_handed_on_as_they_are_and_named_in_one_line():
    written = _mail()
    written.add_attachment(MARKDOWN, maintype="text", subtype="markdown", filename="readout.md")
    written.add_attachment(PICTURE, maintype="image", subtype="png", filename="a.png")
    draft = _read(written)
    assert draft.attachments == (Attachment("readout.md", MARKDOWN), Attachment("a.png", PICTURE))
    assert draft.text.endswith("Words.\n\nAttachments: readout.md, a.png")
    assert draft.metadata["attachments"] == "readout.md, a.png"


def test_of_a_path_that_a_program_sent_as_a_name_the_last_part_is_the_name():
    written = _mail()
    written.add_attachment(b"x", maintype="text", subtype="x", filename=r"C:\Users\me\plan.txt")
    assert [attachment.name for attachment in _read(written).attachments] == ["plan.txt"]
    part = {"__attach_version1.0_#00000000": _attached(r"C:\Users\me\plan.txt", b"x")}
    assert [attachment.name for attachment in _outlook(message({}, parts=part)).attachments] == ["plan.txt"]


def test_a_mail_attached_to_a_mail_is_read_with_it():
    outer, inner = _mail("Outer."), _mail("Inner.", Subject="Inside")
    inner.add_attachment(MARKDOWN, maintype="text", subtype="markdown", filename="readout.md")
    outer.add_attachment(inner)
    draft = _read(outer)
    assert draft.text.endswith("Outer.\n\nAttachments: Inside")
    (inside,) = draft.attachments
    assert inside.name == inside.source.title == "Inside"
    assert "Inner." in inside.source.text
    assert inside.source.attachments == (Attachment("readout.md", MARKDOWN),)


def test_mails_nested_beyond_measure_are_refused():
    source = b"Content-Type: message/rfc822\n\n" * 5000 + b"Subject: x\n\nWords"
    with pytest.raises(UnreadableFile, match="nested hundreds deep"):
        _read(source)


@pytest.mark.parametrize("encoding", ["koi8-r", "windows-1251", "utf-8"])
def test_words_and_headers_in_other_scripts_are_decoded(encoding):
    words = "Министры завершили переговоры в Лондоне и договорились о сотрудничестве."
    written = EmailMessage()
    written["Subject"] = "Переговоры в Лондоне"
    written.set_content(words, charset=encoding)
    draft = _read(written)
    assert draft.title == "Переговоры в Лондоне"
    assert draft.text.endswith(words)


@pytest.mark.parametrize("declared", ["", "; charset=x-unknown", "; charset=us-ascii"])
def test_an_encoding_that_is_missing_or_wrong_is_found_and_shown(declared):
    words = "Die Gespräche über Österreich verliefen für beide Länder schön. " * 3
    headers = f"Content-Type: text/plain{declared}\nContent-Transfer-Encoding: 8bit"
    source = f"Subject: Gespräch über Österreich\n{headers}\n\n{words}"
    draft = _read(source.encode("cp1252"))
    assert draft.title == "Gespräch über Österreich"
    assert words.strip() in draft.text
    assert draft.metadata["encoding"] == "cp1252"


def test_lines_cut_for_the_journey_are_joined():
    source = (
        b"Subject: x\nContent-Type: text/plain; format=flowed\n\nOne \ntwo \nthree.\n\n> quoted \n> lines\n-- \nDesk\n"
    )
    assert _read(source).text == "Subject: x\n\nOne two three.\n\n> quoted \n> lines\n-- \nDesk"


def test_what_only_programs_use_or_what_is_shown_within_the_words_is_left_out():
    written = _mail("Words.")
    written.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<a@b>", disposition="inline")
    written.add_attachment(b"sig", maintype="application", subtype="pgp-signature", filename="signature.asc")
    written.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="invite.ics")
    written.add_attachment(PICTURE, maintype="image", subtype="png", disposition="inline")
    draft = _read(written)
    assert draft.attachments == ()
    assert draft.text.endswith("\n\nWords.")


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?b?!!!?=",
        b"Subject: =?nonsense?q?abc?=",
        b"Date: yesterday",
        b"Date: Wed, 99 Foo 20240 99:99:99",
        b"To: <<<@@@>>>,,;;",
        b"Content-Type: text/plain; charset",
        b"Content-Type: multipart/mixed",
        b"Content-Type: multipart/mixed; boundary=a",
        b"Content-Disposition: attachment; filename*=a''%ff; filename*0=",
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: ;;;",
        b"\xff\xfe: x",
    ],
)
def test_broken_headers_do_no_harm(header):
    assert "From: a@example.org" in _read(b"From: a@example.org\n" + header + b"\n\nWords\n").text


@pytest.mark.parametrize("source", [b"Dear Sir, this is a letter.\n\nWords", b"\x89PNG\r\n", b"\n\n"])
def test_what_is_no_mail_is_refused(source):
    with pytest.raises(UnreadableFile, match="not a mail"):
        _read(source)


HEADERS = (
    "From: Desk <desk@example.org>\r\nTo: a@example.org\r\n"
    "Date: Wed, 11 Sep 2024 23:30:00 -0400\r\nSubject: Readout\r\n"
)


def _outlook(tree, name="a.msg"):
    return mail.read(container(tree), name)


def _attached(name, content):
    return message({0x3707: name, 0x3701: content}, head=8)


def test_an_outlook_message_is_written_like_any_other_mail():
    draft = _outlook(message({0x007D: HEADERS, 0x0037: "Readout", 0x1000: "Words.\r\n"}))
    assert draft.text == _read(_mail()).text
    assert (draft.title, draft.date.day) == ("Readout", date(2024, 9, 11))


def test_a_message_that_was_never_sent_shows_what_outlook_keeps_of_it():
    draft = _outlook(message({0x0037: "Draft", 0x0C1A: "Desk", 0x0E04: "A. Reader", 0x1000: "Words."}))
    assert draft.text == "From: Desk\nTo: A. Reader\nSubject: Draft\n\nWords."


def test_an_outlook_message_in_a_code_page_is_decoded():
    tree = message({}, numbers=[(0x3FFD, 1251)])
    tree["__substg1.0_1000001E"] = "Министры завершили переговоры.".encode("cp1251")
    draft = _outlook(tree)
    assert draft.text == "Министры завершили переговоры."
    assert draft.metadata["encoding"] == "cp1251"


def test_without_plain_words_the_page_of_an_outlook_message_is_read():
    html = "<html><head><meta charset=koi8-r></head><p>Gespräche über Österreich</p></html>".encode("cp1252")
    assert _outlook(message({0x1013: html}, numbers=[(0x3FDE, 1252)])).text == "Gespräche über Österreich"


# The example of the format's own description: "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}".
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_without_words_and_page_the_rich_text_of_an_outlook_message_is_read():
    assert _outlook(message({0x1009: PACKED, 0x0037: "Readout"})).text == "Subject: Readout\n\nhello world"


def test_rich_text_that_is_not_packed_is_read_too():
    written = rb"{\rtf1\ansi hello world}"
    assert _outlook(message({0x1009: bytes(8) + b"MELA" + bytes(4) + written})).text == "hello world"


def test_attachments_of_an_outlook_message_are_handed_on_and_named():
    inner = message({0x0037: "Inside", 0x1000: "Inner."}, head=24)
    parts = {
        "__attach_version1.0_#00000000": _attached("readout.md", MARKDOWN),
        "__attach_version1.0_#00000001": {
            **message({0x3001: "Inside"}, head=8),
            "__substg1.0_3701000D": inner,
        },
    }
    draft = _outlook(message({0x0037: "Outer", 0x1000: "Words."}, parts=parts))
    first, second = draft.attachments
    assert first == Attachment("readout.md", MARKDOWN)
    assert (second.name, second.source.text) == ("Inside", "Subject: Inside\n\nInner.")
    assert draft.text.endswith("Words.\n\nAttachments: readout.md, Inside")


def test_another_container_is_no_outlook_message():
    with pytest.raises(UnreadableFile, match="not an Outlook message"):
        _outlook({"Something": b"x" * 100})


@pytest.mark.parametrize("length", [9, 100, 600, 1100])
def test_an_outlook_message_cut_short_is_damaged(length):
    source = container(message({0x0037: "Readout", 0x1000: "Words " * 100}))
    with pytest.raises(UnreadableFile, match=r"damaged|not an Outlook"):
        mail.read(source[:length], "a.msg")


@pytest.mark.parametrize("name", ["a.msg", "a.eml", "a.txt"])
def test_an_outlook_message_is_known_by_what_it_holds(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(container(message({0x0037: "Readout", 0x1000: "Words."})))
    assert read(Entry(name, path, 1, 1)).title == "Readout"


def test_a_date_of_thirty_figures_is_no_date():
    assert day_of("Wed, 11 Sep 2024 10:00:00 +0000") == date(2024, 9, 11)
    assert day_of("Wed, 11 Sep " + "9" * 30 + " 10:00:00 +0000") is None
