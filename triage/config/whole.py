"""Everything that the human's files say: values that everybody goes by, and how they are had.

Nothing here takes what reading and checking takes: that is imported when somebody calls for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.config.accounts import Account, Password
from triage.config.resources import store_path
from triage.config.schema import Doors, Gate, Notices, Web
from triage.errors import Mistake
from triage.judging.rules import TeamRules, Weekday
from triage.writing.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, with everything that its files say."""

    name: str
    rules: TeamRules
    templates: Templates
    """The team's own, and the shipped ones where it has none of that name."""
    free_mail: frozenset[str]
    """Domains where strangers share a domain."""
    zone: ZoneInfo
    """The zone of the summary, and of every time that is shown."""
    working_zone: ZoneInfo
    """The zone of the working hours."""
    manager: str
    """Who gets the day's summary; empty: nobody."""
    summary_at: time
    summary_days: tuple[Weekday, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that the human's files say; replaced whole when they change."""

    file: Path
    accounts: tuple[Account, ...]
    doors: Doors
    web: Web
    teams: Mapping[str, Team]
    store: Path
    retention_days: int
    notices: Notices
    files: tuple[Path, ...]
    """All that was read, and the folders in which a new file would count."""
    warnings: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()
    """What is wrong in the teams' files, where it was read leniently: there the shipped ones stand in."""

    def account(self, address: str) -> Account | None:
        """The account with that address, in any case."""
        return next((each for each in self.accounts if each.address == address.lower()), None)

    def team_of(self, account: Account) -> Team:
        """The team whose rules hold for an account."""
        return self.teams[account.team]

    def internal_domains(self, account: Account) -> frozenset[str]:
        """The domains of our own people; unless the rules name them, the account's, if it is a company's."""
        team = self.team_of(account)
        named = frozenset(team.rules.customers.internal_domains)
        return named or frozenset({account.domain}) - team.free_mail

    @property
    def owns_folder(self) -> bool:
        """Whether the store lies in this program's own folder, and not where a person put it."""
        return self.store == store_path()

    @property
    def passwords(self) -> Mapping[str, Password]:
        """Where each password is kept, by the key that says so."""
        ours = {f"{a.address}: login.password": a.login.password for a in self.accounts if not a.login.oauth}
        return ours | ({"doors.gate.password": self.gate.password} if self.gate else {})

    @property
    def gate(self) -> Gate | None:
        """The gate, where it is open."""
        return self.doors.gate if self.doors.gate and self.doors.gate.enabled else None


def load(path: Path, *, lenient: bool = False) -> Config:
    """Read a config and all that it names. Raises Mistakes, with everything that is wrong.

    `lenient` puts up with mistakes in a team's files, not with those of the config itself: a rep must be
    able to take a reply back while somebody edits the rules.
    """
    from triage.config.loading import loaded

    return loaded(path, lenient=lenient)
