"""What is measured of scores: plain functions over lists of floats, no library needed."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Bin(NamedTuple):
    """The texts whose score lies in one tenth of the scale."""

    score: float
    """Their mean score."""
    heated: float
    """The share of them that is heated."""
    texts: int


def auc(heated: Sequence[float], calm: Sequence[float]) -> float:
    """The chance that a heated text scores above a calm one; ties count half."""
    ranked = sorted(calm)
    wins = sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in heated)
    return wins / 2 / (len(heated) * len(calm))


def average_precision(heated: Sequence[float], calm: Sequence[float]) -> float:
    """The mean over the heated texts of the precision at their score."""
    return sum(precision for precision, _ in precision_recall(heated, calm)) / len(heated)


def precision_recall(heated: Sequence[float], calm: Sequence[float]) -> list[tuple[float, float]]:
    """Precision and recall at the score of each heated text, from the lowest on."""
    hot, cold = sorted(heated), sorted(calm)
    points = []
    for value in hot:
        right = len(hot) - bisect_left(hot, value)
        points.append((right / (right + len(cold) - bisect_left(cold, value)), right / len(hot)))
    return points


def recall_at(heated: Sequence[float], pool: Sequence[float], share: float) -> float:
    """The share of the heated texts above the threshold that at most this share of a calm pool exceeds."""
    ranked = sorted(pool)
    threshold = ranked[max(0, len(ranked) - 1 - int(share * len(ranked)))]
    return sum(value > threshold for value in heated) / len(heated)


def share_from(values: Sequence[float], threshold: float) -> float:
    """The share of the values that reach the threshold."""
    return sum(value >= threshold for value in values) / len(values)


def reliability(heated: Sequence[float], others: Sequence[float]) -> list[Bin]:
    """Score and truth by tenths of the scale, where there are texts."""
    tenths: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for values, truth in ((heated, True), (others, False)):
        for value in values:
            tenths[min(9, int(value * 10))].append((value, truth))
    return [
        Bin(sum(v for v, _ in each) / len(each), sum(t for _, t in each) / len(each), len(each))
        for each in tenths
        if each
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far score and truth lie apart, on the mean over the texts (the expected calibration error)."""
    return sum(each.texts * abs(each.score - each.heated) for each in bins) / sum(each.texts for each in bins)
