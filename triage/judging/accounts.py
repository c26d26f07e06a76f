"""How the relationship with a customer stands: an arrow with its reason, silences, thanks, who has left.

Each customer is measured against its own past: fourteen days against the half year before. What speaks for an
arrow is one function under `@evidence`; it counts, and quotes nobody, for the manager reads it too. Words and
dates are put together in `writing`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal, TypeAlias

from triage.judging.promises import GivenPromise
from triage.reading.heat import Level

Direction: TypeAlias = Literal["up", "steady", "down"]

LATELY, PAST = timedelta(days=14), timedelta(days=180)
"""What counts as now, and how far back the customer's own past reaches."""
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MOODS = {Level.HEATED: -1.0, Level.TENSE: -0.5, Level.GRATEFUL: 0.5}
_TURN, _LEAST_CHANGE = 0.5, 0.15
"""From how many points an arrow turns; a change of mood below that is chance."""
_LEAST_WAIT, _MANY_TIMES = 4 * _HOUR, 2.0
"""Answers within that time are quick; slower or quicker is what differs by that factor."""
_SILENCE, _LONGER = timedelta(days=14), 3
"""Silence is longer than that, and than so many times the usual pause."""
_LEFT = timedelta(days=21)
_THANKS_LAST = timedelta(days=7)
_HAPPY_FOR, _HAPPY_SINCE = timedelta(days=90), timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message of the customer's, or so many of one day that read the same: then `at` is the last one's."""

    at: datetime
    level: Level
    mails: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A message of the customer's, and how long until our first mail on its thread."""

    at: datetime
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """All that is remembered of one customer, each part oldest first."""

    customer: str
    """The domain, or the address where strangers share the domain."""
    heard: tuple[Heard, ...] = ()
    told: tuple[datetime, ...] = ()
    """When a mail of ours left to the customer, or the last of several of one day."""
    answered: tuple[Answered, ...] = ()
    promises: tuple[GivenPromise, ...] = ()
    departed: tuple[str, ...] = ()
    """Addresses of contacts who are no longer there."""
    contact: str = ""
    """The name of the person who wrote last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a relationship stands at one moment."""

    customer: str
    arrow: Direction
    why: str
    """In one line, in counts."""
    last_heard: datetime | None = None
    last_told: datetime | None = None
    last_kept: datetime | None = None
    """When a promise to them was last kept: what we have done for them lately."""
    open_promises: int = 0
    broken_promises: int = 0
    silent_for: timedelta | None = None
    """They have not heard from us for longer than usual."""
    thanked_at: datetime | None = None
    """They said thank you, and not long ago."""
    may_refer: bool = False
    """Happy for so long that they may be asked to be a reference."""
    left_at: datetime | None = None
    """The last word of a customer who went silent after a heated thread."""
    departed: tuple[str, ...] = ()
    contact: str = ""

    @property
    def at_risk(self) -> bool:
        """The up arrows are the ones most at risk: nobody looks after them."""
        return self.arrow == "up"


def standing_of(relation: Relation, now: datetime) -> Standing:
    """How the relationship stands."""
    arrow, why = _arrow(relation, now)
    kept = [p.kept_at for p in relation.promises if p.kept_at]
    return Standing(
        customer=relation.customer,
        arrow=arrow,
        why=why,
        last_heard=relation.heard[-1].at if relation.heard else None,
        last_told=relation.told[-1] if relation.told else None,
        last_kept=max(kept, default=None),
        open_promises=sum(p.state(now) == "due" for p in relation.promises),
        broken_promises=sum(p.state(now) == "broken" for p in relation.promises),
        silent_for=_silence(relation.told, now),
        thanked_at=_thanked_at(relation, now),
        may_refer=_may_refer(relation, now),
        left_at=_left_at(relation, now),
        departed=relation.departed,
        contact=relation.contact,
    )


