"""The verbs for what is past its time: found by a look, forgotten in slices, so that no writer waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    union_all,
)

from triage.judging.cooldown import Cooldown
from triage.judging.facts import Intention, MessageFacts, Notice, OutgoingFacts
from triage.judging.holds import HeldReply, State
from triage.judging.promises import GivenPromise
from triage.judging.tones import Tone
from triage.store import schema as s
from triage.store.mapping import KINDS
from triage.store.records.rows import Rows

_r, _b, _t = s.replies.c, s.reply_bytes.c, s.threads.c
_HAS_LEFT = _r.state.in_([State.SENT, State.WITHDRAWN])


class Pruning(Rows):
    """Forgetting what is old; what is open stays, and what it is about. Rows are named by their numbers."""

    def bytes_to_wipe(self, before: datetime, *, most: int) -> list[int]:
        """Replies that were sent or withdrawn before then, and still have their bytes."""
        # From the few that have their bytes: a store of years has a hundred times as many that have ended.
        ended = exists().where(_r.id == _b.id, _HAS_LEFT, _r.finished_at < before)
        return [*self._connection.scalars(select(_b.id).where(ended).limit(most))]

    def wipe_bytes(self, replies: Sequence[int]) -> None:
        """Wipe the bytes of these."""
        ended = select(_r.id).where(_r.id.in_(replies), _HAS_LEFT)
        self._connection.execute(delete(s.reply_bytes).where(_b.id.in_(ended)))

    def outdated(self, kind: type, before: datetime, *, most: int) -> list[int]:
        """Records of that kind that are older, and that nothing needs. Reads the whole table."""
        number = KINDS[kind][0].c.id
        return [*self._connection.scalars(select(number).where(_is_outdated(kind, before)).limit(most))]

    def forget(self, kind: type, numbers: Sequence[int], before: datetime) -> None:
        """Forget these, but for what is needed again since they were found."""
        table, _ = KINDS[kind]
        old = delete(table).where(table.c.id.in_(numbers), _is_outdated(kind, before))
        self._connection.execute(old)

    def unused_links(self) -> list[int]:
        """The links of threads that nothing remembered belongs to. Reads whole tables."""
        return [*self._connection.scalars(select(_t.id).where(_t.thread.not_in(_threads_in_use())))]

    def newest_link(self) -> int:
        """The link that was made last."""
        return int(self._connection.scalar(select(func.max(_t.id))) or 0)

    def unlink(self, links: Sequence[int], newest: int) -> None:
        """Forget these, but for those of a thread that has got a link since the `newest` of then."""
        alive = select(_t.thread).where(_t.id > newest)
        self._connection.execute(delete(s.threads).where(_t.id.in_(links), _t.thread.not_in(alive)))


def _is_outdated(kind: type, before: datetime) -> ColumnElement[bool]:
    if kind is HeldReply:
        return and_(_r.finished_at < before, _HAS_LEFT)
    if kind is Cooldown:
        return and_(s.cooldowns.c.closed_at < before, ~exists().where(_r.cooldown == _id(Cooldown)))
    if kind is MessageFacts:
        needed = exists().where(s.cooldowns.c.message == _id(MessageFacts))
        return and_(s.messages.c.seen_at < before, ~needed)
    return _TIMES[kind] < before


_TIMES: dict[type, ColumnElement[datetime | None]] = {
    OutgoingFacts: s.outgoing.c.at,
    GivenPromise: s.promises.c.made_at,
    Tone: s.tones.c.at,
    Notice: s.notices.c.over_at,
    Intention: s.intentions.c.done_at,
}


def _id(kind: type) -> ColumnElement[str]:
    """The id that a person types, as SQL."""
    table, prefix = KINDS[kind]
    return literal(prefix).concat(cast(table.c.id, Text))


def _threads_in_use() -> CompoundSelect[tuple[str]]:
    """The threads of all that is still remembered, be it a reply that no cool-down holds."""
    of_replies = _t.message_id.in_(select(s.reply_ids.c.message_id))
    return union_all(
        *(select(table.c.thread) for table in (s.messages, s.outgoing, s.cooldowns, s.promises)),
        select(_t.thread).where(of_replies),
    )
