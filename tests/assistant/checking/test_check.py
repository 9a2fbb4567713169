from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking import LONGEST_STATEMENT, check, reason, stands_there
from assistant.errors import BrokenCitation
from assistant.judge import Judge
from assistant.terms import Citation
from assistant.wording import wording
from corpus import Span

ENGLISH = wording("en")


def citation(quote: str, start: int) -> Citation:
    return Citation(1, "a.md", "/a.md", "A", None, "", Span(start, start + len(quote)), None, None, (), quote)


def test_a_quote_is_let_through_only_where_it_stands():
    assert stands_there(citation("lamps", 4), "The lamps burn.").quote == "lamps"
    for moved in (3, 5, 12):
        with pytest.raises(BrokenCitation, match=r"a\.md"):
            stands_there(citation("lamps", moved), "The lamps burn.")


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The lamps burn.", "The lamps burn."),
        ("The lamps  burn.", "The lamps\nburn."),
        ("The lamps burn until dawn.", "Gas came in 1862. The lamps burn until dawn."),
        ("gas came in 1862", "In the town, gas came in 1862."),
        ("Das Werk schließt 2030.", "Das Werk schließt 2030."),
        ("条約は1904年に署名された。", "条約は1904年に署名された。"),
    ],
)
def test_the_sources_own_words_are_supported(statement: str, quote: str):
    assert check(statement, [quote]).support == "supported"


@pytest.mark.parametrize(
    ("statement", "quote", "lost"),
    [
        ("the lamps burn", "He denied that the lamps burn.", "denied"),
        ("the lamps burn", "If gas is cheap, the lamps burn.", "If"),
        ("The lamps burn", "The lamps burn unless it rains.", "unless"),
        ("be closed", "The plant may be closed.", "may"),
        ("2 million", "It cost 1.2 million.", ""),
    ],
)
def test_what_was_cut_off_at_an_edge_is_missed(statement: str, quote: str, lost: str):
    checked = check(statement, [quote])
    assert checked.support != "supported"
    assert lost in checked.reason.said(ENGLISH)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("France accepted the treaty on May 4, 1904.", "On 4 May 1904, France accepted the treaty."),
        ("France accepted the treaty in 1904.", "On 4 May 1904, France accepted the treaty."),
        ("Members can borrow as many as 10 books.", "Members may borrow up to ten books."),
        ("Over 2.5 million people fled.", "More than 2,500,000 people fled."),
        ("Exports rose by 5%.", "Exports rose by five per cent."),
        ("The office opens at 6:30 p.m.", "The office opens at 18:30."),
        ("The WHO declared an emergency.", "The World Health Organization declared an emergency."),
        ("The French army left.", "The army of France left."),
        ("J. F. Kennedy visited Berlin.", "John F. Kennedy visited Berlin."),
        ("The U.S. and the UK agreed.", "The United States and the United Kingdom agreed."),
        ("In three of 5 seasons, rates fell.", "Rates fell in three of five seasons (36% and 12%)."),
        ("Britain was defeated by France.", "France defeated Britain."),
        ("The cause of the fire is not known.", "The cause of the fire is unknown."),
        ("The bill wasn't passed.", "The bill was not passed."),
        ("Members must pay.", "Members are required to pay."),
        ("Workers have to wear masks at work.", "Workers must wear masks at work."),
        ("A dozen members left the party.", "Twelve members left the party."),
        ("Norholm was lit in 1862. It has a harbour.", "Norholm has a harbour. It was lit in 1862."),
        ("The dam lies north of Norholm.", "Norholm Dam is old. The dam lies north of Norholm."),
        ("It lasted from 1990 to 1995.", "It lasted 1990-95."),
        ("Frau Weber kam am 3. Juni 1950 nach Köln.", "Am 3. Juni 1950 kam Frau Weber nach Köln."),
    ],
)
def test_the_same_in_another_form_is_supported(statement: str, quote: str):
    checked = check(statement, [quote])
    assert checked.support == "supported", checked.reason


