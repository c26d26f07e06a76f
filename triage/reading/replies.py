"""The reply check: what in a reply will make things worse, in which words, and what to write instead.

Faults are of two sorts: what a reply says (blame, excuses, mockery ...) and what it lacks (a way forward,
a time, the customer's own matter). Phrases, reasons and advice are data (data/replies/), in English only.
Which faults are serious is a team's rule.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias

from triage.reading import deadlines
from triage.reading.acknowledging import names_matter
from triage.reading.deadlines import Standpoint
from triage.reading.phrases import Match, Phrasebook, compile_book
from triage.reading.sentences import Sentence, split


class FaultKind(StrEnum):
    """Every kind of fault; the list is closed."""

    BLAME_CUSTOMER = "blame_customer"
    I_TOLD_YOU_SO = "i_told_you_so"
    NON_APOLOGY = "non_apology"
    BUT_AFTER_APOLOGY = "but_after_apology"
    BLAME_THIRD_PARTY = "blame_third_party"
    POLICY_HIDING = "policy_hiding"
    SARCASM = "sarcasm"
    COUNTER_THREAT = "counter_threat"
    NO_OPTIONS = "no_options"
    NO_TIME = "no_time"
    ISSUE_NOT_ACKNOWLEDGED = "issue_not_acknowledged"
    OVER_APOLOGY = "over_apology"
    VAGUE_PROMISE = "vague_promise"
    DISMISSIVE = "dismissive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, with the writer's own words; empty where something is missing."""

    kind: FaultKind
    words: str = ""
    start: int | None = None
    """Where the words stand in the text."""
    name: str
    """What a person calls it: "blame of the customer"."""
    why: str
    instead: str


_Marks: TypeAlias = Mapping[str, tuple[Match, ...]]
"""The phrases found in a sentence, by name."""


