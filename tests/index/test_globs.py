from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.globs import glob

PATTERNS = st.lists(st.sampled_from(["a", "b", "/", "?", "*", "**"]), max_size=10).map("".join)
PATHS = st.text("ab/", max_size=10)


def fits(pattern: str, path: str) -> bool:
    """The meaning of a pattern, tried in every way."""
    if not pattern:
        return not path
    if pattern.startswith("**"):
        return any(fits(pattern[2:], path[start:]) for start in range(len(path) + 1))
    if pattern.startswith("*"):
        whole = path.partition("/")[0]
        return any(fits(pattern[1:], path[start:]) for start in range(len(whole) + 1))
    return (
        bool(path) and (path[0] == pattern[0] or (pattern[0] == "?" and path[0] != "/")) and fits(pattern[1:], path[1:])
    )


@settings(deadline=None, max_examples=500)
@given(PATTERNS, PATHS)
def test_a_pattern_fits_what_it_fits_when_tried_in_every_way(pattern: str, path: str):
    assert (glob(pattern).fullmatch(path) is not None) is fits(pattern, path)


@pytest.mark.parametrize("pattern", ["**a" * 60 + "b", "*a" * 60 + "b", "**a*a" * 30 + "b", "**?*?" * 30 + "b"])
def test_a_pattern_of_very_many_stars_ends(pattern: str):
    assert glob(pattern).fullmatch("a" * 2_000) is None


def test_a_pattern_means_its_other_characters_as_they_are():
    assert glob("a.b[c]+\n").fullmatch("a.b[c]+\n")
    assert not glob("a.b").fullmatch("axb")
