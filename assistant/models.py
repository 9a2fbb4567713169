"""Language models behind OpenAI-compatible endpoints: asked, listened to, and left when they fail or dawdle.

An endpoint is talked to on a thread with an event loop of its own: there a time limit holds whatever the endpoint
does, an answer that nobody waits for any longer ends its connection, and a caller may be inside a loop itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from assistant.errors import LanguageModelFailed
from assistant.settings import DEFAULT_LLM_CONTEXT, DEFAULT_LLM_SECONDS, LLM_KEY_VARIABLE

if TYPE_CHECKING:
    from httpx2 import Request
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

CONNECT_SECONDS = 5.0  # a sound server takes a connection within milliseconds
FIRST_SHARE = 0.5  # of the time for an answer: what has said nothing by then will not end in time
LISTING_SECONDS = 10.0  # a list of names; somebody waits for it
PAUSES_SECONDS = (0.3, 1.0)  # before an endpoint that is busy or starting is asked once more
BEAT_SECONDS = 0.5  # how soon somebody who stops an answer is heard
MOST_CHARACTERS = 100_000  # of one answer with its thoughts: what says more will not end
MOST_LISTED = 1_000  # names; a longer list helps nobody
_PASSING = (
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
)  # fmt: skip
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_CODE = re.compile(r"[a-z_]{3,40}")
# what an endpoint needs to know of a request; the client would add the system's and Python's versions, and headers
# from variables that were meant for another endpoint
_HEADERS = frozenset(("host", "accept", "content-type", "content-length", "authorization", "connection"))

Tell = Callable[[str], None]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A model by the name that its endpoint has for it.

    `seconds` is what it may take for an answer, `context` how many tokens question and answer may have together,
    `show_unsupported` whether what it says without support is kept in answers, marked as that. `verifier` names a
    cross-encoder that reads each statement beside its quote: a folder, or a hub name on this machine; "" is none.
    """

    url: str
    name: str
    seconds: int = DEFAULT_LLM_SECONDS
    context: int = DEFAULT_LLM_CONTEXT
    show_unsupported: bool = False
    verifier: str = ""

    @property
    def sent_to(self) -> str:
        """See the function `sent_to`."""
        return sent_to(self.url)

    def answer(self, prompt: str, most_tokens: int) -> Generator[str, None, None]:
        """What the model says to a prompt, piece by piece as it comes.

        Args:
            prompt: the whole of it, as one message of the user: not every model takes one of the system.
            most_tokens: that the answer may have.

        Returns:
            Pieces of text; an empty one each half second of silence, so that whoever listens can turn away. Closing
            the iterator ends the connection.

        Raises:
            LanguageModelFailed: no answer, or not all of it: what came before stands, and its last sentence may lack
                its end.
        """
        return _heard(lambda tell: self._ask(prompt, most_tokens, tell))

    async def _ask(self, prompt: str, most_tokens: int, tell: Tell) -> None:
        patience = self.seconds * FIRST_SHARE
        client = _client(self.url)  # which may take a second to load
        silence, ended, heard = asyncio.timeout(patience), "", 0
        try:
            async with (
                asyncio.timeout(self.seconds),
                silence,
                client,
                await self._opened(client, prompt, most_tokens) as stream,
            ):
                async for chunk in stream:
                    piece, at_work, ended = _read(chunk)
                    if at_work:
                        silence.reschedule(None)
                    tell(piece)
                    heard += len(piece)
                    if heard > MOST_CHARACTERS:
                        raise LanguageModelFailed(_host(self.url), "its answer does not end")
                    if ended:  # whatever else the endpoint would still send
                        break
        except TimeoutError as error:
            late = f"it said nothing for {patience:g} s"
            unfinished = f"its answer was not finished within {self.seconds} s"
            raise LanguageModelFailed(_host(self.url), late if silence.expired() else unfinished) from error
        except _broken() as error:
            raise LanguageModelFailed(_host(self.url), _reason(error)) from error
        if ended != "stop":
            raise LanguageModelFailed(_host(self.url), "its answer was cut short" if ended else "its answer broke off")

    async def _opened(self, client: AsyncOpenAI, prompt: str, most_tokens: int) -> AsyncStream[ChatCompletionChunk]:
        from openai import BadRequestError, UnprocessableEntityError  # noqa: PLC0415  a second, only where one is asked

        messages = [{"role": "user", "content": prompt}]
        create: Any = client.chat.completions.create
        ask: Callable[..., Awaitable[AsyncStream[ChatCompletionChunk]]] = partial(
            create, model=self.name, messages=messages, stream=True
        )

        async def asked() -> AsyncStream[ChatCompletionChunk]:
            try:
                return await ask(temperature=0, max_tokens=most_tokens)
            except (BadRequestError, UnprocessableEntityError):
                return await ask()  # some models take neither

        return await _patiently(asked)


