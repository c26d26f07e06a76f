"""What the wording says: learned weights of words, of rows of words and of parts of words.

The weights are data (data/wording.json) by head, that is by question: is it heated, is it grateful, does it
state the problem. They are made by corpus/train.py, which reads its texts with the functions of this file.
How much the wording counts beside the evidence is for `heat` and `issues`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, TypeAlias

from triage.reading.sentences import Sentence, Word

Head: TypeAlias = Literal["heated", "grateful", "issue"]
HEADS: tuple[Head, ...] = ("heated", "grateful", "issue")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The learned parameters; weights in log-odds."""

    grams: Mapping[Head, Mapping[str, float]]
    intercepts: Mapping[Head, float]
    heat: float
    """What the evidence of heat is worth beside the wording."""
    calm: float
    """What calm evidence is worth beside the wording."""


def weigh(head: Head, sentences: Sequence[Sentence], model: Model) -> list[Wording]:
    """The wording of each sentence, as its part in the log-odds of them all."""
    return _weighed(_sums(model.grams[head], sentences))


def weigh_heat(
    sentences: Sequence[Sentence], model: Model, *, tones: Sequence[float], hidden: Sequence[range]
) -> list[Wording]:
    """The same for heat. `tones` holds for each sentence what temper in it is worth; words in a `hidden`
    place do not count, nor does a sentence that was said before.
    """
    sums = _sums(model.grams["heated"], sentences, hidden)
    said = {tuple(word.text for word in each.sentence.words): at for at, each in reversed([*enumerate(sums)])}
    first = sorted(said.values())
    return _weighed([sums[at].cooled(tones[at]) for at in first])


class _Sum(NamedTuple):
    """What the words of a sentence weigh together, before the length of the text is known."""

    sentence: Sentence
    weights: Sequence[float]
    total: float

    def cooled(self, tone: float) -> "_Sum":
        """The same where temper is worth less."""
        return self._replace(total=self.total * tone) if self.total > 0 else self


def _sums(
    grams: Mapping[str, float], sentences: Sequence[Sentence], hidden: Sequence[range] = ()
) -> list[_Sum]:
    found = []
    for sentence in sentences:
        weights = _by_word(grams, sentence.words)
        if hidden:
            seen = (not any(word.start in place for place in hidden) for word in sentence.words)
            weights = [weight * each for weight, each in zip(weights, seen, strict=True)]
        found.append(_Sum(sentence, weights, math.fsum(weights)))
    return found


def _weighed(sums: Sequence[_Sum]) -> list[Wording]:
    norm = 1 / length(sum(len(each.sentence.words) for each in sums))
    return [_wording(each, each.total * norm) for each in sums if each.total]


def length(words: int) -> float:
    """Many words are no more heat than few, but surer; a handful says little."""
    return math.sqrt(words + _FEW)


def _wording(found: _Sum, weight: float) -> Wording:
    weights = found.weights if weight >= 0 else [-each for each in found.weights]
    first, last = _weightiest(weights)
    words = found.sentence.words
    return Wording(found.sentence, weight, words[first].start, words[last].end)


def _by_word(grams: Mapping[str, float], words: Sequence[Word]) -> list[float]:
    """The weight of each word, with that of its parts and of the rows that end in it."""
    get = grams.get
    return [
        sum([get(gram, 0.0) for gram in row]) + sum([get(part, 0.0) for part in parts(word.text)])
        for row, word in zip(rows(words), words, strict=True)
    ]


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


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """The parts of a longer word, by which one is known that was never seen: stems, endings, misspellings."""
    if len(word) < _LONG or not word.isalpha():
        return ()
    whole = f"^{word}$"
    return tuple(f"~{whole[at : at + _PART]}" for at in range(len(whole) - _PART + 1))


@cache
def shipped_model() -> Model:
    """The learned parameters as shipped."""
    return Model(**json.loads(files(__package__).joinpath("data/wording.json").read_text("utf-8")))


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
