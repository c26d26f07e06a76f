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
from typing import Literal, NamedTuple, TypeAlias

from triage.reading.sentences import Sentence

Head: TypeAlias = Literal["heated", "displeased", "grateful"]
HEADS: tuple[Head, ...] = ("heated", "displeased", "grateful")
Vector: TypeAlias = tuple[float, ...]
"""A weight for each head, in the order of `HEADS`."""

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

    grams: Mapping[str, Vector]
    intercepts: Mapping[Head, float]
    heat: float
    """What the evidence of heat is worth beside the wording."""
    calm: float
    """What calm evidence is worth beside the wording."""


def weigh(sentences: Sequence[Sentence], model: Model) -> dict[Head, float]:
    """What the wording of the sentences together adds to the log-odds of each head."""
    found = {gram for each in sentences for _, gram in _known(each.words, model)}
    share = 1 / length(sentences)
    vectors = [model.grams[gram] for gram in found]
    return {head: math.fsum(vector[at] for vector in vectors) * share for at, head in enumerate(HEADS)}


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
    said: set[str] = set()
    share = 1 / length(sentences)
    found = []
    for sentence, (heat, calm), places in zip(sentences, tones, hidden, strict=True):
        new: dict[int, list[float]] = {}
        for at, gram in _known(sentence.words, model):
            if gram not in said and not (places and _within(sentence, at, places)):
                said.add(gram)
                new.setdefault(at, []).append(model.grams[gram][0])
        weights = {at: math.fsum(each) for at, each in new.items()}
        total = math.fsum(weights.values())
        if worth := total * share * (heat if total > 0 else calm):
            found.append(_wording(sentence, weights, worth))
    return found


def length(sentences: Sequence[Sentence]) -> float:
    """Many words are no more heat than few, but surer; a handful says little."""
    return math.sqrt(len(set().union(*[each.words for each in sentences])) + _FEW)


def _within(sentence: Sentence, at: int, places: Sequence[range]) -> bool:
    start = sentence.start + sentence.spans[at][0]
    return any(start in place for place in places)


def _wording(sentence: Sentence, weights: Mapping[int, float], worth: float) -> Wording:
    first, last = _weightiest(weights if worth >= 0 else {at: -weight for at, weight in weights.items()})
    return Wording(sentence, worth, *sentence.passage(first, last + 1))


@lru_cache(maxsize=512)
def _known(words: tuple[str, ...], model: Model) -> Sequence[tuple[int, str]]:
    """What has a weight, each with the place of the word it ends in; remembered, for it is asked twice."""
    return [(at, gram) for at, row in enumerate(rows(words)) for gram in row if gram in model.grams]


@lru_cache(maxsize=512)
def rows(words: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
    """For each word what ends in it: the word, the pair, the row of three.

    Remembered, for the heat and the main issue ask one after the other.
    """
    texts = [_plain(word) for word in words]
    before = ["^", *texts]
    pairs = [f"{one} {text}" for one, text in zip(before, texts, strict=False)]
    threes = [f"{one} {pair}" for one, pair in zip(before, pairs[1:], strict=False)]
    return [*zip(texts[:1], pairs[:1], strict=True), *zip(texts[1:], pairs[1:], threes, strict=True)]


@cache
def shipped_model() -> Model:
    """The learned parameters as shipped."""
    data = json.loads(files(__package__).joinpath("data/wording.json").read_text("utf-8"))
    data["grams"] = {gram: tuple(weights) for gram, weights in data["grams"].items()}
    return Model(**data)


def _weightiest(weights: Mapping[int, float]) -> tuple[int, int]:
    """The first and last place of the run whose sum is the greatest; places not named weigh nothing."""
    best, found = -math.inf, (0, 0)
    total, start = 0.0, 0
    for at, weight in weights.items():
        if total <= 0:
            total, start = 0.0, at
        total += weight
        if total > best:
            best, found = total, (start, at)
    return found


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    """Which number it is says nothing of temper."""
    return word if word.isalpha() or not any(c.isdigit() for c in word) else "#"
