"""How often the words that stand out in a sentence are the answer.

    python -m tests.benchmarks.emphasis SETS_FOLDER [SET] [MOST]

The sentence that holds a question's answer is read as a statement of an answer is; what stands out in it is compared
with the answers as they are written, letters and figures alone.
"""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

from assistant import read_set
from assistant.emphasis import MOST_WORDS, SURE
from assistant.evaluation.judged import JudgedQuestion
from assistant.judge import Judge
from corpus import sentences

SET, MOST = "squad2_dev_half", 400
LIMITS = (-4.0, SURE, 0.0, 2.0, 4.0)  # margins of the judge


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())


def stated(question: JudgedQuestion, text: str) -> str:
    """The sentences of a document in which a question's evidence stands."""
    place = question.evidence[0]
    held = [each for each in sentences(text) if each.start < place.end and place.start < each.end]
    return text[held[0].start : held[-1].end] if held else ""


def main() -> None:
    folder = Path(sys.argv[1]) / (sys.argv[2] if len(sys.argv) > 2 else SET)
    judged, judge = read_set(folder), Judge.load()
    documents = {each.id: each for each in judged.documents or ()}
    questions = [each for each in judged.questions if each.answerable and each.answers and each.evidence]
    random.Random(3).shuffle(questions)
    rows: list[tuple[float, bool, bool]] = []
    for question in questions[: int(sys.argv[3]) if len(sys.argv) > 3 else MOST]:
        document = documents[question.evidence[0].document]
        sentence = stated(question, document.text)
        reading = judge.read(question.text, sentence, document.title)
        if reading.span is None or len((words := reading.span.of(sentence)).split()) > MOST_WORDS:
            rows.append((float("-inf"), False, False))
            continue
        answers = [plain(each) for each in question.answers]
        holds = any(each and each in plain(words) for each in answers)
        rows.append((reading.span_margin, holds, holds or any(plain(words) in each for each in answers)))
    for limit in LIMITS:
        marked = [row for row in rows if row[0] >= limit]
        share = [sum(row[place] for row in marked) / len(marked) for place in (1, 2)]
        print(
            f"margin {limit:+.0f}: marked {len(marked) / len(rows):.2f}, hold {share[0]:.2f}, or within {share[1]:.2f}"
        )


if __name__ == "__main__":
    main()
