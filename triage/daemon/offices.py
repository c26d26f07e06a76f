"""From the configuration to what the desk decides by. No door is loaded here: `wiring` has them."""

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from triage import config as files
from triage.clock import SystemClock
from triage.config import Config
from triage.desk import Account, Office, Settings, Team
from triage.writing.announcing import Kind, QuietHours

if TYPE_CHECKING:  # a command that needs no store does without SQLAlchemy
    from triage.store import Store


def office_of(config: Config, store: "Store") -> Office:
    """An office without doors: for a command that reads, or that writes what no daemon is needed for."""
    return Office(store=store, clock=SystemClock(), settings=settings_of(config), relays={})


def default_team() -> Team:
    """A team by the rules and the templates that come with the program."""
    return _team(files.default_team())


def settings_of(config: Config) -> Settings:
    """The part of the configuration that the desk decides by."""
    return Settings(
        accounts={a.address: _account(config, a) for a in config.accounts},
        teams={name: _team(team) for name, team in config.teams.items()},
        drafts=config.doors.drafts.enabled,
        settle=timedelta(seconds=config.doors.drafts.settle_seconds),
        suggest=config.doors.drafts.suggest,
        hand_off=config.doors.hand_off.enabled,
        gate=config.gate is not None,
        notice_mails=config.notices.mail,
        desktop=_shown(config.notices.desktop),
        quiet=_quiet(config.notices.desktop),
        retention=timedelta(days=config.retention_days),
    )


def _shown(desktop: files.DesktopNotices) -> frozenset[Kind]:
    kinds: tuple[Kind, ...] = get_args(Kind)
    return frozenset(kind for kind in kinds if desktop.enabled and getattr(desktop, kind))


def _quiet(desktop: files.DesktopNotices) -> QuietHours | None:
    hours = desktop.quiet
    return QuietHours(start=hours.start, end=hours.end, zone=files.local_zone()) if hours else None


def _account(config: Config, account: files.Account) -> Account:
    return Account(
        address=account.address,
        name=account.name,
        aliases=frozenset(account.aliases),
        team=account.team,
        folders=tuple(account.imap.folders),
        poll=timedelta(seconds=account.imap.poll_seconds),
        sends=account.smtp is not None,
        files_sent=account.files_sent,
        internal_domains=config.internal_domains(account),
    )


def _team(team: files.Team) -> Team:
    return Team(
        name=team.name,
        rules=team.rules,
        templates=team.templates,
        free_mail=team.free_mail,
        zone=team.zone,
        working_zone=team.working_zone,
        manager=team.manager,
        summary_at=team.summary_at,
        summary_days=team.summary_days,
    )
