"""What a user may set, and where it is read from: flags, environment, one TOML file, defaults.

`SETTINGS` is the one table of names, defaults and help: code, the terminal's help and
docs/command-line.md follow it. The TOML file is `despatch.toml` beside the index (in the folder that
holds the index folder) or, where there is none, in the per-user configuration folder.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import platformdirs

from assistant.errors import InvalidSettings
from assistant.terms import Strictness
from corpus import ReadingOptions, codec
from index import DEFAULT_MODEL, PRECISIONS, InvalidAddress, Precision, checked_address

if TYPE_CHECKING:
    from assistant.models import LanguageModel

APPLICATION = "despatch"
FILE_NAME = "despatch.toml"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860
PORTS = (0, 65535)
LLM_KEY_VARIABLE = "DESPATCH_LLM_KEY"  # no setting: a key belongs into no file and onto no command line
DEFAULT_LLM_SECONDS = 60
LLM_SECONDS = (1, 3_600)
DEFAULT_LLM_CONTEXT = 4_096  # tokens; what Ollama and LM Studio give a model unless they are told otherwise
LLM_CONTEXTS = (2_048, 1_000_000)
MOST_FIGURES = 9  # of a number in a variable; Python reads a very long one for minutes
IN_A_FOLDER = "folder"  # as `vectors`: a folder of the index, not a server

Texts = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]
Value = Path | str | int | Texts | Pairs
Kind = TypeVar("Kind", Path, str, int, tuple[Any, ...])


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: `kind` and `bounds` (both inclusive) say what a value must be, `default` is in words."""

    name: str
    kind: Literal[
        "folder", "text", "number", "passwords", "encodings", "switch", "vectors", "endpoint", "precision", "strictness"
    ]
    default: str
    help: str
    bounds: tuple[int, int] | None = None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"{APPLICATION.upper()}_{self.name.upper()}"


