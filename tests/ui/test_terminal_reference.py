"""docs/command-line.md says what the commands are: each verb, option, field and setting, and none that isn't."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import click
import pytest

from assistant import (
    SETTINGS,
    Answer,
    Citation,
    Comparison,
    Evaluation,
    Figure,
    KeptConversation,
    NamedCorpus,
    Statement,
)
from assistant.evaluation.comparing import Change, Difference
from assistant.evaluation.curve import CurvePoint
from assistant.settings import LLM_KEY_VARIABLE
from assistant.verifying import KeptCitation, VerifiedCitation
from corpus import Span
from index import (
    Backup,
    Diagnosis,
    Doubt,
    Explanation,
    Failure,
    Finding,
    Forgotten,
    Found,
    Hit,
    KeptOut,
    Status,
    StoredDocument,
    SyncReport,
)
from ui import shapes
from ui.access import Entry
from ui.terminal import reports
from ui.terminal.command import COMPLETE_VARIABLE, DEBUG_VARIABLE, despatch

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
VERBS = {name: despatch.commands[name] for name in despatch.commands}

HIT = Hit(1, 0.5, 0.4, 0.0, 7, "a/b.md", "B", date(2024, 9, 11), Span(0, 4), "iv", 4, ("Top",), "text")
CITATION = Citation(1, "a/b.md", "/c/a/b.md", "B", None, "00", Span(0, 4), None, None, (), "text")
STATEMENT = Statement("text", "supported", "its own words", (1,))
ANSWER = Answer("q?", "text [1]", "answered", "", (STATEMENT,), (CITATION,), (HIT,), 1, 0.1, ("No store.",))
EXPLANATION = Explanation(Found((HIT,), 1, (), 1), (KeptOut(HIT, "type = pdf"),))
FAILURE = Failure("x.pdf", "It is locked.")
REPORT = SyncReport("/c", "/i", 3, ("a",), (), (("b", "c"),), ("gone",), 0, (FAILURE,), 1, 3, 3, "", 0.5, False)
DOCUMENT = StoredDocument("a", "/c/a", "A", None, None, "text/plain", "00", 4, {}, (), (), 1, "en", "text")
STATUS = Status(
    "/c",
    "/i",
    "model",
    "fp32",
    "00",
    1,
    3,
    datetime(2024, 9, 11, 18, tzinfo=UTC),
    (FAILURE,),
    (Doubt("a", "Guessed."),),
)
DIAGNOSIS = Diagnosis("/i", 1, 3, (Finding("words", 2, "Two.", "despatch doctor --repair"),))
EVALUATION = Evaluation(
    "harbour",
    "/i",
    {"model": "model"},
    (Figure("ndcg@10", 0.5, 0.4, 0.6, 60),),
    {"q1": {"ndcg@10": 0.5}},
    curve=(CurvePoint(0.1, 1.0, 0.9),),
)
COMPARISON = Comparison(
    "/run.json",
    {"model": "other"},
    60,
    True,
    (Difference("ndcg@10", 0.4, 0.5, 0.0, 0.2, 0.03),),
    (Change("q1", 0.4, 0.5),),
)
VERIFIED = VerifiedCitation(
    KeptCitation(1, "a/b.md", "/c/a/b.md", "00", Span(0, 4), "text"), "moved", same_file=False, span=Span(2, 6)
)
CONVERSATION = KeptConversation("x", "", "X", datetime(2024, 9, 11, tzinfo=UTC), 1)
EVALUATED = reports.evaluation_shape(EVALUATION, {}, COMPARISON, {"q1": "Who?"})


def path_of(document_id: str) -> str:
    return f"/c/{document_id}"


def options_of(command: click.Command) -> set[str]:
    context = click.Context(command)
    return {name for option in command.get_params(context) for name in option.opts if name.startswith("-")}


def rows(section: str) -> list[str]:
    """What stands first in the rows of a section's tables, such as `--index DIR`."""
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_the_page_has_a_section_for_each_verb_and_for_no_other():
    assert {title for title in SECTIONS if title.startswith("despatch")} == {
        "despatch",
        *(f"despatch {name}" for name in VERBS),
    }


@pytest.mark.parametrize("title", [title for title in SECTIONS if title.startswith("despatch")])
def test_a_section_names_each_option_and_none_that_is_not_there(title):
    command = VERBS.get(title.removeprefix("despatch").strip(), despatch)
    named = {row.split()[0] for row in rows(SECTIONS[title]) if row.startswith("-")}
    assert named == options_of(command)


def test_every_option_that_the_page_mentions_belongs_to_some_verb():
    mentioned = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE))
    assert mentioned <= set.union(options_of(despatch), *(options_of(command) for command in VERBS.values()))


@pytest.mark.parametrize(
    "name", [name for name in VERBS if any(isinstance(p, click.Argument) for p in VERBS[name].params)]
)
def test_a_section_begins_with_the_verb_and_its_argument(name):
    argument = next(parameter for parameter in VERBS[name].params if isinstance(parameter, click.Argument))
    assert re.match(
        rf"\s*`despatch {name} \[?{argument.make_metavar(click.Context(VERBS[name])).strip('[]')}",
        SECTIONS[f"despatch {name}"],
    )


