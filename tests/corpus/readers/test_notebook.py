"""Notebooks: prose, code, and the beginning of what the code wrote."""

import json

import pytest

from corpus import UnreadableFile
from corpus.readers import notebook


def _read(*cells, **more):
    return notebook.read(json.dumps({"cells": cells, "nbformat": 4, **more}).encode(), "a.ipynb")


def _code(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_prose_and_code_stand_in_their_order():
    draft = _read(
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "Some *words*."]},
        _code("print(1)\n"),
        {"cell_type": "markdown", "source": "## Next"},
        metadata={"language_info": {"name": "python"}},
    )
    assert draft.text == "# Title\n\nSome *words*.\n\n```python\nprint(1)\n```\n\n## Next"
    assert draft.title == "Title"
    assert [(heading.level, heading.span.of(draft.text)) for heading in draft.headings] == [
        (1, "# Title"),
        (2, "## Next"),
    ]


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ({"output_type": "stream", "text": ["one\n", "two\n"]}, "one\ntwo"),
        ({"output_type": "execute_result", "data": {"text/plain": "42", "image/png": "aGk="}}, "42"),
        ({"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["\x1b[31m"]}, "ValueError: no"),
        ({"output_type": "stream", "text": "x\n" * 50}, "x\n" * 20 + "..."),
        ({"output_type": "stream", "text": "x" * 5000}, "x" * 2000 + "\n..."),
    ],
)
def test_outputs_are_shown_as_text_and_short(output, shown):
    assert _read(_code("f()", output)).text == f"```\nf()\n```\n\nOutput:\n{shown}"


def test_pictures_are_left_out():
    assert "aGk=" not in _read(_code("f()", {"output_type": "display_data", "data": {"image/png": "aGk="}})).text


def test_code_that_holds_a_fence_gets_a_longer_one():
    assert _read(_code("'''\n```\n'''")).text.startswith("````\n")


def test_notebooks_of_the_third_format_are_read():
    cells = [{"cell_type": "heading", "level": 2, "source": ["Head"]}, {"cell_type": "code", "input": ["f()"]}]
    draft = notebook.read(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode(), "a.ipynb")
    assert draft.text == "Head\n\n```\nf()\n```"
    assert draft.headings[0].level == 2


@pytest.mark.parametrize(
    ("source", "reason"), [(b'{"a": 1}', "not a notebook"), (b"[]", "not a notebook"), (b'{"cells": [{', "damaged")]
)
def test_what_is_no_notebook_is_refused(source, reason):
    with pytest.raises(UnreadableFile, match=reason):
        notebook.read(source, "a.ipynb")


@pytest.mark.parametrize(
    "cell", [{}, 1, None, [], {"cell_type": "code", "source": {"a": "b"}, "outputs": 7}, {"source": [None]}]
)
def test_cells_of_odd_shapes_do_no_harm(cell):
    assert _read(cell, {"cell_type": "markdown", "source": "Words"}).text == "Words"
