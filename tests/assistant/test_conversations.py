"""Conversations that are kept: found again, edited, and erased so that nothing of them stays."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import Conversations, ConversationsUnusable, KeptExchange, UnknownConversation, answer_of, new_id
from assistant import said_before as history_of

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
QUOTE = "The keeper, Jonas Berg, lit the lamps."
OTHER = "Nobody else had a key to the tower."


def citation(number: int, document: str, quote: str) -> dict[str, object]:
    return {
        "number": number, "document_id": document, "path": f"/c/{document}", "title": f"On {document}", "date": None,
        "sha256": "00", "start": 0, "end": len(quote), "page": None, "page_number": None, "heading_path": ["Top"],
        "quote": quote, "boxes": [], "is_ocr": False, "also_in": [],
    }  # fmt: skip


def passage(document: str, text: str) -> dict[str, object]:
    return {
        "rank": 1, "score": 1.0, "similarity": 0.5, "vector_rank": 1, "word_score": 1.0, "word_rank": None,
        "rerank_score": None, "document_id": document, "path": f"/c/{document}", "title": "T", "date": "2024-09-11",
        "start": 0, "end": len(text), "page": None, "page_number": None, "heading_path": [], "text": text,
        "also_in": [], "matches": [{"word": text[:3], "start": 0, "end": 3}],
    }  # fmt: skip


def answer(*cited: tuple[str, str], unused: tuple[tuple[str, str], ...] = ()) -> dict[str, object]:
    statements = [
        {"text": quote, "support": "supported", "support_reason": "", "citations": [number]}
        for number, (_, quote) in enumerate(cited, start=1)
    ]
    return {
        "question": "Who?",
        "text": "\n\n".join(f"{each['text']} [{number}]" for number, each in enumerate(statements, start=1)),
        "outcome": "answered",
        "abstained": False,
        "reason": "",
        "degraded": [],
        "time": "",
        "spelling": "",
        "statements": statements,
        "citations": [citation(number, *each) for number, each in enumerate(cited, start=1)],
        "nearest": [],
        "unused": [passage(*each) for each in unused],
    }


def exchange(conversation: str, question: str = "Who lit the lamps?", **others: object) -> KeptExchange:
    plain = KeptExchange(new_id(), conversation, NOON, question, None, "done", answer(("a.md", QUOTE)))
    return replace(plain, **others)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def bytes_of(kept: Conversations) -> bytes:
    return b"".join(path.read_bytes() for path in kept.file.parent.iterdir())


def test_what_is_kept_is_there_again_for_another_process_and_lists_by_its_first_question(kept: Conversations):
    first = exchange("one")
    second = exchange("one", "And then?", asked=NOON + timedelta(hours=1), where="type = md", answer=None, error="No.")
    kept.keep(first)
    kept.keep(second)
    kept.keep(exchange("two", " ".join(["word"] * 40)))
    again = Conversations(kept.file.parent)
    assert again.exchanges("one") == (first, second)
    assert [(each.id, each.title, each.exchanges) for each in again.listed()] == [
        ("two", " ".join(["word"] * 16) + "…", 1),
        ("one", "Who lit the lamps?", 2),
    ]
    assert again.listed()[1].asked == NOON + timedelta(hours=1)


def test_nothing_is_written_before_there_is_something_to_keep(kept: Conversations):
    assert kept.listed() == kept.exchanges("one") == kept.rated() == ()
    assert kept.exchange("x") is None
    assert kept.forget("a.md") == 0
    assert not kept.file.exists()


def test_the_file_is_its_owners_alone(kept: Conversations):
    kept.keep(exchange("one"))
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600


def test_a_search_finds_words_of_titles_questions_and_answers_in_any_case(kept: Conversations):
    kept.keep(exchange("one"))
    kept.keep(exchange("two", "Wer öffnete die TÜR?", answer=answer(("b.md", OTHER))))
    found = {
        words: [each.id for each in kept.listed(words)] for words in ("LAMPS", "tür", "key tower", "key lamps", "%")
    }
    assert found == {"LAMPS": ["one"], "tür": ["two"], "key tower": ["two"], "key lamps": [], "%": []}


def test_a_question_asked_again_takes_the_place_of_the_last_and_of_all_after_it(kept: Conversations):
    first, second, third = (exchange("one", f"{number}?") for number in range(3))
    for each in (first, second, third):
        kept.keep(each)
    instead = exchange("one", "Otherwise?")
    kept.keep(instead, instead_of=second.id)
    assert kept.exchanges("one") == (first, instead)
    kept.keep(third, instead_of="of another conversation")
    assert kept.exchanges("one") == (first, instead, third)


def test_a_conversation_is_renamed_and_one_that_is_not_there_is_a_sentence(kept: Conversations):
    kept.keep(exchange("one"))
    kept.rename("one", "  The\nkeeper  ")
    assert kept.title("one") == "The keeper"
    for act in (kept.title, kept.delete, lambda name: kept.rename(name, "x")):
        with pytest.raises(UnknownConversation, match="despatch log"):
            act("no such")


def test_what_was_deleted_stands_in_no_byte_of_any_file(kept: Conversations):
    kept.keep(exchange("one", "A question about the xylograph?"))
    for number in range(20):  # so that pages are shared and moved
        kept.keep(exchange(f"other {number}"))
    kept.delete("one")
    assert b"xylograph" not in bytes_of(kept)
    assert len(kept.listed()) == 20


def test_forgetting_takes_a_documents_statements_quotes_and_passages_and_leaves_the_rest(kept: Conversations):
    both = exchange(
        "one", answer=answer(("a.md", QUOTE), ("b.md", OTHER), unused=(("a.md/x", "Inside."), ("c.md", "Far.")))
    )
    kept.keep(both)
    kept.keep(exchange("one", answer=answer(("b.md", OTHER))))
    assert kept.forget("a.md") == 1
    left = kept.exchange(both.id).answer
    assert left["text"] == f"{OTHER} [2]"
    assert [each["document_id"] for each in (*left["citations"], *left["unused"])] == ["b.md", "c.md"]
    assert answer_of(left).statements[0].citations == (2,)
    assert b"Jonas Berg" not in bytes_of(kept)
    assert b"On a.md" not in bytes_of(kept)
    assert kept.forget("a.md") == 0


def test_an_answer_that_would_still_hold_a_forgotten_documents_words_goes_as_a_whole(kept: Conversations):
    repeated = {**answer(("a.md", QUOTE), ("b.md", OTHER)), "spelling": f"Somebody wrote “{QUOTE}”."}
    kept.keep(exchange("one", answer=repeated))
    assert kept.forget("a.md") == 1
    assert kept.exchanges("one")[0].answer is None
    assert b"Jonas Berg" not in bytes_of(kept)


def test_a_verdict_and_a_comment_are_kept_and_taken_back(kept: Conversations):
    one, two = exchange("one"), exchange("one")
    kept.keep(one)
    kept.keep(two)
    assert kept.rate(one.id, False, " Not that Berg. ")
    assert [(each.id, each.helpful, each.comment) for each in kept.rated()] == [(one.id, False, "Not that Berg.")]
    assert kept.rate(one.id, None, "")
    assert kept.rated() == ()
    assert not kept.rate("no such", True, "")
    assert b"Not that Berg" not in bytes_of(kept)


def test_a_follow_up_is_asked_with_questions_and_answers_in_their_order():
    said = history_of((exchange("one", "When?"), exchange("one", "Where?", answer=None)))
    assert said == [
        {"role": "user", "text": "When?"},
        {"role": "assistant", "text": f"{QUOTE} [1]"},
        {"role": "user", "text": "Where?"},
    ]


def test_each_user_sees_and_changes_the_own_conversations_and_the_owner_all(kept: Conversations):
    ada, bob = kept.of("user ada"), kept.of("user bob")
    hers, his = (
        exchange("hers"),
        exchange("his", "Who had a key?", answer=answer(("a.md", "The key was lost by its keeper."))),
    )
    ada.keep(hers)
    bob.keep(his)
    assert [each.id for each in ada.listed()] == [each.id for each in ada.listed("lamps")] == ["hers"]
    assert [each.user for each in kept.listed()] == ["user bob", "user ada"]
    assert bob.exchanges("hers") == bob.rated() == bob.listed("lamps") == ()
    assert bob.exchange(hers.id) is None
    assert not bob.rate(hers.id, True, "mine now")
    for act in (
        lambda: bob.title("hers"),
        lambda: bob.rename("hers", "mine"),
        lambda: bob.delete("hers"),
        lambda: bob.keep(exchange("hers"), instead_of=hers.id),
    ):
        with pytest.raises(UnknownConversation):
            act()
    assert ada.exchanges("hers") == (hers,)
    assert bob.forget("a.md") == 2


def test_half_characters_are_kept_as_something_that_can_be_read(kept: Conversations):
    kept.keep(exchange("one", "Who \ud800?", where="title = '\udfff'", answer={**answer(), "path": "/c/\udc80"}))
    (read,) = kept.exchanges("one")
    assert (read.question, read.where, read.answer["path"]) == ("Who ??", "title = '?'", "/c/\udc80")


def test_many_threads_keep_all_they_are_given(kept: Conversations):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(kept.keep, [exchange(f"{number % 4}") for number in range(40)]))
    assert sorted(each.exchanges for each in kept.listed()) == [10, 10, 10, 10]


def test_a_file_that_is_no_database_is_one_sentence(kept: Conversations):
    kept.file.write_bytes(b"not a database, " * 100)
    with pytest.raises(ConversationsUnusable, match="move the file away"):
        kept.listed()
    with pytest.raises(ConversationsUnusable, match="move the file away"):
        kept.keep(exchange("one"))
