"""Which sentence states the main issue, and of which kind it is: learned weights, added up.

A sentence has features: where it stands, its shape, what it does in the letter (data/issues.toml),
which evidence of heat fired in it, and its words. Their weights are data (data/ranking.json), made by
corpus/issues.py, which reads its texts with the functions of this file. What is done with the ranks is for
`issues`.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, repeat
from typing import NamedTuple, TypeAlias

from triage.reading.books import LETTER, STATES, data, search
from triage.reading.grams import Grams
from triage.reading.heat import WORDING, Finding, Heat
from triage.reading.phrases import Match
from triage.reading.sentences import Sentence
from triage.reading.wording import START, plain, rows

_TURNS = "letter: turns"
ANY = "letter: any"
"""What every sentence has, and every kind."""
_PHRASE = 0.5
"""Phrases overlap with the words they are made of, and so count less."""
_PART = 0.5
"""Parts of words overlap, and so count less."""
_FAR = 9
"""Of the sentences behind this one, which one it is says no more."""
_FIFTHS = 5
_TELLING = 4
"""Words of fewer letters seldom say what a mail is about."""
_SHORT, _LONG = 6, 30
_LETTERS = 4
"""Letters in a part of a word."""
_WITH_PARTS = 5
"""Letters in a word that has parts."""
_FEW = 6
"""A letter is weighed as if it had so many more words, of which one knows nothing."""
_NOTHING: Mapping[str, float] = {}
_MARKS = re.compile('["“”„«]')
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|day|afternoon)|guten tag|hallo|bonjour|hola)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """The learned parameters, in log-odds."""

    sentences: Mapping[str, float]
    """What a feature says for a sentence that has it."""
    kinds: Mapping[str, Mapping[str, float]]
    """What a feature says for a kind."""


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


def rank(letter: Sequence[Seen], heat: Heat, ranking: Ranking) -> list[float]:
    """How much speaks for each sentence; below zero, that nothing is at issue is likelier."""
    get = ranking.sentences.get
    return [
        math.fsum([get(name, 0.0) * value for name, value in features])
        + _first(_weigh(seen.sentence.words, ranking)) / _length([seen])
        for seen, features in zip(letter, features_of(letter, heat), strict=True)
    ]


def kinds_of(main: Seen, letter: Sequence[Seen], ranking: Ranking) -> dict[str, float]:
    """How much speaks for each kind, in the main sentence and in all of them."""
    found: dict[str, float] = {}
    for name, value in kind_features(main, letter):
        if weights := ranking.kinds.get(name):
            _add(found, weights, value)
    kinds = _table(ranking).kinds
    for chosen in ([main], letter):
        _, *worths = _opened(sum([_weigh(seen.sentence.words, ranking) for seen in chosen]), 1 + len(kinds))
        _add(found, dict(zip(kinds, worths, strict=True)), 1 / _length(chosen))
    return found


Features: TypeAlias = Iterable[tuple[str, float]]
"""Names and values; what comes twice is added up, and what is nothing may be left out. Words, pairs and parts
of words have no colon in them.
"""


def features_of(letter: Sequence[Seen], heat: Heat) -> Iterator[Features]:
    """What the rank of each sentence is told by, beside its words."""
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
        yield chain(
            ((ANY, 1.0), ("letter: told again", again), ("letter: of the subject", float(about))),
            _place(at, number),
            _shape(each.sentence),
            ((name, 1.0) for name in {*_moves(each), *_fired(each.sentence, evidence)}),
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
    share = 1 / _length(letter)
    for row in (row for each in letter for row in rows(each.sentence.words)):
        for gram in row:
            yield " ".join(gram), share
        for part in parts(*row[0]):
            yield part, share * _PART


def _length(letter: Sequence[Seen]) -> float:
    return math.sqrt(sum([len(each.sentence.words) for each in letter]) + _FEW)


def parts(word: str) -> tuple[str, ...]:
    """The parts of a longer word, by which one is known that was never seen: stems, endings, misspellings."""
    if len(word) < _WITH_PARTS or not word.isalpha():
        return ()
    whole = f"^{word}$"
    return tuple(f"~{whole[at : at + _LETTERS]}" for at in range(len(whole) - _LETTERS + 1))


_Worth: TypeAlias = int
"""What words say for their sentence, and then for each kind, side by side in one number: each has its own
bits, in whole units, so that one addition adds them all.
"""
_BITS = 32
_UNITS = 200
"""To one of log-odds: weights have two digits, and those of parts count half."""


class _Table(NamedTuple):
    """The words, rows of words and parts of words, each with what it says: one look serves all."""

    kinds: tuple[str, ...]
    words: Mapping[str, _Worth]
    """Words and parts of words."""
    rows: Grams[_Worth]
    """Two words in a row, or three."""


@lru_cache(maxsize=256)
def _weigh(words: tuple[str, ...], ranking: Ranking) -> _Worth:
    """What the words of a sentence say together, before its length is known.

    The last few are remembered, for the ranks and the kinds ask one after the other.
    """
    rows = _table(ranking).rows
    row = plain(words)
    _, pairs, threes = rows.find((START, *row))
    alone = map(_alone, row, repeat(ranking))
    return sum(alone) + sum(map(rows.worths.__getitem__, filter(None, chain(pairs, threes))))


@lru_cache(maxsize=5_000)
def _alone(word: str, ranking: Ranking) -> _Worth:
    """What a word and its parts say."""
    words = _table(ranking).words
    return words.get(word, 0) + sum(filter(None, map(words.get, parts(word))))


@lru_cache(maxsize=32)
def _table(ranking: Ranking) -> _Table:
    kinds = tuple(sorted({kind for weights in ranking.kinds.values() for kind in weights}))
    places = {kind: _BITS * at for at, kind in enumerate(kinds, 1)}
    known: dict[_Worth, _Worth] = {}  # many say the same
    worths = {
        gram: known.setdefault(worth, worth)
        for gram in ranking.sentences.keys() | ranking.kinds.keys()
        if ":" not in gram
        for worth in [_worth(gram, places, ranking)]
    }
    return _Table(
        kinds,
        words={gram: worth for gram, worth in worths.items() if " " not in gram},
        rows=Grams(((tuple(gram.split()), worth) for gram, worth in worths.items() if " " in gram), 0),
    )


def _worth(gram: str, places: Mapping[str, int], ranking: Ranking) -> _Worth:
    units = _UNITS * (_PART if gram.startswith("~") else 1.0)
    told = ranking.kinds.get(gram, _NOTHING)
    return round(ranking.sentences.get(gram, 0.0) * units) + sum(
        [round(weight * units) << places[kind] for kind, weight in told.items()]
    )


def _first(worth: _Worth) -> float:
    """What is said for the sentence."""
    return _opened(worth, 1)[0]


def _opened(worth: _Worth, number: int) -> list[float]:
    """The first so many that stand in it."""
    found = []
    sign = 1 << _BITS - 1
    for _ in range(number):
        units = (worth & 2 * sign - 1 ^ sign) - sign
        found.append(units / _UNITS)
        worth = worth - units >> _BITS
    return found


def _add(found: dict[str, float], weights: Mapping[str, float], factor: float) -> None:
    for kind, weight in weights.items():
        found[kind] = found.get(kind, 0.0) + weight * factor


def _place(at: int, number: int) -> Features:
    if at < 0:
        yield "place: subject", 1.0
        return
    yield f"place: {min(at, _FAR)}", 1.0
    yield f"place: fifth {_FIFTHS * at // number}", 1.0
    yield "place: later", at / number
    yield "place: last", float(at == number - 1)


def _shape(sentence: Sentence) -> Features:
    text, words = sentence.text, sentence.words
    number = len(words)
    return [
        ("shape: words", math.log1p(number)),
        ("shape: figures", math.log1p(number - sum(map(str.isalpha, words)))),
        ("shape: capitals", sum([text[start].isupper() for start, _ in sentence.spans]) / number),
        ("shape: short", float(number <= _SHORT)),
        ("shape: long", float(number > _LONG)),
        ("shape: asks", float(text.endswith("?"))),
        ("shape: exclaims", float("!" in text)),
        ("shape: ends in a colon", float(text.endswith(":"))),
        ("shape: ends in a comma", float(text.endswith(","))),
        ("shape: quotes", float(_is_quoting(text))),
        ("shape: greets", float(number < _SHORT and _GREETING.match(text) is not None)),
    ]


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


def _spoken_of(seen: Seen) -> list[str]:
    """What a sentence has a word for: goods, people, money; sorted, so that sums are everywhere the same."""
    return sorted({*chain.from_iterable(map(_things, seen.sentence.words))})


@lru_cache(maxsize=5_000)
def _things(word: str) -> tuple[str, ...]:
    """What a word is a word for."""
    known = _thing_words()
    return tuple(
        thing for end in range(_TELLING, len(word) + 1) for thing in known.get(f"{word[:end]}*", ())
    ) + known.get(word, ())


def _in_subject(seen: Seen) -> bool:
    return seen.sentence.place == "subject"


@cache
def shipped_ranking() -> Ranking:
    """The learned parameters as shipped."""
    text = files(__package__).joinpath("data/ranking.json").read_text("utf-8")
    return Ranking(**json.loads(text, parse_float=cache(float)))


@cache
def _thing_words() -> dict[str, tuple[str, ...]]:
    """What each word, or beginning of a word with its asterisk, is a word for."""
    known: dict[str, tuple[str, ...]] = {}
    for thing, words in data("issues")["things"].items():
        for word in words:
            known[word] = (*known.get(word, ()), thing)
    return known
