"""How the rep's own mail reads, in counts: for the rep alone, over the weeks.

Kept of each mail is which kinds of fault the reply check found in it, and none of its words. The mirror holds
the rep against their own past; neither the manager's mail nor `export` has any of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from triage.judging.reviews import Review
from triage.reading.deadlines import Standpoint
from triage.reading.replies import FaultKind

WEEKS = 8
"""So far back the mirror shows."""
_WEEK = timedelta(days=7)
_LATELY = 2
"""These last weeks are held against those before."""
_FEWEST = 5
"""With fewer mails, chance alone turns a share."""
_RISE = 0.1
_POINTED = frozenset(
    {
        FaultKind.BLAME_CUSTOMER,
        FaultKind.I_TOLD_YOU_SO,
        FaultKind.BLAME_THIRD_PARTY,
        FaultKind.POLICY_HIDING,
        FaultKind.SARCASM,
        FaultKind.COUNTER_THREAT,
        FaultKind.DISMISSIVE,
    }
)
"""The kinds that tell of the writer's mood, more than of haste or habit."""

Turn: TypeAlias = Literal["sharper", "later"]
"""What has changed of late: more pointed words, more mail outside working hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """How one mail read: when it was held, or when it left."""

    id: str = ""
    """Given by the store: "t4"."""
    account: str
    team: str
    thread: str
    at: datetime
    left: bool
    """It went out; else it was held, as it was then."""
    text_key: str
    """What its text is known by, to tell whether it was changed."""
    read: bool
    """The reply check knows its language."""
    faults: tuple[FaultKind, ...] = ()

    @property
    def pointed(self) -> bool:
        """Whether it holds pointed words."""
        return not _POINTED.isdisjoint(self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The mail that went out in one week."""

    begins: date
    mails: int = 0
    pointed: int = 0
    after_hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """The last weeks of one rep, oldest first, and what has turned against their own past."""

    account: str
    weeks: tuple[Week, ...]
    turns: tuple[Turn, ...] = ()


def tone_of(
    found: Review, *, account: str, team: str, thread: str, text_key: str, at: datetime, left: bool
) -> Tone:
    """What is kept of a review; not whether it names the customer's matter: not every mail answers one."""
    kinds = dict.fromkeys(fault.kind for fault in found.faults)
    faults = tuple(kind for kind in kinds if kind is not FaultKind.ISSUE_NOT_ACKNOWLEDGED)
    return Tone(
        account=account,
        team=team,
        thread=thread,
        at=at,
        left=left,
        text_key=text_key,
        read=found.read,
        faults=faults,
    )


def mirror_of(account: str, tones: Iterable[Tone], where: Standpoint) -> Mirror:
    """The weeks up to now, by the clock and the working hours of that place."""
    this = where.today - timedelta(days=where.today.weekday())
    sent = [tone for tone in tones if tone.left and tone.account == account]
    weeks = tuple(_week(this - ago * _WEEK, sent, where) for ago in reversed(range(WEEKS)))
    seen: tuple[tuple[Turn, Callable[[Week], int]], ...] = (
        ("sharper", lambda week: week.pointed),
        ("later", lambda week: week.after_hours),
    )
    turns = tuple(turn for turn, count in seen if _rises(weeks, count))
    return Mirror(account=account, weeks=weeks, turns=turns)


def _week(begins: date, sent: Sequence[Tone], where: Standpoint) -> Week:
    local = [(tone, tone.at.astimezone(where.zone)) for tone in sent]
    here = [(tone, at) for tone, at in local if begins <= at.date() < begins + _WEEK]
    return Week(
        begins=begins,
        mails=len(here),
        pointed=sum(tone.pointed for tone, _ in here),
        after_hours=sum(not _at_work(at, where) for _, at in here),
    )


def _at_work(at: datetime, where: Standpoint) -> bool:
    hours = where.hours
    return at.weekday() in hours.days and hours.start <= at.time() < hours.end


def _rises(weeks: Sequence[Week], count: Callable[[Week], int]) -> bool:
    """Whether its share of the mail is of late clearly above that of the weeks before."""
    before, lately = weeks[:-_LATELY], weeks[-_LATELY:]
    mails, last = sum(week.mails for week in before), sum(week.mails for week in lately)
    if min(mails, last) < _FEWEST:
        return False
    return sum(map(count, lately)) / last - sum(map(count, before)) / mails >= _RISE
