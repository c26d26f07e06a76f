"""Grams that somebody has learned something of: a word, or two or three in a row, each by its number.

They are found by going from word to word, so that a row is looked for only where its beginning is known. What
they are worth is for `wording`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from sys import intern
from typing import Generic, TypeAlias, TypeVar

Gram: TypeAlias = tuple[str, ...]
"""A word, or two or three in a row."""
_Numbers: TypeAlias = dict[str, int]
"""The numbers of grams by their last word."""
_NOTHING_BEHIND: _Numbers = {}
"""Shared by the many that nothing stands behind."""
_Worth = TypeVar("_Worth")


class Grams(Mapping[Gram, _Worth], Generic[_Worth]):
    """What each gram is worth; `nothing` is what those are worth that are known only as beginnings."""

    __slots__ = ("_behind", "_first", "_nothing", "worths")

    def __init__(self, grams: Iterable[tuple[Gram, _Worth]], nothing: _Worth) -> None:
        self.worths = [nothing]
        """By number; 0 is that of nothing."""
        self._nothing = nothing
        self._first: _Numbers = {}
        self._behind = [_NOTHING_BEHIND]
        """By number: what may stand next."""
        for gram, worth in grams:
            number, numbers = 0, self._first
            for word in gram:
                if number:
                    numbers = self._behind[number] = self._behind[number] or {}
                number = numbers.setdefault(intern(word), len(self.worths))
                if number == len(self.worths):
                    self.worths.append(nothing)
                    self._behind.append(_NOTHING_BEHIND)
            self.worths[number] = worth

    def find(self, words: Sequence[str]) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """The numbers of words, pairs and rows of three, by the word that each begins with; 0: not known."""
        first, behind = self._first, self._behind
        ones = [*map(first.get, words, repeat(0))]
        twos = [*map(dict.get, map(behind.__getitem__, ones), islice(words, 1, None), repeat(0))]
        threes = [*map(dict.get, map(behind.__getitem__, twos), islice(words, 2, None), repeat(0))]
        return ones, twos, threes

    def __getitem__(self, gram: Gram) -> _Worth:
        number, numbers = 0, self._first
        for word in gram:
            number = numbers.get(word, 0)
            numbers = self._behind[number]
        if not number:
            raise KeyError(gram)
        return self.worths[number]

    def __iter__(self) -> Iterator[Gram]:
        return (gram for gram, number in self._rows((), self._first) if self.worths[number] != self._nothing)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _rows(self, begun: Gram, numbers: _Numbers) -> Iterator[tuple[Gram, int]]:
        for word, number in numbers.items():
            yield (*begun, word), number
            yield from self._rows((*begun, word), self._behind[number])
