"""The judge: a small cross-encoder that reads a passage beside a question, or a quote beside a statement.

What it is, what it can and what it cannot: docs/judge.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from assistant.errors import JudgeUnavailable
from corpus import Span, sentences
from index import ModelUnavailable, default_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL = Path(__file__).parent / "model" / "judge.int8.onnx"
MODEL_SHA256 = "d7ed172db8507f19a8c356ebe436edeccc8d615d85c661762c6dba7f5de7205d"
# what the judge was trained with; beyond these it has never seen a place
FIRST_TOKENS, SECOND_TOKENS = 64, 256
TITLE_TOKENS = 64  # a longer title leaves no room for the passage
MOST_WINDOWS = 8  # of one text: 2,000 tokens, an eighth of a second; more is a document, not a passage
ANSWER_TOKENS = 24  # the longest answer that the judge was trained to mark
CLS, SEP = 101, 102
OUTPUTS = ("answer_logit", "support_logit", "evidence_logits", "start_logits", "end_logits")


class _Token(NamedTuple):
    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the judge saw in one passage beside one question; all scores are logits, the higher the likelier.

    `answer`: the passage answers the question.
    `span`: its shortest answer, in characters of the passage; None where the passage has no word.
    `span_margin`: how far that stands above "no answer".
    """

    answer: float
    span: Span | None
    span_margin: float
    _starts: np.ndarray
    _ends: np.ndarray
    _evidence: np.ndarray

    def evidence(self, span: Span) -> float | None:
        """How much a stretch of the passage, such as a sentence, belongs to the answer; None where it was not read.

        Args:
            span: in characters of the passage.
        """
        within = (self._starts >= span.start) & (self._ends <= span.end)
        return float(self._evidence[within].mean()) if within.any() else None


class Judge:
    """The loaded model. Safe for many threads at once; a text's scores hang on no other text."""

    def __init__(self, session: Any, tokenizer: Tokenizer) -> None:  # noqa: ANN401  onnxruntime ships no types
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls) -> Self:
        """The judge that is part of Despatch, loaded once for the whole process.

        Raises:
            JudgeUnavailable: its file is missing or is not the one that belongs here.
        """
        session, tokenizer = _loaded(MODEL)
        return cls(session, tokenizer)

    def read(self, question: str, passage: str, title: str = "") -> Reading:
        """Whether and where a passage answers a question.

        Args:
            question: its last `FIRST_TOKENS` tokens count.
            passage: where it is longer than `SECOND_TOKENS` with its title, it is read in windows of whole sentences.
            title: of the document, "" where there is none.
        """
        first, head = self._tokens(question)[-FIRST_TOKENS:], self._tokens(title)[:TITLE_TOKENS]
        readings = [
            _reading(self._run(first, (*head, *window)), len(first) + len(head) + 2, window)
            for window in _windows(passage, self._tokens(passage), SECOND_TOKENS - len(head))
        ]
        best = max(readings, key=lambda one: one.span_margin)
        return Reading(
            max(one.answer for one in readings),
            best.span,
            best.span_margin,
            np.concatenate([one._starts for one in readings]),
            np.concatenate([one._ends for one in readings]),
            np.concatenate([one._evidence for one in readings]),
        )

    def support(self, statement: str, quote: str) -> float:
        """The logit that a quote states a statement; of a long quote, that of its best window."""
        first = self._tokens(statement)[-FIRST_TOKENS:]
        windows = _windows(quote, self._tokens(quote), SECOND_TOKENS)
        return max(float(self._run(first, window)["support_logit"][0]) for window in windows)

    def _tokens(self, text: str) -> list[_Token]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [_Token(number, *place) for number, place in zip(encoding.ids, encoding.offsets, strict=True)]

    def _run(self, first: Sequence[_Token], second: Sequence[_Token]) -> dict[str, np.ndarray]:
        ids = [CLS, *(token.id for token in first), SEP, *(token.id for token in second), SEP]
        types = [0] * (len(first) + 2) + [1] * (len(second) + 1)
        asked = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, len(ids)), np.int64),
            "token_type_ids": np.array([types], np.int64),
        }
        return dict(zip(OUTPUTS, self._session.run(list(OUTPUTS), asked), strict=True))


def judge_at_hand() -> tuple[Judge | None, tuple[str, ...]]:
    """The judge, or None and in a sentence why it cannot be used."""
    try:
        return Judge.load(), ()
    except JudgeUnavailable as error:
        return None, (str(error),)


@lru_cache(1)
def _loaded(model: Path) -> tuple[Any, Tokenizer]:
    import onnxruntime  # noqa: PLC0415  a fifth of a second that a refusal need not pay

    try:
        weights = model.read_bytes()
        tokenizer = default_tokenizer()
    except OSError as error:
        raise JudgeUnavailable(f"its file {model.name} cannot be read: {error.strerror}") from error
    except ModelUnavailable as error:
        raise JudgeUnavailable(f"its tokenizer {error.reason}") from error
    if hashlib.sha256(weights).hexdigest() != MODEL_SHA256:
        raise JudgeUnavailable(f"its file {model.name} is not the one that belongs here")
    options = onnxruntime.SessionOptions()
    # onnxruntime's own threads spin while they wait; passages are read on a thread each instead
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"]), tokenizer


def _windows(text: str, tokens: list[_Token], room: int) -> Iterator[list[_Token]]:
    """The tokens of a text in stretches of at most `room`, at least one, cut between sentences where one fits."""
    if len(tokens) <= room:
        yield tokens
        return
    ends = [span.end for span in sentences(text)]
    for _ in range(MOST_WINDOWS):
        if not tokens:
            return
        reach = tokens[min(room, len(tokens)) - 1].end
        last = max((end for end in ends if tokens[0].start < end <= reach), default=reach)
        window = [token for token in tokens[:room] if token.end <= last]
        yield window
        tokens = tokens[len(window) :]


def _reading(scores: dict[str, np.ndarray], begin: int, window: Sequence[_Token]) -> Reading:
    """What the outputs say of the tokens of a window, which begin at place `begin`."""
    end = begin + len(window)
    starts, ends = scores["start_logits"][0], scores["end_logits"][0]
    none = float(starts[0] + ends[0])
    best, span = 0.0, None
    if window:
        sums = starts[begin:end, None] + ends[None, begin:end]
        allowed = np.triu(np.ones_like(sums, bool)) & ~np.triu(np.ones_like(sums, bool), ANSWER_TOKENS)
        first, last = divmod(int(np.argmax(np.where(allowed, sums, -np.inf))), len(window))
        best, span = float(sums[first, last]), Span(window[first].start, window[last].end)
    return Reading(
        float(scores["answer_logit"][0]),
        span,
        best - none,
        np.array([token.start for token in window]),
        np.array([token.end for token in window]),
        scores["evidence_logits"][0, begin:end],
    )
