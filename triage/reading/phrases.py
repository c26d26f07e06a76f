"""Phrases as data: a small pattern language over words, and the book that finds them.

A phrase is a row of slots, parted by blanks:

    word        that word                    a|b       one of these
    stem*       any word beginning so        <name>    one of a named class of words
    a|b?        may be missing               ..        up to three words of any kind
    #           a number                     _         exactly one word of any kind

All is compared word by word, in lower case and without accents, so white space, line breaks and punctuation
between the words do not matter. Matching looks at a bounded number of words: its time is linear in the text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from triage.reading.sentences import words_of

_GAP = 3
_STEM = 4
"""A first slot's stem is found by this many letters, so it has at least as many."""
_SLOT = re.compile(r"(?:\w+\*?|#|<\w+>)(?:\|(?:\w+\*?|#|<\w+>))*\??|\.\.")
_CLASS = re.compile(r"<(\w+)>")


class Match(NamedTuple):
    """A phrase found: words[first:last] of the sentence."""

    name: str
    strength: float
    first: int
    last: int


class _Slot(NamedTuple):
    words: frozenset[str]
    stems: tuple[str, ...]
    anything: bool
    number: bool
    least: int
    most: int

    def fits(self, word: str) -> bool:
        return (
            self.anything
            or word in self.words
            or bool(self.stems and word.startswith(self.stems))
            or (self.number and word.isdigit())
        )


class _Phrase(NamedTuple):
    name: str
    strength: float
    slots: tuple[_Slot, ...]


_Phrases: TypeAlias = list[_Phrase]


@dataclass(frozen=True, slots=True, eq=False)
class Phrasebook:
    """Phrases by name, found in one pass over the words of a sentence."""

    by_word: dict[str, _Phrases]
    by_pair: dict[str, dict[str, _Phrases]]
    by_stem: dict[str, _Phrases]

    def find(self, words: Sequence[str]) -> Iterator[Match]:
        """Every phrase that fits; of those with one name that overlap, the strongest and longest."""
        found = self._fits(words)
        found.sort(key=lambda match: (match.name, -match.strength, match.first - match.last, match.first))
        kept: list[Match] = []
        taken: set[tuple[str, int]] = set()
        for match in found:
            places = {(match.name, at) for at in range(match.first, match.last)}
            if taken.isdisjoint(places):
                kept.append(match)
                taken |= places
        return iter(sorted(kept, key=lambda match: (match.first, match.name)))

    def _fits(self, words: Sequence[str]) -> list[Match]:
        found: list[Match] = []
        for at, word in enumerate(words):
            alone, pairs = _begun(self, word)
            if alone:
                found += _matches(alone, 1, words, at)
            if pairs and at + 1 < len(words):
                found += _matches(pairs.get(words[at + 1], ()), 2, words, at)
        return found


def _matches(phrases: Iterable[_Phrase], known: int, words: Sequence[str], at: int) -> Iterator[Match]:
    """Of phrases whose first slots are known to fit at words[at], those that fit all through."""
    for phrase in phrases:
        if end := _end(phrase.slots, known, words, at + known):
            yield Match(phrase.name, phrase.strength, at, end)


@lru_cache(maxsize=20_000)
def _begun(book: Phrasebook, word: str) -> tuple[_Phrases, Mapping[str, _Phrases]]:
    """The phrases that begin with this word, and by their second word those that are entered so."""
    stems = (each for each in book.by_stem.get(word[:_STEM], ()) if each.slots[0].fits(word))
    return [*book.by_word.get(word, ()), *stems], book.by_pair.get(word, {})


def compile_book(
    phrases: Iterable[tuple[str, float, str]],
    classes: Mapping[str, Sequence[str]],
    literals: Iterable[tuple[str, str]] = (),
    *,
    strength: float = 1.0,
) -> Phrasebook:
    """A book of (name, strength, pattern) and of (name, plain text). Raises ValueError on a bad pattern.

    `strength` is that of the plain texts.
    """
    book = Phrasebook({}, {}, {})
    compiled = [_Phrase(name, strength, _slots(pattern, classes)) for name, strength, pattern in phrases]
    compiled += [_Phrase(name, strength, slots) for name, text in literals if (slots := _literal(text))]
    for phrase in compiled:
        _enter(book, phrase)
    return book


def _enter(book: Phrasebook, phrase: _Phrase) -> None:
    """Enter a phrase by its first word, or its first two where both are certain: that spares most looks."""
    first = phrase.slots[0]
    second = phrase.slots[1] if len(phrase.slots) > 1 else None
    for stem in first.stems:
        book.by_stem.setdefault(stem[:_STEM], []).append(phrase)
    for word in sorted(first.words):
        if second is None or not second.least or second.anything or second.number or second.stems:
            book.by_word.setdefault(word, []).append(phrase)
            continue
        for next_word in sorted(second.words):
            book.by_pair.setdefault(word, {}).setdefault(next_word, []).append(phrase)


def _end(slots: Sequence[_Slot], slot: int, words: Sequence[str], at: int) -> int:
    """The end of a match of slots[slot:] that begins at words[at]; 0 where there is none."""
    if slot == len(slots):
        return at
    this = slots[slot]
    counts = range(this.least, this.most + 1)
    for count in counts if this.anything else reversed(counts):  # a gap is short, an optional word is taken
        fits = at + count <= len(words) and (not count or this.fits(words[at]))
        if fits and (end := _end(slots, slot + 1, words, at + count)):
            return end
    return 0


def _slots(pattern: str, classes: Mapping[str, Sequence[str]]) -> tuple[_Slot, ...]:
    slots = tuple(_slot(part, classes) for part in pattern.split())
    first = slots[0] if slots else None
    if first is None or not first.least or first.anything or not (first.words or first.stems):
        raise ValueError(f"a phrase begins with a word: {pattern!r}")
    if any(len(stem) < _STEM for stem in first.stems):
        raise ValueError(f"the first stem has at least {_STEM} letters: {pattern!r}")
    return slots


def _slot(part: str, classes: Mapping[str, Sequence[str]]) -> _Slot:
    if not _SLOT.fullmatch(part):
        raise ValueError(f"not a slot of a phrase: {part!r}")
    if part == "..":
        return _Slot(frozenset(), (), True, False, 0, _GAP)
    least = 0 if part.endswith("?") else 1
    options = _CLASS.sub(lambda named: "|".join(classes[named[1]]), part.removesuffix("?")).split("|")
    return _Slot(
        words=frozenset(option for option in options if not option.endswith(("*", "#", "_"))),
        stems=tuple(option[:-1] for option in options if option.endswith("*")),
        anything="_" in options,
        number="#" in options,
        least=least,
        most=1,
    )


def _literal(text: str) -> tuple[_Slot, ...]:
    return tuple(_Slot(frozenset({word}), (), False, False, 1, 1) for word in words_of(text))
