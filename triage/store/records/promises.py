"""The verbs for what was promised."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from triage.judging.promises import GivenPromise
from triage.store import schema as s
from triage.store.mapping import key
from triage.store.records.rows import Rows

_p = s.promises.c
_IS_OPEN = _p.kept_at.is_(None)
_MADE_SINCE, _FALLS_DUE = _p.made_at >= bindparam("since"), _p.remind_at <= bindparam("now")


class Promises(Rows):
    """What was promised to customers, and whether it was kept."""

    def add_promise(self, promise: GivenPromise) -> GivenPromise:
        """Remember a promise; its id comes back with it."""
        return self._add(promise)

    def save_promise(self, promise: GivenPromise) -> None:
        """Change what is remembered of a promise."""
        self._save(promise)

    def drop_promise(self, promise: GivenPromise) -> None:
        """Forget it: it was none."""
        number = key(GivenPromise, promise.id)
        self._connection.execute(delete(s.promises).where(s.promises.c.id == number))

    def promise(self, id_: str) -> GivenPromise:
        """A promise by its id."""
        return self._get(GivenPromise, id_)

    def open_promises(self, team: str = "", *, thread: str = "") -> list[GivenPromise]:
        """What is not kept yet, broken or not: of one team or of all, of one thread where it is named."""
        ours = {name: value for name, value in (("team", team), ("thread", thread)) if value}
        return self._all(GivenPromise, ours, _IS_OPEN)

    def promises_since(self, since: datetime) -> list[GivenPromise]:
        """Every promise that was made since then."""
        return self._all(GivenPromise, {"since": since}, _MADE_SINCE)

    def next_reminder(self) -> datetime | None:
        """When the rep is to be reminded next."""
        p = s.promises.c
        first: datetime | None = self._connection.scalar(
            select(func.min(p.remind_at)).where(p.kept_at.is_(None))
        )
        return first

    def reminders_due(self, now: datetime) -> list[GivenPromise]:
        """The promises that the rep is to be reminded of."""
        return self._all(GivenPromise, {"now": now}, _IS_OPEN, _FALLS_DUE, order=_p.remind_at)