class _Advice(NamedTuple):
    name: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence, and what was found in it by name: "sarcasm", "apology", "over_apology_in_law"."""

    sentence: Sentence
    marks: _Marks
    timed: bool
    """It names a time of ours that is still to come."""

    def has(self, *names: str) -> bool:
        return any(name in self.marks for name in names)

    def first(self, name: str) -> Match | None:
        return next(iter(self.marks.get(name, ())), None)


def takes_ownership(text: str) -> bool:
    """Whether the writer says "I" and not only "we": shown with the reply, no fault."""
    return any("ownership.first_person" in marks for _, marks in _marked(text))


def check(text: str, where: Standpoint, *, main_issue: str = "") -> tuple[Fault, ...]:
    """The faults in a reply's new text, in its order; what is missing comes last.

    `main_issue` is the customer's sentence that has to be answered; empty where none is known.
    """
    reads = [_read(sentence, marks, where) for sentence, marks in _marked(text)]
    said = [
        _said(text, read.sentence, kind, match)
        for kind, find in _SAID.items()
        for number, read in enumerate(reads)
        if (match := find(reads, number))
    ]
    missing = [_lacks(kind) for kind, lacks in _LACKING.items() if lacks(text, reads, main_issue)]
    return (*sorted(said, key=lambda fault: fault.start or 0), *missing)


def _read(sentence: Sentence, marks: _Marks, where: Standpoint) -> _Read:
    ours = "time" in marks and "vague_promise.loose" not in marks
    return _Read(sentence, marks, ours and bool(deadlines.find(sentence.text, where)))


@lru_cache(maxsize=4)
def _marked(text: str) -> tuple[tuple[Sentence, _Marks], ...]:
    """The sentences with what was found in them; the last few are remembered, for a review asks twice."""
    return tuple((sentence, _marks(sentence)) for sentence in split(text))


def _marks(sentence: Sentence) -> _Marks:
    """The phrases found, by name; those that a look-alike covers are left out."""
    found: dict[str, list[Match]] = {}
    for match in _data().book.find(sentence.words):
        found.setdefault(match.name, []).append(match)
    real = {
        name: tuple(match for match in matches if not _covered(match, found.get(_innocent(name), ())))
        for name, matches in found.items()
    }
    return {name: matches for name, matches in real.items() if matches}


def _innocent(name: str) -> str:
    return f"{name.partition('.')[0]}.innocent"


def _covered(match: Match, others: Sequence[Match]) -> bool:
    return any(match.first < other.last and other.first < match.last for other in others)


def _said(text: str, sentence: Sentence, kind: FaultKind, match: Match) -> Fault:
    start, end = sentence.passage(match.first, match.last)
    advice = _data().advice.get(match.name, _data().advice[kind])
    return Fault(kind=kind, words=" ".join(text[start:end].split()), start=start, **advice._asdict())


def _lacks(kind: FaultKind) -> Fault:
    return Fault(kind=kind, **_data().advice[kind]._asdict())


# What a reply says: each finds the words in one sentence that are the fault.

_Find = Callable[[Sequence[_Read], int], Match | None]


def _plain(kind: FaultKind) -> _Find:
    return lambda reads, number: reads[number].first(kind)


def _blame(kind: FaultKind) -> _Find:
    """No blame where the writer takes it on themselves, there or in the next sentence."""

    def find(reads: Sequence[_Read], number: int) -> Match | None:
        owned = any(read.has("ownership") for read in reads[number : number + 2])
        return None if owned else reads[number].first(kind)

    return find


def _non_apology(reads: Sequence[_Read], number: int) -> Match | None:
    read = reads[number]
    return read.first("non_apology") or (
        read.first("non_apology.with_apology") if read.has("apology") else None
    )


def _but(reads: Sequence[_Read], number: int) -> Match | None:
    """A "but" behind an apology: in its sentence, or as the first word of the next."""
    read = reads[number]
    apologised = min((match.first for match in read.marks.get("apology", ())), default=None)
    for match in read.marks.get("but_after_apology", ()):
        if apologised is not None and match.first > apologised:
            return match
        if match.first == 0 and number and reads[number - 1].has("apology"):
            return match
    return None


def _over_apology(reads: Sequence[_Read], number: int) -> Match | None:
    """Grovelling, liability, or a second apology."""
    read = reads[number]
    if grave := read.first("over_apology_in_law") or read.first("over_apology"):
        return grave
    again = read.first("apology")
    return again if again and any(earlier.has("apology") for earlier in reads[:number]) else None


def _vague(reads: Sequence[_Read], number: int) -> Match | None:
    """ "Soon" in a sentence without a time; "I'll look into it" only in a reply without any."""
    read = reads[number]
    if read.timed:
        return None
    if loose := read.first("vague_promise.loose") or read.first("vague_promise"):
        return loose
    weak = read.first("vague_promise.weak")
    return weak if weak and not any(each.timed for each in reads) else None


_SAID: dict[FaultKind, _Find] = {
    FaultKind.BLAME_CUSTOMER: _blame(FaultKind.BLAME_CUSTOMER),
    FaultKind.I_TOLD_YOU_SO: _blame(FaultKind.I_TOLD_YOU_SO),
    FaultKind.NON_APOLOGY: _non_apology,
    FaultKind.BUT_AFTER_APOLOGY: _but,
    FaultKind.BLAME_THIRD_PARTY: _blame(FaultKind.BLAME_THIRD_PARTY),
    FaultKind.POLICY_HIDING: _plain(FaultKind.POLICY_HIDING),
    FaultKind.SARCASM: _plain(FaultKind.SARCASM),
    FaultKind.COUNTER_THREAT: _plain(FaultKind.COUNTER_THREAT),
    FaultKind.DISMISSIVE: _plain(FaultKind.DISMISSIVE),
    FaultKind.OVER_APOLOGY: _over_apology,
    FaultKind.VAGUE_PROMISE: _vague,
}


# What a reply lacks.


def _no_options(text: str, reads: Sequence[_Read], _main_issue: str) -> bool:
    """Fewer than two concrete ways forward."""
    if any(
        read.has("options") or (read.has("options.offer") and read.has("options.other")) for read in reads
    ):
        return False
    offers = sum(len(read.marks.get("options.offer", ())) for read in reads)
    return offers < 2 and not (offers and len(_ITEM.findall(text)) >= 2)


def _no_time(_text: str, reads: Sequence[_Read], _main_issue: str) -> bool:
    return not any(read.timed for read in reads)


def _not_acknowledged(text: str, _reads: Sequence[_Read], main_issue: str) -> bool:
    return bool(main_issue) and not names_matter(text, main_issue)


_LACKING: dict[FaultKind, Callable[[str, Sequence[_Read], str], bool]] = {
    FaultKind.NO_OPTIONS: _no_options,
    FaultKind.NO_TIME: _no_time,
    FaultKind.ISSUE_NOT_ACKNOWLEDGED: _not_acknowledged,
}

_ITEM = re.compile(r"^[ \t]*(?:[-*•–·]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+\S", re.MULTILINE)


_FILES = ("words", "blame", "temper", "apologies", "help")


class _Data(NamedTuple):
    book: Phrasebook
    """Phrases under "kind", "kind.part" and "kind.innocent"."""
    advice: Mapping[str, _Advice]


@cache
def _data() -> _Data:
    data: dict[str, dict[str, Any]] = {}
    for name in _FILES:
        data |= tomllib.loads(files(__package__).joinpath(f"data/replies/{name}.toml").read_text("utf-8"))
    classes = data.pop("classes")
    phrases = (
        (section if part == "says" else f"{section}.{part}", 1.0, pattern)
        for section, parts in data.items()
        for part, patterns in parts.items()
        if part not in _Advice._fields
        for pattern in patterns
    )
    advice = {
        kind: _Advice(parts["name"], parts["why"], parts["instead"])
        for kind, parts in data.items()
        if "why" in parts
    }
    return _Data(compile_book(phrases, classes), advice)
