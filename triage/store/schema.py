"""The tables. Values that are only read whole are JSON; what is searched by has a column and an index."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Connection,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)

from triage.store.counts import LEFT, triggers

VERSION = "0013"
"""The newest migration; a store of any other version is migrated, or refused where it is newer."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Utc(TypeDecorator[datetime]):
    """An aware time, stored as whole microseconds since 1970 (SQLite knows no time zones)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Store."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData()


def _table(name: str, *columns: Any) -> Table:
    return Table(name, metadata, Column("id", Integer, primary_key=True), *columns, sqlite_autoincrement=True)


def _text(name: str, *, default: str | None = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default)


def _key(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind, primary_key=True)


def _time(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Utc, nullable=nullable)


def _made_of(name: str, words: str) -> Column[str]:
    """A column that SQLite makes out of others, and keeps in indexes only."""
    return Column(name, Text, Computed(words, persisted=False))


bookmarks = _table(
    "bookmarks",
    _text("account"),
    _text("folder"),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    _time("checked_at"),
    UniqueConstraint("account", "folder"),
)

threads = _table(
    "threads",
    _text("team"),
    _text("message_id"),
    _text("thread"),
    UniqueConstraint("team", "message_id"),
)

messages = _table(
    "messages",
    _text("account"),
    _text("team"),
    _text("message_id"),
    _text("folder"),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("customer", JSON, nullable=False),
    _text("subject"),
    _text("subject_key"),
    _text("thread"),
    Column("references", JSON, nullable=False),
    _time("internal_date"),
    _time("seen_at"),
    Column("score", Float, nullable=False),
    _text("level"),
    Column("findings", JSON, nullable=False),
    _text("main_issue"),
    _text("kind"),
    Column("issue_facts", JSON, nullable=False),
    _text("language"),
    Column("problems", JSON, nullable=False),
    _text("ignored_because"),
    Column("heated_at", Float, nullable=False),
    _text("decision"),
    _text("cooldown"),
    Column("departed", Text, nullable=False, server_default=""),
    Column("wants", Text, nullable=False, server_default=""),
    Column("wants_by", Text, nullable=False, server_default=""),
    Column("asked", Text, nullable=False, server_default=""),
    _made_of(
        "label", "coalesce(json_extract(customer, '$.domains[0]'), json_extract(customer, '$.addresses[0]'))"
    ),
    _time("answered_at", nullable=True),
    Index("messages_by_message_id", "message_id", "account"),
    Index("messages_by_time", "team", "seen_at"),
    Index("messages_by_cooldown", "cooldown"),
    Index("messages_by_thread", "team", "thread", "seen_at"),
    Index("messages_heard", "team", "label", "seen_at", "level", sqlite_where=text("ignored_because = ''")),
    Index(
        "messages_heated",
        "team",
        "level",
        "seen_at",
        sqlite_where=text("level = 'heated' AND ignored_because = ''"),
    ),
    Index(
        "messages_answered",
        "team",
        "label",
        "seen_at",
        "answered_at",
        sqlite_where=text("answered_at IS NOT NULL"),
    ),
    Index("messages_of_departed", "team", "seen_at", "departed", sqlite_where=text("departed != ''")),
)
"""`label` is how faces name the customer; at `answered_at` our first mail to them on its thread left."""

cooldowns = _table(
    "cooldowns",
    _text("account"),
    _text("team"),
    Column("customer", JSON, nullable=False),
    _text("thread"),
    _text("subject_key"),
    _text("scope"),
    Column("length", JSON, nullable=False),
    _text("message"),
    _text("opened_by"),
    _time("opened_at"),
    _time("expires_at"),
    _time("started_at", nullable=True),
    _time("closed_at", nullable=True),
    _text("closed_because"),
    _time("acknowledged_at", nullable=True),
    _time("answer_by", nullable=True),
    Column("taken_back", Boolean, nullable=False),
    Column("flagged", Boolean, nullable=False),
    _text("suggestion"),
    _text("suggested"),
    Index("cooldowns_open", "team", sqlite_where=text("closed_at IS NULL")),
    Index("cooldowns_open_of_all", "id", sqlite_where=text("closed_at IS NULL")),
    Index("cooldowns_by_time", "team", "opened_at"),
    Index("cooldowns_by_thread", "team", "thread"),
    Index("cooldowns_by_end", "account", "closed_because"),
    Index("cooldowns_by_suggestion", "account", "suggested"),
    Index("cooldowns_by_message", "message"),
)

replies = _table(
    "replies",
    _text("account"),
    _text("team"),
    _text("door"),
    _text("state"),
    _text("cooldown"),
    Column("envelope", JSON, nullable=False),
    Column("message_ids", JSON, nullable=False),
    _text("subject"),
    _text("sha256"),
    _text("content_key"),
    Column("blanks", JSON, nullable=False),
    Column("source_uid", BigInteger, nullable=False),
    _time("submitted_at"),
    _time("due_at"),
    _time("next_attempt_at"),
    Column("tries", Integer, nullable=False),
    _time("claimed_at", nullable=True),
    _time("handed_over_at", nullable=True),
    Column("sent_uidnext", BigInteger, nullable=False),
    _time("finished_at", nullable=True),
    Column("reasons", JSON, nullable=False),
    _text("asked_because"),
    _time("asked_at", nullable=True),
    _time("released_at", nullable=True),
    _text("release_reason"),
    _text("because"),
    _text("last_answer"),
    Column("copy", JSON, nullable=False),
    Column("copy_settled", Boolean, nullable=False),
    Column("source_uidvalidity", BigInteger, nullable=False, server_default="0"),
    Column("sent_uidvalidity", BigInteger, nullable=False, server_default="0"),
    _time("confirmed_at", nullable=True),
    Column("noted", Boolean, nullable=False, server_default="1"),
    _made_of("people", "json_extract(envelope, '$.rcpt_tos')"),
    Index("replies_by_state", "state", "account", "next_attempt_at"),
    Index("replies_by_cooldown", "cooldown", "door"),
    Index("replies_by_content", "content_key"),
    Index("replies_by_claim", "account", "claimed_at", sqlite_where=text("claimed_at IS NOT NULL")),
    Index("replies_by_submission", "team", "submitted_at"),
    Index("replies_by_end", "team", "finished_at", sqlite_where=text("finished_at IS NOT NULL")),
    Index("replies_with_loose_copy", "account", sqlite_where=text("copy_settled IS 0")),
    Index("replies_to_note", "account", sqlite_where=text("noted IS 0")),
    Index("replies_told", "team", "people", "finished_at", sqlite_where=text(LEFT)),
)

reply_bytes = Table(
    "reply_bytes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("raw", LargeBinary, nullable=False),
)
"""The bytes of a reply under its id, until they are wiped: a change of the reply does not write them anew."""

reply_ids = Table(
    "reply_ids",
    metadata,
    _key("message_id"),
    _key("account"),
    _key("reply", Integer),
    sqlite_with_rowid=False,
)
"""Which replies bear a Message-ID: the `message_ids` of all of them, as they are looked up."""

FORGOTTEN = """CREATE TRIGGER replies_forgotten AFTER DELETE ON replies BEGIN
DELETE FROM reply_bytes WHERE id = OLD.id;
DELETE FROM reply_ids WHERE account = OLD.account AND reply = OLD.id
AND message_id IN (SELECT value FROM json_each(OLD.message_ids));
END"""
"""What belongs to a reply goes with it, by whatever verb."""

outgoing = _table(
    "outgoing",
    _text("account"),
    _text("team"),
    _text("message_id"),
    _text("thread"),
    _text("answers"),
    Column("recipients", JSON, nullable=False),
    _time("at"),
    _text("way"),
    _text("cooldown"),
    Column("content_key", Text, nullable=False, server_default=""),
    _made_of("people", "json(recipients)"),
    Column("noted", Boolean, nullable=False, server_default="1"),
    Index("outgoing_by_message_id", "message_id", "account"),
    Index("outgoing_by_content", "account", "content_key"),
    Index("outgoing_by_answer", "team", "answers"),
    Index("outgoing_by_time", "team", "at"),
    Index("outgoing_told", "team", "people", "at"),
)

promises = _table(
    "promises",
    _text("account"),
    _text("team"),
    Column("customer", JSON, nullable=False),
    _text("thread"),
    _text("message_id"),
    _text("text"),
    _time("made_at"),
    _time("due_at", nullable=True),
    _time("remind_at", nullable=True),
    _time("kept_at", nullable=True),
    _text("kept_because"),
    Index("promises_open", "team", "thread", sqlite_where=text("kept_at IS NULL")),
    Index("promises_to_call_to_mind", "remind_at", sqlite_where=text("kept_at IS NULL")),
    Index("promises_by_time", "team", "made_at"),
)

tones = _table(
    "tones",
    _text("account"),
    _text("team"),
    _text("thread"),
    _time("at"),
    Column("left", Boolean, nullable=False),
    _text("text_key"),
    Column("read", Boolean, nullable=False),
    Column("faults", JSON, nullable=False),
    Index("tones_by_time", "team", "at"),
)
"""How the rep's own mail reads; for the rep alone, so that no export holds it."""

