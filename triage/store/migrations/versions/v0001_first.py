"""The first tables. Frozen: a later change of `schema` is a migration of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    for make in (
        _bookmarks,
        _threads,
        _messages,
        _cooldowns,
        _replies,
        _reply_ids,
        _outgoing,
        _corrections,
        _notices,
        _intentions,
        _summaries,
        _notes,
    ):
        make()


def _column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def _bookmarks() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("folder", sa.Text),
        _column("uidvalidity", sa.BigInteger),
        _column("uid", sa.BigInteger),
        _column("checked_at", sa.BigInteger),
        sa.UniqueConstraint("account", "folder"),
        sqlite_autoincrement=True,
    )


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("team", sa.Text),
        _column("message_id", sa.Text),
        _column("thread", sa.Text),
        sa.UniqueConstraint("team", "message_id"),
        sqlite_autoincrement=True,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("team", sa.Text),
        _column("message_id", sa.Text),
        _column("folder", sa.Text),
        _column("uidvalidity", sa.BigInteger),
        _column("uid", sa.BigInteger),
        _column("customer", sa.JSON),
        _column("subject", sa.Text),
        _column("subject_key", sa.Text),
        _column("thread", sa.Text),
        _column("references", sa.JSON),
        _column("internal_date", sa.BigInteger),
        _column("seen_at", sa.BigInteger),
        _column("score", sa.Float),
        _column("level", sa.Text),
        _column("findings", sa.JSON),
        _column("main_issue", sa.Text),
        _column("kind", sa.Text),
        _column("issue_facts", sa.JSON),
        _column("language", sa.Text),
        _column("problems", sa.JSON),
        _column("ignored_because", sa.Text),
        _column("heated_at", sa.Float),
        _column("decision", sa.Text),
        _column("cooldown", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_by_message_id", "messages", ["account", "message_id"])
    op.create_index("messages_by_time", "messages", ["team", "seen_at"])


def _cooldowns() -> None:
    op.create_table(
        "cooldowns",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("team", sa.Text),
        _column("customer", sa.JSON),
        _column("thread", sa.Text),
        _column("subject_key", sa.Text),
        _column("scope", sa.Text),
        _column("length", sa.JSON),
        _column("message", sa.Text),
        _column("opened_by", sa.Text),
        _column("opened_at", sa.BigInteger),
        _column("expires_at", sa.BigInteger),
        _column("started_at", sa.BigInteger, nullable=True),
        _column("closed_at", sa.BigInteger, nullable=True),
        _column("closed_because", sa.Text),
        _column("acknowledged_at", sa.BigInteger, nullable=True),
        _column("answer_by", sa.BigInteger, nullable=True),
        _column("taken_back", sa.Boolean),
        _column("flagged", sa.Boolean),
        _column("suggestion", sa.Text),
        _column("suggested", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("cooldowns_by_time", "cooldowns", ["team", "opened_at"])
    op.create_index("cooldowns_open", "cooldowns", ["team"], sqlite_where=sa.text("closed_at IS NULL"))


def _replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("team", sa.Text),
        _column("door", sa.Text),
        _column("state", sa.Text),
        _column("cooldown", sa.Text),
        _column("envelope", sa.JSON),
        _column("message_ids", sa.JSON),
        _column("subject", sa.Text),
        _column("sha256", sa.Text),
        _column("content_key", sa.Text),
        _column("blanks", sa.JSON),
        _column("source_uid", sa.BigInteger),
        _column("submitted_at", sa.BigInteger),
        _column("due_at", sa.BigInteger),
        _column("next_attempt_at", sa.BigInteger),
        _column("tries", sa.Integer),
        _column("claimed_at", sa.BigInteger, nullable=True),
        _column("handed_over_at", sa.BigInteger, nullable=True),
        _column("sent_uidnext", sa.BigInteger),
        _column("finished_at", sa.BigInteger, nullable=True),
        _column("reasons", sa.JSON),
        _column("asked_because", sa.Text),
        _column("asked_at", sa.BigInteger, nullable=True),
        _column("released_at", sa.BigInteger, nullable=True),
        _column("release_reason", sa.Text),
        _column("because", sa.Text),
        _column("last_answer", sa.Text),
        _column("copy", sa.JSON),
        _column("copy_settled", sa.Boolean),
        sa.Column("raw", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_index("replies_by_claim", "replies", ["account", "claimed_at"])
    op.create_index("replies_by_content", "replies", ["account", "content_key"])
    op.create_index("replies_by_cooldown", "replies", ["cooldown"])
    op.create_index("replies_by_state", "replies", ["state", "next_attempt_at"])
    op.create_index("replies_by_submission", "replies", ["team", "submitted_at"])
    op.create_index(
        "replies_with_loose_copy", "replies", ["account"], sqlite_where=sa.text("copy_settled = 0")
    )


def _reply_ids() -> None:
    op.create_table(
        "reply_ids",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("message_id", sa.Text),
        _column("reply", sa.Integer),
        sa.UniqueConstraint("reply", "message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("reply_ids_by_message_id", "reply_ids", ["account", "message_id"])


def _outgoing() -> None:
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("team", sa.Text),
        _column("message_id", sa.Text),
        _column("thread", sa.Text),
        _column("answers", sa.Text),
        _column("recipients", sa.JSON),
        _column("at", sa.BigInteger),
        _column("way", sa.Text),
        _column("cooldown", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("outgoing_by_answer", "outgoing", ["team", "answers"])
    op.create_index("outgoing_by_message_id", "outgoing", ["account", "message_id"])
    op.create_index("outgoing_by_time", "outgoing", ["team", "at"])


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("team", sa.Text),
        _column("customer", sa.Text),
        _column("words", sa.Text),
        _column("made_at", sa.BigInteger),
        sa.UniqueConstraint("team", "customer", "words"),
        sqlite_autoincrement=True,
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("account", sa.Text),
        _column("key", sa.Text),
        _column("text", sa.Text),
        _column("about", sa.Text),
        _column("told_at", sa.BigInteger),
        _column("mail", sa.Boolean),
        _column("mailed", sa.Boolean),
        _column("over_at", sa.BigInteger, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "notices_open", "notices", ["account", "key"], unique=True, sqlite_where=sa.text("over_at IS NULL")
    )


def _intentions() -> None:
    op.create_table(
        "intentions",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("verb", sa.Text),
        _column("subject", sa.Text),
        _column("argument", sa.Text),
        _column("made_at", sa.BigInteger),
        _column("done_at", sa.BigInteger, nullable=True),
        _column("exit_code", sa.Integer),
        _column("answer", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("intentions_open", "intentions", ["id"], sqlite_where=sa.text("done_at IS NULL"))


def _summaries() -> None:
    op.create_table(
        "summaries",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("team", sa.Text),
        _column("day", sa.Text),
        _column("since", sa.BigInteger),
        _column("until", sa.BigInteger),
        _column("scheduled", sa.Boolean),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "summaries_once_a_day",
        "summaries",
        ["team", "day"],
        unique=True,
        sqlite_where=sa.text("scheduled = 1"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("name", sa.Text),
        _column("value", sa.JSON),
        sa.UniqueConstraint("name"),
        sqlite_autoincrement=True,
    )
