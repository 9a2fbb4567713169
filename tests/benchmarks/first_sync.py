"""CPU and peak memory of a first sync beside langchain's indexing API and LlamaIndex's ingestion pipeline.

    python -m tests.benchmarks.first_sync SETS_FOLDER [CHARACTERS [SET ...]]

Needs `pip install langchain-chroma langchain-huggingface langchain-classic langchain-text-splitters
llama-index-vector-stores-chroma llama-index-embeddings-huggingface`. Every system is a process of its own over one
folder of text files, with the same weights and Chroma; langchain splits at 1,000 characters with 200 of overlap, as its
documentation does, LlamaIndex as it comes. Tokens are counted by the model's tokenizer over the texts that each one
embedded, as far as the model reads them. CPU is user and system time, child processes included. "Net" is less what the
same process takes for one file of one sentence: imports, the model, an empty store. The model is compiled before.
Memory is the most that the process and its descendants held together at one time, looked at ten times
a second (Linux only). CHARACTERS of each set's documents are drawn with a fixed seed.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from tokenizers import Tokenizer

from assistant import read_set
from index import DEFAULT_MODEL
from index.embedding import OnnxEmbedder, locate, open_embedder
from tests.benchmarks.precision import cache, int8_by_default

SETS = ("us_diplomatic_history", "covidqa", "scifact")
SEED = 11
PAUSE_SECONDS = 0.1
PARENT, RESIDENT = 1, 21  # fields of /proc/PID/stat after the name

# argv: folder of files, folder to write to, folder of the model. Whatever is embedded is noted in `embedded.jsonl`
FRAME = """
import json, sys
from pathlib import Path
corpus, target, weights = map(Path, sys.argv[1:])
noted = (target / "embedded.jsonl").open("w", encoding="utf-8")
def note(owner, method):
    inner = getattr(owner, method)
    def noting(self, texts, *args, **options):
        noted.writelines(json.dumps(text) + "\\n" for text in ([texts] if isinstance(texts, str) else texts))
        return inner(self, texts, *args, **options)
    setattr(owner, method, noting)
{body}
noted.close()
"""
DESPATCH = """
from index import DEFAULT_MODEL, sync
from index.embedding import OnnxEmbedder
note(OnnxEmbedder, "embed")
sync(corpus, target / "index", model=DEFAULT_MODEL)
"""
LANGCHAIN = """
from langchain_chroma import Chroma
from langchain_classic.indexes import SQLRecordManager
from langchain_core.documents import Document
from langchain_core.indexing import index
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer
note(SentenceTransformer, "encode")
model = HuggingFaceEmbeddings(model_name=str(weights), model_kwargs={"device": "cpu"})
store = Chroma("passages", model, persist_directory=str(target / "chroma"))
records = SQLRecordManager("passages", db_url=f"sqlite:///{target / 'records.db'}")
records.create_schema()
documents = [
    Document(page_content=path.read_text(encoding="utf-8"), metadata={"source": path.name})
    for path in sorted(corpus.iterdir())
]
pieces = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
index(pieces, records, store, cleanup="full", source_id_key="source", key_encoder="sha256")
"""
LLAMA_INDEX = """
import chromadb
from llama_index.core import SimpleDirectoryReader
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore
from sentence_transformers import SentenceTransformer
note(SentenceTransformer, "encode")
model = HuggingFaceEmbedding(model_name=str(weights), device="cpu")
collection = chromadb.PersistentClient(str(target / "chroma")).create_collection("passages", embedding_function=None)
pipeline = IngestionPipeline(
    transformations=[SentenceSplitter(), model],
    docstore=SimpleDocumentStore(),
    vector_store=ChromaVectorStore(chroma_collection=collection),
)
pipeline.run(documents=SimpleDirectoryReader(str(corpus)).load_data())
pipeline.persist(str(target / "pipeline"))
"""
SYSTEMS = {
    "despatch fp32": DESPATCH,
    "despatch int8": DESPATCH,
    "langchain": LANGCHAIN,
    "LlamaIndex": LLAMA_INDEX,
}
QUIET = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}


@dataclass(frozen=True)
class Cost:
    texts: int
    tokens: int
    cpu: float
    wall: float
    peak: int


def write(folder: Path, into: Path, characters: int) -> None:
    documents, held = list(read_set(folder).documents), 0
    random.Random(SEED).shuffle(documents)
    into.mkdir()
    for number, document in enumerate(documents, start=1):
        if held + len(document.text) <= characters:
            text = f"{document.title}\n\n{document.text}" if document.title else document.text
            (into / f"{number:06}.txt").write_text(text, encoding="utf-8", newline="")
            held += len(document.text)


def resident(pid: int) -> int:
    """Bytes of memory that a process and its descendants hold, pages that they share counted in each."""
    pages, children = {}, defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pages[int(path.parent.name)] = int(fields[RESIDENT])
        children[int(fields[PARENT])].append(int(path.parent.name))
    held, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        held += pages.get(one, 0)
        waiting += children[one]
    return held * os.sysconf("SC_PAGE_SIZE")


def cost(system: str, corpus: Path, measure: Tokenizer, limit: int) -> Cost:
    with tempfile.TemporaryDirectory() as scratch:
        script, target = FRAME.replace("{body}", SYSTEMS[system]), Path(scratch)
        started = time.monotonic()
        child = Popen([sys.executable, "-c", script, str(corpus), scratch, str(locate(DEFAULT_MODEL))])
        peak, pid = 0, 0
        while not pid:
            peak = max(peak, resident(child.pid))
            time.sleep(PAUSE_SECONDS)
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"{system} ended with {child.returncode}")
        texts = [json.loads(line) for line in (target / "embedded.jsonl").read_text(encoding="utf-8").splitlines()]
        tokens = sum(min(len(found.ids), limit) for found in measure.encode_batch(texts, add_special_tokens=False))
        return Cost(len(texts), tokens, used.ru_utime + used.ru_stime, wall, peak >> 20)


def main(sets: Path, characters: int, names: tuple[str, ...]) -> None:
    os.environ |= QUIET
    embedder = open_embedder(DEFAULT_MODEL)
    assert isinstance(embedder, OnnxEmbedder)
    measure, limit = embedder.measure, embedder.max_tokens - 2
    assert isinstance(measure, Tokenizer)
    with tempfile.TemporaryDirectory() as scratch:
        int8, one, starts = Path(scratch) / "cache", Path(scratch) / "one", {}
        int8_by_default(int8)
        one.mkdir()
        (one / "one.txt").write_text("The lamps on the quay are lit at dusk.", encoding="utf-8")
        print("start-up, one sentence:          CPU s  wall s  peak MiB")
        for system in SYSTEMS:
            with cache(int8 if system.endswith("int8") else None):
                starts[system] = cost(system, one, measure, limit)
            print(
                f"  {system:28} {starts[system].cpu:7.1f} {starts[system].wall:7.1f} {starts[system].peak:9}",
                flush=True,
            )
        for name in names:
            corpus = Path(scratch) / name
            write(sets / name, corpus, characters)
            compare(f"{name}, {len(list(corpus.iterdir()))} files", corpus, int8, starts, (measure, limit))


def compare(title: str, corpus: Path, int8: Path, starts: dict[str, Cost], counting: tuple[Tokenizer, int]) -> None:
    print(f"{title}\n  {'':16}  texts  tokens  CPU ms/1,000 tokens   net  wall s  peak MiB", flush=True)
    whole, net, peaks = {}, {}, {}
    for system in SYSTEMS:
        with cache(int8 if system.endswith("int8") else None):
            found = cost(system, corpus, *counting)
        whole[system] = found.cpu * 1e6 / found.tokens
        net[system] = (found.cpu - starts[system].cpu) * 1e6 / found.tokens
        peaks[system] = found.peak
        print(
            f"  {system:16} {found.texts:6} {found.tokens:7} {whole[system]:19.0f} {net[system]:7.0f} "
            f"{found.wall:7.0f} {found.peak:9}",
            flush=True,
        )
    for system in ("despatch fp32", "despatch int8"):
        ratios = [column[system] / min(column["langchain"], column["LlamaIndex"]) for column in (whole, net, peaks)]
        print(f"  {system} of the better: CPU {ratios[0]:.2f}, net {ratios[1]:.2f}, peak {ratios[2]:.2f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int((sys.argv[2:] or [10_000_000])[0]), tuple(sys.argv[3:]) or SETS)
