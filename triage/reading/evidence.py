"""What a sentence shows: the phrases found in it, and what each is worth where it stands.

A phrase that is denied, only supposed, quoted, said in jest or told of others is worth less than one that is
meant. That is decided here, once for all `signals`. The phrases are data (data/phrases.toml), and so are the
small words that turn their meaning (data/context.toml).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from triage.reading.books import data, search
from triage.reading.phrases import Match, Phrasebook, compile_book
from triage.reading.sentences import Sentence, Span


class Hit(NamedTuple):
    """Evidence at text[start:end]; `strength` is 1 for the plain case."""

    start: int
    end: int
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One sentence as the signals see it."""

    sentence: Sentence
    matches: Mapping[str, Sequence[Match]]
    words: Sequence[str]
    """The words that are no part of a phrase which only looks heated."""
    spans: Sequence[Span]
    """Where each of these stands in the sentence."""
    shouts: bool = False
    """Whether the writer uses capitals all through, as a ship's telex does."""
    addressed: bool = True
    """Whether the writer or the reader stands in it or beside it; else it tells of the world at large."""

    def has(self, *names: str) -> bool:
        """Whether a phrase of one of these names stands in the sentence, denied or not."""
        return not self.matches.keys().isdisjoint(names)


_DENIED_WITHIN = 4
_CONDITIONAL = frozenset({"anger", "contempt", "unacceptable", "insult", "profanity", "sarcasm", "refusal"})
"""Tempers: "if it were late I would be furious" is not fury. A threat with an "if" stays a threat."""
_TOLD_OF_OTHERS = _CONDITIONAL | {"threat_of_law", "loss_named", "no_answer", "repeated_asking"}
_JEST = re.compile(
    r"[:;]-?[)DPp]|\b(?:lol|haha+|lmao|hehe|j/k|just kidding|rofl)\b|[😀😂🤣😄😅😉🙂😊]", re.IGNORECASE
)
_JEST_SIGNS = (":", ";", "lol", "haha", "lmao", "hehe", "j/k", "kidding", "rofl")
"""A look for these spares most sentences the longer one."""
_QUOTE = re.compile('“[^”“]{12,400}”|„[^“”„]{12,400}[“”]|«[^»«]{12,400}»|"[^"]{12,400}"')


def evidence(reading: Reading, name: str) -> Iterable[Hit]:
    """The phrases of this name, each for what it is worth here."""
    matches = reading.matches.get(name)
    return _hits(reading, matches) if matches else ()


def _hits(reading: Reading, matches: Iterable[Match]) -> Iterator[Hit]:
    for match in matches:
        if worth := match.strength * _worth(reading, match):
            yield Hit(*reading.sentence.passage(match.first, match.last), worth)


def _worth(reading: Reading, match: Match) -> float:
    if _denied(reading.sentence, match):
        return 0.0
    worth = 1.0
    if match.name in _CONDITIONAL and reading.has("hypothetical"):
        worth *= 0.2
    if match.name in _TOLD_OF_OTHERS and (not reading.addressed or _of_others(reading.sentence, match)):
        worth *= 0.4
    if jests(reading.sentence):
        worth *= 0.4
    if _quoted(reading.sentence, match):
        worth *= 0.3
    return worth


class Tone(NamedTuple):
    """What the wording of a sentence is worth: that of temper, and that of calm."""

    heat: float = 1.0
    calm: float = 1.0


def tone(reading: Reading) -> Tone:
    """Temper is worth less if it is supposed, in jest, or told of others; kind words nothing in sarcasm."""
    heat = 1.0
    if "hypothetical" in reading.matches:
        heat *= 0.2
    if jests(reading.sentence):
        heat *= 0.4
    if _names(reading.sentence, "others") and not _names(reading.sentence, "ours"):
        heat *= 0.6
    return Tone(heat, 0.0 if any(evidence(reading, "sarcasm")) else 1.0)


def unmeant(reading: Reading) -> Iterator[range]:
    """Places in the text whose words are not the writer's own, or stand in a team's calm phrase."""
    sentence = reading.sentence
    for start, end in _quotes(sentence.text):
        yield range(sentence.start + start, sentence.start + end)
    for match in reading.matches.get("calm_phrase", ()):
        yield range(*sentence.passage(match.first, match.last))