SETTINGS = (
    Setting("index", "folder", "`index` in the per-user data folder of Despatch", "The folder of the index."),
    Setting("corpus", "folder", "the folder that the index records", "The folder of documents that `sync` reads."),
    Setting("model", "text", f"`{DEFAULT_MODEL}`", "The embedding model: a hub name or a local folder."),
    Setting(
        "precision", "precision", "`fp32`", "The precision of a model's weights: `fp32`, or `int8` for half the work."
    ),
    Setting("host", "text", f"`{DEFAULT_HOST}`", "The address that the chat listens on."),
    Setting("port", "number", f"`{DEFAULT_PORT}`", "The port that the chat listens on; 0 takes any free one.", PORTS),
    Setting("passwords", "passwords", "none", "The passwords that `sync` tries on locked files."),
    Setting("encodings", "encodings", "none", "The encodings of text files, by patterns of their paths."),
    Setting("follow_links", "switch", "`false`", "Whether `sync` follows symbolic links, also out of the folder."),
    Setting(
        "vectors",
        "vectors",
        "where they are, at first `folder`",
        "Where `sync` puts the vectors: `folder`, or a Chroma server's address.",
    ),
    Setting(
        "change_documents",
        "switch",
        "`true` where nobody signs in",
        "Whether people may sync, add and remove documents on the chat's page.",
    ),
    Setting("declined", "text", "`The documents don't say.`", "What all languages say where the documents do not."),
    Setting(
        "strictness", "strictness", "`normal`", "How readily a question is declined: `generous`, `normal` or `strict`."
    ),
    Setting("rerank", "text", "none", "A cross-encoder that reads the best 20 passages again: a hub name or a folder."),
    Setting("llm_url", "endpoint", "none", "The OpenAI-compatible endpoint of a language model."),
    Setting("llm", "text", "none", "The language model that writes answers there, by the endpoint's name for it."),
    Setting(
        "llm_timeout", "number", f"`{DEFAULT_LLM_SECONDS}`", "Seconds that it may take for an answer.", LLM_SECONDS
    ),
    Setting(
        "llm_context", "number", f"`{DEFAULT_LLM_CONTEXT}`", "Tokens that question and answer may take.", LLM_CONTEXTS
    ),
    Setting("verifier", "text", "none", "A model that reads what it says beside its quotes: a hub name or a folder."),
    Setting("show_unsupported", "switch", "`false`", "Whether what it says unsupported is shown, struck through."),
)
BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
_WANTED = {
    "folder": "the name of a folder",
    "text": "a text",
    "switch": "true or false",
    "precision": "`fp32` or `int8`",
    "strictness": "`generous`, `normal` or `strict`",
}
_CHOICES: Mapping[str, Texts] = {"precision": PRECISIONS, "strictness": get_args(Strictness)}
_SWITCH = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, folders absolute: `corpus` is None where nobody named a folder, `port` is a TCP port.

    `vectors` is a server's address, "" for a folder of the index, None for where they are; `change_documents`,
    `strictness` (each question may then name its own) and `declined` are None where nobody decided.
    No `repr` shows the passwords.
    """

    index: Path
    corpus: Path | None
    model: str
    precision: Precision
    host: str
    port: int
    passwords: Texts = field(default=(), repr=False)
    encodings: Pairs = ()
    follow_links: bool = False
    vectors: str | None = None
    change_documents: bool | None = None
    declined: str | None = None
    strictness: Strictness | None = None
    rerank: str | None = None
    llm_url: str | None = None
    llm: str | None = None
    llm_timeout: int = DEFAULT_LLM_SECONDS
    llm_context: int = DEFAULT_LLM_CONTEXT
    verifier: str = ""
    show_unsupported: bool = False

    def __post_init__(self) -> None:
        if not PORTS[0] <= self.port <= PORTS[1]:
            raise ValueError(f"a port lies from {PORTS[0]} to {PORTS[1]}, not at {self.port}")

    @property
    def reading(self) -> ReadingOptions:
        """What of them concerns the reading of files."""
        return ReadingOptions(self.passwords, self.encodings, self.follow_links)

    @property
    def language_model(self) -> LanguageModel | None:
        """The language model that writes answers, None where none is named.

        Raises:
            InvalidSettings: a model is named and no endpoint.
        """
        if self.llm is None:
            return None
        if self.llm_url is None:
            raise InvalidSettings("llm", "it names a language model, and llm_url names no endpoint")
        from assistant.models import LanguageModel  # noqa: PLC0415  asyncio loads with it, not for help and errors

        limits = (self.llm_timeout, self.llm_context)
        return LanguageModel(self.llm_url, self.llm, *limits, self.show_unsupported, self.verifier)

    @property
    def has_default_index(self) -> bool:
        """Whether the index lies where it does when nobody names a folder."""
        return self.index == default_index()


def resolve(  # noqa: PLR0913  each keyword is one setting
    *,
    index: Path | str | None = None,
    corpus: Path | str | None = None,
    model: str | None = None,
    host: str | None = None,
    port: int | None = None,
    follow_links: bool | None = None,
    vectors: str | None = None,
    rerank: str | None = None,
    strictness: str | None = None,
) -> Settings:
    """The settings in force: what is given here wins, then the environment, the TOML file, the default.

    A relative folder starts from the current folder; in a TOML file, from that file's own folder.

    Raises:
        InvalidSettings: a variable, a file or a key that cannot be read; the sentence names it.
    """
    checked_port = None if port is None else _number(port, PORTS, "the argument port")
    arguments = {
        **{"index": _path(index), "corpus": _path(corpus), "model": model, "host": host, "port": checked_port},
        "follow_links": follow_links,
        "vectors": None if vectors is None else _vectors(vectors, "the argument vectors"),
        "rerank": rerank or None,
        "strictness": strictness and _checked(BY_NAME["strictness"], strictness, base=Path(), where="the argument"),
    }
    given: dict[str, Value] = {name: value for name, value in arguments.items() if value is not None}
    stronger = (given, _environment(besides=given))
    folder = _index_folder(stronger)
    sources = (*stronger, _stored(folder))
    changes = _first(int, "change_documents", sources)
    chosen_port = _first(int, "port", sources)
    return Settings(
        index=folder,
        corpus=_first(Path, "corpus", sources),
        model=_first(str, "model", sources) or DEFAULT_MODEL,
        precision="int8" if _first(str, "precision", sources) == "int8" else "fp32",
        host=_first(str, "host", sources) or DEFAULT_HOST,
        port=DEFAULT_PORT if chosen_port is None else chosen_port,
        passwords=_first(tuple, "passwords", sources) or (),
        encodings=_first(tuple, "encodings", sources) or (),
        follow_links=bool(_first(int, "follow_links", sources)),
        vectors=_first(str, "vectors", sources),
        change_documents=None if changes is None else bool(changes),
        declined=_first(str, "declined", sources),
        rerank=_first(str, "rerank", sources),
        strictness=next((each for each in get_args(Strictness) if each == _first(str, "strictness", sources)), None),
        llm_url=_first(str, "llm_url", sources),
        llm=_first(str, "llm", sources),
        llm_timeout=_first(int, "llm_timeout", sources) or DEFAULT_LLM_SECONDS,
        llm_context=_first(int, "llm_context", sources) or DEFAULT_LLM_CONTEXT,
        verifier=_first(str, "verifier", sources) or "",
        show_unsupported=bool(_first(int, "show_unsupported", sources)),
    )


def default_index() -> Path:
    """Where the index lies when nobody named a folder: in the per-user data folder."""
    return Path(platformdirs.user_data_dir(APPLICATION)) / "index"


def bundled_corpus() -> Path:
    """The folder of the bundled example documents, to be read only."""
    return Path(str(files("corpus"))) / "documents"


def _path(folder: Path | str | None) -> Path | None:
    return None if folder is None else Path(folder).absolute()


def _first(kind: type[Kind], name: str, sources: Iterable[Mapping[str, Value]]) -> Kind | None:
    values = (source[name] for source in sources if name in source)
    return next((value for value in values if isinstance(value, kind)), None)


def _environment(*, besides: Mapping[str, Value]) -> dict[str, Value]:
    """What the variables say about settings that no flag has decided; an empty variable says nothing."""
    found: dict[str, Value] = {}
    for setting in SETTINGS:
        text = os.environ.get(setting.variable, "")
        if text and setting.name not in besides:
            found[setting.name] = _checked(setting, _told(setting, text), base=Path(), where=setting.variable)
    return found


def _told(setting: Setting, text: str) -> object:
    """What a variable says, as a TOML file would; of several values each stands on a line."""
    lines = [line for line in text.split("\n") if line]
    match setting.kind:
        case "number" if text.isascii() and text.isdigit() and len(text) <= MOST_FIGURES:
            return int(text)
        case "switch":
            return _SWITCH.get(text.lower(), text)
        case "passwords":
            return lines
        case "encodings":
            parted = (line.rpartition("=") for line in lines)
            return {pattern.strip(): encoding.strip() for pattern, _, encoding in parted}
    return text


def _index_folder(stronger: Iterable[Mapping[str, Value]]) -> Path:
    named = _first(Path, "index", stronger)
    return named or _first(Path, "index", (_toml(_user_file()) or {},)) or default_index()


def _user_file() -> Path:
    return Path(platformdirs.user_config_dir(APPLICATION)) / FILE_NAME


def _stored(index: Path) -> dict[str, Value]:
    """The one TOML file that counts: the one beside the index, else the user's own."""
    beside, own = index.parent / FILE_NAME, _user_file()
    settings = _toml(beside)
    if settings is None:
        return _toml(own) or {}
    if "index" in settings and beside.resolve() != own.resolve():
        raise InvalidSettings(f"{beside} under index", "the file beside an index cannot name the index")
    return settings


