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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from triage.reading.sentences import words_of

_GAP = 3
_HEAD = 2
"""Any stem has at least as many letters."""
_STEM = 4
"""A first slot's stem has at least as many, so that it begins few words."""
_SLOT = re.compile(r"(?:\w+\*?|#|<\w+>)(?:\|(?:\w+\*?|#|<\w+>))*\??|\.\.")
_CLASS = re.compile(r"<(\w+)>")


class Match(NamedTuple):
    """A phrase found: words[first:last] of the sentence."""

    name: str
    strength: float
    first: int
    last: int


class _Slot(NamedTuple):
    keys: frozenset[str]
    """What fits: a word, a stem with its asterisk, or # for any number. Empty: anything."""
    least: int
    most: int

    @property
    def certain(self) -> bool:
        """Whether exactly one word stands here, and one of its keys."""
        return bool(self.keys) and self.least == 1


class _Phrase(NamedTuple):
    name: str
    strength: float
    rest: tuple[_Slot, ...]
    """The slots behind those that fit where the book has led here."""
    known: int
    """How many words those take."""


_Keys: TypeAlias = Sequence[str]
"""What a word may be called in a slot: itself, its stems, and # where it is a number."""


class _Begun(NamedTuple):
    """The phrases that begin with one key: those to try in any case, and those to try by the next word."""

    alone: list[_Phrase]
    pairs: dict[str, list[_Phrase]]


@dataclass(frozen=True, slots=True, eq=False)
class Phrasebook:
    """Phrases by name, found in one pass over the words of a sentence."""

    begun: dict[str, _Begun] = field(default_factory=dict)
    stems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Each under its first two letters."""

    def find(self, words: Sequence[str]) -> Sequence[Match]:
        """Every phrase that fits; of those with one name that overlap, the strongest and longest."""
        found = self._fits(words)
        if len(found) < 2:
            return found
        found.sort(key=lambda match: (match.name, -match.strength, match.first - match.last, match.first))
        kept: list[Match] = []
        taken: set[tuple[str, int]] = set()
        for match in found:
            places = {(match.name, at) for at in range(match.first, match.last)}
            if taken.isdisjoint(places):
                kept.append(match)
                taken |= places
        return sorted(kept, key=lambda match: (match.first, match.name))

    def _fits(self, words: Sequence[str]) -> list[Match]:
        known = [*map(_look_up, repeat(self), words)]
        sentence = [*map(itemgetter(0), known), ()]
        found: list[Match] = []
        for at, (_, begun) in enumerate(known):
            for alone, pairs in begun:
                tries = alone
                for key in sentence[at + 1]:
                    if key in pairs:
                        tries = tries + pairs[key]
                for name, strength, rest, taken in tries:
                    if end := _end(rest, sentence, at + taken):
                        found.append(Match(name, strength, at, end))
        return found


@lru_cache(maxsize=5_000)
def _look_up(book: Phrasebook, word: str) -> tuple[_Keys, Sequence[_Begun]]:
    """What a word may be called in this book, and the phrases that begin with it."""
    stems = book.stems.get(word[:_HEAD], ())
    begun = [f"{stem}*" for stem in stems if word.startswith(stem)] if word.startswith(stems) else ()
    keys = (word, *begun, "#") if word.isdigit() else (word, *begun)
    return keys, [book.begun[key] for key in keys if key in book.begun]


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
    book = Phrasebook()
    for name, worth, pattern in phrases:
        _enter(book, name, worth, _slots(pattern, classes))
    for name, text in literals:
        if slots := _literal(text):
            _enter(book, name, strength, slots)
    return book


def _enter(book: Phrasebook, name: str, strength: float, slots: tuple[_Slot, ...]) -> None:
    """Enter a phrase by its first word, and where possible by what may stand next: that spares most looks."""
    for stem in [key[:-1] for slot in slots for key in slot.keys if key.endswith("*")]:
        others = book.stems.get(stem[:_HEAD], ())
        book.stems[stem[:_HEAD]] = tuple(dict.fromkeys((*others, stem)))
    nexts = _nexts(slots)
    known = 2 if nexts and slots[1].certain else 1
    phrase = _Phrase(name, strength, slots[known:], known)
    for key in slots[0].keys - {"#"}:  # a number alone begins no phrase
        begun = book.begun.setdefault(key, _Begun([], {}))
        for next_key in nexts:
            begun.pairs.setdefault(next_key, []).append(phrase)
        if not nexts:
            begun.alone.append(phrase)


def _nexts(slots: Sequence[_Slot]) -> frozenset[str]:
    """The keys of which one must stand next to the first slot; none where it may be anything, or nothing."""
    found: frozenset[str] = frozenset()
    for slot in slots[1:]:
        if not slot.keys:
            break
        found |= slot.keys
        if slot.certain:
            return found
    return frozenset()


def _end(slots: Sequence[_Slot], words: Sequence[_Keys], at: int) -> int:
    """Where a row of slots that begins at words[at] ends; 0 where it does not fit. The last of `words` has no
    keys: nothing fits the end.
    """
    for number, (keys, least, most) in enumerate(slots):
        if not keys or not least:
            return _any_end(slots[number + 1 :], words, at, keys, range(least, most + 1))
        if keys.isdisjoint(words[at]):
            return 0
        at += 1
    return at


def _any_end(
    slots: Sequence[_Slot], words: Sequence[_Keys], at: int, keys: frozenset[str], counts: range
) -> int:
    """The same behind a slot that takes so many words: a gap is short, a word that may be there is taken."""
    for count in reversed(counts) if keys else counts:
        fits = at + count < len(words) and not (keys and count and keys.isdisjoint(words[at]))
        if fits and (end := _end(slots, words, at + count)):
            return end
    return 0


def _slots(pattern: str, classes: Mapping[str, Sequence[str]]) -> tuple[_Slot, ...]:
    slots = tuple(_slot(part, classes) for part in pattern.split())
    first = slots[0] if slots else None
    if first is None or not first.certain or first.keys == {"#"}:
        raise ValueError(f"a phrase begins with a word: {pattern!r}")
    if any(key.endswith("*") and len(key) <= _STEM for key in first.keys):
        raise ValueError(f"the first stem has at least {_STEM} letters: {pattern!r}")
    return slots


def _slot(part: str, classes: Mapping[str, Sequence[str]]) -> _Slot:
    if not _SLOT.fullmatch(part):
        raise ValueError(f"not a slot of a phrase: {part!r}")
    if part == "..":
        return _Slot(frozenset(), 0, _GAP)
    options = _CLASS.sub(lambda named: "|".join(classes[named[1]]), part.removesuffix("?")).split("|")
    if any(key.endswith("*") and len(key) <= _HEAD for key in options):
        raise ValueError(f"a stem has at least {_HEAD} letters: {part!r}")
    anything = "_" in options
    return _Slot(frozenset() if anything else frozenset(options), 0 if part.endswith("?") else 1, 1)


def _literal(text: str) -> tuple[_Slot, ...]:
    return tuple(_Slot(frozenset({word}), 1, 1) for word in words_of(text))
