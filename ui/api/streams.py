"""Answers that are sent as they grow: server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from ui.api.replies import Responses

EVENT_STREAM = "text/event-stream"


def described(whole: type[BaseModel], *fields: str) -> Responses:
    """How a route is described that answers as a whole or, where asked for, as events with these fields."""
    event = {"type": "object", "properties": {each: {"type": "string"} for each in fields}, "required": list(fields)}
    told = "The answer; as server-sent events where the request asks for them."
    return {200: {"model": whole, "content": {EVENT_STREAM: {"schema": event}}, "description": told}}


def streamed(events: AsyncIterator[bytes]) -> StreamingResponse:
    """Server-sent events that no proxy should hold back."""
    return StreamingResponse(
        events, media_type=EVENT_STREAM, headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )
