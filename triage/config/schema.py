"""What may stand in `config.yaml`, in the words of `config.example.yaml`, which is its manual.

A field's docstring is what editors show. What a team's rules file may say is `triage.judging.rules`.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Literal

from annotated_types import Ge, Le

from triage.config.accounts import KEYCHAIN, Account, PasswordField
from triage.config.resources import shipped_rules
from triage.config.values import (
    DEFAULT,
    Email,
    ExistingFolder,
    LocalHost,
    LocalPort,
    RulesFile,
    Seconds,
    Zone,
    not_empty,
)
from triage.judging.rules import WORKDAYS, TimeOfDay, Weekday
from triage.judging.sections import Around, Checked, CheckedBeside, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts(Section):
    """Replies in the mailbox's Drafts."""

    enabled: bool = True
    """Hold settled drafts to heated customers."""
    settle_seconds: Seconds = 120
    """A draft is settled when it has not changed for so long."""
    suggest: bool = True
    """Put a suggested reply into Drafts when a cool-down opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff(Section):
    """Replies that the rep saves into `Cooldown/Send`."""

    enabled: bool = True
    """Send what is put there after the cool-down; needs `smtp`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Section):
    """The submission server on this machine, for the rep's mail client."""

    enabled: bool = True
    """Whether it listens."""
    host: LocalHost = "127.0.0.1"
    """This machine only."""
    port: LocalPort = 1587
    """0 takes any free one."""
    security: Literal["none", "starttls"] = "none"
    """none is safe here: no byte leaves the machine."""
    password: PasswordField = KEYCHAIN
    """The gate's own password; the user name is the account's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors(Section):
    """Where replies are held."""

    drafts: Drafts = Drafts()
    """Replies in the mailbox's Drafts."""
    hand_off: HandOff = HandOff()
    """Replies that the rep saves into `Cooldown/Send`."""
    gate: Gate | None = None
    """The submission server on this machine; open when it is configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web(Section):
    """The rep's local page."""

    enabled: bool = True
    """Whether there is one."""
    host: LocalHost = "127.0.0.1"
    """This machine only."""
    port: LocalPort = 8430
    """0 takes any free one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryTimes(Section):
    """When the manager's mail goes out."""

    at: TimeOfDay = time(17, 30)
    """Local time of the day."""
    timezone: Zone = ""
    """IANA name, such as America/Chicago; empty: this machine's."""
    days: tuple[Weekday, ...] = WORKDAYS
    """Days on which there is one; each covers the time since the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSection(Section):
    """A team: its rules, its words, its manager."""

    rules: RulesFile = field(default_factory=shipped_rules)
    """`default`, or the team's file, which says only what differs."""
    templates: ExistingFolder | None = None
    """Folder of the team's own templates; without it `templates` beside the rules file, if there is one."""
    manager: Email | None = None
    """Who gets the day's summary; without it nobody does."""
    summary: SummaryTimes = SummaryTimes()
    """When the manager's mail goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietSection(Section):
    """A part of the day, over midnight where `end` is before `start`."""

    start: TimeOfDay
    """From this time of this machine's clock."""
    end: TimeOfDay
    """Until this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopNotices(Section):
    """What is shown on this machine's desktop."""

    enabled: bool = True
    """Whether anything is."""
    heated: bool = True
    """A heated mail came in."""
    held: bool = True
    """A reply is held, and until when."""
    look: bool = True
    """Its time is over, the customer wrote again, a promise falls due: the rep has to look."""
    sent: bool = True
    """A held reply was sent."""
    failed: bool = True
    """A reply was refused; a server could not be reached for some minutes."""
    quiet: QuietSection | None = None
    """Hours in which nothing is shown; what came meanwhile is told when they are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices(Section):
    """How the rep is told."""

    mail: bool = True
    """One short unread mail in INBOX for each condition that needs a look."""
    desktop: DesktopNotices = DesktopNotices()
    """What is shown on this machine's desktop."""


def _gate_leads_somewhere(doors: Doors, around: Around) -> Doors:
    accounts: tuple[Account, ...] = around.data.get("accounts", ())
    if doors.gate and doors.gate.enabled and accounts and not any(each.smtp for each in accounts):
        raise ValueError("the gate has no way out: give an account its `smtp`, or leave `gate` out")
    return doors


def _own_port(web: Web, around: Around) -> Web:
    gate: Gate | None = around.data.get("doors", Doors()).gate
    both = gate and gate.enabled and web.enabled
    if gate and both and web.port and web.port == gate.port:
        raise ValueError(f"port {web.port} is the gate's: choose another one")
    return web


def _a_file(store: str) -> str:
    if store.startswith(("postgresql:", "postgres:")):
        raise ValueError("PostgreSQL is not supported yet: write `default` or the path of a file")
    if not store or "://" in store:
        raise ValueError("should be `default` or the path of a file")
    return store


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile(Section):
    """Everything that `config.yaml` may say."""

    accounts: Annotated[tuple[Account, ...], Checked(not_empty)]
    """The mailboxes to watch."""
    doors: Annotated[Doors, CheckedBeside(_gate_leads_somewhere)] = Doors()
    """Where replies are held."""
    web: Annotated[Web, CheckedBeside(_own_port)] = Web()
    """The rep's local page."""
    teams: dict[str, TeamSection] = field(default_factory=dict)
    """Teams by name; without any, all accounts share the rules that come with the program."""
    store: Annotated[str, Checked(_a_file)] = DEFAULT
    """`default` (in the platform's state folder) or the path of a file."""
    retention_days: Annotated[int, Ge(1), Le(36_500)] = 400
    """Older messages, findings and replies are forgotten."""
    notices: Notices = Notices()
    """How the rep is told."""
