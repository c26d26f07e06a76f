"""The verbs of the store. One `Records` is one transaction: it is committed whole or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from triage.errors import BadInput, NotAllowed
from triage.judging.cooldown import Cooldown
from triage.judging.facts import Bookmark, Intention, MessageFacts, Notice, OutgoingFacts, SummaryRun
from triage.judging.holds import OPEN, REFUSALS, HeldReply, State
from triage.store import schema as s
from triage.store.mapping import KINDS, from_row, key, to_row

T = TypeVar("T")

_UNMAILED = and_(s.notices.c.mail.is_(True), s.notices.c.mailed.is_(False))
"""Notices whose mail is still wanted; what is over before it was filed wants none any longer."""


def _id(kind: type) -> ColumnElement[str]:
    """The id that a person types, as SQL."""
    table, prefix = KINDS[kind]
    return literal(prefix).concat(cast(table.c.id, Text))


def _threads_in_use() -> CompoundSelect[tuple[str]]:
    """The threads of all that is still remembered, be it a reply that no cool-down holds."""
    of_replies = s.threads.c.message_id.in_(select(s.reply_ids.c.message_id))
    return union_all(
        *(select(table.c.thread) for table in (s.messages, s.outgoing, s.cooldowns)),
        select(s.threads.c.thread).where(of_replies),
    )


class Records:
    """What is known, within one transaction. Times are aware; ids are those that a person types."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- all kinds ----------------------------------------------------------------------------------------

    def _add(self, record: T, **more: Any) -> T:
        table, prefix = KINDS[type(record)]
        result = self._connection.execute(insert(table).values(**to_row(record), **more))
        return replace(record, id=f"{prefix}{result.inserted_primary_key[0]}")  # type: ignore[type-var, index]

    def _get(self, kind: type[T], id_: str) -> T:
        table, _ = KINDS[kind]
        row = self._connection.execute(select(table).where(table.c.id == key(kind, id_))).first()
        if row is None:
            raise BadInput(f'There is no "{id_}".')
        return from_row(kind, row)

    def _all(self, kind: type[T], *where: ColumnElement[bool], order: Any = None) -> list[T]:
        table, _ = KINDS[kind]
        return self._read(kind, select(table).where(*where).order_by(table.c.id if order is None else order))

    def _read(self, kind: type[T], query: Select[Any]) -> list[T]:
        return [from_row(kind, row) for row in self._connection.execute(query)]

    def _save(self, record: Any) -> None:
        table, _ = KINDS[type(record)]
        id_ = key(type(record), record.id)
        self._connection.execute(update(table).where(table.c.id == id_).values(**to_row(record)))

    # -- bookmarks and threads ----------------------------------------------------------------------------

    def bookmark(self, account: str, folder: str) -> Bookmark | None:
        """How far that folder was read."""
        b = s.bookmarks.c
        return next(iter(self._all(Bookmark, b.account == account, b.folder == folder)), None)

    def bookmarks(self) -> list[Bookmark]:
        """Every folder's bookmark."""
        return self._all(Bookmark)

    def set_bookmark(self, bookmark: Bookmark) -> None:
        """Remember how far a folder was read."""
        row = to_row(bookmark)
        statement = upsert(s.bookmarks).values(**row)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["account", "folder"], set_=row)
        )

    def thread_of(self, team: str, message_ids: Sequence[str]) -> str:
        """The thread of the newest of these ids (oldest first) that is known; empty where none is."""
        t = s.threads.c
        query = select(t.message_id, t.thread).where(t.team == team, t.message_id.in_(message_ids))
        known = {row.message_id: str(row.thread) for row in self._connection.execute(query)}
        return next((known[i] for i in reversed(message_ids) if i in known), "")

    def link(self, team: str, message_ids: Iterable[str], thread: str) -> None:
        """Let these ids belong to a thread; an id that belongs to one already stays there."""
        rows = [{"team": team, "message_id": i, "thread": thread} for i in dict.fromkeys(message_ids) if i]
        if rows:
            self._connection.execute(upsert(s.threads).on_conflict_do_nothing(), rows)

    # -- messages -----------------------------------------------------------------------------------------

    def add_message(self, facts: MessageFacts) -> MessageFacts:
        """Remember a message; its id comes back with it."""
        return self._add(facts)

    def save_message(self, facts: MessageFacts) -> None:
        """Change what is remembered of a message."""
        self._save(facts)

    def message(self, id_: str) -> MessageFacts:
        """A message by its id."""
        return self._get(MessageFacts, id_)

    def messages_called(self, message_id: str, *, account: str = "") -> list[MessageFacts]:
        """All messages with this Message-ID, of one account or of all."""
        m = s.messages.c
        ours = [m.account == account] if account else []
        return self._all(MessageFacts, m.message_id == message_id, *ours)

    def messages_between(self, team: str, since: datetime, until: datetime) -> list[MessageFacts]:
        """The team's messages first seen in that time."""
        m = s.messages.c
        return self._all(MessageFacts, m.team == team, m.seen_at >= since, m.seen_at < until)

    def messages_of(self, cooldown: str) -> list[MessageFacts]:
        """The messages that opened or joined a cool-down."""
        return self._all(MessageFacts, s.messages.c.cooldown == cooldown)

    def messages_since(self, since: datetime) -> list[MessageFacts]:
        """Every message first seen since then."""
        return self._all(MessageFacts, s.messages.c.seen_at >= since)

    # -- cool-downs ---------------------------------------------------------------------------------------

    def add_cooldown(self, cooldown: Cooldown) -> Cooldown:
        """Open a cool-down; its id comes back with it."""
        return self._add(cooldown)

    def save_cooldown(self, cooldown: Cooldown) -> None:
        """Change a cool-down."""
        self._save(cooldown)

    def cooldowns_closed_because(self, account: str, because: str) -> list[Cooldown]:
        """Closed cool-downs of an account whose message still bears the keyword."""
        c = s.cooldowns.c
        marked = (c.account == account, c.closed_because == because, c.flagged.is_(True))
        return self._all(Cooldown, *marked)

    def cooldown(self, id_: str) -> Cooldown:
        """A cool-down by its id."""
        return self._get(Cooldown, id_)

    def open_cooldowns(self, team: str = "") -> list[Cooldown]:
        """The open cool-downs, of one team or of all."""
        c = s.cooldowns.c
        ours = [c.team == team] if team else []
        return self._all(Cooldown, c.closed_at.is_(None), *ours)

    def cooldowns_of(self, team: str, thread: str) -> list[Cooldown]:
        """The cool-downs of a thread, open or closed."""
        c = s.cooldowns.c
        return self._all(Cooldown, c.team == team, c.thread == thread)

    def cooldowns_between(self, team: str, since: datetime, until: datetime) -> list[Cooldown]:
        """The team's cool-downs opened in that time."""
        c = s.cooldowns.c
        return self._all(Cooldown, c.team == team, c.opened_at >= since, c.opened_at < until)

    def unfinished_suggestions(self, account: str) -> list[Cooldown]:
        """Cool-downs whose suggestion is still to be put into Drafts, or to be taken away again."""
        c = s.cooldowns.c
        return self._all(
            Cooldown,
            c.account == account,
            or_(
                and_(c.closed_at.is_(None), c.suggested == "no"),
                and_(c.closed_at.is_not(None), c.suggested == "drafted"),
            ),
        )

    # -- the outbox ---------------------------------------------------------------------------------------

    def add_reply(self, reply: HeldReply, raw: bytes) -> HeldReply:
        """Take a mail into the outbox with its bytes; its id comes back with it."""
        added = self._add(reply, raw=raw, copy_settled=reply.copy.settled)
        for message_id in reply.message_ids:
            self.also_called(added, message_id)
        return added

    def also_called(self, reply: HeldReply, message_id: str) -> None:
        """Let a further Message-ID belong to a reply (the client sent it again)."""
        number = key(HeldReply, reply.id)
        row = {"account": reply.account, "message_id": message_id, "reply": number}
        self._connection.execute(upsert(s.reply_ids).values(**row).on_conflict_do_nothing())
        ids = [*dict.fromkeys((*self.reply(reply.id).message_ids, message_id))]
        self._connection.execute(update(s.replies).where(s.replies.c.id == number).values(message_ids=ids))

    def change_reply(self, before: HeldReply, after: HeldReply) -> HeldReply:
        """Write a reply that was read as `before`; NotAllowed where its state has changed meanwhile.

        Its Message-IDs are not written: `also_called` adds to them.
        """
        r = s.replies.c
        values = to_row(after)
        del values["message_ids"]
        statement = (
            update(s.replies)
            .where(r.id == key(HeldReply, before.id), r.state == before.state)
            .values(**values, copy_settled=after.copy.settled)
        )
        if self._connection.execute(statement).rowcount != 1:
            raise NotAllowed(REFUSALS[self.reply(before.id).state])
        return after

    def reply(self, id_: str) -> HeldReply:
        """A mail of the outbox by its id."""
        return self._get(HeldReply, id_)

    def raw(self, id_: str) -> bytes | None:
        """Its bytes; None once they were wiped."""
        r = s.replies.c
        raw: bytes | None = self._connection.scalar(select(r.raw).where(r.id == key(HeldReply, id_)))
        return raw

    def replies_in(self, *states: State, account: str = "") -> list[HeldReply]:
        """The mails of the outbox in these states, oldest first."""
        r = s.replies.c
        ours = [r.account == account] if account else []
        return self._all(HeldReply, r.state.in_(states), *ours)

    def due_replies(self, account: str, now: datetime) -> list[HeldReply]:
        """What a tick has to decide about: what is held and due, and what may have waited too long."""
        r = s.replies.c
        due = and_(r.state == State.HELD, r.next_attempt_at <= now)
        waits = r.state.in_([State.ASKED, State.FAILED])
        return self._all(HeldReply, r.account == account, or_(due, waits))

    def open_replies(self, account: str = "") -> list[HeldReply]:
        """What a person still has to see."""
        return self.replies_in(*sorted(OPEN), account=account)

    def all_replies(self) -> list[HeldReply]:
        """The whole outbox, oldest first."""
        return self._all(HeldReply)

    def replies_of(self, cooldown: str) -> list[HeldReply]:
        """The replies of one cool-down."""
        return self._all(HeldReply, s.replies.c.cooldown == cooldown)

    def replies_called(self, account: str, message_id: str) -> list[HeldReply]:
        """The mails of the outbox with this Message-ID, newest last."""
        i = s.reply_ids.c
        numbers = select(i.reply).where(i.account == account, i.message_id == message_id)
        return self._all(HeldReply, s.replies.c.id.in_(numbers))

    def replies_with_content(self, account: str, content_key: str, since: datetime) -> list[HeldReply]:
        """The replies with the same subject and body, taken since then."""
        r = s.replies.c
        return self._all(
            HeldReply, r.account == account, r.content_key == content_key, r.submitted_at >= since
        )

    def replies_with_loose_copy(self, account: str) -> list[HeldReply]:
        """The replies whose copy in the mailbox does not yet lie where it belongs for good."""
        r = s.replies.c
        return self._all(HeldReply, r.account == account, r.copy_settled.is_(False))

    def replies_between(self, team: str, since: datetime, until: datetime) -> list[HeldReply]:
        """The team's mails of the outbox that came in, or ended, in that time."""
        r = s.replies.c
        return self._all(
            HeldReply,
            r.team == team,
            or_(
                and_(r.submitted_at >= since, r.submitted_at < until),
                and_(r.finished_at >= since, r.finished_at < until),
            ),
        )

    def claims_since(self, account: str, since: datetime) -> int:
        """How many mails of that account were claimed for sending since then."""
        r = s.replies.c
        query = select(func.count()).where(r.account == account, r.claimed_at > since)
        return int(self._connection.scalar(query) or 0)

    def wipe_bytes(self, before: datetime) -> int:
        """Wipe the bytes of replies that were sent or withdrawn before then; how many."""
        r = s.replies.c
        ended = r.state.in_([State.SENT, State.WITHDRAWN])
        statement = (
            update(s.replies).where(ended, r.finished_at < before, r.raw.is_not(None)).values(raw=None)
        )
        return self._connection.execute(statement).rowcount

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
            (s.notices, s.notices.c.over_at < before),
            (s.intentions, s.intentions.c.done_at < before),
        ]
        for table, where in old:
            self._connection.execute(delete(table).where(where))
        self._connection.execute(
            delete(s.reply_ids).where(s.reply_ids.c.reply.not_in(select(s.replies.c.id)))
        )
        self._connection.execute(delete(s.threads).where(s.threads.c.thread.not_in(_threads_in_use())))

    # -- what went out on another way ---------------------------------------------------------------------

    def add_outgoing(self, facts: OutgoingFacts) -> OutgoingFacts:
        """Remember a mail that did not go through the outbox."""
        return self._add(facts)

    def is_outgoing(self, account: str, message_id: str = "", *, content_key: str = "") -> bool:
        """Whether such a mail is known; one without a Message-ID by its content."""
        o = s.outgoing.c
        same = (o.message_id == message_id, o.content_key == content_key)
        return bool(self._all(OutgoingFacts, o.account == account, *same))

    def outgoing_called(self, message_id: str) -> list[OutgoingFacts]:
        """The mails with this Message-ID that did not go through the outbox."""
        return self._all(OutgoingFacts, s.outgoing.c.message_id == message_id)

    def is_answered(self, team: str, message_id: str) -> bool:
        """Whether a mail that answers this message is known."""
        o = s.outgoing.c
        return bool(self._all(OutgoingFacts, o.team == team, o.answers == message_id))

    def outgoing_between(self, team: str, since: datetime, until: datetime) -> list[OutgoingFacts]:
        """The team's mails that went out on another way in that time."""
        o = s.outgoing.c
        return self._all(OutgoingFacts, o.team == team, o.at >= since, o.at < until)

    # -- corrections, notices, intentions, summaries, notes -----------------------------------------------

    def correct(self, team: str, customer: str, words: Iterable[str], now: datetime) -> None:
        """These words do not speak for heat where this customer writes them."""
        rows = [{"team": team, "customer": customer, "words": w, "made_at": now} for w in words]
        if rows:
            self._connection.execute(upsert(s.corrections).on_conflict_do_nothing(), rows)

    def corrections(self, team: str, customer: str) -> tuple[str, ...]:
        """The words that were corrected for this customer."""
        c = s.corrections.c
        query = select(c.words).where(c.team == team, c.customer == customer).order_by(c.id)
        return tuple(self._connection.scalars(query))

    def tell(self, notice: Notice) -> bool:
        """Remember a notice; False where the same condition is being told already."""
        for told in self.notices(notice.told_at):
            if (told.account, told.key) == (notice.account, notice.key):
                self._save(replace(told, text=notice.text))
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
        return self._all(Notice, or_(n.over_at.is_(None), n.over_at > now))

    def mailed(self, notice: Notice) -> None:
        """A notice's mail lies in INBOX."""
        self._save(replace(notice, mailed=True))

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

    def note(self, name: str) -> Any:
        """A small fact by its name; None where there is none."""
        return self._connection.scalar(select(s.notes.c.value).where(s.notes.c.name == name))

    def set_note(self, name: str, value: Any) -> None:
        """Remember a small fact."""
        statement = upsert(s.notes).values(name=name, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
