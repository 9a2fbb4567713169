"""How a person wants to be answered, kept in the browser, as far as whoever runs the server leaves it open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from assistant import LANGUAGES, Assistant, Strictness
from ui.shapes import Shape
from ui.wording import choices, words_for, words_in

Answers = Literal["quoted", "written", "search"]  # in the documents' words, in a language model's, or passages alone
PASSAGES = (6, 12, 24)  # to be searched for; six are read sentence by sentence whatever is chosen
USUAL_PASSAGES = 12
THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Choices:
    """How questions are answered from now on."""

    answers: Answers = "quoted"
    strictness: Strictness = "normal"
    passages: int = USUAL_PASSAGES


def chosen(headers: Mapping[str, str], desk: Assistant) -> Choices:
    """What was chosen in the browser that sent these headers; what cannot be had there takes its default."""
    kept = choices(headers)
    answers = kept.get("answers")
    if answers not in get_args(Answers) or (answers == "written" and desk.model is None):
        answers = "quoted" if desk.model is None else "written"
    strictness = desk.strictness or kept.get("strictness")
    passages = kept.get("passages", "")
    return Choices(
        cast("Answers", answers),
        cast("Strictness", strictness) if strictness in get_args(Strictness) else "normal",
        int(passages) if passages in map(str, PASSAGES) else USUAL_PASSAGES,
    )


def offered(headers: Mapping[str, str], desk: Assistant) -> Shape:
    """What the page's settings show: each with its value and what else there is, and whether it is `fixed`."""
    now = chosen(headers, desk)
    theme = choices(headers).get("theme")
    return {
        "answers": {"value": now.answers, "model": "" if desk.model is None else desk.model.name},
        "strictness": {
            "value": now.strictness, "options": get_args(Strictness), "fixed": desk.strictness is not None
        },
        "passages": {"value": str(now.passages), "options": [str(each) for each in PASSAGES]},
        "language": {
            "value": words_for(headers).language,
            "options": {each: words_in(each).formats["name"] for each in LANGUAGES},
        },
        "theme": {"value": theme if theme in THEMES else THEMES[0], "options": THEMES},
    }  # fmt: skip