FIELDS = {
    "despatch sync": [*reports.sync_shape(REPORT)],
    "despatch search": [
        *shapes.found_shape(EXPLANATION.found, path_of)["hits"][0],
        *shapes.explanation_shape(EXPLANATION, path_of),
        *shapes.explanation_shape(EXPLANATION, path_of)["kept_out"][0],
    ],
    "despatch ask": [
        *shapes.answer_shape(ANSWER, path_of),
        *shapes.answer_shape(ANSWER, path_of)["statements"][0],
        *shapes.answer_shape(ANSWER, path_of)["citations"][0],
    ],
    "despatch show": [*shapes.document_shape(DOCUMENT, Span(0, 4), path_of)],
    "despatch verify": [
        *reports.verification_shape((VERIFIED,)),
        *reports.verification_shape((VERIFIED,))["citations"][0],
    ],
    "despatch status": [*reports.status_shape(STATUS, None)],
    "despatch eval": [
        *EVALUATED,
        *EVALUATED["measures"][0],
        *EVALUATED["curve"][0],
        *EVALUATED["against"],
        *EVALUATED["against"]["differences"][0],
        *EVALUATED["against"]["changed"][0],
    ],
    "despatch eval draft": [*reports.draft_shape(Path("q.csv"), ())],
    "despatch doctor": [
        *reports.diagnosis_shape(DIAGNOSIS, "3.37.2"),
        *reports.diagnosis_shape(DIAGNOSIS, "3.37.2")["findings"][0],
    ],
    "despatch backup": [*reports.backup_shape(Backup("/b.db", "/i", 1, 3))],
    "despatch restore": [*reports.backup_shape(Backup("/b.db", "/i", 1, 3))],
    "despatch forget": [*reports.forgotten_shape(Forgotten("/i", ("a",), 3, "/c/a", False), 2)],
    "despatch log": [
        *shapes.conversations_shape((KeptConversation("x", "", "X", datetime(2024, 9, 11, tzinfo=UTC), 1),))[
            "conversations"
        ][0]
    ],
    "despatch models": [*reports.models_shape("http://127.0.0.1:1/v1", "", None, ())],
    "despatch keys": [*reports.access_shape("key", (Entry("bot", "00", "2024-09-11T18:00:00Z"),))["keys"][0]],
    "despatch users": [*reports.access_shape("user", (Entry("ada", "00", "2024-09-11T18:00:00Z"),))["users"][0]],
    "despatch corpora": [*reports.corpora_shape((NamedCorpus("a", "/i", "/c", 1, 3, None),))["corpora"][0]],
}


@pytest.mark.parametrize("title", FIELDS)
def test_a_section_lists_the_fields_of_its_json_in_their_order(title):
    assert [row for row in rows(SECTIONS[title]) if not row.startswith("-")] == FIELDS[title]


def test_a_failure_is_its_path_and_its_reason():
    for shape in (reports.sync_shape(REPORT), reports.status_shape(STATUS, None)):
        assert shape["failures"] == [{"path": "x.pdf", "reason": "It is locked."}]


def test_offsets_pages_and_paths_are_written_as_the_page_says():
    hit = shapes.found_shape(EXPLANATION.found, path_of)["hits"][0]
    assert (hit["start"], hit["end"], hit["page"], hit["page_number"]) == (0, 4, "iv", 4)
    assert (hit["path"], hit["heading_path"]) == ("/c/a/b.md", ["Top"])
    citation = shapes.answer_shape(ANSWER, path_of)["citations"][0]
    assert (citation["page"], citation["page_number"], citation["heading_path"]) == (None, None, [])


def test_counts_of_a_sync_add_up():
    shape = reports.sync_shape(REPORT)
    assert shape["files"] == sum(shape[name] for name in ("added", "changed", "renamed", "unchanged", "failed"))


def test_a_moment_is_told_in_utc():
    assert shapes.moment(datetime.fromisoformat("2024-09-11T20:00:00.5+02:00")) == "2024-09-11T18:00:00Z"
    assert shapes.moment(None) is None


def test_the_table_of_settings_is_the_one_that_the_code_reads():
    for setting in SETTINGS:
        assert (
            f"| `{setting.name}` | `{setting.variable}` | {setting.default} | {setting.help} |" in SECTIONS["Settings"]
        )
    assert rows(SECTIONS["Settings"]) == [setting.name for setting in SETTINGS]


def test_the_variables_of_completion_and_of_debugging_are_named_as_they_are():
    assert set(re.findall(r"_?DESPATCH_[A-Z_]*[A-Z]", PAGE)) == {
        COMPLETE_VARIABLE,
        DEBUG_VARIABLE,
        LLM_KEY_VARIABLE,
        *(setting.variable for setting in SETTINGS),
    }
