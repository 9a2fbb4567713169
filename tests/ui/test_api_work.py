"""Where the API's calls run: so many at once, a few more wait, the rest are told to come again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from assistant import Event
from ui.api.failures import Busy, failed
from ui.api.work import Work


def in_a_loop(work):
    with ThreadPoolExecutor(1) as aside:  # a browser's driver may have its own loop running in this thread
        return aside.submit(anyio.run, work).result()


def test_beyond_those_that_wait_a_call_is_refused_and_told_when_to_come_again():
    started, release = threading.Event(), threading.Event()

    def call():
        started.set()
        release.wait()
        return "done"

    async def calls():
        work, results = Work(at_once=1, waiting=1), []

        async def one():
            results.append(await work.run(call))

        async with anyio.create_task_group() as group:
            group.start_soon(one)
            await anyio.to_thread.run_sync(started.wait)
            group.start_soon(one)
            while not work.waiting():
                await anyio.lowlevel.checkpoint()
            assert (work.under_way(), work.waiting()) == (1, 1)
            with pytest.raises(Busy) as refused:
                await work.run(call)
            release.set()
        assert results == ["done", "done"]
        assert (work.under_way(), work.waiting()) == (0, 0)
        return refused.value

    answer = failed(in_a_loop(calls))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_a_stream_that_nobody_reads_any_longer_ends_its_work():
    ended = []

    def steps():
        try:
            while True:
                yield Event("writing")
        finally:
            ended.append(True)

    async def read_and_leave():
        rest = Work().rest(steps())
        assert (await anext(rest)).kind == "writing"
        await rest.aclose()

    in_a_loop(read_and_leave)
    assert ended == [True]
