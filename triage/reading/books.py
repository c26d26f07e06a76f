"""What a customer's mail is searched for: three books of phrases, searched as one.

The phrases are data. What they mean is for others: how heated it is for `evidence`, what is at issue for
`ranking`, what is asked for `particulars`. One after the other asks about the same sentences, so the last few
are remembered.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from triage.reading.phrases import Match, Phrasebook, compile_book

WEAK = 0.5
"""The strength of words that often mean less."""
STATES, ABOUT = 2.0, 1.0
"""The strength of a phrase that says something is wrong, and of one that only names the matter."""
LETTER = "letter: "
"""How the names of phrases begin that say what a sentence does in the letter, not what it is about."""


class Found(NamedTuple):
    """The phrases found in a sentence, by book."""

    evidence: Sequence[Match] = ()
    issue: Sequence[Match] = ()
    request: Sequence[Match] = ()


_NOTHING = Found()
_Phrases: TypeAlias = list[tuple[str, float, str]]


class _Shelf(NamedTuple):
    book: Phrasebook
    """All phrases; no name stands in two books."""
    names: tuple[frozenset[str], ...]
    """The names in each, in the order of `Found`."""


@lru_cache(maxsize=512)
def search(words: tuple[str, ...]) -> Found:
    """Look for all phrases in a sentence."""
    book, names = _shelf()
    if found := book.find(words):
        return Found(*[[match for match in found if match.name in each] for each in names])
    return _NOTHING


def data(name: str) -> dict[str, Any]:
    """A file of words."""
    return tomllib.loads(files(__package__).joinpath(f"data/{name}.toml").read_text("utf-8"))


@cache
def _shelf() -> _Shelf:
    phrases = data("phrases")
    classes = phrases.pop("classes")
    books = _evidence(phrases), _issues(data("issues")), _requests(data("requests"))
    return _Shelf(
        compile_book(chain.from_iterable(books), classes),
        tuple(frozenset(name for name, *_ in book) for book in books),
    )


def _evidence(data: Mapping[str, Mapping[str, Sequence[str]]]) -> _Phrases:
    """Phrases by signal; of all languages at once, for people mix them."""
    return [
        (name, WEAK if kind == "weak" else 1.0, pattern)
        for name, kinds in data.items()
        for kind, patterns in kinds.items()
        for pattern in patterns
    ]


def _issues(data: Mapping[str, Any]) -> _Phrases:
    """Phrases by what they do in a letter, and by kind of issue."""
    moves = [(LETTER + move, ABOUT, pattern) for move, each in data["letter"].items() for pattern in each]
    problems = [
        (kind, STATES if part == "states" else ABOUT, pattern)
        for kind, phrases in data["kinds"].items()
        for part, patterns in phrases.items()
        for pattern in patterns
    ]
    return [*moves, *problems]


def _requests(data: Mapping[str, Sequence[str]]) -> _Phrases:
    """Phrases by what is asked for, and how often."""
    return [(name, 1.0, pattern) for name, patterns in data.items() for pattern in patterns]
