"""The verbs for words between the daemon and people: notices, intentions, summaries; and small notes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from triage.judging.facts import Intention, Notice, SummaryRun
from triage.store import schema as s
from triage.store.asking import ask, say
from triage.store.mapping import key, to_row
from triage.store.records.rows import Rows

_n = s.notices.c
_UNMAILED = and_(_n.mail.is_(True), _n.mailed.is_(False))
"""Notices whose mail is still wanted; what is over before it was filed wants none any longer."""
_LASTS, _ENDS_LATER = _n.over_at.is_(None), _n.over_at > bindparam("now")
_IS_TOLD = or_(_LASTS, _ENDS_LATER)
_OVER = (
    update(s.notices)
    .where(_n.account == bindparam("of"), _n.key == bindparam("called"), or_(_IS_TOLD, _UNMAILED))
    .values(over_at=bindparam("now"), mail=_n.mailed)
)
_IS_TO_DO = s.intentions.c.done_at.is_(None)
_NEWEST_FIRST = s.summaries.c.id.desc()
_NOTE = select(s.notes.c.value).where(s.notes.c.name == bindparam("name"))
_note = upsert(s.notes)
_SET_NOTE = _note.on_conflict_do_update(index_elements=["name"], set_={"value": _note.excluded.value})


class Notices(Rows):
    """What is told, what is asked for, and what was noted."""

    # -- notices ------------------------------------------------------------------------------------------

    def tell(self, notice: Notice) -> bool:
        """Remember a notice; False where the same condition is being told already."""
        same = self._all(
            Notice, {"account": notice.account, "key": notice.key, "now": notice.told_at}, _IS_TOLD
        )
        if same:
            self._save(replace(same[0], text=notice.text))
            return False
        self._add(notice)
        return True

    def over(self, account: str, key_: str, now: datetime) -> bool:
        """A condition is over; whether it was being told."""
        return say(self._driver, _OVER, {"of": account, "called": key_, "now": now}).rowcount > 0

    def notices(self, now: datetime, *, unmailed_of: str = "") -> list[Notice]:
        """What is told at present; or what still wants its mail on one account, however long it took."""
        if unmailed_of:
            return self._all(Notice, {"account": unmailed_of}, _UNMAILED)
        # Two questions, for either has an index, and both in one have none.
        told = [
            *self._all(Notice, {}, _LASTS),
            *self._all(Notice, {"now": now}, _ENDS_LATER, order=_n.over_at),
        ]
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
        return self._all(Intention, {}, _IS_TO_DO)

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
        found = self._all(SummaryRun, {"team": team, "scheduled": scheduled}, order=_NEWEST_FIRST, most=1)
        return next(iter(found), None)

    def summary_of(self, team: str, day: str) -> SummaryRun | None:
        """The newest summary of that day, scheduled or asked for."""
        return next(
            iter(self._all(SummaryRun, {"team": team, "day": day}, order=_NEWEST_FIRST, most=1)), None
        )

    # -- notes --------------------------------------------------------------------------------------------

    def note(self, name: str) -> Any:
        """A small fact by its name; None where there is none."""
        found = ask(self._driver, _NOTE, {"name": name})
        return found[0]["value"] if found else None

    def set_note(self, name: str, value: Any) -> None:
        """Remember a small fact."""
        say(self._driver, _SET_NOTE, {"name": name, "value": value})
