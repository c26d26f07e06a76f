"""A team, as its files say: rules, templates, times."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.config.documents import Value
from triage.config.resources import beside, shipped_rules
from triage.config.rules import default_rules, read_rules
from triage.config.schema import TeamSection
from triage.config.templates import default_templates, read_templates, watched
from triage.config.values import DEFAULT, local_zone
from triage.config.whole import Team
from triage.errors import Mistake, Mistakes
from triage.judging.free_mail import FREE_MAIL
from triage.judging.rules import TeamRules
from triage.writing.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFiles:
    """What was read for a team; where there are mistakes, the shipped files stand in."""

    rules: TeamRules
    templates: Templates
    files: tuple[Path, ...]
    mistakes: tuple[Mistake, ...]


def read_team(typed: Value, folder: Path) -> TeamFiles:
    """Read what a team's section names. It is taken as typed, as other parts of the config may be wrong.

    A file that is not there is told where it is named; here it counts as not named.
    """
    named = _named(typed, "rules", folder)
    rules, files, mistakes = _rules(named if named and named.is_file() else shipped_rules())
    own = _named(typed, "templates", folder) or (named.parent if named else folder) / "templates"
    templates, more = _templates(own)
    return TeamFiles(
        rules=rules, templates=templates, files=(*files, *watched(own)), mistakes=(*mistakes, *more)
    )


@cache
def default_team() -> Team:
    """The team of those who have no config: everything as it comes with the program."""
    files = TeamFiles(rules=default_rules(), templates=default_templates(), files=(), mistakes=())
    return make_team(DEFAULT, TeamSection(), files)


def make_team(name: str, section: TeamSection, files: TeamFiles) -> Team:
    """The team of a section and its files, both without mistakes."""
    zone = _zone(section.summary.timezone) or local_zone()
    return Team(
        name=name,
        rules=files.rules,
        templates=files.templates,
        free_mail=FREE_MAIL | frozenset(files.rules.customers.free_mail),
        zone=zone,
        working_zone=_zone(files.rules.working_hours.timezone) or zone,
        manager=section.manager or "",
        summary_at=section.summary.at,
        summary_days=section.summary.days,
    )


def _named(typed: Value, key: str, folder: Path) -> Path | None:
    path = typed.get(key) if isinstance(typed, dict) else None
    return beside(folder, Path(path)) if isinstance(path, str) and path != DEFAULT else None


def _rules(file: Path) -> tuple[TeamRules, tuple[Path, ...], tuple[Mistake, ...]]:
    try:
        return *read_rules(file), ()
    except Mistakes as error:
        return default_rules(), (file,), error.mistakes


def _templates(folder: Path) -> tuple[Templates, tuple[Mistake, ...]]:
    try:
        return read_templates(folder), ()
    except Mistakes as error:
        return default_templates(), error.mistakes


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name else None
