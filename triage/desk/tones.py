"""How the rep's mail reads, noted when it is held and when it leaves: for the mirror, and for whether waiting
helped.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.settings import Account, Team
from triage.judging.reviews import Review
from triage.judging.rules import standpoint
from triage.judging.tones import WEEKS, Mirror, Tone, mirror_of, tone_of
from triage.judging.waiting import Waited, waited_of
from triage.reading.fingerprints import text_key
from triage.reading.messages import Message


def note_held(
    account: Account, thread: str, at: datetime, records: Records, message: Message, found: Review
) -> None:
    """A reply is held since then: how it reads as it is now."""
    note_tone(records, account, message, found, thread, at=at, left=False)


def note_tone(
    records: Records,
    account: Account,
    message: Message,
    found: Review,
    thread: str,
    *,
    at: datetime,
    left: bool = True,
) -> None:
    """Remember of a mail which kinds of fault it has; none of its words."""
    key = text_key(message.new_text)
    tone = tone_of(
        found, account=account.address, team=account.team, thread=thread, text_key=key, at=at, left=left
    )
    records.add_tone(tone)


def waited(records: Records, team: Team, since: datetime, until: datetime) -> list[Waited]:
    """What became of each reply that was held in that time, oldest first."""
    tones = defaultdict[str, list[Tone]](list)
    for tone in records.tones_between(team.name, since, until):
        tones[tone.thread].append(tone)
    found = [
        waited_of(
            customer := cooldown.customer.label,
            [tone for tone in tones[cooldown.thread] if tone.at >= cooldown.opened_at],
            partial(records.next_level, team.name, customer, until=until),
        )
        for cooldown in records.cooldowns_between(team.name, since, until)
    ]
    return [each for each in found if each]


def mirrors(office: Office, records: Records) -> list[Mirror]:
    """The weeks of each rep of this machine."""
    now = office.clock.now()
    found = []
    for account in office.settings.accounts.values():
        team = office.team_of(account.address)
        tones = records.tones_between(team.name, now - timedelta(weeks=WEEKS), now)
        found.append(mirror_of(account.address, tones, standpoint(now, team.working_zone, team.rules)))
    return found
