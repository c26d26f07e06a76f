"""A team's rules: the schema of `rules/*.yaml`. Each kind of condition tests itself.

Reading the files, `extends` and the places of mistakes are `triage.config`'s; here is what may stand in
them, what it means and what holds where nothing is said.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen

from triage.judging.sections import Checked, Section
from triage.judging.verdicts import Measure
from triage.reading.deadlines import Hours, Standpoint
from triage.reading.heat import Tuning
from triage.reading.replies import FaultKind

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


def _bare(name: str) -> str:
    if not name.strip():
        raise ValueError("should not be empty")
    return name.strip().lower()


Name: TypeAlias = Annotated[str, MinLen(1), Checked(_bare)]
"""An address or a domain, compared in lower case."""


Phrase: TypeAlias = Annotated[str, MaxLen(200)]
"""Some words, looked for as they are; what is longer than two lines is no phrase."""


def _wall_clock(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("should be a time of day alone; the zone stands in `timezone`")
    return at


TimeOfDay: TypeAlias = Annotated[time, Checked(_wall_clock)]
"""What a clock on the wall shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers(Section):
    """Who is a customer, and who is treated apart."""

    internal_domains: tuple[Name, ...] = ()
    """Domains of our own people; empty: the account's own domain, unless it is a free-mail domain."""
    never_hold: tuple[Name, ...] = ()
    """Addresses or domains whose mail opens no cool-down."""
    top: tuple[Name, ...] = ()
    """The accounts that matter most, by domain."""
    free_mail: tuple[Name, ...] = ()
    """Further domains where strangers share a domain (the great free-mail providers are known)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases(Section):
    """Phrases that mean something in this trade."""

    heated: tuple[Phrase, ...] = ()
    """Phrases that speak for heat."""
    calm: tuple[Phrase, ...] = ()
    """Phrases that only look heated: words inside them do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRules(Section):
    """How heat is weighed."""

    heated_at: Annotated[float, Gt(0), Lt(1)] = 0.5
    """Score from which a cool-down opens."""
    phrases: Phrases = Phrases()
    """The team's own phrases."""
    signals: dict[str, Annotated[float, Ge(0), Le(10)]] = field(default_factory=dict)
    """Weigh a signal by name: 0 turns it off, 2 doubles it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CooldownRules(Section):
    """The rule itself."""

    minutes: Annotated[float, Gt(0), Le(10_080)] = 30
    """How long a reply is held, in minutes; fractions are allowed."""
    starts: Literal["reply", "message"] = "reply"
    """What starts the clock: the first reply, or the customer's message."""
    scope: Literal["thread", "customer"] = "thread"
    """Hold replies on that thread only, or all mail to that customer."""
    after: Literal["send", "ask_if_pointed", "ask", "hand_back"] = "ask_if_pointed"
    """What happens to a held reply when the time is over."""
    early_release: Literal["with_reason", "never"] = "with_reason"
    """Whether the rep may send a held reply before its time."""
    late_minutes: Annotated[float, Gt(0), Le(525_600)] = 60
    """Not sent by itself when more than this past its time: the rep looks first."""
    expires_days: Annotated[float, Gt(0), Le(3_650)] = 7
    """Days after which a cool-down closes, and a reply that waits for the rep goes back to Drafts."""
    releases_a_minute: Annotated[int, Ge(1)] = 20
    """More than this in one minute is no person writing: everything due waits for the rep."""


def _a_choice(options: tuple[str, ...]) -> tuple[str, ...]:
    if len(options) == 1:
        raise ValueError("offer at least two: one option is no choice")
    return options


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRules(Section):
    """One kind of issue."""

    options: Annotated[tuple[str, ...], Checked(_a_choice)] = ()
    """Ways forward to offer, the recommended one first; at least two."""
    words: tuple[Phrase, ...] = ()
    """Further words by which this kind of issue is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours(Section):
    """When the team answers; for the times that an acknowledgement names."""

    timezone: str = ""
    """IANA name; empty: that of the team's summary."""
    days: tuple[Weekday, ...] = WORKDAYS
    """Working days."""
    start: TimeOfDay = time(8)
    """First minute of the day."""
    end: TimeOfDay = time(18)
    """Last minute of the day."""

    def __post_init__(self) -> None:
        if not self.days or self.start >= self.end:
            raise ValueError("should have one day at least, and a `start` before its `end`")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules(Section):
    """How the reply check is taken."""

    serious: tuple[FaultKind, ...] = (
        FaultKind.BLAME_CUSTOMER,
        FaultKind.I_TOLD_YOU_SO,
        FaultKind.NON_APOLOGY,
        FaultKind.SARCASM,
        FaultKind.COUNTER_THREAT,
        FaultKind.DISMISSIVE,
    )
    """Faults that ask the rep before a reply goes out by itself (`after: ask_if_pointed`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRules(Section):
    """What the manager's mail may say."""

    details: Literal["none", "main_issue"] = "none"
    """`main_issue` adds the sentence that states the problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRules(Section):
    """Everything that one team's rules file may say."""

    extends: str = "default"
    """What this file stands on: `default`, or the path of another rules file."""
    customers: Customers = Customers()
    heat: HeatRules = HeatRules()
    cooldown: CooldownRules = CooldownRules()
    issues: dict[str, IssueRules] = field(default_factory=dict)
    working_hours: WorkingHours = WorkingHours()
    check: CheckRules = CheckRules()
    summary: SummaryRules = SummaryRules()
    allow_pause: bool = True
    """Whether `triage pause` is allowed."""

    def measure(self) -> Measure:
        """What the team's messages are judged by."""
        tuning = Tuning(
            heated_at=self.heat.heated_at,
            phrases_heated=self.heat.phrases.heated,
            phrases_calm=self.heat.phrases.calm,
            factors=self.heat.signals,
        )
        return Measure(tuning=tuning, kinds={kind: issue.words for kind, issue in self.issues.items()})


def standpoint(
    now: datetime, zone: tzinfo, rules: TeamRules, *, written_at: datetime | None = None
) -> Standpoint:
    """Where a team's writer stands: its working hours, by the clock of that zone."""
    hours = rules.working_hours
    days = frozenset(WEEKDAYS.index(day) for day in hours.days)
    return Standpoint(
        now=now, zone=zone, hours=Hours(start=hours.start, end=hours.end, days=days), written_at=written_at
    )
