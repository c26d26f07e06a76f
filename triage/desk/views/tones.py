"""How the rep's mail reads, and whether waiting helped: for the rep, on the terminal and the page."""

from dataclasses import asdict
from datetime import timedelta

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.summaries import named_team
from triage.desk.tones import mirrors, waited
from triage.desk.views.replies import shown
from triage.desk.views.reviews import Facts
from triage.judging.tones import Tone
from triage.judging.waiting import Waited, waiting_of
from triage.writing.mirror import mirror_lines
from triage.writing.waiting import found_line, waiting_line


def waiting_facts(office: Office, records: Records, team: str, since: timedelta) -> Facts:
    """What came of the replies that were held in that time: the sum, and one by one."""
    now = office.clock.now()
    found = waited(records, named_team(office, team), now - since, now)
    total = waiting_of(found)
    return {
        **asdict(total),
        "line": waiting_line(total),
        "found": found_line(found),
        "replies": [_waited(office, each) for each in found],
    }


def _waited(office: Office, each: Waited) -> Facts:
    return {
        "customer": each.customer,
        "account": each.held.account,
        "held": each.held.at,
        "held_local": shown(office, each.held.account, each.held.at),
        "left": each.left.at,
        "rewritten": each.rewritten,
        "found": (_found(each.held), _found(each.left)),
        "next": each.next or "",
    }


def _found(tone: Tone) -> str:
    """The kinds of fault, as a person reads them."""
    return ", ".join(kind.replace("_", " ") for kind in tone.faults) if tone.read else "not read"


def mirror_facts(office: Office, records: Records) -> list[Facts]:
    """Each rep's own weeks."""
    return [
        {
            "account": each.account,
            "weeks": [asdict(week) for week in each.weeks],
            "turns": each.turns,
            "lines": mirror_lines(each),
        }
        for each in mirrors(office, records)
    ]