def top_of(traffic: Mapping[str, int], listed: Sequence[str], *, most: int = 10) -> Sequence[str]:
    """The accounts that matter: those that the rules list, else those with the most mail in a half year."""
    return listed or sorted(traffic, key=lambda customer: (-traffic[customer], customer))[:most]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Points for up, or below zero for down, and why."""

    points: float
    why: str


_Rule: TypeAlias = Callable[[Relation, datetime], Iterator[_Evidence]]
_EVIDENCE: list[_Rule] = []


def evidence(rule: _Rule) -> _Rule:
    """Register what speaks for an arrow."""
    _EVIDENCE.append(rule)
    return rule


def _arrow(relation: Relation, now: datetime) -> tuple[Direction, str]:
    """The sum of the evidence; the reason is the strongest of it, with what else speaks for the same."""
    found = [each for rule in _EVIDENCE for each in rule(relation, now)]
    total = sum(each.points for each in found)
    if abs(total) < _TURN:
        return "steady", _as_ever(relation, now)
    agreeing = sorted((e for e in found if e.points * total > 0), key=lambda e: -abs(e.points))
    return "up" if total > 0 else "down", "; ".join(each.why for each in agreeing[:2])


def _as_ever(relation: Relation, now: datetime) -> str:
    lately = _mails(_lately(relation.heard, now))
    return (
        f"{_count(lately, 'message')} in 14 days, in their usual tone" if lately else "no message in 14 days"
    )


@evidence
def _mood(relation: Relation, now: datetime) -> Iterator[_Evidence]:
    """Their tone against their own: a customer who is always curt is not cooling."""
    lately, before = _lately(relation.heard, now), _before(relation.heard, now)
    if not lately:
        return
    change = _mean_mood(lately) - _mean_mood(before)
    if abs(change) < _LEAST_CHANGE:
        return
    yield _Evidence(max(-2.0, min(2.0, 4 * change)), _mood_in_counts(lately, before, warmer=change > 0))


def _mean_mood(heard: Sequence[Heard]) -> float:
    return sum(_MOODS.get(each.level, 0.0) * each.mails for each in heard) / max(1, _mails(heard))


def _mood_in_counts(lately: Sequence[Heard], before: Sequence[Heard], *, warmer: bool) -> str:
    thanks = _mails(each for each in lately if each.level is Level.GRATEFUL)
    messages = _count(_mails(lately), "message")
    if warmer and thanks:
        return f"{thanks} of {messages} in 14 days said thank you"
    hot, was_hot = (_mails(e for e in span if _MOODS.get(e.level, 0) < 0) for span in (lately, before))
    past = f", {was_hot} of {_mails(before)} before" if before else ""
    if warmer or hot:
        return f"{hot} of {messages} in 14 days heated or tense{past}"
    return f"no thank you in {messages} of 14 days, as there was before"


def _mails(heard: Iterable[Heard]) -> int:
    return sum(each.mails for each in heard)


@evidence
def _promises(relation: Relation, now: datetime) -> Iterator[_Evidence]:
    """A promise that was broken weighs twice what one weighs that was kept in time."""
    fell_due = [p for p in relation.promises if p.due_at and now - LATELY <= p.due_at < now]
    broken = sum(p.was_broken(now) for p in fell_due)
    kept = len(fell_due) - broken
    if broken:
        yield _Evidence(-min(2.0, broken), f"{_count(broken, 'promise')} broken in 14 days")
    if kept:
        yield _Evidence(min(1.0, 0.5 * kept), f"{_count(kept, 'promise')} kept in time in 14 days")


@evidence
def _answers(relation: Relation, now: datetime) -> Iterator[_Evidence]:
    """How long they wait for us, against what they are used to."""
    lately = [each.wait for each in relation.answered if now - each.at <= LATELY]
    before = [each.wait for each in relation.answered if LATELY < now - each.at <= PAST]
    if len(lately) < 2 or len(before) < 2:
        return
    this, usual = _middle(lately), _middle(before)
    words = f"answered within {_stretch(this)}, before within {_stretch(usual)}"
    if this > max(_LEAST_WAIT, _MANY_TIMES * usual):
        yield _Evidence(-0.5, words)
    elif usual > max(_LEAST_WAIT, _MANY_TIMES * this):
        yield _Evidence(0.5, words)


@evidence
def _quiet(relation: Relation, now: datetime) -> Iterator[_Evidence]:
    """They write less than they used to, or no more since they were angry."""
    times = [message.at for message in relation.heard]
    if left := _left_at(relation, now):
        yield _Evidence(-1.0, f"nothing heard for {_stretch(now - left)}, since a heated message")
    elif silence := _silence(times, now):
        yield _Evidence(
            -1.0, f"nothing heard for {_stretch(silence)}, usually every {_stretch(_usual(times))}"
        )


def _silence(times: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long nothing was written, where that is longer than usual; too few mails have no usual pause."""
    if len(times) < 4:
        return None
    silence = now - times[-1]
    return silence if silence > max(_SILENCE, _LONGER * _usual(times)) else None


def _usual(times: Sequence[datetime]) -> timedelta:
    return _middle([later - earlier for earlier, later in pairwise(times)])


def _middle(lengths: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(length.total_seconds() for length in lengths))


def _thanked_at(relation: Relation, now: datetime) -> datetime | None:
    thanks = [each.at for each in relation.heard if each.level is Level.GRATEFUL]
    return thanks[-1] if thanks and now - thanks[-1] <= _THANKS_LAST else None


def _may_refer(relation: Relation, now: datetime) -> bool:
    """Known for long, thankful more than once, nothing hot for three months, no promise broken."""
    heard = [each for each in relation.heard if now - each.at <= PAST]
    if not heard or now - heard[0].at < _HAPPY_SINCE:
        return False
    hot = any(_MOODS.get(each.level, 0) < 0 and now - each.at <= _HAPPY_FOR for each in heard)
    thanks = _mails(each for each in heard if each.level is Level.GRATEFUL)
    return thanks >= 2 and not hot and not any(p.state(now) == "broken" for p in relation.promises)


def _left_at(relation: Relation, now: datetime) -> datetime | None:
    """The last word, where it came within a week of a heated one and three weeks of silence followed."""
    if not relation.heard:
        return None
    last = relation.heard[-1].at
    heated = any(e.level is Level.HEATED and last - e.at <= timedelta(days=7) for e in relation.heard)
    return last if heated and now - last > _LEFT else None


def _lately(heard: Sequence[Heard], now: datetime) -> list[Heard]:
    return [each for each in heard if now - each.at <= LATELY]


def _before(heard: Sequence[Heard], now: datetime) -> list[Heard]:
    return [each for each in heard if LATELY < now - each.at <= PAST]


def _stretch(length: timedelta) -> str:
    """ "3 hours", "12 days"."""
    if length < 2 * _DAY:
        return _count(max(1, round(length / _HOUR)), "hour")
    return _count(round(length / _DAY), "day")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
