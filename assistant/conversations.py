"""Conversations, kept beside the index that answered them: one SQLite file, `conversations.db` in its folder.

docs/chat.md holds the schema, for those who query it themselves. What is deleted is overwritten, so that no byte of it
stays in the file.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from assistant.answer_json import renamed, without
from assistant.errors import ConversationsUnusable, UnknownConversation
from assistant.followups import encodable

FILE = "conversations.db"
VERSION = 1
LISTED = 200  # conversations of one list; more are asked for, or found by searching
ID_BYTES = 16  # 128 random bits: who has a link has the conversation, and nobody guesses one
TITLE_CHARACTERS = 80
COMMENT_CHARACTERS = 2_000
BUSY_SECONDS = 10.0  # what another process's change may take

Ending = Literal["done", "stopped", "failed"]

_SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    title TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    asked TEXT NOT NULL,
    question TEXT NOT NULL,
    filter TEXT,
    ending TEXT NOT NULL CHECK (ending IN ('done', 'stopped', 'failed')),
    answer TEXT,
    error TEXT NOT NULL,
    helpful INTEGER CHECK (helpful IN (0, 1)),
    comment TEXT NOT NULL
) STRICT;
CREATE INDEX exchanges_of ON exchanges (conversation, number);
"""
_COLUMNS = "id, conversation, asked, question, filter, ending, answer, error, helpful, comment"


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A line of the list of conversations.

    `user` is who asked, "" where nobody signs in; `asked` is when the last question was put.
    """

    id: str
    user: str
    title: str
    asked: datetime
    exchanges: int


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """A question and what was answered.

    `answer` is as `despatch ask --json` writes it, with `searched`, `seconds` and the `unused` passages; None where
    there was none (the `error` says why), or where it was erased with a forgotten document. `where` is the filter it
    was asked with, `helpful` and `comment` what a reader thought of it.
    """

    id: str
    conversation: str
    asked: datetime
    question: str
    where: str | None
    ending: Ending
    answer: Mapping[str, Any] | None
    error: str = ""
    helpful: bool | None = None
    comment: str = ""


class Conversations:
    """The conversations of one index. Safe for many threads and processes at once; the file is made when first needed.

    Every method raises `ConversationsUnusable` where the file cannot be read or written.

    Args:
        index: the index's folder.
        user: whose conversations these are: no others are seen or changed. None is everyone's, for their owner.
    """

    def __init__(self, index: Path, user: str | None = None) -> None:
        self.file = index / FILE
        self.user = user

    def of(self, user: str) -> Conversations:
        """Those of one user alone."""
        return Conversations(self.file.parent, user)

    @property
    def _mine(self) -> str:
        """The condition that an id of a conversation is of one of these."""
        return "conversation IN (SELECT id FROM conversations WHERE ?1 IS NULL OR user = ?1)"

    def listed(self, search: str = "", *, limit: int = LISTED) -> tuple[KeptConversation, ...]:
        """Those in whose title, questions or answers every word of `search` stands, the last asked first."""
        words = [encodable(word).casefold() for word in search.split()]
        said = "folded(c.title || char(10) || group_concat(e.question || char(10) || text_of(e.answer)))"
        holds = "".join(f" AND instr({said}, ?)" for _ in words)
        with self._opened() as file:
            rows = file.execute(
                "SELECT c.id, c.user, c.title, max(e.asked), count(*) FROM conversations c "
                "JOIN exchanges e ON e.conversation = c.id WHERE ?1 IS NULL OR c.user = ?1 GROUP BY c.id "
                f"HAVING 1{holds} ORDER BY max(e.number) DESC LIMIT ?",
                (self.user, *words, limit),
            ).fetchall()
        return tuple(KeptConversation(row[0], row[1], row[2], datetime.fromisoformat(row[3]), row[4]) for row in rows)

    def title(self, conversation: str) -> str:
        """The title of a conversation.

        Raises:
            UnknownConversation: there is none of that id.
        """
        with self._opened() as file:
            row = file.execute(
                "SELECT title FROM conversations WHERE id = ?2 AND (?1 IS NULL OR user = ?1)",
                (self.user, encodable(conversation)),
            ).fetchone()
        if row is None:
            raise UnknownConversation(conversation)
        return str(row[0])

    def exchanges(self, conversation: str) -> tuple[KeptExchange, ...]:
        """The exchanges of a conversation, oldest first; none where there is no such conversation."""
        return self._exchanges("conversation = ?2", encodable(conversation))

    def exchange(self, exchange: str) -> KeptExchange | None:
        """One exchange, or None."""
        return next(iter(self._exchanges("id = ?2", encodable(exchange))), None)

    def rated(self) -> tuple[KeptExchange, ...]:
        """Every exchange that a reader found helpful or not, oldest first."""
        return self._exchanges("(helpful IS NOT NULL OR comment <> '')")

    def keep(self, exchange: KeptExchange, *, instead_of: str = "") -> None:
        """Keep an exchange at the end of its conversation, which begins with it where there is none yet.

        Args:
            exchange: whatever it holds that is no text (half characters) is kept as "?".
            instead_of: the id of an exchange of that conversation that it replaces, with all after it.

        Raises:
            UnknownConversation: it is another user's.
        """
        written = None if exchange.answer is None else _written(exchange.answer)
        with self._changed(erases=bool(instead_of)) as file:
            file.execute(
                "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (exchange.conversation, self.user or "", title_of(exchange.question)),
            )
            self._owned(file, exchange.conversation)
            file.execute(
                "DELETE FROM exchanges WHERE conversation = ?1 AND number >= "
                "(SELECT number FROM exchanges WHERE conversation = ?1 AND id = ?2)",
                (exchange.conversation, encodable(instead_of)),
            )
            where = None if exchange.where is None else encodable(exchange.where)
            file.execute(
                f"INSERT INTO exchanges ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(exchange.id, exchange.conversation, _told(exchange.asked), encodable(exchange.question), where),
                    *(exchange.ending, written, encodable(exchange.error), exchange.helpful, exchange.comment),
                ),
            )

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title, the first 80 characters of what is given.

        Raises:
            UnknownConversation: there is none of that id.
        """
        with self._changed() as file:
            self._owned(file, conversation)
            file.execute("UPDATE conversations SET title = ? WHERE id = ?", (title_of(title), encodable(conversation)))

    def delete(self, conversation: str) -> None:
        """Delete a conversation so that no byte of it stays in the file.

        Raises:
            UnknownConversation: there is none of that id.
        """
        with self._changed(erases=True) as file:
            self._owned(file, conversation)
            file.execute("DELETE FROM conversations WHERE id = ?", (encodable(conversation),))

    def rate(self, exchange: str, helpful: bool | None, comment: str) -> bool:
        """Note whether an answer was helpful (None: nobody says) and what was said to it; False where there is none."""
        with self._changed(erases=True) as file:
            done = file.execute(
                f"UPDATE exchanges SET helpful = ?2, comment = ?3 WHERE id = ?4 AND {self._mine}",
                (self.user, helpful, encodable(comment.strip()[:COMMENT_CHARACTERS]), encodable(exchange)),
            )
        return bool(done.rowcount)

    def forget(self, document: str) -> int:
        """Erase a document from every answer, whosever it is: its quotes, its passages, the statements that cite it.

        Args:
            document: the id of a file; what is attached to it goes with it.

        Returns:
            How many answers held something of it. No byte of that stays in the file.
        """
        return self._rewritten(lambda answer: without(answer, document), erases=True)

    def rename_corpus(self, name: str, new_name: str) -> None:
        """Call one of several corpora that these conversations are with by another name."""
        self._rewritten(lambda answer: renamed(answer, name, new_name), erases=False)

    def _rewritten(self, change: Callable[[dict[str, Any]], dict[str, Any] | None], *, erases: bool) -> int:
        """Change every answer, whosever it is; None erases it. Returns how many have changed."""
        if not self.file.exists():
            return 0
        changed = 0
        with self._changed(erases=erases) as file:
            for exchange, answer in file.execute(
                "SELECT id, answer FROM exchanges WHERE answer IS NOT NULL"
            ).fetchall():
                before = json.loads(answer)
                after = change(before)
                if after != before:
                    changed += 1
                    written = None if after is None else _written(after)
                    file.execute("UPDATE exchanges SET answer = ? WHERE id = ?", (written, exchange))
        return changed

    def _exchanges(self, condition: str, *values: str) -> tuple[KeptExchange, ...]:
        with self._opened() as file:
            rows = file.execute(
                f"SELECT {_COLUMNS} FROM exchanges WHERE {condition} AND {self._mine} ORDER BY number",
                (self.user, *values),
            )
            return tuple(_exchange(row) for row in rows)

    def _owned(self, file: sqlite3.Connection, conversation: str) -> None:
        row = file.execute("SELECT user FROM conversations WHERE id = ?", (encodable(conversation),)).fetchone()
        if row is None or self.user not in (None, row[0]):
            raise UnknownConversation(conversation)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection; where nothing is kept yet, to an empty database in memory."""
        try:
            with closing(_connected(self.file if self.file.exists() else None)) as file:
                yield file
        except (sqlite3.Error, json.JSONDecodeError) as error:
            raise ConversationsUnusable(str(self.file), str(error)) from error

    @contextmanager
    def _changed(self, *, erases: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection and one transaction around what is done with it."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.file, os.O_CREAT, 0o600))  # what people asked is not for the machine's other users
            with closing(_connected(self.file)) as file:
                file.execute("BEGIN IMMEDIATE")
                try:
                    yield file
                    file.execute("COMMIT")
                except BaseException:
                    if file.in_transaction:  # a full disk may have rolled it back already
                        file.execute("ROLLBACK")
                    raise
                if erases:
                    # deleted rows are zeroed where they lay; written anew, nothing is left of where they lay before
                    file.execute("VACUUM")
                    file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except (sqlite3.Error, OSError, json.JSONDecodeError) as error:
            raise ConversationsUnusable(str(self.file), str(error)) from error


def new_id() -> str:
    """An id for a conversation or an exchange, which cannot be guessed."""
    return secrets.token_urlsafe(ID_BYTES)


def title_of(question: str) -> str:
    """What a conversation is called that begins with that question: its first line, cut between words."""
    line = " ".join(encodable(question).split()) or "Untitled"
    if len(line) <= TITLE_CHARACTERS:
        return line
    return (line[:TITLE_CHARACTERS].rpartition(" ")[0] or line[:TITLE_CHARACTERS]) + "…"


def said_before(exchanges: Sequence[KeptExchange]) -> list[dict[str, str]]:
    """Earlier exchanges as the history of a question."""
    turns = ((("user", each.question), ("assistant", each.answer["text"] if each.answer else "")) for each in exchanges)
    return [{"role": role, "text": text} for pair in turns for role, text in pair if text]


def _connected(path: Path | None) -> sqlite3.Connection:
    file = sqlite3.connect(
        ":memory:" if path is None else path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in ("journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON"):
            file.execute(f"PRAGMA {pragma}").fetchone()
        file.create_function("folded", 1, str.casefold, deterministic=True)
        file.create_function("text_of", 1, _text_of, deterministic=True)
        if file.execute("PRAGMA user_version").fetchone()[0] == 0:
            _make(file)
    except sqlite3.Error:
        file.close()
        raise
    return file


def _make(file: sqlite3.Connection) -> None:
    """Make the tables, once, whoever else wants to at the same time."""
    file.execute("BEGIN IMMEDIATE")
    if file.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in _SCHEMA.split(";"):
            file.execute(statement)
        file.execute(f"PRAGMA user_version = {VERSION}")
    file.execute("COMMIT")


def _exchange(row: Sequence[Any]) -> KeptExchange:
    exchange, conversation, asked, question, where, ending, answer, error, helpful, comment = row
    return KeptExchange(
        exchange,
        conversation,
        datetime.fromisoformat(asked),
        question,
        where,
        ending,
        None if answer is None else json.loads(answer),
        error,
        None if helpful is None else bool(helpful),
        comment,
    )


def _text_of(answer: str | None) -> str:
    return "" if answer is None else str(json.loads(answer).get("text", ""))


def _written(answer: Mapping[str, Any]) -> str:
    # half of a surrogate pair (a file name that is not UTF-8) has no UTF-8; `\udc80` is its escape in JSON too
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
