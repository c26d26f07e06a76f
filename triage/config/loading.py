"""From the path of a config to one frozen `Config`; and whether its files have changed since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from triage.config.accounts import Account, Password
from triage.config.checking import check
from triage.config.documents import Document, Value, read
from triage.config.resources import beside, config_path, store_path
from triage.config.schema import ConfigFile, Doors, Gate, Notices, TeamSection, Web
from triage.config.teams import Team, make_team, read_team
from triage.config.values import DEFAULT, Surroundings
from triage.errors import BadInput, Mistake, Mistakes
from triage.private import is_open_to_others

Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""What changes when one of the files does; None for a file that is not there."""


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


def place(config: str | None, environ: Mapping[str, str]) -> Path:
    """Where the config stands or is to stand: as named, else TRIAGE_CONFIG, else the platform's."""
    named = config or environ.get("TRIAGE_CONFIG")
    path = beside(Path.cwd(), Path(named)) if named else config_path()
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name the config in it")
    return path


def find(config: str | None, environ: Mapping[str, str]) -> Path:
    """The config to use, as `place` says. Raises BadInput where there is none."""
    path = place(config, environ)
    if not path.is_file():
        named = config or environ.get("TRIAGE_CONFIG")
        mend = "check the path" if named else "`triage init` makes one; or name one with --config"
        raise BadInput(f"there is no config {path}: {mend}")
    return path


def load(path: Path, *, lenient: bool = False) -> Config:
    """Read a config and all that it names. Raises Mistakes, with everything that is wrong.

    `lenient` puts up with mistakes in a team's files, not with those of the config itself: a rep must be
    able to take a reply back while somebody edits the rules.
    """
    path = beside(Path.cwd(), path)
    document = read(path)
    file, mistakes = check(document, ConfigFile, context=_surroundings(document, path.parent))
    teams = {name: read_team(team, path.parent) for name, team in _teams(document).items()}
    mistakes += [*document.mistakes, *_secrets_in_the_open(document, path)]
    of_teams = tuple(mistake for team in teams.values() for mistake in team.mistakes)
    if file is None or mistakes or (of_teams and not lenient):
        unique = dict.fromkeys([*mistakes, *of_teams])  # two teams may share a file
        raise Mistakes(sorted(unique, key=lambda one: (one.file != str(path), one.file, one.line)))
    return Config(
        file=path,
        accounts=file.accounts,
        doors=file.doors,
        web=file.web,
        teams={
            name: make_team(name, file.teams.get(name, TeamSection()), files) for name, files in teams.items()
        },
        store=store_path() if file.store == DEFAULT else beside(path.parent, Path(file.store)),
        retention_days=file.retention_days,
        notices=file.notices,
        files=tuple(dict.fromkeys([path, *(each for team in teams.values() for each in team.files)])),
        warnings=tuple(_warnings(path, file)),
        mistakes=of_teams,
    )


def stamp(files: Iterable[Path]) -> Stamp:
    """What to compare with an earlier one, to see whether a file was changed, replaced or removed."""
    return tuple(map(_stamp, files))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _teams(document: Document) -> Mapping[str, Value]:
    """The teams as typed; without any, the one that all accounts share."""
    teams = document.at("teams")
    return teams if isinstance(teams, dict) and teams else {DEFAULT: None}


def _accounts(document: Document) -> range:
    accounts = document.at("accounts")
    return range(len(accounts) if isinstance(accounts, list) else 0)


def _surroundings(document: Document, folder: Path) -> Surroundings:
    addresses = [document.at("accounts", at, "address") for at in _accounts(document)]
    return Surroundings(
        folder=folder,
        teams=tuple(_teams(document)),
        addresses=tuple(address.lower() for address in addresses if isinstance(address, str)),
    )


def _secrets_in_the_open(document: Document, path: Path) -> Iterator[Mistake]:
    for at in _accounts(document):
        loc = ("accounts", at, "login", "oauth", "client_secret")
        if document.at(*loc) and is_open_to_others(path):
            yield document.mistake(loc, "others on this machine can open this file: `chmod 600` it")


def _warnings(path: Path, file: ConfigFile) -> Iterator[str]:
    if is_open_to_others(path):
        yield f"{path}: others on this machine can open this file; `chmod 600` keeps it to yourself"
    for account in file.accounts:
        if account.login.oauth and not account.login.oauth.client_id:
            yield f"{path}: {account.address}: login.oauth.client_id: nobody can sign in without it"
    for name, team in file.teams.items():
        if team.manager and not any(each.smtp for each in file.accounts if each.team == name):
            yield f"{path}: teams.{name}.manager: gets no mail, as no account of this team has `smtp`"
