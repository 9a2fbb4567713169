"""Plain text: the encoding found, the characters kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import UnreadableFile
from corpus.readers import text

GERMAN = "Die Außenministerin erklärte, dass die Gespräche über Österreich für beide Länder schön verlaufen seien. " * 3
JAPANESE = "外相は会談を終え、両国の協力について合意した。詳しい内容は後日発表される。\n" * 3
RUSSIAN = "Министры завершили переговоры в Лондоне и договорились о дальнейшем сотрудничестве двух стран. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_german_is_decoded_in_each_encoding_it_is_written_in(encoding):
    assert text.read(GERMAN.encode(encoding), "a.txt").text == GERMAN


@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "cp1251"])
def test_russian_is_decoded_in_each_encoding_it_is_written_in(encoding):
    assert text.read(RUSSIAN.encode(encoding), "a.txt").text == RUSSIAN


def test_the_euro_sign_of_windows_in_the_west_is_kept():
    assert text.decode((GERMAN + "Das kostet 5 € und 10 ‰.").encode("cp1252")).endswith("5 € und 10 ‰.")


def test_polish_in_the_eastern_code_page_stays_polish():
    polish = "Szczęśliwa żółta gęś już dziś pożegnała źle ułożoną łąkę i poszła śpiąco w świat. " * 4
    assert text.decode(polish.encode("cp1250")) == polish


@pytest.mark.parametrize(
    "source", [b"\0", b"words\0words", b"\xff\xfewords", b"\xff\xfe\0\0\1", b"\x00\x01\x02\xff" * 20]
)
def test_bytes_that_are_not_text_are_refused(source):
    with pytest.raises(UnreadableFile, match="not text"):
        text.read(source, "a.txt")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_text_is_kept_character_for_character(words):
    assert text.read(words.encode(), "a.txt").text == words


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Chronology\n\nWords.", "Chronology"),
        ("\r\n  Chronology \r\n\r\nWords.", "Chronology"),
        ("Chronology\r\rWords.", "Chronology"),
        ("## Chronology ##\n\nWords.", "Chronology"),
        ("= Chronology\n\nWords.", "Chronology"),
        ("__Chronology__\n\nWords.", "Chronology"),
        ("Notes on C#\n\nWords.", "Notes on C#"),
        ("Chronology\n~~~~~~~~~~\nWords.", "Chronology"),
        ("******\nChronology\n******\nWords.", "Chronology"),
        (".. _chronology:\n\nChronology\n==========\n", "Chronology"),
        ("www.example.org\n\nChronology\n\nWords.", "Chronology"),
        ("Sonntag, 4. März 2025\n\nChronology\n\nWords.", "Chronology"),
        ("# **4 March 2025**\n\nWords are few.", ""),
        ("# 4 March 2025\n\n# Chronology\n\nWords.", "Chronology"),
        ("2025年3月4日\n\n年表\n\n二人。", "年表"),
        ("CHRONOLOGY.\n\nWords.", "CHRONOLOGY."),
        ("What came first?\n\nWords.", "What came first?"),
        ("¿Qué fue primero?\n\nWords.", "¿Qué fue primero?"),
        ("Date: today\nTo: all\nSubject: Chronology\n\nWords.", "Chronology"),
        ("Von: Uta\nBetreff: Chronik\n\nWorte.", "Chronik"),
        ("From: Ada\nSubject:\n\nHello,\n\nWords.", ""),
        ("One line\nand the next.", ""),
        ("One line\r\nand the next.", ""),
        ("One line\r\r\nand the next.", ""),
        ("A line of many words " * 9 + "\n\nWords.", ""),
        ("Alone", ""),
        ("Ada | Bo\n--- | ---\n", ""),
        ("Ada wrote:\n>\n> Words.", ""),
        ("- milk\n\n- eggs", ""),
        ("It rained…\n\nWords.", ""),
        ("He said (and meant it.)\n\nWords.", ""),
        ("委員会は会合した。」\n\n二人。", ""),
        ("Կոմիտեն հավաքվեց։\n\nԵրկու։", ""),
        ("کمیٹی کا اجلاس ہوا۔\n\nدو۔", ""),
        ("Hi Ada\n\nChronology\n\nWords.", ""),
        ("To whom it may concern:\n\nWords.", ""),
        ("أعزائي،\n\nكلمات", ""),
        ("GENEVA, 3 May —\n\nWords.", ""),
        ("minutes of March.txt\n\nWords.", ""),
    ],
)
def test_the_title_is_a_first_line_that_stands_apart_and_is_no_sentence(words, title):
    assert text.read(words.encode(), "a.txt").title == title


WORDS = {
    "French": "Les ministres ont conclu le dialogue à Londres, où la coopération a été évoquée d’abord. ",
    "Spanish": "La reunión terminó mañana por la tarde; después habló el señor ministro sobre economía. ",
    "Portuguese": "A reunião não terminou amanhã; a situação das negociações é boa, disse o capitão. ",
    "Italian": "La riunione è finita perché il ministro può già parlare più tardi della libertà. ",
    "Danish": "Mødet sluttede i går på øen, og ministeren så frem til næste møde om håndværk. ",
    "Polish": "Szczęśliwa żółta gęś już dziś pożegnała źle ułożoną łąkę i poszła śpiąco w świat. ",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy a ministři skončili jednání v Londýně. ",
    "Hungarian": "A miniszterek befejezték a tárgyalást, és a következő időpontot is kitűzték hétfőre. ",
    "Turkish": "Dışişleri bakanları görüşmeyi bitirdi ve iş birliğinin güçleneceğini açıkladı. ",
    "Lithuanian": "Ministrai baigė derybas ir sutarė dėl tolesnio šalių bendradarbiavimo ateityje, įvyks žiemą. ",
    "Greek": "Οι υπουργοί ολοκλήρωσαν τις συνομιλίες στο Λονδίνο και συμφώνησαν να συνεργαστούν. ",
    "Ukrainian": "Міністри завершили переговори в Лондоні й домовилися про подальшу співпрацю країн. ",
    "Hebrew": "השרים סיימו את השיחות בלונדון והסכימו על המשך שיתוף הפעולה בין המדינות. ",
    "Arabic": "أنهى الوزراء المحادثات في لندن واتفقوا على مواصلة التعاون بين البلدين. ",
    "Thai": "รัฐมนตรีได้สรุปการเจรจาที่ลอนดอนและตกลงที่จะร่วมมือกันต่อไป ",
    "Chinese": "两国外长在伦敦结束了会谈，并同意继续加强合作。会谈的详细内容将在以后公布。",
    "Korean": "양국 장관은 런던에서 회담을 마치고 협력을 계속하기로 합의했다. 자세한 내용은 나중에 발표된다. ",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        *(("French", encoding) for encoding in ("cp1252", "mac_roman")),
        *((language, "cp1252") for language in ("Spanish", "Portuguese", "Italian", "Danish")),
        *(
            (language, encoding)
            for language in ("Polish", "Czech", "Hungarian")
            for encoding in ("cp1250", "iso8859_2")
        ),
        *(("Turkish", encoding) for encoding in ("cp1254", "iso8859_9")),
        ("Lithuanian", "cp1257"),
        *(("Greek", encoding) for encoding in ("cp1253", "iso8859_7")),
        *(("Ukrainian", encoding) for encoding in ("cp1251", "koi8_u")),
        ("Hebrew", "cp1255"),
        ("Arabic", "cp1256"),
        ("Thai", "cp874"),
        ("Chinese", "gb18030"),
        ("Korean", "cp949"),
    ],
)
@pytest.mark.parametrize("times", [1, 20])
def test_the_encoding_is_found_by_the_letters_of_its_language(language, encoding, times):
    words = WORDS[language] * times
    source = words.encode(encoding, "ignore")
    draft = text.read(source, "a.txt")
    assert draft.text == source.decode(encoding)
    assert draft.metadata["encoding"]


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp"])
def test_japanese_is_decoded_in_each_encoding_it_is_written_in(encoding):
    assert text.read(JAPANESE.encode(encoding), "a.txt").text == JAPANESE


@pytest.mark.parametrize("words", [GERMAN, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_sixteen_bits_are_recognised_without_their_mark(words, encoding):
    assert text.read(words.encode(encoding), "a.txt").text == words


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", None), ("utf-8-sig", None), ("ascii", None), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_an_encoding_that_was_assumed_is_shown(encoding, shown):
    words = "Only plain letters." if encoding == "ascii" else GERMAN
    found = text.read(words.encode(encoding), "a.txt").metadata.get("encoding")
    assert found is None if shown is None else found.startswith(shown)


def test_a_few_lost_bytes_do_not_turn_a_text_into_another_encoding():
    source = (RUSSIAN * 5).encode()[:-20]
    draft = text.read(source[:501] + source[502:], "a.txt")
    assert draft.text.startswith(RUSSIAN[:200])
    assert draft.metadata["encoding"] == "utf-8 with lost bytes"


def test_the_letters_that_tell_may_stand_far_down():
    words = "Plain words without any letter that tells.\n" * 20_000 + GERMAN
    assert text.decode(words.encode("cp1252")) == words


def test_an_encoding_right_for_the_first_lines_only_is_not_forced_on_the_rest():
    words = GERMAN * 100 + "\n" + "€ “quoted” – ‰\n"
    assert text.decode(words.encode("cp1252")) == words


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(source):
    try:
        assert "\0" not in text.decode(source)
    except UnreadableFile as error:
        assert error.reason.endswith(".")
