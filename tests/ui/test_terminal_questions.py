"""Files of questions: what is a question, what its id is, and what becomes of a line that is none."""

from __future__ import annotations

import json

import pytest

from ui.terminal.questions import Question, UnreadableLine, UnreadableQuestions, read_questions


@pytest.fixture
def questions(tmp_path):
    def read(name: str, content: bytes):
        (tmp_path / name).write_bytes(content)
        return read_questions(tmp_path / name)

    return read


def faults(lines):
    return {line.id: line.error for line in lines if isinstance(line, UnreadableLine)}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
def test_each_line_of_a_text_is_a_question_and_blank_lines_keep_their_number(questions, mark, end):
    lines = questions("q.txt", mark + end.join([b"Who led it?", b"", b"  ", b" Where? "]))
    assert lines == (Question("1", "Who led it?"), Question("4", "Where?"))


def test_a_line_separator_inside_a_question_does_not_end_it(questions):
    assert len(questions("q.txt", "one\u2028still one\x0band on\n".encode())) == 1


def test_a_line_that_is_not_utf_8_spoils_no_other(questions):
    lines = questions("q.txt", "Où?\n".encode() + b"O\xf9?\n" + "Où?".encode())
    assert [line.id for line in lines] == ["1", "2", "3"]
    assert list(faults(lines)) == ["2"]
    assert "not UTF-8" in faults(lines)["2"]


def test_json_lines_keep_id_text_and_history(questions):
    history = [{"role": "user", "text": "When did it end?", "extra": 1}]
    content = json.dumps({"id": "q1", "text": "And where?", "history": history}) + "\n\n" + json.dumps({"text": "Who?"})
    assert questions("q.jsonl", content.encode()) == (
        Question("q1", "And where?", ({"role": "user", "text": "When did it end?"},)),
        Question("3", "Who?"),
    )


def test_an_id_that_is_a_number_stays_one(questions):
    assert questions("q.jsonl", b'{"id": 7, "text": "Who?"}\n') == (Question(7, "Who?"),)


def test_no_id_and_no_history_may_be_written_as_null(questions):
    assert questions("q.jsonl", b'{"id": null, "text": "Who?", "history": null}\n') == (Question("1", "Who?"),)


@pytest.mark.parametrize(
    ("line", "own_id", "told"),
    [
        (b"Who led it?", "1", "not JSON"),
        (b"[" * 100_000, "1", "not JSON"),
        (b'"Who led it?"', "1", "not a JSON object"),
        (b'{"id": "q"}', "q", "no `text`"),
        (b'{"id": "q", "text": 5}', "q", "no `text`"),
        (b'{"id": true, "text": "Who?"}', "1", "`id` on line 1"),
        (b'{"id": 1.5, "text": "Who?"}', "1", "`id` on line 1"),
        (b'{"id": "q", "text": "Who?", "history": "none"}', "q", "`history` on line 1"),
        (b'{"id": "q", "text": "Who?", "history": ["a"]}', "q", "`history` on line 1"),
        (b'{"id": "q", "text": "Who?", "history": [{"role": "user"}]}', "q", "`history` on line 1"),
        (b'{"id": "q", "text": "\\ud800"}', "q", "not UTF-8"),
        (b'{"id": "q", "text": "Who?", "history": [{"role": "user", "text": "\\ud800"}]}', "q", "not UTF-8"),
    ],
)
def test_a_json_line_that_holds_no_question_is_told_and_passed_over(questions, line, own_id, told):
    lines = questions("q.jsonl", line + b'\n{"text": "Who?"}')
    assert told in faults(lines)[own_id]
    assert lines[-1] == Question("2", "Who?")


def test_a_table_gives_its_question_column_and_its_ids(questions):
    content = b'\xef\xbb\xbfID, Question ,note\r\na,Who led it?,x\r\n\r\n,"Where,\r\nand when?",y\r\nc,Why?\r\n,,\r\n'
    assert questions("q.csv", content) == (
        Question("a", "Who led it?"),
        Question("4", "Where,\r\nand when?"),
        Question("c", "Why?"),
    )


def test_a_table_without_ids_counts_lines_with_the_header(questions):
    assert [line.id for line in questions("q.csv", b"question\nWho?\nWhere?\n")] == ["2", "3"]


def test_a_row_without_a_question_is_told_and_passed_over(questions):
    lines = questions("q.csv", b"id,question\na,\nb,Who?\nc\n")
    assert list(faults(lines)) == ["a", "c"]
    assert lines[1] == Question("b", "Who?")


def test_a_quotation_mark_that_never_closes_is_told(questions):
    lines = questions("q.csv", b'question\nWho?\n"Where?\nWhen?\n')
    assert lines[0] == Question("2", "Who?")
    assert "line 3 is not CSV" in faults(lines)["3"]


def test_the_suffix_may_be_written_in_capitals(questions):
    assert questions("Q.TXT", b"Who?") == (Question("1", "Who?"),)


def test_a_file_without_questions_gives_none(questions):
    assert questions("q.txt", b"") == questions("q.jsonl", b"\n \n") == ()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("q.pdf", b"", "its name ends in '.pdf'"),
        ("questions", b"", "it has no suffix"),
        ("q.csv", b"", "no `question` column"),
        ("q.csv", b"id;frage\n1;Wer?\n", "no `question` column"),
        ("q.csv", b'"question\n', "first line is not CSV"),
        ("q.txt", "Who?".encode("utf-16"), "it is UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_an_error(questions, name, content, told):
    with pytest.raises(UnreadableQuestions, match=told):
        questions(name, content)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UnreadableQuestions, match=r"gone\.txt cannot be read \(No such file"):
        read_questions(tmp_path / "gone.txt")


def test_a_folder_is_no_file_of_questions(tmp_path):
    (tmp_path / "q.txt").mkdir()
    with pytest.raises(UnreadableQuestions, match="directory"):
        read_questions(tmp_path / "q.txt")
