"""Which sentence states the main issue, and of which kind it is: learned weights, added up.

What a sentence shows is found by `features`. The weights are data (data/ranking.json), made by
corpus/issues.py from the same features. What is done with the ranks is for `issues`.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.resources import files
from itertools import chain, pairwise, repeat
from operator import mul
from sys import intern
from typing import NamedTuple, TypeAlias

from triage.reading.features import (
    MEASURES,
    OF_PART,
    PART,
    REMEMBERED,
    Seen,
    kind_features,
    length,
    parts,
    root,
    shown_in,
)
from triage.reading.grams import Gram
from triage.reading.heat import Heat
from triage.reading.wording import START, plain

_STEP = 0.25
"""What a feature of a kind is worth is a whole number of these."""
_NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """The learned parameters, in log-odds."""

    sentences: Mapping[str, float]
    """What a feature says for a sentence that has it."""
    kinds: Mapping[str, Mapping[str, float]]
    """What a feature says for a kind."""


def rank(letter: Sequence[Seen], heat: Heat, ranking: Ranking) -> list[float]:
    """How much speaks for each sentence; below zero, that nothing is at issue is likelier."""
    get, weights = ranking.sentences.get, _table(ranking).measures
    return [
        math.fsum([*map(mul, weights, measures), *map(get, marks, repeat(0.0))])
        + _first(_weigh(seen.sentence.words, ranking)) / _UNITS / root(len(seen.sentence.words))
        for seen, (measures, marks) in zip(letter, shown_in(letter, heat), strict=True)
    ]


def kinds_of(main: Seen, letter: Sequence[Seen], ranking: Ranking) -> dict[str, float]:
    """How much speaks for each kind, in the main sentence and in all of them."""
    table = _table(ranking)
    told = [table.features.get(name, 0) * round(value / _STEP) for name, value in kind_features(main, letter)]
    sums = [(sum(told), _STEP)]
    for chosen in ([main], letter):
        worths = [_weigh(seen.sentence.words, ranking) for seen in chosen]
        sums.append((sum(worths), 1 / length(chosen)))
    found = dict.fromkeys(table.kinds, 0.0)
    for worth, share in sums:
        for kind, units in zip(table.kinds, _opened(worth, len(table.kinds)), strict=True):
            found[kind] += units / _UNITS * share
    return found


_Worth: TypeAlias = int
"""What words say for their sentence, and then for each kind, side by side in one number: each has its own
bits, in whole units, so that one addition adds them all.
"""
_BITS = 32
_SIGN = 1 << _BITS - 1
_UNITS = 200
"""To one of log-odds: weights have two digits, and those of parts count half."""


class _Table(NamedTuple):
    """What is said by each of them: one look serves sentences and kinds."""

    kinds: tuple[str, ...]
    measures: Sequence[float]
    """What `MEASURES` say for a sentence."""
    features: Mapping[str, _Worth]
    """Features of the kinds, beside words."""
    alone: Callable[[str], _Worth]
    """A word with its parts."""
    rows: Mapping[Gram, _Worth]
    """Two words in a row, or three."""


@lru_cache(maxsize=256)
def _weigh(words: tuple[str, ...], ranking: Ranking) -> _Worth:
    """What the words of a sentence say together, before its length is known.

    The last few are remembered, for the ranks and the kinds ask one after the other.
    """
    table = _table(ranking)
    row = (START, *plain(words))
    pairs = map(table.rows.get, pairwise(row))
    threes = map(table.rows.get, zip(row, row[1:], row[2:], strict=False))
    return sum(map(table.alone, row[1:])) + sum(filter(None, chain(pairs, threes)))


@lru_cache(maxsize=32)
def _table(ranking: Ranking) -> _Table:
    kinds = tuple(sorted({kind for weights in ranking.kinds.values() for kind in weights}))
    places = {kind: _BITS * at for at, kind in enumerate(kinds, 1)}
    known: dict[_Worth, _Worth] = {}  # many say the same
    features, words, of_parts = dict[str, _Worth](), dict[str, _Worth](), dict[str, _Worth]()
    rows: dict[Gram, _Worth] = {}
    for name in ranking.sentences.keys() | ranking.kinds.keys():
        worth = _worth(name, places, ranking)
        worth = known.setdefault(worth, worth)
        if ":" in name:
            features[name] = worth
        elif name.startswith(OF_PART):
            of_parts[name.removeprefix(OF_PART)] = worth
        elif " " in name:
            rows[tuple(map(intern, name.split()))] = worth
        else:
            words[name] = worth
    measures = [ranking.sentences.get(name, 0.0) for name in MEASURES]
    alone = lru_cache(REMEMBERED)(partial(_alone, words, of_parts))
    return _Table(kinds, measures, features, alone, rows)


def _alone(words: Mapping[str, _Worth], of_parts: Mapping[str, _Worth], word: str) -> _Worth:
    return words.get(word, 0) + sum(filter(None, map(of_parts.get, parts(word))))


def _worth(gram: str, places: Mapping[str, int], ranking: Ranking) -> _Worth:
    units = _UNITS * (PART if gram.startswith(OF_PART) else 1.0)
    told = ranking.kinds.get(gram, _NOTHING)
    return round(ranking.sentences.get(gram, 0.0) * units) + sum(
        [round(weight * units) << places[kind] for kind, weight in told.items()]
    )


def _first(worth: _Worth) -> int:
    """What stands first in it, in units: what is said for the sentence."""
    return (worth & 2 * _SIGN - 1 ^ _SIGN) - _SIGN


def _opened(worth: _Worth, number: int) -> list[int]:
    """What stands behind that, in units: what is said for so many kinds."""
    found = []
    for _ in range(number):
        worth = worth - _first(worth) >> _BITS
        found.append(_first(worth))
    return found


@cache
def shipped_ranking() -> Ranking:
    """The learned parameters as shipped."""
    text = files(__package__).joinpath("data/ranking.json").read_text("utf-8")
    return Ranking(**json.loads(text, parse_float=cache(float)))
