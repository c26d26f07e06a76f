"""What is new, for the notices of the desktop.

It is looked up in the store after the fact: no use-case waits for a notice, and none fails by one.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from triage.desk.office import Office, log
from triage.desk.outcomes import UPSTREAM
from triage.desk.ports import Desktop, Records
from triage.desk.replies import BURST
from triage.desk.settings import Team
from triage.errors import Unreachable
from triage.judging.facts import Notice
from triage.judging.holds import State
from triage.reading.heat import Level
from triage.writing.announcing import (
    Kind,
    News,
    at_once,
    heated_news,
    held_news,
    sent_news,
    told_news,
)

OVERLAP = timedelta(minutes=1)
"""How far a look reaches behind the last, and ahead: a time is taken some moments before its commit is seen,
and a clock may be set."""
LASTING = timedelta(minutes=2)
"""A line that is down for less is not worth a word: laptops lose theirs all day."""

_TOLD: dict[str, Kind] = {
    "asked": "look",
    "back": "look",
    "promise": "look",
    "send": "look",
    BURST: "look",
    "failed": "failed",
    "unknown": "failed",
    "fault": "failed",
    "files": "failed",
    "page": "failed",
    "imap": "failed",
    UPSTREAM: "failed",
}
"""Which of the rep's notices the desktop shows, too, by the first word of their keys."""
_LINES = frozenset({"imap", UPSTREAM})

Tidings: TypeAlias = Iterator[tuple[str, Callable[[], News]]]
"""What each thing is known by, and how it is worded: most of what a look finds was told before."""


class Announcer:
    """Shows what is new since its last look; what comes in quiet hours is told when these are over."""

    def __init__(self, office: Office, desktop: Desktop) -> None:
        """What is there already was told by a former run."""
        self._office = office
        self._desktop = desktop
        self._since = office.clock.now()
        self._known: frozenset[str] = frozenset()
        self._new()
        self._kept: list[News] = []
        self._is_there = True

    def look(self) -> None:
        """One look; it takes as long as the desktop does."""
        settings = self._office.settings
        new = self._new() if settings.desktop else []
        self._kept += (each for each in new if each.kind in settings.desktop)
        if settings.quiet is None or not settings.quiet.covers(self._office.clock.now()):
            self._show()

    def _new(self) -> list[News]:
        now, since = self._office.clock.now(), self._since - OVERLAP
        with self._office.store.look() as records:
            found = dict(_tidings(self._office, records, since, now + OVERLAP))
            new = [worded() for key, worded in found.items() if key not in self._known]
        self._since, self._known = now, frozenset(found)
        return new

    def _show(self) -> None:
        news, self._kept = at_once(self._kept), []
        try:
            for each in news:
                self._desktop.show(each.title, each.text)
                self._is_there = True
        except Unreachable as missing:
            if self._is_there:
                log.info(
                    "no notices on this desktop (%s); the page and `triage status` tell the same", missing
                )
            self._is_there = False


def _tidings(office: Office, records: Records, since: datetime, until: datetime) -> Tidings:
    now = office.clock.now()
    for team in office.settings.teams.values():
        for message in records.messages_between(team.name, since, until):
            if message.level is Level.HEATED and not message.ignored_because:
                yield f"heated {message.id}", partial(heated_news, message)
        for id_, state in records.replies_to_tell(team.name, since, until):
            yield f"{state} {id_}", partial(_of_reply, records, id_, team, now)
    for told in records.notices(now):
        name = told.key.partition(" ")[0]
        worth_telling_at = told.told_at + LASTING if name in _LINES else told.told_at
        if name in _TOLD and since <= worth_telling_at <= now:
            yield f"told {told.id}", partial(_of_notice, records, told, _TOLD[name])


def _of_reply(records: Records, id_: str, team: Team, now: datetime) -> News:
    reply = records.reply(id_)
    customer = records.cooldown(reply.cooldown).customer.label
    if reply.state is State.SENT:
        return sent_news(reply, customer)
    return held_news(reply, customer, team.zone, now)


def _of_notice(records: Records, told: Notice, kind: Kind) -> News:
    return told_news(kind, told, _customer(records, told))


def _customer(records: Records, told: Notice) -> str:
    """Whose reply it is about; empty where it is about something else."""
    reply = records.reply(told.about) if told.about.startswith("r") else None
    return records.cooldown(reply.cooldown).customer.label if reply and reply.cooldown else ""
