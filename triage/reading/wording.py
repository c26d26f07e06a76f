"""What the wording says: learned weights of words and of rows of words, each counted once in a text.

The weights are data (data/wording.json), one for each head, that is question: is it heated, is it displeased,
is it grateful. They are made by corpus/train.py, which reads its texts with the functions of this file. How
much the wording counts beside the evidence is for `heat`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, compress
from typing import Literal, NamedTuple, TypeAlias

from triage.reading.grams import Gram, Grams
from triage.reading.sentences import Sentence

Head: TypeAlias = Literal["heated", "displeased", "grateful"]
HEADS: tuple[Head, ...] = ("heated", "displeased", "grateful")
Vector: TypeAlias = tuple[float, ...]
"""A weight for each head, in the order of `HEADS`."""

_NOTHING: Vector = (0.0,) * len(HEADS)
_NOTHING_HIDDEN: frozenset[int] = frozenset()
_Words: TypeAlias = tuple[tuple[str, ...], ...]
"""The words of all sentences."""
START = "^"
"""Stands before the first word of a sentence."""
_FEW = 12
"""A text is weighed as if it had so many more words, of which one knows nothing."""


class Wording(NamedTuple):
    """What the learned words of one sentence weigh; text[start:end] is the passage that weighs most."""

    sentence: Sentence
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """The learned parameters; weights in log-odds. Two of them are never equal: what was read is remembered
    for each.
    """

    grams: Mapping[Gram, Vector]
    intercepts: Mapping[Head, float]
    heat: float
    """What the evidence of heat is worth beside the wording."""
    calm: float
    """What calm evidence is worth beside the wording."""


def weigh(sentences: Sequence[Sentence], model: Model) -> dict[Head, float]:
    """What the wording of the sentences together adds to the log-odds of each head."""
    share, _, vectors = _said(_words(sentences), model, _NOTHING_HIDDEN)
    return {head: math.fsum([vector[at] for vector in vectors]) * share for at, head in enumerate(HEADS)}


def weigh_heat(
    sentences: Sequence[Sentence],
    model: Model,
    *,
    tones: Sequence[tuple[float, float]],
    hidden: Sequence[Sequence[range]],
) -> list[Wording]:
    """The same for heat, sentence by sentence. `tones` holds for each what temper in it is worth, and what
    calm; words in its `hidden` places do not count.
    """
    unheard = _places(sentences, hidden) if any(hidden) else _NOTHING_HIDDEN
    said = _said(_words(sentences), model, unheard)
    weights = _by_word(said, sum([1 + len(each.words) for each in sentences]))
    found = []
    end = 0
    for sentence, (heat, calm) in zip(sentences, tones, strict=True):
        start, end = end + 1, end + 1 + len(sentence.words)
        own = weights[start:end]
        total = math.fsum(own)
        if worth := total * said.share * (heat if total > 0 else calm):
            found.append(_wording(sentence, own, worth))
    return found


def _by_word(said: "_Said", number: int) -> Sequence[float]:
    """What each of so many words weighs for heat: the word, the pair and the row of three that end in it."""
    weights = [0.0] * (3 * number)
    for place, vector in zip(said.places, said.vectors, strict=True):
        weights[place] = vector[0]
    rows = zip(weights[:number], weights[number : 2 * number], weights[2 * number :], strict=True)
    # Of two, the plain sum is exact, and sooner made.
    return [math.fsum((a, b, c)) if a and b and c else a + b + c for a, b, c in rows]


class _Said(NamedTuple):
    """What the known grams of a text say."""

    share: float
    """What each is worth in a text of this length."""
    places: Sequence[int]
    """Where each is said first: that of its last word in the row of all words; of a pair, or of three, one
    row or two further on.
    """
    vectors: Sequence[Vector]


@lru_cache(maxsize=4)
def _said(sentences: _Words, model: Model, hidden: frozenset[int]) -> _Said:
    """The last few are remembered, for the heat and the level ask one after the other."""
    words = [word for each in sentences for word in (START, *plain(each))]
    number, grams = len(words), _grams(model)
    # Such as go on over the mark of a beginning are no words of any model.
    said = [*chain.from_iterable(grams.find(words))]
    places = [*range(number), *range(number + 1, 2 * number), *range(2 * number + 2, 3 * number)]
    if hidden:
        said = [0 if at % number in hidden else gram for at, gram in zip(places, said, strict=True)]
    known, places = [*filter(None, said)], [*compress(places, said)]
    first = dict(zip(reversed(known), reversed(places), strict=True))
    return _Said(1 / length(sentences), [*first.values()], [*map(grams.worths.__getitem__, first)])


@lru_cache(maxsize=16)
def _grams(model: Model) -> Grams[Vector]:
    return model.grams if isinstance(model.grams, Grams) else Grams(model.grams.items(), _NOTHING)


def _words(sentences: Sequence[Sentence]) -> _Words:
    return tuple([each.words for each in sentences])


def _places(sentences: Sequence[Sentence], hidden: Sequence[Sequence[range]]) -> frozenset[int]:
    """The hidden words, by their place in the row of all words; a mark stands before each sentence."""
    hides = [
        any(sentence.start + start in place for place in places)
        for sentence, places in zip(sentences, hidden, strict=True)
        for start, _ in ((-1, -1), *sentence.spans)
    ]
    return frozenset(at for at, is_hidden in enumerate(hides) if is_hidden)


def length(sentences: Sequence[Sequence[str]]) -> float:
    """Many words are no more heat than few, but surer; a handful says little."""
    return math.sqrt(len(set().union(*sentences)) + _FEW)


def _wording(sentence: Sentence, weights: Sequence[float], worth: float) -> Wording:
    first, last = _weightiest(weights if worth >= 0 else [-each for each in weights])
    return Wording(sentence, worth, *sentence.passage(first, last + 1))


def rows(words: Sequence[str]) -> list[tuple[Gram, ...]]:
    """For each word what ends in it: the word, the pair, the row of three."""
    row = (START, *plain(words))
    return [
        tuple(row[at - size + 1 : at + 1] for size in (1, 2, 3) if size <= at + 1)
        for at in range(1, len(row))
    ]


def plain(words: Sequence[str]) -> Sequence[str]:
    """The words with a mark for each number: which it is says nothing of temper."""
    return words if "".join(words).isalpha() else [word if word.isalpha() else _plain(word) for word in words]


@cache
def shipped_model() -> Model:
    """The learned parameters as shipped."""
    known: dict[Vector, Vector] = {}  # many say the same, and much of the memory is theirs
    data = json.loads(
        files(__package__).joinpath("data/wording.json").read_text("utf-8"), parse_float=cache(float)
    )
    grams = (
        (tuple(gram.split()), known.setdefault(vector, vector))
        for gram, weights in data.pop("grams").items()
        for vector in [tuple(weights)]
    )
    return Model(grams=Grams(grams, _NOTHING), **data)


def _weightiest(weights: Sequence[float]) -> tuple[int, int]:
    """The first and last place of the run whose sum is the greatest."""
    best, found = -math.inf, (0, 0)
    total, start = 0.0, 0
    for at, weight in enumerate(weights):
        if not weight:
            continue
        if total <= 0:
            total, start = 0.0, at
        total += weight
        if total > best:
            best, found = total, (start, at)
    return found


def _plain(word: str) -> str:
    return "#" if any(map(str.isdigit, word)) else word
