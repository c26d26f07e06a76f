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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """The learned parameters; weights in log-odds."""

    grams: Mapping[Head, Mapping[str, float]]
    intercepts: Mapping[Head, float]
    heat: float
    """What the evidence of heat is worth beside the wording."""
    calm: float
    """What calm evidence is worth beside the wording."""


def weigh(head: Head, sentences: Sequence[Sentence], model: Model) -> float:
    """What the wording of the sentences together adds to the log-odds of a head."""
    total = math.fsum(weight for each in sentences for weight in _by_word(each.words, model)[head])
    return total / length(sum(len(each.words) for each in sentences))


def weigh_heat(
    sentences: Sequence[Sentence], model: Model, *, tones: Sequence[float], hidden: Sequence[range]
) -> list[Wording]:
    """The same for heat, sentence by sentence. `tones` holds for each what temper in it is worth; words in a
    `hidden` place do not count, nor does a sentence that was said before.
    """
    unseen = {at for place in hidden for at in place}
    sums: dict[tuple[str, ...], _Sum] = {}
    for sentence, tone in zip(sentences, tones, strict=True):
        said = tuple([word.text for word in sentence.words])
        if said not in sums:
            weights = _by_word(sentence.words, model)["heated"]
            if unseen:
                seen = (word.start not in unseen for word in sentence.words)
                weights = tuple(each * counts for each, counts in zip(weights, seen, strict=True))
            sums[said] = _Sum(sentence, weights, math.fsum(weights)).cooled(tone)
    norm = 1 / length(sum(map(len, sums)))
    return [_wording(each, each.total * norm) for each in sums.values() if each.total]


class _Sum(NamedTuple):
    """What the words of a sentence weigh together, before the length of the text is known."""

    sentence: Sentence
    weights: Sequence[float]
    total: float

    def cooled(self, tone: float) -> "_Sum":
        """The same where temper is worth less."""
        return self._replace(total=self.total * tone) if self.total > 0 else self


def length(words: int) -> float:
    """Many words are no more heat than few, but surer; a handful says little."""
    return math.sqrt(words + _FEW)


def _wording(found: _Sum, weight: float) -> Wording:
    weights = found.weights if weight >= 0 else [-each for each in found.weights]
    first, last = _weightiest(weights)
    words = found.sentence.words
    return Wording(found.sentence, weight, words[first].start, words[last].end)


class _Worth(NamedTuple):
    """What a gram weighs for each of the `HEADS`, so that one look serves them all."""

    heated: float
    grateful: float
    issue: float


@lru_cache(maxsize=256)
def _by_word(words: tuple[Word, ...], model: Model) -> Mapping[Head, Sequence[float]]:
    """The weight of each word by head, with that of its parts and of the rows that end in it.

    The last few are remembered, for the heads ask one after the other.
    """
    get = _table(model).get
    found: list[list[float]] = [[], [], []]
    all_heated, all_grateful, all_issue = found
    for word, row in zip(words, rows(words), strict=True):
        heated, grateful, issue = _alone(word.text, model)
        for gram in row[1:]:
            if more := get(gram):
                heated += more[0]
                grateful += more[1]
                issue += more[2]
        all_heated.append(heated)
        all_grateful.append(grateful)
        all_issue.append(issue)
    return dict(zip(HEADS, found, strict=True))


@lru_cache(maxsize=20_000)
def _alone(word: str, model: Model) -> _Worth:
    """The weight of a word and its parts."""
    found = [each for gram in (_plain(word), *parts(word)) if (each := _table(model).get(gram))]
    return _Worth(*map(math.fsum, zip(*found, strict=True))) if found else _Worth(0.0, 0.0, 0.0)


@lru_cache(maxsize=32)
def _table(model: Model) -> Mapping[str, _Worth]:
    """The grams of all heads, each with its weights."""
    heads = [model.grams[head] for head in HEADS]
    return {gram: _Worth(*[head.get(gram, 0.0) for head in heads]) for gram in set().union(*heads)}


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