def _toml(file: Path) -> dict[str, Value] | None:
    """The settings in a file, None where there is no such file."""
    try:
        stored = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InvalidSettings(str(file), error.strerror or "the file cannot be opened") from error
    except UnicodeDecodeError as error:
        raise InvalidSettings(str(file), "the file is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(str(file), f"it is not TOML: {error}") from error
    return {name: _stored_value(file, name, value) for name, value in stored.items()}


def _stored_value(file: Path, name: str, value: object) -> Value:
    if name not in BY_NAME:
        raise InvalidSettings(f"{file} under {name}", f"there is no such setting; there are {', '.join(BY_NAME)}")
    return _checked(BY_NAME[name], value, base=file.parent, where=f"{file} under {name}")


def _checked(setting: Setting, value: object, *, base: Path, where: str) -> Value:
    match setting.kind:
        case "number" if setting.bounds:
            return _number(value, setting.bounds, where)
        case "switch" if isinstance(value, bool):
            return value
        case "passwords":
            return _passwords(value, where)
        case "encodings":
            return _encodings(value, where)
        case "vectors":
            return _vectors(value, where)
        case "endpoint":
            return _endpoint(value, where)
        case "folder" if _is_text(value):
            return _folder(str(value), base, where)
        case "precision" | "strictness" if value in _CHOICES[setting.kind]:
            return str(value)
        case "text" if _is_text(value):
            return str(value)
    raise InvalidSettings(where, f"{value!r} is not {_WANTED[setting.kind]}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != "" and "\0" not in value


def _passwords(value: object, where: str) -> Texts:
    if not isinstance(value, list) or not all(map(_is_text, value)):
        raise InvalidSettings(where, 'it is not a list of texts such as ["one", "two"]')  # and shown nowhere
    return tuple(value)


def _encodings(value: object, where: str) -> Pairs:
    pairs = []
    for pattern, encoding in value.items() if isinstance(value, dict) else [("", value)]:
        if not _is_text(pattern) or not isinstance(encoding, str):
            raise InvalidSettings(
                where, f'{value!r} does not give patterns their encodings, such as "old/**" = "cp1251"'
            )
        if codec(encoding) is None:
            raise InvalidSettings(where, f"there is no encoding {encoding!r}; `cp1251` is one")
        pairs.append((pattern, encoding))
    return tuple(pairs)


def _number(value: object, bounds: tuple[int, int], where: str) -> int:
    # To Python True is an integer; to a user it is no number.
    if not isinstance(value, int) or isinstance(value, bool) or not bounds[0] <= value <= bounds[1]:
        raise InvalidSettings(where, f"{value!r} is not a whole number from {bounds[0]} to {bounds[1]}")
    return value


def _vectors(value: object, where: str) -> str:
    return "" if value == IN_A_FOLDER else _address(value, where, checked_address)


def _endpoint(value: object, where: str) -> str:
    address = _address(value, where, partial(checked_address, key_variable=LLM_KEY_VARIABLE))
    # servers tell their address without the path that every OpenAI-compatible one has
    return address if urlsplit(address).path else f"{address}/v1"


def _address(value: object, where: str, checked: Callable[[str], str]) -> str:
    try:
        return checked(str(value))
    except InvalidAddress as error:
        raise InvalidSettings(where, f"{error.address!r} is no address of a server: {error.reason}") from error


def _folder(value: str, base: Path, where: str) -> Path:
    try:
        return (base / Path(value).expanduser()).absolute()
    except RuntimeError as error:
        raise InvalidSettings(where, f"the home folder in {value!r} is unknown") from error
