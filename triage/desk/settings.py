"""What the desk knows of the human's files; `daemon.build` makes it from `config.Config`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from triage.judging.customers import Insiders
from triage.judging.holds import Policy
from triage.judging.rules import TeamRules, Weekday
from triage.reading.messages import Person
from triage.writing.announcing import Kind, QuietHours
from triage.writing.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One mailbox that is watched."""

    address: str
    name: str = ""
    """The rep's display name."""
    aliases: frozenset[str] = frozenset()
    team: str
    folders: tuple[str, ...] = ("INBOX",)
    """Where customers' mail is watched for."""
    poll: timedelta = timedelta(minutes=5)
    sends: bool = True
    """Whether it has a submission server."""
    files_sent: bool = False
    """Whether that server files Sent copies itself."""
    internal_domains: frozenset[str] = frozenset()

    @property
    def rep(self) -> Person:
        """The rep, as a header names one."""
        return Person(address=self.address, name=self.name)

    @property
    def insiders(self) -> Insiders:
        """Our own people."""
        return Insiders(rep=self.aliases | {self.address.lower()}, domains=self.internal_domains)

    def is_own(self, address: str) -> bool:
        """Whether this is the rep's own address, an alias, or a plus-form of one."""
        return self.insiders.is_rep(address)

    def is_internal(self, address: str) -> bool:
        """Whether this is one of our own people."""
        return address in self.insiders


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One team's rules, and how its manager is told."""

    name: str
    rules: TeamRules
    templates: Templates
    free_mail: frozenset[str]
    zone: ZoneInfo
    """The zone of the summary, and of every time that is shown."""
    working_zone: ZoneInfo
    """The zone of the working hours."""
    manager: str = ""
    summary_at: time = time(17, 30)
    summary_days: tuple[Weekday, ...] = ()

    @property
    def policy(self) -> Policy:
        """What happens to a held reply when its time is over."""
        cooldown = self.rules.cooldown
        return Policy(
            after=cooldown.after,
            late=timedelta(minutes=cooldown.late_minutes),
            expires=timedelta(days=cooldown.expires_days),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything; replaced whole when the human's files change."""

    accounts: Mapping[str, Account]
    teams: Mapping[str, Team]
    drafts: bool = True
    settle: timedelta = timedelta(minutes=2)
    suggest: bool = True
    hand_off: bool = True
    gate: bool = False
    notice_mails: bool = True
    desktop: frozenset[Kind] = frozenset()
    """What the desktop tells of; empty: nothing."""
    quiet: QuietHours | None = None
    """When the desktop is quiet."""
    retention: timedelta = timedelta(days=400)

    def team_of(self, account: str) -> Team:
        """The team of an account."""
        return self.teams[self.accounts[account].team]
