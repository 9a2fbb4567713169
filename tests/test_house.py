"""The rules of the house that a test can hold; docs/architecture.md gives the reasons at length."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import DespatchError

ROOT = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "assistant", "ui")
BELOW = {"corpus": set(), "index": {"corpus"}, "assistant": {"corpus", "index"}, "ui": {"corpus", "index", "assistant"}}
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "pack" not in path.parts)
PLACES = [str(path.relative_to(ROOT)) for path in SOURCES]
TOO_VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "core", "tools"}
LONGEST_MODULE, LONGEST_FUNCTION, USUAL_FUNCTION = 400, 60, 35
# One each for Chroma's errors, for what does not export, for whatever a reader does inside a worker, and where the
# terminal, the chat and the MCP server meet a user.
BROAD_EXCEPTS = {
    "index/chroma.py": 1,
    "index/compiling.py": 1,
    "corpus/workers.py": 1,
    "ui/terminal/command.py": 1,
    "ui/chat/talking.py": 1,
    "ui/chat/tending.py": 1,
    "ui/mcp.py": 1,
}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def functions(path: Path) -> list[tuple[str, int]]:
    return [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=PLACES)
def test_a_room_imports_only_what_lies_below_it(path: Path):
    room = path.relative_to(ROOT).parts[0]
    reached = {module.partition(".")[0] for module in imported(path)} & set(ROOMS)
    assert reached - {room} <= BELOW[room]


@pytest.mark.parametrize("path", SOURCES, ids=PLACES)
def test_another_room_is_entered_by_its_front_door(path: Path):
    room = path.relative_to(ROOT).parts[0]
    deep = {module for module in imported(path) if "." in module and module.partition(".")[0] in set(ROOMS) - {room}}
    assert not deep, f"import these from the room itself: {deep}"


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("import corpus", {"numpy", "lxml", "pypdfium2", "docx", "tokenizers"}),
        ("import index", {"numpy", "chromadb", "torch", "onnxruntime", "lxml"}),
        ("import assistant", {"numpy", "torch", "chromadb", "gradio", "onnxruntime", "sentence_transformers"}),
        ("from assistant import Assistant", {"torch", "chromadb", "gradio", "sentence_transformers"}),
        ("import ui.terminal", {"numpy", "torch", "chromadb", "gradio", "onnxruntime"}),
    ],
)
def test_importing_is_light(command: str, heavy: set[str]):
    code = f"{command}\nimport sys\nprint(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not heavy & set(loaded.stdout.split())


@pytest.mark.parametrize("room", [room for room in ROOMS if (ROOT / room / "terms.py").exists()])
def test_the_vocabulary_is_frozen(room: str):
    terms = importlib.import_module(f"{room}.terms")
    values = [value for value in vars(terms).values() if dataclasses.is_dataclass(value)]
    assert values
    for value in values:
        assert value.__dataclass_params__.frozen, f"{value.__name__} can be changed after it was made"
        assert hasattr(value, "__slots__"), f"{value.__name__} takes any attribute"


@pytest.mark.parametrize("path", SOURCES, ids=PLACES)
def test_a_module_is_named_for_what_it_holds(path: Path):
    assert not {path.stem, *path.relative_to(ROOT).parts[:-1]} & TOO_VAGUE


@pytest.mark.parametrize("path", SOURCES, ids=PLACES)
def test_a_module_can_be_read_in_one_go(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def test_a_function_fits_a_screen():
    lengths = sorted((length, f"{path}:{name}") for path in SOURCES for name, length in functions(path))
    assert lengths[-1][0] <= LONGEST_FUNCTION, lengths[-1]
    assert lengths[len(lengths) * 9 // 10][0] <= USUAL_FUNCTION, lengths[-len(lengths) // 10 :]


def test_broad_excepts_stand_only_where_an_error_meets_a_user_or_a_library_without_manners():
    found = {}
    for path in SOURCES:
        count = sum(
            isinstance(node, ast.ExceptHandler)
            and (
                node.type is None
                or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
            )
            and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in node.body)
            for node in ast.walk(tree(path))
        )
        if count:
            found[str(path.relative_to(ROOT))] = count
    assert found == BROAD_EXCEPTS


@pytest.mark.parametrize("room", ROOMS)
def test_the_public_face_is_listed_sorted_and_there(room: str):
    face = importlib.import_module(room)
    names = getattr(face, "__all__", [])
    ordered = sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert list(names) == ordered
    for name in names:
        assert getattr(face, name) is not None


@pytest.mark.parametrize("path", SOURCES, ids=PLACES)
def test_errors_come_from_the_tree(path: Path):
    """Values refuse nonsense by ValueError, in terms.py; what a user may meet is a DespatchError."""
    if path.name == "terms.py":
        return
    raised = {
        node.exc.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    }
    assert not raised & {"Exception", "RuntimeError", "KeyError", "TypeError"}


def error_classes() -> list[type[DespatchError]]:
    for room in ROOMS:
        if (ROOT / room / "errors.py").exists():
            importlib.import_module(f"{room}.errors")
    found, waiting = [], [DespatchError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.append(kind)
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_an_error_is_one_sentence_and_keeps_its_values(kind: type[DespatchError]):
    parameters = [
        name for name in inspect.signature(kind.__init__).parameters if name not in ("self", "args", "kwargs")
    ]
    if not parameters:
        return
    error = kind(*(8080 if name == "port" else f"<{name}>" for name in parameters))
    for name in parameters:
        assert hasattr(error, name), f"{kind.__name__} drops {name}"
    if kind.__name__ != "UnreadableFile":  # its whole sentence is given to it
        assert re.fullmatch(r"[A-Z<][^\n]*\.", str(error)), str(error)


@pytest.mark.parametrize("path", SOURCES, ids=PLACES)
def test_a_silenced_check_says_why(path: Path):
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.search(r"# noqa: [A-Z0-9, ]+(.*)", line)
        assert match is None or len(match.group(1)) >= 5, line
        assert not re.search(r"# noqa\s*$", line), line


def test_the_page_needs_no_unsafe_eval():
    """`gr.HTML` and `js=` would force it into the Content-Security-Policy, and templates execute document text."""
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            assert not (isinstance(node, ast.Attribute) and node.attr == "HTML"), path
            assert not (isinstance(node, ast.keyword) and node.arg == "js"), path
