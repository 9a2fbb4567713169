"""Answers that are sent as they grow: server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

EVENT_STREAM = "text/event-stream"


def streamed(events: AsyncIterator[bytes]) -> StreamingResponse:
    """Server-sent events that no proxy should hold back."""
    return StreamingResponse(
        events, media_type=EVENT_STREAM, headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )
