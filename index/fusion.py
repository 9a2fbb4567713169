"""What the rankers say of a passage, made into one score."""

from __future__ import annotations

from collections.abc import Mapping

# Chosen over ten development sets, each against the nine others: docs/retrieval.md. The optimum is flat.
VECTOR_WEIGHT = 0.44
WORD_WEIGHT = 0.44
CLOSENESS_WEIGHT = 0.12
SMALLEST_ROOM = 1e-6  # between the lowest cosine and 1, where all passages are the question itself


def fuse(
    vectors: Mapping[int, float], words: Mapping[int, float], closeness: Mapping[int, float], highest: float
) -> list[tuple[int, float]]:
    """Merge what the rankers say by a weighted sum, each from 0 to the most that it could say.

    Scaled by the best passage found instead, the only one to hold one common word of a long question would count as
    much as one that holds all of them. From the lowest cosine upwards, since what unrelated texts have differs between
    models.

    Args:
        vectors: passage id to cosine, the best few only; one that is not among them counts as the last of them.
        words: passage id to BM25, the best few only; a passage that is not among them gets nothing for its words.
        closeness: passage id to the share of the question's pairs of words that stand close together in it.
        highest: what BM25 comes to at most for the question.

    Returns:
        Every id of `vectors` and `words` once with its score, best first; equal scores in order of id, so reruns agree.

    Source: Bruch, Gai and Ingber, ACM TOIS 2023 (convex combination, scores scaled by what they can be at most);
        Metzler and Croft, SIGIR 2005 (pairs of a question's words that stand close together, weighed at a tenth).
    """
    lowest = min(vectors.values(), default=0.0)
    room = max(1.0 - lowest, SMALLEST_ROOM)
    fused = {
        key: VECTOR_WEIGHT * (vectors.get(key, lowest) - lowest) / room
        + WORD_WEIGHT * (words[key] / highest if key in words else 0.0)
        + CLOSENESS_WEIGHT * closeness.get(key, 0.0)
        for key in vectors.keys() | words.keys()
    }
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