@pytest.mark.parametrize(
    ("statement", "quote", "why"),
    [
        ("The plant closes in 2025.", "The plant closes in 2030.", "2025 is not in the source; it says 2030"),
        ("It was signed on 4 June 1904.", "It was signed on 4 May 1904.", "it says 4 May 1904"),
        ("It was built in the 18th century.", "It was built in the 19th century.", "it says 19th century"),
        ("Twelve ships sank.", "Two ships sank.", "it says Two"),
        ("It cost $3 million.", "It cost $3 billion.", "it says 3 billion"),
        ("The road is 5 miles long.", "The road is 5 km long.", "in km"),
        ("Exports rose by 5 points.", "Exports rose by 5%.", "not in points"),
        ("At least 40 people died.", "At most 40 people died.", "at most 40"),
        ("Germany accepted the treaty.", "France accepted the treaty.", "Germany is not in the source; it says France"),
        ("Paul Kennan wrote it in Moscow.", "George Kennan wrote it in Moscow.", "Paul is not in the source"),
        ("Secretary Truman signed it.", "President Truman signed it.", "it says President"),
        ("Britain defeated France.", "France defeated Britain.", "the other way round"),
        ("France did not accept it.", "France accepted it.", "“not” is not in the source"),
        ("France accepted the treaty.", "France never accepted the treaty.", "“never”"),
        ("France signed the treaty.", "France refused to sign the treaty.", "“refused”"),
        ("Members must borrow books.", "Members may borrow books.", "says may, not must"),
        ("Some members voted.", "All members voted.", "says all, not Some"),
        ("Exports rose in March 1990.", "Exports fell in March 1990.", "“fell”, not “rose”"),
        ("It opened before the war.", "It opened after the war.", "“after”, not “before”"),
        ("Truman signed the act.", "Truman read the bill and Acheson signed the act.", "the source says it of Acheson"),
        ("Truman was the second to visit.", "Truman was the first to visit.", "it says first"),
        ("World War I ended it.", "World War II ended it.", "it says II"),
        ("Members may vote.", "Only members may vote.", "“Only”"),
        ("Elected in 1990, he left in 1985.", "Elected in 1985, he left in 1990.", "the other way round"),
        ("Smith and Brown were elected.", "Smith was elected. Brown lost.", "another sentence"),
        ("The minister will resign.", "The minister will resign if the bill fails.", "with “if”"),
        ("They will lose it.", "They might lose it.", "“might”"),
        ("It is only used for pies.", "It is also used for pies.", "only"),
        ("Few studies found it.", "Many studies found it.", "says many, not Few"),
        ("in sumire the lamps burn.", "In Norholm the lamps burn.", "sumire is not in the source; it says Norholm"),
        (
            "A steam engine received patents for fifty inventions.",
            "A steam engine was drawn in 1551. Beaumont received patents for fifty inventions.",
            "the source says it of Beaumont",
        ),
        (
            "The gas lamps of the old harbour burn until dawn while herring auctions attract wealthy merchants.",
            "The gas lamps of the old harbour burn until dawn.",
            "is not in the source",
        ),
        ("10 men and 7 women came.", "7 men and 10 women came.", "the other way round"),
        ("The moon is made of cheese.", "Exports of herring rose.", "something else"),
        ("Das Werk schließt 2025.", "Das Werk schließt 2030.", "2025 is not in the source; it says 2030"),
        ("条約は1905年に署名された。", "条約は1904年に署名された。", "1905"),
    ],
)
def test_what_differs_is_said(statement: str, quote: str, why: str):
    checked = check(statement, [quote])
    assert checked.support != "supported"
    assert why in checked.reason.said(ENGLISH)


def test_the_judge_sees_another_word_where_no_rule_does():
    judge = Judge.load()
    quote = "The library was opened in 1936."
    assert check("The library was painted in 1936.", [quote], judge).support == "partial"
    assert check("The library started in 1936.", [quote], judge).support == "supported"


def test_a_statement_of_nothing_in_the_source_is_unsupported_by_whatever_phrases():
    assert check("The moon is made of green cheese.", ["The treaty is made of ten parts."]).support == "unsupported"


def test_nothing_is_supported_by_nothing():
    assert check("The lamps burn.", []).support == "unsupported"
    assert check("The lamps burn.", [" "]).support == "unsupported"
    assert check("", ["The lamps burn."]).support == "unsupported"


def test_the_score_falls_with_what_differs():
    quote = "On 4 May 1904, France accepted the treaty."
    same, other = (check(f"France accepted the treaty in {year}.", [quote]).score for year in (1904, 1905))
    assert 0 <= other < same <= 1


@pytest.mark.parametrize(
    "hostile",
    [
        "not " * 900,
        "1,000." * 600,
        "A" * LONGEST_STATEMENT,
        "May 4 May 4-" * 300,
        "U.S." * 900,
        "“" * 3000 + "1/1/1",
        "\x00\ud800 1904-",
        "one hundred and " * 200,
    ],
)
def test_hostile_text_is_checked_like_any_other(hostile: str):
    assert check(hostile, ["The lamps burn."]).support != "supported"
    assert check("The lamps went out in 1904.", [hostile * 10]).support != "supported"


@given(text=st.text(max_size=200), other=st.text(max_size=200))
@settings(max_examples=20, deadline=None)
def test_whatever_the_texts_a_copy_is_supported_and_a_score_is_a_share(text: str, other: str):
    assert check(text, [other, text]).support == ("supported" if text.split() else "unsupported")
    assert 0 <= check(text, [other]).score <= 1


def test_an_endless_statement_is_not_compared():
    assert check("lamp " * LONGEST_STATEMENT, ["The lamps burn."]).reason == reason("too_long")


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("de", "2025 steht nicht in der Quelle, sondern 2030"),
        ("en", "2025 is not in the source; it says 2030"),
        ("es", "2025 no está en la fuente, que dice 2030"),
        ("fr", "2025 n’est pas dans la source, qui dit 2030"),
    ],
)
def test_what_differs_is_said_in_each_language(language, why: str):
    assert check("Das Werk schließt 2025.", ["Das Werk schließt 2030."]).reason.said(wording(language)) == why
