"""Promises and accounts, as the faces show them. For the rep: the manager's mail has counts alone."""

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.relations import standings
from triage.desk.settings import Team
from triage.desk.views.replies import shown
from triage.desk.views.reviews import Facts
from triage.judging.accounts import Standing
from triage.judging.promises import GivenPromise
from triage.writing.accounts import hints, notes, write_note

_NO_TIME = "9"
"""Sorts behind every time in ISO 8601."""


def given_promises(office: Office, records: Records, *, everything: bool = False) -> list[Facts]:
    """What was promised and is still to be kept, the most urgent first; `everything` with what was kept."""
    given = (
        records.promises_since(office.clock.now() - office.settings.retention)
        if everything
        else records.open_promises()
    )
    return [
        _promise(office, each)
        for each in sorted(given, key=lambda p: (p.due_at.isoformat() if p.due_at else _NO_TIME, p.id))
    ]


def _promise(office: Office, given: GivenPromise) -> Facts:
    return {
        "id": given.id,
        "account": given.account,
        "customer": given.customer.label,
        "text": given.text,
        "made": given.made_at,
        "due": given.due_at,
        "due_local": shown(office, given.account, given.due_at) if given.due_at else "",
        "state": given.state(office.clock.now()),
        "kept": given.kept_at,
        "because": given.kept_because,
    }


def account_facts(office: Office, records: Records) -> list[Facts]:
    """How the relationships of every team stand, with what the rep may want to do."""
    now = office.clock.now()
    return [
        _account(team, standing)
        for team in office.settings.teams.values()
        for standing in standings(office, records, team, now)
    ]


def _account(team: Team, standing: Standing) -> Facts:
    return {
        "customer": standing.customer,
        "team": team.name,
        "arrow": standing.arrow,
        "why": standing.why,
        "at_risk": standing.at_risk,
        "last_heard": standing.last_heard,
        "last_told": standing.last_told,
        "last_kept": standing.last_kept,
        "open_promises": standing.open_promises,
        "broken_promises": standing.broken_promises,
        "silent_days": standing.silent_for.days if standing.silent_for else None,
        "thanked": standing.thanked_at,
        "may_refer": standing.may_refer,
        "left": standing.left_at,
        "departed": standing.departed,
        "hints": hints(standing, team.zone),
        "notes": {
            note: write_note(note, team.templates, contact=standing.contact) for note in notes(standing)
        },
    }
