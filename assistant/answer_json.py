"""Answers as `despatch ask --json` writes them, read back, and what such an answer is without one document."""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from assistant.errors import UnusableAnswer
from assistant.terms import SLASH, Answer
from corpus import Span
from index import Hit

Value = TypeVar("Value")

# what the JSON leaves out: it names no row of the index, and `ask` says nothing of its own effort
_LEFT_OUT: Mapping[str, object] = {"passage_id": 0, "searched": 0, "seconds": 0.0}
_PLAIN: Mapping[type, type | tuple[type, ...]] = {int: int, float: (int, float), str: str, bool: bool}
_SHORTEST_TRACE = 20  # characters of a quote; what is shorter, such as a name, may stand anywhere


def answer_of(shape: Mapping[str, Any]) -> Answer:
    """The answer that was written as `shape`; a field that it lacks takes its default.

    Raises:
        UnusableAnswer: it is no answer.
    """
    return _value_of(Answer, shape)


def hits_of(shapes: Iterable[Mapping[str, Any]]) -> tuple[Hit, ...]:
    """Passages as `despatch search --json` writes them; raises what `answer_of` raises."""
    return tuple(_value_of(Hit, shape) for shape in shapes)


def without(shape: Mapping[str, Any], document: str) -> dict[str, Any] | None:
    """An answer after its document was forgotten: no quote, passage, title or statement of it is left.

    Args:
        shape: an answer as JSON; lists of passages besides those of `ask` are treated alike.
        document: the id of a file; what is attached to it goes with it.

    Returns:
        The same shape where it holds nothing of the document; None where its words stand in what would be left.
    """
    if shape.get("choices"):  # titles and headings of documents, without their names
        shape = {**shape, "choices": [], "text": shape["text"].partition("\n")[0]}
    cited = {each["number"]: each for each in shape.get("citations", ()) if _is_of(each, document)}
    kept = _without_rows(shape, document)
    if kept == shape:
        return dict(shape)
    if shape.get("model"):
        return None  # it read the passages, so that any of its sentences may hold something of them
    if cited:
        kept["statements"] = [each for each in shape["statements"] if not cited.keys() & set(each["citations"])]
        kept["text"] = "\n\n".join(
            f"{each['text']} {' '.join(f'[{number}]' for number in each['citations'])}" for each in kept["statements"]
        )
    left = json.dumps(kept, ensure_ascii=False)
    traces = {each[name] for each in cited.values() for name in ("quote", "title")}
    traces |= {each["text"] for each in _gone(shape, kept)}
    told = (json.dumps(each, ensure_ascii=False)[1:-1] for each in traces if len(each) >= _SHORTEST_TRACE)
    return None if any(each in left for each in told) else kept


def renamed(shape: Any, name: str, new_name: str) -> Any:  # noqa: ANN401  JSON of any depth
    """JSON about several corpora after one of them was renamed: its documents are called by the new name."""
    if isinstance(shape, Mapping):
        return {field: _renamed(field, each, name, new_name) for field, each in shape.items()}
    if isinstance(shape, list | tuple):
        return [renamed(each, name, new_name) for each in shape]
    return shape


def _renamed(field: str, value: Any, name: str, new_name: str) -> Any:  # noqa: ANN401  as above
    if field == "corpus":
        return new_name if value == name else value
    if field in ("document_id", "path") and isinstance(value, str) and value.startswith(f"{name}{SLASH}"):
        return f"{new_name}{value.removeprefix(name)}"
    return renamed(value, name, new_name)


def _without_rows(value: Any, document: str) -> Any:  # noqa: ANN401  JSON of any depth
    """The value without the objects, in any list, that name the document as theirs."""
    if isinstance(value, Mapping):
        return {name: _without_rows(each, document) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_rows(each, document) for each in value if not _is_of(each, document)]
    return value


def _is_of(value: object, document: str) -> bool:
    own = value.get("document_id") if isinstance(value, Mapping) else None
    return isinstance(own, str) and (own == document or own.startswith(f"{document}/"))


def _gone(shape: Mapping[str, Any], kept: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (each for each in shape.get("statements", ()) if each not in kept["statements"])


def _value_of(kind: type[Value], shape: Mapping[str, Any]) -> Value:
    try:
        made: Value = _made(kind, shape)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnusableAnswer("an earlier conversation", f"it does not hold together: {error}") from error
    return made


def _made(kind: Any, value: Any) -> Any:  # noqa: ANN401  any of the types that a value's field may have
    """A JSON value as the type that a field says."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (types.UnionType,) or type(None) in inside:
        return None if value is None else _made(next(each for each in inside if each is not type(None)), value)
    if origin is Literal:
        if value not in inside:
            raise ValueError(f"{value!r} is none of {inside}")
        return value
    if origin is tuple:
        return tuple(_made(inside[0], each) for each in value)
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**_arguments(kind, value))
    if kind is date:
        return date.fromisoformat(value)
    if kind in _PLAIN and not isinstance(value, _PLAIN[kind]):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value


def _arguments(kind: Any, value: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401  a class of frozen values
    hints = _hints(kind)
    found: dict[str, Any] = {}
    for each in fields(kind):
        if each.name == "span":
            found["span"] = Span(value["start"], value["end"])
        elif each.name in value:
            found[each.name] = _made(hints[each.name], value[each.name])
        elif each.name in _LEFT_OUT:
            found[each.name] = _LEFT_OUT[each.name]
        elif each.default is MISSING:
            raise ValueError(f"it has no {each.name}")
    return found


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401  a class of frozen values
    return get_type_hints(kind)
