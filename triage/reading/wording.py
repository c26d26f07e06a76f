"""What the wording says: learned weights of words, of rows of words and of parts of words.

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

from triage.reading.sentences import Sentence, Word

Head: TypeAlias = Literal["heated", "displeased", "grateful"]
HEADS: tuple[Head, ...] = ("heated", "displeased", "grateful")
Vector: TypeAlias = tuple[float, ...]
"""A weight for each head, in the order of `HEADS`."""

_NOTHING: Vector = (0.0,) * len(HEADS)
_PART = 4
"""Letters in a part of a word."""
_LONG = 5
"""Letters in a word that has parts."""
_FEW = 6
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


def weigh(head: Head, sentences: Sequence[Sentence], model: Model) -> float:
    """What the wording of the sentences together adds to the log-odds of a head."""
    at = HEADS.index(head)
    total = math.fsum(vector[at] for each in sentences for vector in _by_word(each.words, model))
    return total / length(sum(len(each.words) for each in sentences))


def weigh_heat(
    sentences: Sequence[Sentence],
    model: Model,
    *,
    tones: Sequence[tuple[float, float]],
    hidden: Sequence[range],
) -> list[Wording]:
    """The same for heat, sentence by sentence. `tones` holds for each what temper in it is worth, and what
    calm; words in a `hidden` place do not count, nor does a sentence that was said before.
    """
    unseen = {at for place in hidden for at in place}
    sums: dict[tuple[str, ...], _Sum] = {}
    for sentence, tone in zip(sentences, tones, strict=True):
        said = tuple([word.text for word in sentence.words])
        if said not in sums:
            weights = [vector[0] for vector in _by_word(sentence.words, model)]
            if unseen:
                seen = (word.start not in unseen for word in sentence.words)
                weights = [weight * each for weight, each in zip(weights, seen, strict=True)]
            sums[said] = _Sum(sentence, weights, math.fsum(weights)).toned(*tone)
    norm = 1 / length(sum(map(len, sums)))
    return [_wording(each, each.total * norm) for each in sums.values() if each.total]


class _Sum(NamedTuple):
    """What the words of a sentence weigh together, before the length of the text is known."""

    sentence: Sentence
    weights: Sequence[float]
    total: float

    def toned(self, heat: float, calm: float) -> "_Sum":
        """The same where temper or calm is worth less."""
        return self._replace(total=self.total * (heat if self.total > 0 else calm))


def length(words: int) -> float:
    """Many words are no more heat than few, but surer; a handful says little."""
    return math.sqrt(words + _FEW)


def _wording(found: _Sum, weight: float) -> Wording:
    weights = found.weights if weight >= 0 else [-each for each in found.weights]
    first, last = _weightiest(weights)
    words = found.sentence.words
    return Wording(found.sentence, weight, words[first].start, words[last].end)


@lru_cache(maxsize=512)
def _by_word(words: tuple[Word, ...], model: Model) -> tuple[Vector, ...]:
    """The weights of each word, with those of its parts and of the rows that end in it.

    All heads at once and remembered, for each sentence is asked several questions.
    """
    get = model.grams.get
    found = []
    for word, *longer in rows(words):
        vectors = [_alone(word, model), *filter(None, map(get, longer))]
        found.append(_added(vectors) if len(vectors) > 1 else vectors[0])
    return tuple(found)


@lru_cache(maxsize=20_000)
def _alone(word: str, model: Model) -> Vector:
    """The weights of a word and of its parts."""
    return _added([vector for gram in (word, *parts(word)) if (vector := model.grams.get(gram))])


def _added(vectors: Sequence[Vector]) -> Vector:
    return tuple(map(sum, zip(*vectors, strict=True))) if vectors else _NOTHING


def rows(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """For each word what ends in it: the word, the pair, the row of three."""
    found: list[tuple[str, ...]] = []
    earlier, before = "^", "^"
    for word in words:
        text = _plain(word.text)
        pair = f"{before} {text}"
        found.append((text, pair, f"{earlier} {pair}") if found else (text, pair))
        earlier, before = before, text
    return found


def parts(word: str) -> tuple[str, ...]:
    """The parts of a longer word, by which one is known that was never seen: stems, endings, misspellings."""
    if len(word) < _LONG or not word.isalpha():
        return ()
    whole = f"^{word}$"
    return tuple(f"~{whole[at : at + _PART]}" for at in range(len(whole) - _PART + 1))


@cache
def shipped_model() -> Model:
    """The learned parameters as shipped."""
    data = json.loads(files(__package__).joinpath("data/wording.json").read_text("utf-8"))
    data["grams"] = {gram: tuple(weights) for gram, weights in data["grams"].items()}
    return Model(**data)


def _weightiest(weights: Sequence[float]) -> tuple[int, int]:
    """The first and last place of the run whose sum is the greatest."""
    best, found = -math.inf, (0, 0)
    total, start = 0.0, 0
    for at, weight in enumerate(weights):
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
