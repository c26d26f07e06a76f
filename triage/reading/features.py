"""What the sentences of a letter show, by name: where each stands, its shape, what it does in the letter
(data/issues.toml), which evidence of heat fired in it, and its words. What that is worth is for `ranking`.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import NamedTuple, TypeAlias

from triage.reading.books import LETTER, STATES, data, search
from triage.reading.heat import WORDING, Finding, Heat
from triage.reading.phrases import Match
from triage.reading.sentences import Sentence
from triage.reading.wording import rows

_TURNS = "letter: turns"
ANY = "letter: any"
"""What every sentence has, and every kind."""
_PHRASE = 0.5
"""Phrases overlap with the words they are made of, and so count less."""
PART = 0.5
"""Parts of words overlap, and so count less."""
_FAR = 9
"""Of the sentences behind this one, which one it is says no more."""
_FIFTHS = 5
_TELLING = 4
"""Words of fewer letters seldom say what a mail is about."""
_SHORT, _LONG = 6, 30
_LETTERS = 4
"""Letters in a part of a word."""
OF_PART = "~"
"""How the names of parts begin."""
_WITH_PARTS = 5
"""Letters in a word that has parts."""
_FEW = 6
"""A letter is weighed as if it had so many more words, of which one knows nothing."""
REMEMBERED = 5_000
"""Words of which is kept what was found out of them."""
_SUBJECT = ("place: subject",)
_MARKS = re.compile('["“”„«]')
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|day|afternoon)|guten tag|hallo|bonjour|hola)\b", re.IGNORECASE
)


class Seen(NamedTuple):
    """A sentence, with the phrases found in it."""

    sentence: Sentence
    phrases: Sequence[Match]

    @property
    def states_a_problem(self) -> bool:
        """Whether a phrase in it says by itself that something is wrong."""
        return any(match.strength >= STATES for match in self.phrases)

    @property
    def names_a_matter(self) -> bool:
        """Whether a phrase of some kind of issue stands in it."""
        return any(not match.name.startswith(LETTER) for match in self.phrases)


def look(sentences: Iterable[Sentence]) -> list[Seen]:
    """The sentences that have words."""
    return [Seen(each, search(each.words).issue) for each in sentences if each.words]


Features: TypeAlias = Iterable[tuple[str, float]]
"""Names and values; what comes twice is added up, and what is nothing may be left out. Words, pairs and parts
of words have no colon in them.
"""


def features_of(letter: Sequence[Seen], heat: Heat) -> Iterator[Features]:
    """What the rank of each sentence is told by, beside its words."""
    for measures, marks in shown_in(letter, heat):
        yield [*zip(MEASURES, measures, strict=True), *zip(marks, repeat(1.0))]


class Shown(NamedTuple):
    """What a sentence shows, beside its words."""

    measures: Sequence[float]
    """How much of each of `MEASURES`."""
    marks: AbstractSet[str]
    """What else it has: where it stands, what it does, what fired in it."""


def shown_in(letter: Sequence[Seen], heat: Heat) -> Iterator[Shown]:
    """What each sentence shows."""
    evidence = [finding for finding in heat.findings if finding.signal != WORDING]
    number = sum(each.sentence.place == "text" for each in letter)
    words = [{word for word in each.sentence.words if len(word) >= _TELLING} for each in letter]
    seen, repeated = set[str](), set[str]()
    for texts in words:
        repeated |= seen & texts
        seen |= texts
    subject = {text for each, texts in zip(letter, words, strict=True) for text in texts if _in_subject(each)}
    for at, (each, texts) in enumerate(zip(letter, words, strict=True), number - len(letter)):
        again = len(texts & repeated) / (len(each.sentence.words) + 3)
        about = at >= 0 and not texts.isdisjoint(subject)
        yield Shown(
            (again, about, *_place(at, number), *_shape(each.sentence)),
            {ANY, *_moves(each), *_fired(each.sentence, evidence), *_stands(at, number)},
        )


def kind_features(main: Seen, letter: Sequence[Seen]) -> Features:
    """What the kind is told by, beside words: phrases of the main sentence, and again of them all; what is
    spoken of, and in the main sentence also together with what is wrong with it: a driver who does not come
    is another kind than a pallet.
    """
    yield ANY, 1.0
    for chosen in ([main], letter):
        phrases = [_of_kind(match) for each in chosen for match in each.phrases]
        for name, number in _counted(phrases):
            yield name, min(number, 2) * _PHRASE
    stated = sorted({match.name for match in main.phrases if match.strength >= STATES})
    for thing in _spoken_of(main):
        yield f"thing: {thing}", _PHRASE
        for kind in stated:
            yield f"thing: {thing}, {kind}", _PHRASE
    for thing, number in _counted([thing for each in letter for thing in _spoken_of(each)]):
        yield f"letter: {thing}", min(number, 2) * _PHRASE / 2


def _counted(names: Sequence[str]) -> Iterable[tuple[str, int]]:
    """Each name once, in the order of its first, and how often it comes."""
    return [(name, names.count(name)) for name in dict.fromkeys(names)]


def grams_of(letter: Sequence[Seen]) -> Features:
    """Each word, row of words and part of a word, by the root of the length; what the words come to below."""
    share = 1 / length(letter)
    for row in (row for each in letter for row in rows(each.sentence.words)):
        for gram in row:
            yield " ".join(gram), share
        for part in parts(*row[0]):
            yield OF_PART + part, share * PART


def length(letter: Sequence[Seen]) -> float:
    """The root of how many words they have together."""
    return root(sum([len(each.sentence.words) for each in letter]))


def root(words: int) -> float:
    """Of so many words: what they say is divided by it."""
    return math.sqrt(words + _FEW)


def parts(word: str) -> Sequence[str]:
    """The parts of a longer word, by which one is known that was never seen: stems, endings, misspellings."""
    if len(word) < _WITH_PARTS or not word.isalpha():
        return ()
    whole = f"^{word}$"
    return [whole[at : at + _LETTERS] for at in range(len(whole) - _LETTERS + 1)]


MEASURES = (
    "letter: told again",
    "letter: of the subject",
    "place: later",
    "place: last",
    "shape: words",
    "shape: figures",
    "shape: capitals",
    "shape: short",
    "shape: long",
    "shape: asks",
    "shape: exclaims",
    "shape: ends in a colon",
    "shape: ends in a comma",
    "shape: quotes",
    "shape: greets",
)


def _place(at: int, number: int) -> Sequence[float]:
    """Of `MEASURES`, the two of the place."""
    return (at / number, at == number - 1) if at >= 0 else (0.0, 0.0)


def _stands(at: int, number: int) -> Sequence[str]:
    """Where a sentence stands, by name."""
    return (f"place: {min(at, _FAR)}", f"place: fifth {_FIFTHS * at // number}") if at >= 0 else _SUBJECT


def _shape(sentence: Sentence) -> Sequence[float]:
    """Of `MEASURES`, those of the shape."""
    text, words = sentence.text, sentence.words
    number = len(words)
    return (
        math.log1p(number),
        math.log1p(number - sum(map(str.isalpha, words))),
        sum([text[start].isupper() for start, _ in sentence.spans]) / number,
        number <= _SHORT,
        number > _LONG,
        text.endswith("?"),
        "!" in text,
        text.endswith(":"),
        text.endswith(","),
        _is_quoting(text),
        number < _SHORT and _GREETING.match(text) is not None,
    )


def _is_quoting(text: str) -> bool:
    return '"' in text or (not text.isascii() and _MARKS.search(text) is not None)


def _moves(seen: Seen) -> Iterator[str]:
    """What the sentence does in the letter, and whether it speaks of a problem."""
    for match in seen.phrases:
        if not match.name.startswith(LETTER):
            yield "problem: states" if match.strength >= STATES else "problem: about"
        elif match.name != _TURNS or not match.first:
            yield match.name


def _fired(sentence: Sentence, findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        if finding.place == sentence.place and sentence.start <= finding.start < sentence.end:
            yield f"signal: {finding.signal}"


def _of_kind(match: Match) -> str:
    return f"{match.name}: {'states' if match.strength >= STATES else 'about'}"


def _spoken_of(seen: Seen) -> AbstractSet[str]:
    """What a sentence has a word for: goods, people, money."""
    return {*chain.from_iterable(filter(None, map(_things, seen.sentence.words)))}


@lru_cache(REMEMBERED)
def _things(word: str) -> Sequence[str]:
    """What a word is a word for."""
    words, stems = _thing_words()
    begun = [thing for stem, thing in stems.get(word[:_TELLING], ()) if word.startswith(stem)]
    return [*begun, *words.get(word, ())]


def _in_subject(seen: Seen) -> bool:
    return seen.sentence.place == "subject"


@cache
def _thing_words() -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[tuple[str, str]]]]:
    """What each word is a word for; and each beginning of a word, by its first letters."""
    words, stems = dict[str, list[str]](), dict[str, list[tuple[str, str]]]()
    for thing, patterns in data("issues")["things"].items():
        for pattern in patterns:
            stem = pattern.removesuffix("*")
            if stem == pattern:
                words.setdefault(pattern, []).append(thing)
            else:
                stems.setdefault(stem[:_TELLING], []).append((stem, thing))
    return words, stems
