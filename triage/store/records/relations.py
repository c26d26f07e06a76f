"""The verbs for what passed between a team and its customers: counted, so that a year of it is read quickly.

Columns instead of records: making a record of a row takes twenty times as long as reading it.
"""

from datetime import datetime

from sqlalchemy import cast, func, select

from triage.judging.facts import HeardOf, ToldTo
from triage.judging.holds import REPS_DOORS, State
from triage.reading.heat import Level
from triage.store import schema as s
from triage.store.records.rows import Rows


class Relations(Rows):
    """Who wrote when, on which thread, and how it read."""

    def heard_between(self, team: str, since: datetime, until: datetime) -> list[HeardOf]:
        """Who wrote to the team in that time, and how it read."""
        m = s.messages.c
        label = func.coalesce(
            func.json_extract(m.customer, "$.domains[0]"), func.json_extract(m.customer, "$.addresses[0]")
        )
        name = func.json_extract(m.customer, "$.name")
        ignored = m.ignored_because != ""
        query = select(label, name, m.seen_at, m.level, m.thread, m.departed, ignored)
        there = query.where(m.team == team, m.seen_at >= since, m.seen_at < until).order_by(m.id)
        return [
            HeardOf(
                customer=customer,
                name=name,
                at=at,
                level=Level(level),
                thread=thread,
                departed=departed,
                ignored=ignored,
            )
            for customer, name, at, level, thread, departed, ignored in self._connection.execute(there)
        ]

    def told_between(self, team: str, since: datetime, until: datetime) -> list[ToldTo]:
        """What the team's reps wrote, and to whom, that went out in that time: by the outbox or past it."""
        o, r = s.outgoing.c, s.replies.c
        past = select(o.recipients, o.at, o.thread).where(o.team == team, o.at >= since, o.at < until)
        sent = select(r.envelope["rcpt_tos"], r.finished_at, _THREAD).where(
            r.team == team,
            r.finished_at >= since,
            r.finished_at < until,
            r.state == State.SENT,
            r.door.in_(REPS_DOORS),
        )
        return [
            ToldTo(recipients=tuple(recipients), at=at, thread=thread)
            for query in (past.order_by(o.id), sent.order_by(r.id))
            for recipients, at, thread in self._connection.execute(query)
        ]


_CALLED = (
    select(s.threads.c.thread)
    .where(s.threads.c.team == s.replies.c.team, s.threads.c.message_id == s.reply_ids.c.message_id)
    .correlate(s.replies, s.reply_ids)
    .scalar_subquery()
)
_THREAD = func.coalesce(
    select(s.cooldowns.c.thread)
    .where(s.cooldowns.c.id == cast(func.substr(s.replies.c.cooldown, 2), s.cooldowns.c.id.type))
    .scalar_subquery(),
    select(_CALLED)
    .where(s.reply_ids.c.reply == s.replies.c.id, _CALLED.is_not(None))
    .order_by(s.reply_ids.c.id.desc())
    .limit(1)
    .correlate(s.replies)
    .scalar_subquery(),
    "",
)
"""The thread of a reply: its cool-down's, else that of the newest of its Message-IDs that is known."""
