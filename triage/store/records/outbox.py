"""The verbs for the mails that we send, or may send: the held replies and their bytes."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from triage.errors import NotAllowed
from triage.judging.cooldown import Cooldown
from triage.judging.holds import OPEN, REFUSALS, REPS_DOORS, WAITING, Door, HeldReply, State
from triage.store import schema as s
from triage.store.asking import Values, ask, say, say_each
from triage.store.mapping import KINDS, SELECTS, changes, from_row, key
from triage.store.records.rows import Rows

SOME = 200
"""So many at a time, where there may be thousands."""
_CLAIM = ("state", "claimed_at", "handed_over_at", "tries", "sent_uidvalidity", "sent_uidnext")
_CLAIMED = (
    update(s.replies)
    .where(s.replies.c.id == bindparam("number"), s.replies.c.state == State.HELD)
    .values({name: bindparam(name) for name in _CLAIM})
)
_IN_HELD = and_(s.replies.c.state.in_(OPEN), s.replies.c.copy["at"].as_string() == "held")
_r, _i, _b = s.replies.c, s.reply_ids.c, s.reply_bytes.c
_SINCE: BindParameter[datetime] = bindparam("since")
_UNTIL: BindParameter[datetime] = bindparam("until")
_IN_STATES = _r.state.in_(bindparam("states", expanding=True))
_IS_ONE_OF = _r.id.in_(bindparam("numbers", expanding=True))
_DUE = (
    _r.state.in_([State.HELD, State.ASKED, State.FAILED]),  # finds the index
    or_(
        and_(_r.state == State.HELD, _r.next_attempt_at <= bindparam("now")),
        _r.state.in_([State.ASKED, State.FAILED]),
    ),
)
_CALLED = _r.id.in_(
    select(_i.reply).where(_i.account == bindparam("of"), _i.message_id == bindparam("message_id"))
)
_TAKEN_SINCE = _r.submitted_at >= _SINCE
_TAKEN = select(_r.id).where(_r.team == bindparam("team"), _TAKEN_SINCE).limit(1)
_HAS_LOOSE_COPY = _r.copy_settled.is_(False)
_LOOSE = (
    select(_r.id, _r.state)
    .where(_r.account == bindparam("account"), _HAS_LOOSE_COPY, not_(_IN_HELD), _r.id > bindparam("above"))
    .order_by(_r.id)
    .limit(bindparam("most"))
)
_IS_TO_NOTE = _r.noted.is_(False)
_TO_TELL = (
    select(_r.id, _r.state)
    .where(
        _r.team == bindparam("team"),
        _r.cooldown != "",
        _r.door.in_(REPS_DOORS),
        or_(
            and_(_r.submitted_at >= _SINCE, _r.submitted_at < _UNTIL, _r.state == State.HELD),
            and_(_r.finished_at >= _SINCE, _r.finished_at < _UNTIL, _r.state == State.SENT),
        ),
    )
    .order_by(_r.id)
)
_CAME_OR_ENDED = or_(
    and_(_r.submitted_at >= _SINCE, _r.submitted_at < _UNTIL),
    and_(_r.finished_at >= _SINCE, _r.finished_at < _UNTIL),
)
_RAW = select(_b.raw).where(_b.id == bindparam("number"))
_CLAIMS = select(func.count()).where(_r.account == bindparam("account"), _r.claimed_at > _SINCE)
_CALL = upsert(s.reply_ids).on_conflict_do_nothing()
_KEEP = insert(s.reply_bytes)
_HAND_OVER = (
    update(s.replies)
    .where(
        _r.id == bindparam("number"),
        _r.state == State.RELEASING,
        _r.asked_because == bindparam("as_claimed"),
    )
    .values(handed_over_at=bindparam("at"))
)


class Outbox(Rows):
    """The outbox: each mail with its state, its bytes and its Message-IDs."""

    def add_reply(self, reply: HeldReply, raw: bytes) -> HeldReply:
        """Take a mail into the outbox with its bytes; its id comes back with it."""
        added = self._add(reply, copy_settled=reply.copy.settled)
        say(self._driver, _KEEP, {"id": key(HeldReply, added.id), "raw": raw})
        self._call(added, reply.message_ids)
        return added

    def also_called(self, reply: HeldReply, message_id: str) -> None:
        """Let a further Message-ID belong to a reply (the client sent it again)."""
        self._call(reply, [message_id])
        ids = [*dict.fromkeys((*self.reply(reply.id).message_ids, message_id))]
        r = s.replies.c
        self._connection.execute(
            update(s.replies).where(r.id == key(HeldReply, reply.id)).values(message_ids=ids)
        )

    def _call(self, reply: HeldReply, message_ids: Sequence[str]) -> None:
        number = key(HeldReply, reply.id)
        rows = [{"account": reply.account, "message_id": each, "reply": number} for each in message_ids]
        if rows:
            say_each(self._driver, _CALL, rows)

    def change_reply(self, before: HeldReply, after: HeldReply) -> HeldReply:
        """Write a reply that was read as `before`; NotAllowed where its state has changed meanwhile.

        Its Message-IDs are not written: `also_called` adds to them.
        """
        values = changes(before, after) or {"state": before.state}
        if "copy" in values:
            values["copy_settled"] = after.copy.settled
        known = {"number": key(HeldReply, before.id), "was": before.state}
        if say(self._driver, _change(tuple(values)), {**values, **known}).rowcount != 1:
            raise NotAllowed(REFUSALS[self.reply(before.id).state])
        return after

    def claim(self, claimed: Sequence[HeldReply]) -> None:
        """Write held replies that are claimed for sending; NotAllowed where one is not held any longer."""
        if claimed:
            rows = [{"number": key(HeldReply, c.id), **{n: getattr(c, n) for n in _CLAIM}} for c in claimed]
            if say_each(self._driver, _CLAIMED, rows).rowcount != len(claimed):
                raise NotAllowed("one of them is no longer held")

    def hand_over(self, claimed: HeldReply, at: datetime) -> None:
        """Note that its bytes leave; NotAllowed where it has been asked about since it was claimed."""
        known = {"number": key(HeldReply, claimed.id), "as_claimed": claimed.asked_because, "at": at}
        if say(self._driver, _HAND_OVER, known).rowcount != 1:
            raise NotAllowed(f"{claimed.id} may no longer go")

    def retry_now(self, account: str, now: datetime) -> None:
        """Let what is due, and waits for its next try, be tried at once."""
        r = s.replies.c
        waits = (r.account == account, r.state == State.HELD, r.next_attempt_at > now)
        statement = update(s.replies).where(*waits, or_(r.due_at <= now, r.released_at.is_not(None)))
        self._connection.execute(statement.values(next_attempt_at=now))

    def reply(self, id_: str) -> HeldReply:
        """A mail of the outbox by its id."""
        return self._get(HeldReply, id_)

    def replies_named(self, ids: Sequence[str]) -> list[HeldReply]:
        """Those of these mails that are still known, oldest first."""
        return self._all(HeldReply, {"numbers": [key(HeldReply, id_) for id_ in ids]}, _IS_ONE_OF)

    def raw(self, id_: str) -> bytes | None:
        """Its bytes; None once they were wiped."""
        found = ask(self._driver, _RAW, {"number": key(HeldReply, id_)})
        return found[0]["raw"] if found else None

    def replies_with_bytes(self, ids: Sequence[str], most: int) -> list[tuple[HeldReply, bytes | None]]:
        """The first of these mails, with so many bytes together at most, but one at least; oldest first."""
        found: list[tuple[HeldReply, bytes | None]] = []
        size = 0
        for reply in self.replies_named(ids):
            raw = self.raw(reply.id)
            size += len(raw or b"")
            if found and size > most:
                break
            found.append((reply, raw))
        return found

    def replies_in(self, *states: State, account: str = "") -> list[HeldReply]:
        """The mails of the outbox in these states, oldest first."""
        ours = {"account": account} if account else {}
        return self._all(HeldReply, {"states": states, **ours}, _IN_STATES)

    def open_replies(self, account: str = "") -> list[HeldReply]:
        """What a person still has to see."""
        return self.replies_in(*sorted(OPEN), account=account)

    def all_replies(self) -> list[HeldReply]:
        """The whole outbox, oldest first."""
        return self._all(HeldReply, {})

    def ended_replies(self, words: Sequence[str], *, before: str = "", most: int) -> list[HeldReply]:
        """What has ended of the mail to customers, the newest first, from below the id `before`.

        Only what bears all these words.
        """
        r = s.replies.c
        wanted: list[ColumnElement[bool]] = [
            r.finished_at.is_not(None),
            r.state.not_in(WAITING),
            r.door != Door.SUMMARY,
        ]
        wanted += [r.id < key(HeldReply, before)] if before else []
        wanted += [func.instr(_searched(), word.casefold()) > 0 for word in words]
        query = SELECTS[HeldReply].where(*wanted).order_by(r.id.desc()).limit(most)
        return [from_row(HeldReply, row) for row in self._connection.execute(query).mappings()]

    def due_replies(self, account: str, now: datetime) -> list[HeldReply]:
        """What a tick has to decide about: what is held and due, and what may have waited too long."""
        return self._all(HeldReply, {"account": account, "now": now}, *_DUE)

    def next_attempts(self) -> dict[str, datetime]:
        """When the first of what is held is due, by account."""
        r = s.replies.c
        query = select(r.account, func.min(r.next_attempt_at)).where(r.state == State.HELD)
        return dict(self._connection.execute(query.group_by(r.account)).all())

    def due_twice(self, account: str, now: datetime) -> set[str]:
        """The ids of what is due of which another mail, by its Message-ID, may have gone out already."""
        due, other = s.replies.alias().c, s.replies.alias().c
        called = func.json_each(due.message_ids).table_valued("value").c
        query = select(due.id).where(
            due.account == account,
            due.state == State.HELD,
            due.next_attempt_at <= now,
            _i.message_id == called.value,
            _i.account == due.account,
            other.id == _i.reply,
            other.id != due.id,
            other.state.in_([State.RELEASING, State.UNKNOWN, State.SENT]),
        )
        return {f"{KINDS[HeldReply][1]}{number}" for number in self._connection.scalars(query)}

    def replies_of(self, cooldown: str, *, door: Door | None = None) -> list[HeldReply]:
        """The replies of one cool-down: all, or those that came in by one door."""
        by = {"door": door} if door else {}
        return self._all(HeldReply, {"cooldown": cooldown, **by})

    def replies_called(self, account: str, message_id: str) -> list[HeldReply]:
        """The mails of the outbox with this Message-ID, newest last."""
        return self._all(HeldReply, {"of": account, "message_id": message_id}, _CALLED)

    def has_taken(self, team: str, since: datetime) -> bool:
        """Whether any mail of that team was taken since then."""
        return bool(ask(self._driver, _TAKEN, {"team": team, "since": since}))

    def replies_with_content(self, account: str, content_key: str, since: datetime) -> list[HeldReply]:
        """The replies with the same subject and body, taken since then."""
        return self._all(
            HeldReply, {"account": account, "content_key": content_key, "since": since}, _TAKEN_SINCE
        )

    def copies_in_held(self, account: str) -> list[HeldReply]:
        """The open replies whose copy was last seen in Held: there the rep may take it."""
        return self._all(HeldReply, {"account": account}, _HAS_LOOSE_COPY, _IN_HELD)

    def loose_copies(self, account: str, *, above: str = "", most: int) -> list[tuple[str, State]]:
        """Ids and states of the others whose copy is not home for good: so many, above that id."""
        values = {"account": account, "above": key(HeldReply, above) if above else 0, "most": most}
        return self._named(_LOOSE, values)

    def awaits_copy(self, account: str, since: datetime) -> bool:
        """Whether a client that submitted a reply since then may still file its copy."""
        r = s.replies.c
        ours = (r.account == account, r.copy_settled.is_(False), r.door == Door.GATE, r.submitted_at > since)
        query = select(r.id).where(*ours).order_by(r.id).limit(1)
        return self._connection.scalar(query) is not None

    def replies_to_note(self, account: str) -> list[HeldReply]:
        """Some of the replies that have left and whose promises are still to be taken down; oldest first."""
        return self._all(HeldReply, {"account": account}, _IS_TO_NOTE, most=SOME)

    def accounts_to_note(self) -> list[str]:
        """The accounts with such replies."""
        r = s.replies.c
        return [*self._connection.scalars(select(r.account).where(r.noted.is_(False)).distinct())]

    def replies_between(self, team: str, since: datetime, until: datetime) -> list[HeldReply]:
        """The team's mails of the outbox that came in, or ended, in that time."""
        return self._all(HeldReply, {"team": team, "since": since, "until": until}, _CAME_OR_ENDED)

    def replies_to_tell(self, team: str, since: datetime, until: datetime) -> list[tuple[str, State]]:
        """Ids and states of the rep's replies that a cool-down has held, or that left after one, then."""
        return self._named(_TO_TELL, {"team": team, "since": since, "until": until})

    def _named(self, query: Select[tuple[int, str]], values: Values) -> list[tuple[str, State]]:
        found = ask(self._driver, query, values)
        return [(f"{KINDS[HeldReply][1]}{row['id']}", State(row["state"])) for row in found]

    def claims_since(self, account: str, since: datetime) -> int:
        """How many mails of that account were claimed for sending since then."""
        return int(self._connection.scalar(_CLAIMS, {"account": account, "since": since}) or 0)


@cache
def _change(names: tuple[str, ...]) -> Update:
    """Built once for these columns, as in `rows`."""
    same = _r.id == bindparam("number"), _r.state == bindparam("was")
    return update(s.replies).where(*same).values({name: bindparam(name) for name in names})


def _searched() -> ColumnElement[str]:
    """What an ended reply is looked up by, in one text: its id, subject, recipients and customer."""
    r, c = s.replies.c, s.cooldowns.c
    to = func.json_each(r.envelope, "$.rcpt_tos").table_valued("value")
    known = func.json_tree(c.customer).table_valued("atom")
    recipients = select(func.group_concat(to.c.value, " ")).select_from(to)
    customer = (
        select(func.group_concat(known.c.atom, " "))
        .select_from(s.cooldowns.join(known, true()))
        .where(_id(Cooldown, c.id) == r.cooldown)
    )
    asked = func.coalesce(customer.scalar_subquery(), "")
    text = _id(HeldReply, r.id) + " " + r.subject + " " + recipients.scalar_subquery() + " " + asked
    return func.folded(text, type_=Text)


def _id(kind: type, number: ColumnElement[int]) -> ColumnElement[str]:
    """An id as a person types it."""
    return literal(KINDS[kind][1]) + cast(number, Text)
