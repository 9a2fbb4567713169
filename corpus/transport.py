"""What goes from a worker to its caller: values by pickle, a long text in parts so that neither end holds it twice."""

from __future__ import annotations

import io
import pickle
from multiprocessing.connection import Connection
from typing import NamedTuple

_PART_CHARACTERS = 4 * 1024**2
_TEXT, _END = b"text", b""


class Parcel(NamedTuple):
    """A value that is ready to be sent: the text in it, and the pickle of the rest."""

    text: str
    rest: memoryview


def pack(value: object, text: str = "") -> Parcel:
    """Make a value ready to be sent.

    Args:
        value: anything that pickle takes.
        text: the very string that `value` holds, perhaps in several places, and that goes in parts.
    """
    packed = io.BytesIO()
    _Pickler(packed, text).dump(value)
    return Parcel(text, packed.getbuffer())


def send(connection: Connection, parcel: Parcel) -> None:
    """Send a value to the process at the other end."""
    if parcel.text:
        connection.send_bytes(_TEXT)
        for start in range(0, len(parcel.text), _PART_CHARACTERS):
            connection.send_bytes(parcel.text[start : start + _PART_CHARACTERS].encode("utf-8", "surrogatepass"))
        connection.send_bytes(_END)
    connection.send_bytes(parcel.rest)


def receive(connection: Connection) -> object:
    """The value that was sent from the other end.

    Raises:
        EOFError, OSError: the other end has closed.
    """
    text, message = "", connection.recv_bytes()
    if message == _TEXT:
        # CPython makes a string that only one local name holds longer in place, in a `for` loop at least;
        # joining the parts would hold it twice.
        for part in iter(connection.recv_bytes, _END):
            text += str(part, "utf-8", "surrogatepass")
        message = connection.recv_bytes()
    return _Unpickler(message, text).load()


class _Pickler(pickle.Pickler):
    """Leaves out one text, wherever it stands."""

    def __init__(self, file: io.BytesIO, text: str) -> None:
        super().__init__(file)
        self._text = text

    def persistent_id(self, value: object) -> str | None:
        return "text" if value is self._text and self._text else None


class _Unpickler(pickle.Unpickler):
    """Puts the text back that `_Pickler` left out."""

    def __init__(self, packed: bytes, text: str) -> None:
        super().__init__(io.BytesIO(packed))
        self._text = text

    def persistent_load(self, _: object) -> str:
        return self._text
