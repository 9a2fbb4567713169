"""Who is asking: the name behind a key or a signed-in browser, and how often each may ask."""

from __future__ import annotations

import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Protocol

from ui.access import NAME, Entries, HostRefused, is_password, key_hash
from ui.rules import Proxy, Rules

COOKIE = "despatch_session"
WHO = "who"  # in a request's state: who asks, as the guard found out
SESSION_SECONDS = 12 * 60 * 60  # a working day; then one signs in again
MOST_SESSIONS = 10_000  # some 300 bytes each; beyond it the oldest end
ASKED_A_MINUTE = 300  # requests of one key or user; a person sends some ten, a careful program waits for its answers
TRIED_IN_A_MINUTE = 10  # passwords for one name
NOBODY = "scrypt$AAAAAAAAAAAAAAAAAAAAAA==$"  # no password's hash; tried for unknown names, so that time tells nothing


class Allowance:
    """So many times a minute for each name, evenly refilled; safe for many threads."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> bool:
        """Whether the name may once more; it is counted."""
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(name, (float(self._most), now))
            left = min(float(self._most), left + (now - then) * self._most / 60)
            self._left[name] = (left - 1 if left >= 1 else left, now)
            while len(self._left) > MOST_SESSIONS:
                self._left.popitem(last=False)
            return left >= 1


@dataclass(frozen=True, slots=True)
class _Session:
    user: str
    secret: str  # of the user when he signed in: another password ends the session
    until: float


class Access:
    """Who may ask of one server.

    Args:
        keys: of programs.
        users: people with passwords.
        rules: which corpus who may read; None is every known one, everything.
        beyond: whether other machines may reach the server.
    """

    def __init__(
        self,
        keys: Entries,
        users: Entries,
        *,
        beyond: bool,
        rules: Rules | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._users = users
        self._rules = rules
        self.beyond = beyond
        self._clock = clock
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._lock = threading.Lock()
        self._trying = threading.Lock()  # one password at a time: each takes 32 MiB and a core
        self._tries = Allowance(TRIED_IN_A_MINUTE, clock)
        self._asked = Allowance(ASKED_A_MINUTE, clock)

    @property
    def page_is_closed(self) -> bool:
        """Whether the page asks people to sign in."""
        return self.beyond or self.proxy is not None or bool(self._users.all())

    @property
    def proxy(self) -> Proxy | None:
        """What signs people in before they come here, None for nothing."""
        return None if self._rules is None else self._rules.proxy

    @property
    def api_is_closed(self) -> bool:
        """Whether programs need a key."""
        return self.page_is_closed or bool(self._keys.all())

    @property
    def audit(self) -> Path | None:
        """Where it is noted who did what, None for nowhere."""
        return None if self._rules is None else self._rules.audit

    @property
    def page(self) -> str:
        """Where a proxy serves the page, "" for where the server does."""
        return "" if self._rules is None else self._rules.page

    def who(self, headers: Mapping[bytes, str], peer: str = "") -> str | None:
        """The key or user behind a request, None for nobody known.

        Args:
            headers: of the request, their names in lower case.
            peer: the address that it came from: what a named proxy says there counts.
        """
        scheme, _, key = headers.get(b"authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            hashed = key_hash(key.strip())
            return next((f"key {each.name}" for each in self._keys.all().values() if each.secret == hashed), None)
        proxy = self.proxy
        if proxy is not None and proxy.header in headers and proxy.is_at(peer):
            named = headers[proxy.header]
            return f"user {named}" if NAME.fullmatch(named) else None
        session = self._session(headers.get(b"cookie", ""))
        return None if session is None else f"user {session.user}"

    def may_read(self, who: str | None, corpus: str) -> bool:
        """Whether someone, None being whoever is not known, may read a corpus.

        Where nobody is asked for a name there is nobody to tell apart, and everything is open.

        Raises:
            AccessUnreadable: the files that say so cannot be read.
        """
        if who is None:
            return not self.page_is_closed
        return self._rules is None or self._rules.may_read(who, corpus)

    def gives_originals(self, corpus: str) -> bool:
        """Whether who may read a corpus may download its files; errors are those of `may_read`."""
        return self._rules is not None and self._rules.gives_originals(corpus)

    def may_ask(self, who: str) -> bool:
        """Whether someone has asked seldom enough; this time is counted."""
        return self._asked.take(who)

    def sign_in(self, user: str, password: str) -> str | None:
        """A token for a new session, None where name and password do not belong together or were tried too often."""
        if not self._tries.take(user):
            return None
        kept = self._users.all().get(user)
        with self._trying:
            right = is_password(password, kept.secret if kept else NOBODY)
        if kept is None or not right:
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[key_hash(token)] = _Session(user, kept.secret, self._clock() + SESSION_SECONDS)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return token

    def sign_out(self, headers: Mapping[bytes, str]) -> None:
        """End the session that the headers name, if any."""
        with self._lock:
            self._sessions.pop(key_hash(_token(headers.get(b"cookie", ""))), None)

    def _session(self, cookie: str) -> _Session | None:
        with self._lock:
            session = self._sessions.get(key_hash(_token(cookie)))
        if session is None or session.until < self._clock():
            return None
        user = self._users.all().get(session.user)
        return session if user is not None and user.secret == session.secret else None


class Asking(Protocol):
    """A request as Starlette gives it, or as Gradio wraps it: Gradio's own answers to the same names."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers."""

    @property
    def query_params(self) -> Mapping[str, str]:
        """What stands in its address, or in that of the page."""

    @property
    def state(self) -> object:
        """What the guard found out."""


def who_asks(asking: Asking) -> str | None:
    """The key or user behind a request that the guard let through, None for nobody known."""
    return getattr(asking.state, WHO, None)


def who_may_ask(host: str) -> Access:
    """The keys and users of this machine, for a server that listens on that address.

    Raises:
        HostRefused: other machines could reach it, and there are none.
        AccessUnreadable: the files that hold them cannot be read.
    """
    keys, users, rules = Entries("key"), Entries("user"), Rules()
    beyond, signing_in = not _is_loopback(host), bool(users.all()) or rules.proxy is not None
    if beyond and not (keys.all() or signing_in):
        raise HostRefused(host)
    # where people sign in on this machine, a proxy may stand before it, with a name of its own
    return Access(keys, users, beyond=beyond or signing_in, rules=rules)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _token(cookie: str) -> str:
    try:
        morsel = SimpleCookie(cookie).get(COOKIE)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value
