"""The verbs for what was seen: bookmarks, threads, messages, cool-downs, and mail that went another way."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select, union_all, update
from sqlalchemy.dialects.sqlite import insert as upsert

from triage.judging.cooldown import Cooldown
from triage.judging.corrections import Correction
from triage.judging.facts import Bookmark, MessageFacts, OutgoingFacts
from triage.store import schema as s
from triage.store.asking import ask, say, say_each
from triage.store.mapping import key, to_row
from triage.store.records.rows import Rows

_m, _c, _o, _t = s.messages.c, s.cooldowns.c, s.outgoing.c, s.threads.c
_SINCE: BindParameter[datetime] = bindparam("since")
_UNTIL: BindParameter[datetime] = bindparam("until")
_SEEN_BETWEEN = _m.seen_at >= _SINCE, _m.seen_at < _UNTIL
_OPENED_BETWEEN = _c.opened_at >= _SINCE, _c.opened_at < _UNTIL
_LEFT_BETWEEN = _o.at >= _SINCE, _o.at < _UNTIL
_TAKE_DOWN = update(s.outgoing).where(_o.id == bindparam("number"), _o.noted.is_(False)).values(noted=True)
_IS_OPEN, _IS_FLAGGED = _c.closed_at.is_(None), _c.flagged.is_(True)
_ON: BindParameter[str] = bindparam("on")
_IS_ABOUT = or_(
    _c.scope == "customer", _c.thread == _ON, and_(_ON == "", _c.subject_key == bindparam("called"))
)
_IS_UNFINISHED = (
    _c.suggested.in_(["no", "drafted"]),  # finds the index
    or_(
        and_(_c.closed_at.is_(None), _c.suggested == "no"),
        and_(_c.closed_at.is_not(None), _c.suggested == "drafted"),
    ),
)
_THREADS = select(_t.message_id, _t.thread).where(
    _t.team == bindparam("team"), _t.message_id.in_(bindparam("ids", expanding=True))
)
_KNOWS = union_all(
    *(
        select(table.c.account).where(
            table.c.account == bindparam("account"), table.c.message_id == bindparam("message_id")
        )
        for table in (s.messages, s.outgoing, s.reply_ids)
    )
).limit(1)
_START_CLOCK = (
    update(s.cooldowns)
    .where(_c.id == bindparam("number"), _c.started_at.is_(None))
    .values(started_at=bindparam("started_at"))
)
_LINK = upsert(s.threads).on_conflict_do_nothing()
_bookmark = upsert(s.bookmarks)
_SET_BOOKMARK = _bookmark.on_conflict_do_update(
    index_elements=["account", "folder"],
    set_={name: _bookmark.excluded[name] for name in ("uidvalidity", "uid", "checked_at")},
)


class Facts(Rows):
    """What was seen in the mailboxes, and what it means."""

    # -- bookmarks and threads ----------------------------------------------------------------------------

    def bookmark(self, account: str, folder: str) -> Bookmark | None:
        """How far that folder was read."""
        return next(iter(self._all(Bookmark, {"account": account, "folder": folder})), None)

    def bookmarks(self) -> list[Bookmark]:
        """Every folder's bookmark."""
        return self._all(Bookmark, {})

    def set_bookmark(self, bookmark: Bookmark) -> None:
        """Remember how far a folder was read."""
        say(self._driver, _SET_BOOKMARK, to_row(bookmark))

    def thread_of(self, team: str, message_ids: Sequence[str]) -> str:
        """The thread of the newest of these ids (oldest first) that is known; empty where none is."""
        if not message_ids:
            return ""
        found = ask(self._driver, _THREADS, {"team": team, "ids": message_ids})
        known = {str(row["message_id"]): str(row["thread"]) for row in found}
        return next((known[i] for i in reversed(message_ids) if i in known), "")

    def link(self, team: str, message_ids: Iterable[str], thread: str) -> None:
        """Let these ids belong to a thread; an id that belongs to one already stays there."""
        rows = [{"team": team, "message_id": i, "thread": thread} for i in dict.fromkeys(message_ids) if i]
        if rows:
            say_each(self._driver, _LINK, rows)

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

    def knows(self, account: str, message_id: str) -> bool:
        """Whether a message of that account with this Message-ID was seen, or sent by whatever way."""
        return bool(ask(self._driver, _KNOWS, {"account": account, "message_id": message_id}))

    def messages_called(self, message_id: str, *, account: str = "") -> list[MessageFacts]:
        """All messages with this Message-ID, of one account or of all."""
        ours = {"account": account} if account else {}
        return self._all(MessageFacts, {"message_id": message_id, **ours})

    def messages_between(self, team: str, since: datetime, until: datetime) -> list[MessageFacts]:
        """The team's messages first seen in that time."""
        return self._all(MessageFacts, {"team": team, "since": since, "until": until}, *_SEEN_BETWEEN)

    def messages_of(self, cooldown: str) -> list[MessageFacts]:
        """The messages that opened or joined a cool-down."""
        return self._all(MessageFacts, {"cooldown": cooldown})

    def messages_since(self, since: datetime) -> list[MessageFacts]:
        """Every message first seen since then."""
        return self._all(MessageFacts, {"since": since}, _SEEN_BETWEEN[0])

    # -- cool-downs ---------------------------------------------------------------------------------------

    def add_cooldown(self, cooldown: Cooldown) -> Cooldown:
        """Open a cool-down; its id comes back with it."""
        return self._add(cooldown)

    def save_cooldown(self, cooldown: Cooldown) -> None:
        """Change a cool-down."""
        self._save(cooldown)

    def start_clock(self, cooldown: Cooldown) -> None:
        """Let the clock of this one run from where it says, unless it runs already."""
        starts = {"number": key(Cooldown, cooldown.id), "started_at": cooldown.started_at}
        say(self._driver, _START_CLOCK, starts)

    def cooldown(self, id_: str) -> Cooldown:
        """A cool-down by its id."""
        return self._get(Cooldown, id_)

    def open_cooldowns(self, team: str = "") -> list[Cooldown]:
        """The open cool-downs, of one team or of all."""
        ours = {"team": team} if team else {}
        return self._all(Cooldown, ours, _IS_OPEN)

    def open_cooldowns_about(self, team: str, thread: str, subject_key: str) -> list[Cooldown]:
        """Those of that thread, or of that subject where it is not known; and those of a whole customer."""
        return self._all(Cooldown, {"team": team, "on": thread, "called": subject_key}, _IS_OPEN, _IS_ABOUT)

    def next_expiry(self) -> datetime | None:
        """When the first of the open cool-downs expires."""
        c = s.cooldowns.c
        first: datetime | None = self._connection.scalar(
            select(func.min(c.expires_at)).where(c.closed_at.is_(None))
        )
        return first

    def cooldowns_of(self, team: str, thread: str) -> list[Cooldown]:
        """The cool-downs of a thread, open or closed."""
        return self._all(Cooldown, {"team": team, "thread": thread})

    def cooldowns_between(self, team: str, since: datetime, until: datetime) -> list[Cooldown]:
        """The team's cool-downs opened in that time."""
        return self._all(Cooldown, {"team": team, "since": since, "until": until}, *_OPENED_BETWEEN)

    def cooldowns_closed_because(self, account: str, because: str) -> list[Cooldown]:
        """Closed cool-downs of an account whose message still bears the keyword."""
        return self._all(Cooldown, {"account": account, "closed_because": because}, _IS_FLAGGED)

    def unfinished_suggestions(self, account: str) -> list[Cooldown]:
        """Cool-downs whose suggestion is still to be put into Drafts, or to be taken away again."""
        return self._all(Cooldown, {"account": account}, *_IS_UNFINISHED)

    # -- what went out on another way ---------------------------------------------------------------------

    def add_outgoing(self, facts: OutgoingFacts) -> OutgoingFacts:
        """Remember a mail that did not go through the outbox."""
        return self._add(facts)

    def take_down(self, facts: OutgoingFacts) -> bool:
        """What that mail promises is noted in this transaction; False where it was before."""
        return say(self._driver, _TAKE_DOWN, {"number": key(OutgoingFacts, facts.id)}).rowcount == 1

    def outgoing_of(
        self, account: str, message_id: str = "", *, content_key: str = ""
    ) -> list[OutgoingFacts]:
        """Such mails of an account; one without a Message-ID is known by its content."""
        return self._all(
            OutgoingFacts, {"account": account, "message_id": message_id, "content_key": content_key}
        )

    def outgoing_called(self, message_id: str) -> list[OutgoingFacts]:
        """The mails with this Message-ID that did not go through the outbox."""
        return self._all(OutgoingFacts, {"message_id": message_id})

    def is_answered(self, team: str, message_id: str) -> bool:
        """Whether a mail that answers this message is known."""
        return bool(self._all(OutgoingFacts, {"team": team, "answers": message_id}))

    def outgoing_between(self, team: str, since: datetime, until: datetime) -> list[OutgoingFacts]:
        """The team's mails that went out on another way in that time."""
        return self._all(OutgoingFacts, {"team": team, "since": since, "until": until}, *_LEFT_BETWEEN)

    # -- corrections --------------------------------------------------------------------------------------

    def correct(
        self, team: str, customer: str, words: Iterable[str], now: datetime, *, heated: bool = False
    ) -> None:
        """These words do, or do not, speak for heat where this customer writes them: the last word counts."""
        for each in words:
            row = {"team": team, "customer": customer, "words": each, "made_at": now, "heated": heated}
            statement = upsert(s.corrections).values(**row)
            same = ["team", "customer", "words"]
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=same, set_={"heated": heated, "made_at": now})
            )

    def corrections(self, team: str, customer: str = "") -> list[Correction]:
        """What was corrected, for this customer or for all of a team."""
        ours = {"customer": customer} if customer else {}
        return self._all(Correction, {"team": team, **ours})
