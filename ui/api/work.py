"""Where the assistant's calls run: in threads, so many at once, so that neither the page nor the machine drowns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from assistant import Answer, Event
from ui.api.failures import Busy

Result = TypeVar("Result")
Steps = Generator[Event, None, None]

AT_ONCE = 8  # calls under way together; each is a thread that searches
WAITING = 64  # calls that wait for one of those; at some 0.3 s a question, the last of them for three seconds


class Work:
    """Calls in threads, `at_once` of them together; beyond `waiting` more they are refused."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._most_waiting = waiting

    def under_way(self) -> float:
        """How many calls are under way."""
        return self._limiter.statistics().borrowed_tokens

    def waiting(self) -> float:
        """How many calls wait for those."""
        return self._limiter.statistics().tasks_waiting

    async def run(self, call: Callable[[], Result]) -> Result:
        """What the call returns.

        Raises:
            Busy: too many calls wait.
        """
        if self.waiting() >= self._most_waiting:
            raise Busy(self._most_waiting)
        return await to_thread.run_sync(call, limiter=self._limiter)

    async def whole(self, steps: Steps) -> Answer:
        """The answer that the steps end with."""
        return await self.run(lambda: next(step.answer for step in steps if step.answer is not None))

    async def until_found(self, steps: Steps) -> list[Event]:
        """The first steps of an answer, up to the passages found: what a wrong question fails with has failed then."""
        first: list[Event] = []
        while not first or first[-1].kind == "searching":
            step = await self._next(steps)
            if step is None:
                break
            first.append(step)
        return first

    async def rest(self, steps: Steps) -> AsyncIterator[Event]:
        """The steps that follow, each when it is there; where nobody listens any longer, the work ends."""
        try:
            while (step := await self._next(steps)) is not None:
                yield step
        finally:
            steps.close()

    async def _next(self, steps: Steps) -> Event | None:
        return await self.run(lambda: next(steps, None))
