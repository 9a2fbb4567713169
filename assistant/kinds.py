"""The kinds of question that are answered beside the search of passages, in the order in which they are tried.

Each kind is one function that replies to a question of its kind and returns None to any other; where all do, the
question is one to the text of the documents.
"""

from __future__ import annotations

from assistant.asking_back import point_at_nothing
from assistant.contrasting import contrast
from assistant.counting import count
from assistant.replies import Asked, Reply
from assistant.summarising import summarise
from assistant.talking import talk

KINDS = (talk, count, summarise, contrast, point_at_nothing)


def reply_to(asked: Asked) -> Reply | None:
    """The reply of the first kind that the question is of, None where it is of none."""
    return next((reply for kind in KINDS if (reply := kind(asked)) is not None), None)
