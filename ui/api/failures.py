"""What went wrong, as one JSON object with one sentence, `{"error": {"message": "..."}}`, and a fitting status.

DespatchError
  RequestError
    InvalidRequest       a body or parameter that is not what the route takes
    UnknownModel         a model that is not Despatch
    Busy                 too many questions wait already
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant import InvalidHistory, InvalidQuestion, UnknownDocument
from corpus import DespatchError
from index import InvalidFilter
from ui.corpora import CorpusClosed
from ui.shapes import encoded, problem_shape
from ui.stretches import InvalidOffsets

NOTHING_HERE = "There is nothing at this address."
BROKEN = "Something failed inside Despatch; the window it was started from has the details."
RETRY_SECONDS = 2  # after which one who was refused may try again
UNAVAILABLE = 503  # what cannot be helped by asking otherwise: the index, the model


class RequestError(DespatchError):
    """A request that is not answered."""


class InvalidRequest(RequestError):
    """A body or a parameter that is not what the route takes."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"The request cannot be read ({where}: {reason}); correct that and send it again.")
        self.where = where
        self.reason = reason


class Busy(RequestError):
    """More questions wait than can be answered soon."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"Too many questions wait for their answer ({waiting}); ask again in a moment.")
        self.waiting = waiting


class UnknownModel(RequestError):
    """A model that is not Despatch."""

    def __init__(self, model: str) -> None:
        super().__init__(f"There is no model {model!r} here; /v1/models lists those there are.")
        self.model = model


STATUSES: Mapping[type[DespatchError], int] = {
    InvalidRequest: 400,
    InvalidQuestion: 400,
    InvalidHistory: 400,
    InvalidFilter: 400,
    InvalidOffsets: 400,
    UnknownDocument: 404,
    UnknownModel: 404,
    CorpusClosed: 404,
}
SENTENCES = {404: NOTHING_HERE, 405: "This address does not take that method; /v1/docs lists what each takes."}


class Json(JSONResponse):
    """A JSON object, written as the terminal writes it."""

    def render(self, content: Mapping[str, object]) -> bytes:
        """The body's bytes."""
        return encoded(content)


def unreadable(problem: Mapping[str, Any]) -> InvalidRequest:
    """What pydantic found wrong with a request: where (`loc`) and why (`msg`)."""
    return InvalidRequest(".".join(map(str, problem["loc"])), problem["msg"])


def failed(error: DespatchError) -> Json:
    """The answer to a request that failed."""
    headers = {"retry-after": str(RETRY_SECONDS)} if isinstance(error, Busy) else None
    return Json(problem_shape(str(error)), STATUSES.get(type(error), UNAVAILABLE), headers)


def tell_failures(application: FastAPI) -> None:
    """Have every error of an application told in that one shape, also those of the framework."""

    @application.exception_handler(DespatchError)
    async def ours(_: Request, error: DespatchError) -> Response:
        return failed(error)

    @application.exception_handler(RequestValidationError)
    async def misread(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        inside = first["loc"][1:] or first["loc"]  # it begins with "body" or "query"
        return failed(unreadable({**first, "loc": inside}))

    @application.exception_handler(HTTPException)
    async def framework(_: Request, error: HTTPException) -> Response:
        return Json(
            problem_shape(SENTENCES.get(error.status_code, str(error.detail))), error.status_code, error.headers
        )

    @application.exception_handler(Exception)
    async def unexpected(_: Request, _error: Exception) -> Response:
        return Json(problem_shape(BROKEN), 500)  # the web server writes the traceback to its own window