corrections = _table(
    "corrections",
    _text("team"),
    _text("customer"),
    _text("words"),
    _time("made_at"),
    Column("heated", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("team", "customer", "words"),
)

notices = _table(
    "notices",
    _text("account"),
    _text("key"),
    _text("text"),
    _text("about"),
    _time("told_at"),
    Column("mail", Boolean, nullable=False),
    Column("mailed", Boolean, nullable=False),
    _time("over_at", nullable=True),
    Index("notices_open", "account", "key", unique=True, sqlite_where=text("over_at IS NULL")),
    Index("notices_by_key", "account", "key"),
    Index("notices_by_end", "over_at"),
    Index("notices_to_mail", "account", sqlite_where=text("mail IS 1 AND mailed IS 0")),
)

intentions = _table(
    "intentions",
    _text("verb"),
    _text("subject"),
    _text("argument"),
    _time("made_at"),
    _time("done_at", nullable=True),
    Column("exit_code", Integer, nullable=False),
    _text("answer"),
    Index("intentions_open", "id", sqlite_where=text("done_at IS NULL")),
)

summaries = _table(
    "summaries",
    _text("team"),
    _text("day"),
    _time("since"),
    _time("until"),
    Column("scheduled", Boolean, nullable=False),
    Index("summaries_once_a_day", "team", "day", unique=True, sqlite_where=text("scheduled = 1")),
)

notes = _table(
    "notes",
    _text("name"),
    Column("value", JSON, nullable=False),
    UniqueConstraint("name"),
)
"""Small facts by name: when it was installed, the pause, the daemon's state as `status` shows it."""


def _days(name: str, *keys: Any) -> Table:
    counts = Column("mails", Integer, nullable=False), _time("last_at")
    return Table(name, metadata, *keys, *counts, sqlite_with_rowid=False)


heard_days = _days("heard_days", _key("team"), _key("customer"), _key("day", Integer), _key("level"))
"""How many messages of a customer's came on a day, by their level; ignored ones do not count."""

told_days = _days("told_days", _key("team"), _key("people"), _key("day", Integer))
"""How many mails to exactly these people left on a day."""


def _make_triggers(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    for trigger in (*triggers(), FORGOTTEN):
        connection.exec_driver_sql(trigger)


event.listen(metadata, "after_create", _make_triggers)
