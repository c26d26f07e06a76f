"""TextBlob's polarity of one sentence, mended for business mail. The only file that knows TextBlob.

Mended are: negation, which TextBlob carries only to the very next word ("won't be great" is +0.80 there);
words that its lexicon lacks; trade words and courtesies whose value in it says nothing about temper
("Best regards" is +1.00). Other languages score nothing at all: that is not calm, only unknown.
"""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec, module_from_spec
from typing import NamedTuple, Protocol, cast

_NEGATIONS = frozenset({"no", "not", "never", "without", "nothing", "hardly"})
_CARRIED = 4
"""So many words behind a negation are still denied by it."""
_NEVER_SEEN = frozenset(
    {"seen", "had", "experienced", "met", "dealt", "encountered", "so", "such", "worse", "only"}
)
"""After these a "never" or "not" does not deny but heightens: "never seen such terrible work"."""


class Polarity(NamedTuple):
    """Between -1 and +1, and which word of the sentence pulled most its way."""

    value: float
    word: int | None


class _Score(Protocol):
    assessments: Sequence[tuple[list[str], float, float, str | None]]


class _Lexicon(Protocol):
    def __call__(self, words: list[str]) -> _Score: ...
    def __contains__(self, word: str) -> bool: ...


class _Mends(NamedTuple):
    gaps: dict[str, str]
    plain: frozenset[str]


def polarity(words: Sequence[str]) -> Polarity:
    """The polarity of one sentence."""
    if _known().isdisjoint(words):
        return Polarity(0.0, None)
    told, places = _carry_negation(words)
    value, strongest = _assessed(tuple(told))
    return Polarity(value, places.get(strongest))


@lru_cache(maxsize=5_000)
def _assessed(words: tuple[str, ...]) -> tuple[float, str]:
    """TextBlob's polarity of the words that it knows, and the strongest of them: there are few of them."""
    assessed = _lexicon()([*words]).assessments
    if not assessed:
        return 0.0, ""
    value = sum(each[1] for each in assessed) / len(assessed)
    return value, max(assessed, key=lambda each: each[1] * value)[0][-1]


def _carry_negation(words: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """The words as TextBlob should hear them, and where each that it knows stands first."""
    known, mends = _known(), _mends()
    told: list[str] = []
    places: dict[str, int] = {}
    pending = 0
    for at, word in enumerate(words):
        if word in _NEGATIONS:
            pending = _CARRIED
        elif word in _NEVER_SEEN:
            pending = 0
        elif word in known:
            spoken = mends.gaps.get(word, word)
            told.extend(("not", spoken) if pending else (spoken,))
            places.setdefault(spoken, at)
            pending = 0
        elif pending:
            pending -= 1
    return told, places


@cache
def _known() -> frozenset[str]:
    """Words that have a value, ours and TextBlob's."""
    lexicon, mends = _lexicon(), _mends()
    words = frozenset(cast("dict[str, object]", lexicon)) | frozenset(mends.gaps)
    return words - mends.plain - _NEGATIONS - _NEVER_SEEN


@cache
def _mends() -> _Mends:
    data = tomllib.loads(files(__package__).joinpath("data/polarity.toml").read_text("utf-8"))
    return _Mends(gaps=data["gaps"], plain=frozenset(data["plain"]["words"]))


@cache
def _lexicon() -> _Lexicon:
    """Imported late, for it takes its time; warmed, for loading it is not safe among threads."""
    with _alone("textblob"):
        from textblob.en import sentiment

    sentiment(["warm"])
    return cast("_Lexicon", sentiment)


@contextmanager
def _alone(package: str) -> Iterator[None]:
    """Let modules of a package be imported without what the package itself imports, and leave no trace.

    TextBlob's brings NLTK, of which nothing is used here: a third of a second, and 17 MB that stay.
    """
    spec = find_spec(package)
    if spec is None or package in sys.modules:
        yield
        return
    sys.modules[package] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[package]
