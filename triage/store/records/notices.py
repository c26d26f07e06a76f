"""The verbs for words between the daemon and people: notices, intentions, summaries; and small notes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from triage.judging.facts import Intention, Notice, SummaryRun
from triage.store import schema as s
from triage.store.mapping import key, to_row
from triage.store.records.rows import Rows

_UNMAILED = and_(s.notices.c.mail.is_(True), s.notices.c.mailed.is_(False))
"""Notices whose mail is still wanted; what is over before it was filed wants none any longer."""


class Notices(Rows):
    """What is told, what is asked for, and what was noted."""

    # -- notices ------------------------------------------------------------------------------------------

    def tell(self, notice: Notice) -> bool:
        """Remember a notice; False where the same condition is being told already."""
        n = s.notices.c
        told = or_(n.over_at.is_(None), n.over_at > notice.told_at)
        same = self._all(Notice, n.account == notice.account, n.key == notice.key, told)
        if same:
            self._save(replace(same[0], text=notice.text))
            return False
        self._add(notice)
        return True

    def over(self, account: str, key_: str, now: datetime) -> bool:
        """A condition is over; whether it was being told."""
        n = s.notices.c
        told = or_(n.over_at.is_(None), n.over_at > now, _UNMAILED)
        statement = update(s.notices).where(n.account == account, n.key == key_, told)
        return self._connection.execute(statement.values(over_at=now, mail=n.mailed)).rowcount > 0

    def notices(self, now: datetime, *, unmailed_of: str = "") -> list[Notice]:
        """What is told at present; or what still wants its mail on one account, however long it took."""
        n = s.notices.c
        if unmailed_of:
            return self._all(Notice, n.account == unmailed_of, _UNMAILED)
        # Two questions, for either has an index, and both in one have none.
        told = [*self._all(Notice, n.over_at.is_(None)), *self._all(Notice, n.over_at > now, order=n.over_at)]
        return sorted(told, key=lambda notice: key(Notice, notice.id))

    def mailed(self, notice: Notice) -> None:
        """A notice's mail lies in INBOX."""
        self._save(replace(notice, mailed=True))

    # -- intentions ---------------------------------------------------------------------------------------

    def intend(self, intention: Intention) -> Intention:
        """Ask the daemon to act; the id comes back with it."""
        return self._add(intention)

    def intention(self, id_: str) -> Intention:
        """An intention by its id."""
        return self._get(Intention, id_)

    def open_intentions(self) -> list[Intention]:
        """What the daemon still has to do."""
        return self._all(Intention, s.intentions.c.done_at.is_(None))

    def settle_intention(self, intention: Intention) -> None:
        """What became of it."""
        self._save(intention)

    # -- summaries ----------------------------------------------------------------------------------------

    def claim_summary(self, run: SummaryRun) -> SummaryRun | None:
        """Claim a team's scheduled summary of a day; None where it was claimed before."""
        statement = upsert(s.summaries).values(**to_row(run)).on_conflict_do_nothing()
        result = self._connection.execute(statement)
        return self.last_summary(run.team, scheduled=run.scheduled) if result.rowcount == 1 else None

    def last_summary(self, team: str, *, scheduled: bool = True) -> SummaryRun | None:
        """The newest summary of a team."""
        c = s.summaries.c
        of_team = [c.team == team, c.scheduled.is_(scheduled)]
        return next(iter(self._all(SummaryRun, *of_team, order=c.id.desc())), None)

    def summary_of(self, team: str, day: str) -> SummaryRun | None:
        """The newest summary of that day, scheduled or asked for."""
        c = s.summaries.c
        return next(iter(self._all(SummaryRun, c.team == team, c.day == day, order=c.id.desc())), None)

    # -- notes --------------------------------------------------------------------------------------------

    def note(self, name: str) -> Any:
        """A small fact by its name; None where there is none."""
        return self._connection.scalar(select(s.notes.c.value).where(s.notes.c.name == name))

    def set_note(self, name: str, value: Any) -> None:
        """Remember a small fact."""
        statement = upsert(s.notes).values(name=name, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
