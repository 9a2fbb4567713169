"""Which Despatch this is."""

from __future__ import annotations


def despatch_version() -> str:
    """The number of the installed version, or that there is none."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - a third of the time help takes

    try:
        return version("despatch")
    except PackageNotFoundError:
        return "(run from its source, not installed)"
