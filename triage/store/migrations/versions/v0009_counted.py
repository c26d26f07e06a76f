"""What a summary counts is counted day by day, as it comes and goes; so is when a message was answered."""

import sqlalchemy as sa
from alembic import op

from triage.store.counts import LEFT, count_all, triggers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LABEL = "coalesce(json_extract(customer, '$.domains[0]'), json_extract(customer, '$.addresses[0]'))"
COLUMNS = {
    "messages": (
        f"label TEXT GENERATED ALWAYS AS ({LABEL}) VIRTUAL",
        "answered_at BIGINT",
    ),
    "replies": ("people TEXT GENERATED ALWAYS AS (json_extract(envelope, '$.rcpt_tos')) VIRTUAL",),
    "outgoing": ("people TEXT GENERATED ALWAYS AS (json(recipients)) VIRTUAL",),
}

INDEXES = {
    "messages_by_thread": ("messages", ["team", "thread", "seen_at"], None),
    "messages_heard": ("messages", ["team", "label", "seen_at", "level"], "ignored_because = ''"),
    "messages_heated": (
        "messages",
        ["team", "level", "seen_at"],
        "level = 'heated' AND ignored_because = ''",
    ),
    "messages_answered": (
        "messages",
        ["team", "label", "seen_at", "answered_at"],
        "answered_at IS NOT NULL",
    ),
    "messages_of_departed": ("messages", ["team", "seen_at", "departed"], "departed != ''"),
    "cooldowns_by_message": ("cooldowns", ["message"], None),
    "replies_told": ("replies", ["team", "people", "finished_at"], LEFT),
    "outgoing_told": ("outgoing", ["team", "people", "at"], None),
}


def upgrade() -> None:
    """Make the columns, indexes and counts, and count what is stored."""
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for name, (table, keys, where) in INDEXES.items():
        op.create_index(name, table, keys, sqlite_where=sa.text(where) if where else None)
    _make_days("heard_days", "team", "customer", "day", "level")
    _make_days("told_days", "team", "people", "day")
    for statement in (*count_all(), *triggers()):
        op.execute(statement)


def _make_days(name: str, *keys: str) -> None:
    op.create_table(
        name,
        *(
            sa.Column(key, sa.Integer if key == "day" else sa.Text, primary_key=True, nullable=False)
            for key in keys
        ),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
