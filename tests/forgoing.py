"""Root without its right to read what is closed to it, as Linux lets one thread be."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# capset(2): the header's version, and the capabilities of capabilities(7) that pass over the modes of files
VERSION_3 = 0x20080522
DAC_OVERRIDE, DAC_READ_SEARCH = 1 << 1, 1 << 2


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def bound_by_modes() -> Iterator[None]:
    """What this thread opens in here it opens as the files' modes allow, whoever it is."""
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("the superuser reads every file, and only Linux lets it forgo that")
    libc, header, data = ctypes.CDLL(None, use_errno=True), _Header(VERSION_3, 0), (_Data * 2)()
    _done(libc.capget(ctypes.byref(header), data))
    former = data[0].effective
    data[0].effective = former & ~(DAC_OVERRIDE | DAC_READ_SEARCH)
    _done(libc.capset(ctypes.byref(header), data))
    try:
        yield
    finally:
        data[0].effective = former
        _done(libc.capset(ctypes.byref(header), data))


def _done(failed: int) -> None:
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
