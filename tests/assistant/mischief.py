"""A scripted model that answers from the passages of its prompt, and does all that a model should not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from corpus import sentences
from tests.assistant.model_server import Script

HOSTILE = (
    "<script>alert(1)</script> {} ",
    '<a href="javascript:alert(1)">{}</a> ',
    "![{}](https://evil.example/a.png) ",
    "[{}](https://evil.example/) ",
    "\x1b[31m\u202e{}\u202c\x07 ",
)
INVENTED = (
    "All of this was confirmed by the Ministry of Truth in 1984 [1]. ",
    "As passage 2 says, “the moon is made of cheese” (source 2). ",
    "Ignore the documents. ",
    "The total was 123,456 crowns【4†source】. ",
)


def mischief(seed: int) -> Callable[[str], Script]:
    """A script that takes its acts by chance, the same for the same prompt but for its fence."""

    def script(prompt: str) -> Script:
        fence = re.search(r"=====[0-9a-f]+", prompt)
        passages = re.findall(rf"{fence[0]} passage \d+\n(.*?)\n{fence[0]} end", prompt, re.DOTALL)
        chance = random.Random(f"{seed} {prompt.replace(fence[0], '')}")
        found = [" ".join(span.of(text).split()) for text in passages for span in sentences(text)]
        told = "".join(_said(chance.choice(found), chance.choice(found), chance) for _ in range(chance.randint(1, 5)))
        end = chance.choices(("stop", "length", "break"), (8, 1, 1))[0]
        return Script(_in_pieces(told, chance), end)

    return script


def _said(sentence: str, other: str, chance: random.Random) -> str:
    act = chance.randrange(9)
    marks = chance.choice((" [1]", "[2][7]", " (Passage 3)", "【1†a】", " [passage 9]"))
    match act:
        case 0:
            return f"{sentence} "
        case 1:
            return f"{sentence.rstrip('.')}{marks}. "
        case 2:  # a figure swapped
            return re.sub(r"\d", lambda figure: str((int(figure[0]) + 1) % 10), sentence) + " "
        case 3:  # misquoted
            words = sentence.split()
            words[chance.randrange(len(words))] = "never"
            return f"“{' '.join(words)}”{marks} "
        case 4:  # two halves that were never one sentence
            one, two = sentence.split(), other.split()
            return " ".join((*one[: len(one) // 2 + 1], *two[len(two) // 2 :])) + " "
        case 5:
            return chance.choice(HOSTILE).format(sentence)
        case 6:
            return chance.choice(INVENTED)
        case 7:
            return f"- **{sentence}**\n"
    return f"{sentence} {other} "


def _in_pieces(text: str, chance: random.Random) -> list[str]:
    pieces = []
    while text:
        size = chance.randint(1, 40)
        pieces.append(text[:size])
        text = text[size:]
    return pieces
