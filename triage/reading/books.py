"""What a customer's mail is searched for: three books of phrases, searched as one.

The phrases are data. What they mean is for others: how heated it is for `evidence`, what is at issue for
`ranking`, what is asked for `particulars`. One after the other asks about the same sentences, so the last few
are remembered.
"""

import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
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
_Phrases: TypeAlias = Sequence[tuple[str, float, str]]


@lru_cache(maxsize=512)
def search(words: tuple[str, ...]) -> Found:
    """Look for all phrases in a sentence."""
    found = _book().find(words)
    return (
        Found(*[[match for match in found if match.name in names] for names in _names()])
        if found
        else _NOTHING
    )


@cache
def data(name: str) -> dict[str, Any]:
    """A file of words."""
    return tomllib.loads(files(__package__).joinpath(f"data/{name}.toml").read_text("utf-8"))


@cache
def _book() -> Phrasebook:
    """The books as one: no name stands in two of them."""
    return compile_book([*_evidence(), *_issues(), *_requests()], data("phrases")["classes"])


@cache
def _names() -> tuple[frozenset[str], ...]:
    """The names in each book, in the order of `Found`."""
    return tuple(frozenset(name for name, *_ in book) for book in (_evidence(), _issues(), _requests()))


def _evidence() -> _Phrases:
    """Phrases by signal; of all languages at once, for people mix them."""
    return [
        (name, WEAK if kind == "weak" else 1.0, pattern)
        for name, kinds in data("phrases").items()
        if name != "classes"
        for kind, patterns in kinds.items()
        for pattern in patterns
    ]


def _issues() -> _Phrases:
    """Phrases by what they do in a letter, and by kind of issue."""
    moves = [
        (LETTER + move, ABOUT, pattern)
        for move, patterns in data("issues")["letter"].items()
        for pattern in patterns
    ]
    problems = [
        (kind, STATES if part == "states" else ABOUT, pattern)
        for kind, phrases in data("issues")["kinds"].items()
        for part, patterns in phrases.items()
        for pattern in patterns
    ]
    return [*moves, *problems]


def _requests() -> _Phrases:
    return [(name, 1.0, pattern) for name, patterns in data("requests").items() for pattern in patterns]