def models_at(url: str) -> tuple[str, ...]:
    """The names of the models that an endpoint offers, sorted.

    Raises:
        LanguageModelFailed: it does not tell.
    """
    return tuple(sorted(filter(None, _heard(lambda tell: _list(url, tell)))))


async def _list(url: str, tell: Tell) -> None:
    try:
        async with _client(url) as client, asyncio.timeout(LISTING_SECONDS):
            page = await _patiently(client.models.list)
            for each in page.data[:MOST_LISTED]:
                tell(str(each.id))
    except TimeoutError as error:
        raise LanguageModelFailed(_host(url), f"it has not answered for {LISTING_SECONDS:g} s") from error
    except _broken() as error:
        raise LanguageModelFailed(_host(url), _reason(error)) from error


def sent_to(url: str) -> str:
    """The host that questions and passages leave this machine for, "" where the endpoint's address is its own."""
    name = urlsplit(url).hostname or ""
    try:
        stays = name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        stays = False
    return "" if stays else urlsplit(url).netloc


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _heard(work: Callable[[Tell], Coroutine[Any, Any, None]]) -> Generator[str, None, None]:
    """What a coroutine tells, when it tells it, and "" while it is silent; raises what it raises."""
    told: SimpleQueue[str | BaseException | None] = SimpleQueue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(work(told.put))
    threading.Thread(target=_run, args=(loop, task, told), name="language model", daemon=True).start()
    try:
        while True:
            try:
                piece = told.get(timeout=BEAT_SECONDS)
            except Empty:
                piece = ""
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        with suppress(RuntimeError):  # its loop is closed: it has ended
            loop.call_soon_threadsafe(task.cancel)


def _run(
    loop: asyncio.AbstractEventLoop, task: asyncio.Task[None], told: SimpleQueue[str | BaseException | None]
) -> None:
    try:
        loop.run_until_complete(asyncio.wait([task]))
        loop.run_until_complete(loop.shutdown_asyncgens())
        told.put(None if task.cancelled() else task.exception())
    finally:
        loop.close()


def _client(url: str) -> AsyncOpenAI:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415  a second

    web = DefaultAsyncHttpxClient(
        # A proxy named in the environment would carry away what is meant for this machine. Redirections are not
        # followed: they would carry passages and key to where they lead.
        trust_env=bool(sent_to(url)),
        follow_redirects=False,
        timeout=Timeout(None, connect=CONNECT_SECONDS),
        event_hooks={"request": [_bare]},
    )
    key = os.environ.get(LLM_KEY_VARIABLE, "").strip() or "none"  # the client insists on one
    return AsyncOpenAI(api_key=key, base_url=url, max_retries=0, timeout=web.timeout, http_client=web)


async def _bare(request: Request) -> None:
    for name in [name for name in request.headers if name.lower() not in _HEADERS]:
        del request.headers[name]
    request.headers["user-agent"] = "despatch"  # without one, what guards some providers lets nobody in


async def _patiently(ask: Callable[[], Awaitable[Result]]) -> Result:
    """What an endpoint answers; one that is busy or starting is asked again, twice at most."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415  a second

    for pause in PAUSES_SECONDS:
        try:
            return await ask()
        except APITimeoutError:
            raise  # another five seconds would not help
        except APIConnectionError:
            pass
        except APIStatusError as error:
            if error.status_code not in _PASSING:
                raise
        await asyncio.sleep(pause)
    return await ask()


def _read(chunk: ChatCompletionChunk) -> tuple[str, bool, str]:
    """The text of a piece, whether the model is at work in it, and why it ended there, "" where it goes on."""
    for choice in chunk.choices or ():
        text, ended = choice.delta.content if choice.delta else None, choice.finish_reason
        thought = (choice.delta.model_extra or {}).get("reasoning_content") if choice.delta else None
        said = text if isinstance(text, str) else ""
        return said, bool(said or thought), ended if isinstance(ended, str) else ""
    return "", False, ""


def _broken() -> tuple[type[Exception], ...]:
    """What the client raises where an endpoint fails, or sends what no endpoint should."""
    from openai import OpenAIError  # noqa: PLC0415  a second

    return (OpenAIError, OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError)


def _reason(error: Exception) -> str:
    """What went wrong in a few words; nothing of what an endpoint says of it, which may repeat a key."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415  a second

    if isinstance(error, APITimeoutError):
        return f"no connection within {CONNECT_SECONDS:g} s"
    if isinstance(error, APIConnectionError):
        return "no connection, or it broke"
    if not isinstance(error, APIStatusError):
        return "what it sends is no answer of a model"
    if error.status_code in _REFUSED:
        key = os.environ.get(LLM_KEY_VARIABLE, "").strip()
        return f"it refuses the key in {LLM_KEY_VARIABLE}" if key else f"it wants a key, {LLM_KEY_VARIABLE}"
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "it knows no such model or address"
    code = error.code if isinstance(error.code, str) and _CODE.fullmatch(error.code) else ""
    return f"it answers with HTTP status {error.status_code}{f', {code}' if code else ''}"
