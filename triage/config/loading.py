"""From the path of a config to one frozen `Config`: all that it names is read and checked."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from triage.config.checking import check
from triage.config.documents import Document, Value, read
from triage.config.resources import beside, store_path
from triage.config.schema import ConfigFile, TeamSection
from triage.config.teams import make_team, read_team
from triage.config.values import DEFAULT, Surroundings
from triage.config.whole import Config
from triage.errors import Mistake, Mistakes
from triage.private import is_open_to_others


def loaded(path: Path, *, lenient: bool) -> Config:
    """What `load` says."""
    path = beside(Path.cwd(), path)
    document = read(path)
    file, mistakes = check(document, ConfigFile, around=_surroundings(document, path.parent))
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
