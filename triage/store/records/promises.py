"""The verbs for what was promised."""

from datetime import datetime

from sqlalchemy import delete, func, select

from triage.judging.promises import GivenPromise
from triage.store import schema as s
from triage.store.mapping import key
from triage.store.records.rows import Rows


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
        p = s.promises.c
        ours = [column == value for column, value in ((p.team, team), (p.thread, thread)) if value]
        return self._all(GivenPromise, p.kept_at.is_(None), *ours)

    def promises_since(self, since: datetime) -> list[GivenPromise]:
        """Every promise that was made since then."""
        return self._all(GivenPromise, s.promises.c.made_at >= since)

    def next_reminder(self) -> datetime | None:
        """When the rep is to be reminded next."""
        p = s.promises.c
        first: datetime | None = self._connection.scalar(
            select(func.min(p.remind_at)).where(p.kept_at.is_(None))
        )
        return first

    def reminders_due(self, now: datetime) -> list[GivenPromise]:
        """The promises that the rep is to be reminded of."""
        p = s.promises.c
        return self._all(GivenPromise, p.kept_at.is_(None), p.remind_at <= now, order=p.remind_at)
