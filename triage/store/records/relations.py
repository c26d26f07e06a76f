"""The verbs for what passed between a team and its customers: read by the day, and no word of it.

Days that are over are read as `counts` has counted them; of the day of `until`, each mail. So what is asked
of a year takes as long in a store of ten thousand messages as in one of a million.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, literal_column, select, text, union_all

from triage.judging.accounts import Heard
from triage.judging.facts import HeardOf, HeardTraffic, ToldTraffic
from triage.judging.holds import REPS_DOORS, State
from triage.reading.heat import Level
from triage.store import schema as s
from triage.store.counts import LEFT
from triage.store.records.rows import Rows

_EPOCH, _DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
_m, _o, _r, _h, _t = s.messages.c, s.outgoing.c, s.replies.c, s.heard_days.c, s.told_days.c
_SINCE: BindParameter[datetime] = bindparam("since")
_UNTIL: BindParameter[datetime] = bindparam("until")
_TODAY: BindParameter[datetime] = bindparam("today")
_LEVELS = {level.value: level for level in Level}
_ONE = literal_column("1", _h.mails.type)
_OF_TEAM, _OF_CUSTOMER = _m.team == bindparam("team"), _m.label == bindparam("customer")
_COUNTS = text("ignored_because = ''")  # as the indexes say it, or SQLite would not use them
_SEEN = _OF_TEAM, _m.seen_at >= _SINCE, _m.seen_at < _UNTIL
_CUSTOMERS: BindParameter[str] = bindparam("customers", expanding=True)
_PEOPLE: BindParameter[str] = bindparam("people", expanding=True)


def _traffic(who: Any, days: Any) -> Select[Any]:
    of_late = func.coalesce(func.sum(days.mails).filter(days.day >= bindparam("lately")), 0)
    of_team = days.team == bindparam("team"), days.day.between(bindparam("first"), bindparam("last"))
    return select(who, func.sum(days.mails), of_late).where(*of_team).group_by(who)


_HEARD_TRAFFIC, _TOLD_TRAFFIC = _traffic(_h.customer, _h), _traffic(_t.people, _t)
_HEARD_EACH = select(_m.label, _m.level).where(*_SEEN, _COUNTS, _m.label.is_not(None)).order_by(_m.id)
_HEARD_BY_DAY = select(_h.customer, _h.level, _h.mails, _h.last_at).where(
    _h.team == bindparam("team"),
    _h.customer.in_(_CUSTOMERS),
    _h.day >= bindparam("first"),
    _h.day < bindparam("last"),
)
_HEARD_TODAY = select(_m.label, _m.level, _ONE, _m.seen_at).where(
    _OF_TEAM, _m.label.in_(_CUSTOMERS), _m.seen_at >= _TODAY, _m.seen_at < _UNTIL, _COUNTS
)
_HEARD = union_all(_HEARD_BY_DAY, _HEARD_TODAY).order_by("last_at")
_TOLD_BY_DAY = select(_t.people, _t.last_at).where(
    _t.team == bindparam("team"),
    _t.people.in_(_PEOPLE),
    _t.day >= bindparam("first"),
    _t.day < bindparam("last"),
)
_PAST_TODAY = select(_o.people, _o.at).where(
    _o.team == bindparam("team"), _o.people.in_(_PEOPLE), _o.at >= _TODAY, _o.at < _UNTIL
)
_SENT_TODAY = select(_r.people, _r.finished_at).where(
    _r.team == bindparam("team"),
    _r.people.in_(_PEOPLE),
    _r.finished_at >= _TODAY,
    _r.finished_at < _UNTIL,
    text(LEFT),
)
_TOLD = union_all(_TOLD_BY_DAY, _PAST_TODAY, _SENT_TODAY).order_by("last_at")
_CONTACT = (
    select(func.json_extract(_m.customer, "$.name"))
    .where(_OF_TEAM, _OF_CUSTOMER, _m.seen_at < _UNTIL, _COUNTS)
    .order_by(_m.seen_at.desc())
    .limit(1)
)
_DEPARTED = select(_m.departed).where(*_SEEN, text("departed != ''")).order_by(_m.seen_at)
_ANSWERED = (
    select(_m.seen_at, _m.answered_at)
    .where(*_SEEN, _OF_CUSTOMER, _m.answered_at.is_not(None), _m.answered_at < bindparam("known"))
    .order_by(_m.seen_at.desc())
    .limit(bindparam("most"))
)
_NEXT = (
    select(_m.level)
    .where(_OF_TEAM, _OF_CUSTOMER, _m.seen_at > bindparam("after"), _m.seen_at < _UNTIL, _COUNTS)
    .order_by(_m.seen_at)
    .limit(1)
)
_HEATED = select(_m.seen_at).where(*_SEEN, text("level = 'heated'"), _COUNTS)
_SENT = select(_r.finished_at).where(
    _r.team == bindparam("team"),
    _r.finished_at >= _SINCE,
    _r.finished_at < _UNTIL,
    _r.state == State.SENT,
    _r.cooldown != "",
    _r.door.in_(REPS_DOORS),
)


class Relations(Rows):
    """Who wrote when, and how it read."""

    def heard_traffic(
        self, team: str, since: datetime, lately: datetime, until: datetime
    ) -> list[HeardTraffic]:
        """How much each customer wrote in that time, in whole days."""
        days = {"first": _day(since), "lately": _day(lately), "last": _day(until)}
        return [
            HeardTraffic(customer=customer, mails=mails, of_late=of_late)
            for customer, mails, of_late in self._connection.execute(_HEARD_TRAFFIC, {"team": team, **days})
        ]

    def told_traffic(
        self, team: str, since: datetime, lately: datetime, until: datetime
    ) -> list[ToldTraffic]:
        """How much was written to whom in that time, in whole days."""
        days = {"first": _day(since), "lately": _day(lately), "last": _day(until)}
        return [
            ToldTraffic(people=people, recipients=tuple(json.loads(people)), mails=mails, of_late=of_late)
            for people, mails, of_late in self._connection.execute(_TOLD_TRAFFIC, {"team": team, **days})
        ]

    def heard_between(self, team: str, since: datetime, until: datetime) -> list[HeardOf]:
        """Each message that came in that time, as they came."""
        rows = self._connection.execute(_HEARD_EACH, {"team": team, "since": since, "until": until})
        return [HeardOf(customer=customer, level=Level(level)) for customer, level in rows]

    def heard_of(
        self, team: str, customers: Sequence[str], since: datetime, until: datetime
    ) -> dict[str, list[Heard]]:
        """What each of these customers wrote in that time, oldest first."""
        span = {"team": team, "customers": customers, **_days(since, until)}
        heard = defaultdict[str, list[Heard]](list)
        for customer, level, mails, at in self._connection.execute(_HEARD, span):
            heard[customer].append(Heard(at=at, level=_LEVELS[level], mails=mails))
        return heard

    def told_to(
        self, team: str, people: Sequence[str], since: datetime, until: datetime
    ) -> list[tuple[str, datetime]]:
        """When what was written to these people left in that time, a day's last for all; oldest first."""
        span = {"team": team, "people": people, **_days(since, until)}
        return [(who, at) for who, at in self._connection.execute(_TOLD, span)]

    def contact_of(self, team: str, customer: str, until: datetime) -> str:
        """The name of the person who wrote last, for that customer."""
        return self._connection.scalar(_CONTACT, {"team": team, "customer": customer, "until": until}) or ""

    def departed_between(self, team: str, since: datetime, until: datetime) -> list[str]:
        """The addresses of contacts of whom it was said in that time that they are no longer there."""
        return [*self._connection.scalars(_DEPARTED, {"team": team, "since": since, "until": until})]

    def answered_between(
        self, team: str, customer: str, since: datetime, until: datetime, *, known: datetime, most: int
    ) -> list[tuple[datetime, datetime]]:
        """When the newest messages of that time came, and were answered; such as were by `known`."""
        span = {"team": team, "customer": customer, "since": since, "until": until}
        found = self._connection.execute(_ANSWERED, {**span, "known": known, "most": most})
        return [(at, answered_at) for at, answered_at in found]

    def next_level(self, team: str, customer: str, after: datetime, until: datetime) -> Level | None:
        """How the customer's next message of that time reads."""
        span = {"team": team, "customer": customer, "after": after, "until": until}
        level = self._connection.scalar(_NEXT, span)
        return Level(level) if level else None

    def heated_between(self, team: str, since: datetime, until: datetime) -> list[datetime]:
        """When heated messages came."""
        return [*self._connection.scalars(_HEATED, {"team": team, "since": since, "until": until})]

    def sent_between(self, team: str, since: datetime, until: datetime) -> list[datetime]:
        """When replies left that a cool-down had held."""
        return [*self._connection.scalars(_SENT, {"team": team, "since": since, "until": until})]


def _day(moment: datetime) -> int:
    return (moment - _EPOCH) // _DAY


def _days(since: datetime, until: datetime) -> dict[str, object]:
    last = _day(until)
    return {"first": _day(since), "last": last, "today": _EPOCH + last * _DAY, "until": until}
