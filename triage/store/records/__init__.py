"""The verbs of the store. One `Records` is one transaction: it is committed whole or not at all.

By what they are about: `facts`, the `outbox`, `relations`, `promises`, `tones`, and `notices` with all that
is said; `forgetting` goes through all of them. `rows` is below them.
"""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Table,
    Text,
    and_,
    cast,
    delete,
    literal,
    select,
    union_all,
)

from triage.judging.cooldown import Cooldown
from triage.judging.facts import MessageFacts
from triage.judging.holds import State
from triage.store import schema as s
from triage.store.mapping import KINDS
from triage.store.records.facts import Facts
from triage.store.records.forgetting import Forgetting
from triage.store.records.notices import Notices
from triage.store.records.outbox import Outbox
from triage.store.records.promises import Promises
from triage.store.records.relations import Relations
from triage.store.records.tones import Tones


class Records(Facts, Outbox, Relations, Promises, Tones, Notices, Forgetting):
    """What is known, within one transaction. Times are aware; ids are those that a person types."""

    def forget_before(self, before: datetime) -> None:
        """Forget facts that are older; what is open stays, and what it is about."""
        ended = and_(s.replies.c.finished_at < before, s.replies.c.state.in_([State.SENT, State.WITHDRAWN]))
        kept_cooldowns = select(s.replies.c.cooldown)
        kept_messages = select(s.cooldowns.c.message)
        old: list[tuple[Table, ColumnElement[bool]]] = [
            (s.replies, ended),
            (s.cooldowns, and_(s.cooldowns.c.closed_at < before, _id(Cooldown).not_in(kept_cooldowns))),
            (s.messages, and_(s.messages.c.seen_at < before, _id(MessageFacts).not_in(kept_messages))),
            (s.outgoing, s.outgoing.c.at < before),
            (s.promises, s.promises.c.made_at < before),
            (s.tones, s.tones.c.at < before),
            (s.notices, s.notices.c.over_at < before),
            (s.intentions, s.intentions.c.done_at < before),
        ]
        for table, where in old:
            self._connection.execute(delete(table).where(where))
        self._connection.execute(
            delete(s.reply_ids).where(s.reply_ids.c.reply.not_in(select(s.replies.c.id)))
        )
        self._connection.execute(delete(s.threads).where(s.threads.c.thread.not_in(_threads_in_use())))


def _id(kind: type) -> ColumnElement[str]:
    """The id that a person types, as SQL."""
    table, prefix = KINDS[kind]
    return literal(prefix).concat(cast(table.c.id, Text))


def _threads_in_use() -> CompoundSelect[tuple[str]]:
    """The threads of all that is still remembered, be it a reply that no cool-down holds."""
    of_replies = s.threads.c.message_id.in_(select(s.reply_ids.c.message_id))
    return union_all(
        *(select(table.c.thread) for table in (s.messages, s.outgoing, s.cooldowns, s.promises)),
        select(s.threads.c.thread).where(of_replies),
    )