def jests(sentence: Sentence) -> bool:
    """Whether the sentence smiles or laughs."""
    return _laughs(sentence.text)


@lru_cache(maxsize=16)
def _laughs(text: str) -> bool:
    plain = text.casefold()
    likely = not text.isascii() or any(map(plain.__contains__, _JEST_SIGNS))
    return likely and _JEST.search(text) is not None


@lru_cache(maxsize=16)
def _quotes(text: str) -> tuple[tuple[int, int], ...]:
    if text.isascii() and '"' not in text:
        return ()
    return tuple(quote.span() for quote in _QUOTE.finditer(text))


def _denied(sentence: Sentence, match: Match) -> bool:
    """Whether a "not" before the phrase reaches it."""
    behind = sentence.spans[match.first][0]
    for at in range(match.first - 1, max(-1, match.first - 1 - _DENIED_WITHIN), -1):
        word, (start, end) = sentence.words[at], sentence.spans[at]
        if (
            word in words_for("turns")
            or word in words_for("heightens")
            or any(mark in ",;:.!?–—(" for mark in sentence.text[end:behind])
        ):
            return False
        if word in words_for("denials"):
            return True
        behind = start
    return False


def _of_others(sentence: Sentence, match: Match) -> bool:
    """Whether it is told of third parties: of people named just before, or of nobody here."""
    if not words_for("people").isdisjoint(sentence.words[max(0, match.first - 3) : match.first]):
        return True
    return _names(sentence, "others") and not _names(sentence, "ours")


def _names(sentence: Sentence, people: str) -> bool:
    return not words_for(people).isdisjoint(sentence.words)


def _quoted(sentence: Sentence, match: Match) -> bool:
    start, end = sentence.spans[match.first][0], sentence.spans[match.last - 1][1]
    return any(opens < start and end <= closes for opens, closes in _quotes(sentence.text))


_SCREENS = ("calm_phrase", "look_alike")
_SHORT = 5
"""A message of fewer sentences is taken to speak to its reader."""


def read(
    sentences: Sequence[Sentence], *, heated: tuple[str, ...] = (), calm: tuple[str, ...] = ()
) -> tuple[Reading, ...]:
    """Prepare sentences for the signals, with a team's own phrases."""
    shouts = sum(map(_is_loud, sentences)) > max(2, 0.5 * len(sentences))
    ours = [_names(sentence, "ours") for sentence in sentences]
    team = _team_book(heated, calm) if heated or calm else None
    return tuple(
        _read(
            sentence, team, shouts=shouts, addressed=len(ours) < _SHORT or any(ours[max(0, at - 1) : at + 2])
        )
        for at, sentence in enumerate(sentences)
    )


def _read(sentence: Sentence, team: Phrasebook | None, *, shouts: bool, addressed: bool) -> Reading:
    found = search(sentence.words).evidence
    if team:
        found = [*found, *team.find(sentence.words)]
    screens = [range(match.first, match.last) for match in found if match.name in _SCREENS]
    hidden = {at for places in screens for at in places}
    matches: dict[str, list[Match]] = {}
    for match in found:
        screened = hidden and not hidden.isdisjoint(range(match.first, match.last))
        if match.name in _SCREENS or match.name == "team_phrase" or not screened:
            matches.setdefault(match.name, []).append(match)
    words: Sequence[str] = sentence.words
    spans: Sequence[Span] = sentence.spans
    if hidden:
        left = [at for at in range(len(words)) if at not in hidden]
        words, spans = [words[at] for at in left], [spans[at] for at in left]
    return Reading(
        sentence=sentence, matches=matches, words=words, spans=spans, shouts=shouts, addressed=addressed
    )


def _is_loud(sentence: Sentence) -> bool:
    return len(sentence.words) >= 3 and sentence.text.isupper()


@lru_cache(maxsize=32)
def _team_book(heated: tuple[str, ...], calm: tuple[str, ...]) -> Phrasebook:
    named = [("team_phrase", phrase) for phrase in heated] + [("calm_phrase", phrase) for phrase in calm]
    return compile_book((), {}, named)


@lru_cache(maxsize=16)
def words_for(name: str) -> frozenset[str]:
    """The small words of data/context.toml by their use."""
    return frozenset(data("context")[name])
