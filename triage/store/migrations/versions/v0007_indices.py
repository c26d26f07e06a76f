"""An index for whatever is asked at each tick, look and mail, so that a store of years stays as quick."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ANEW = {
    "messages_by_message_id": ("messages", ["message_id", "account"], None),
    "outgoing_by_message_id": ("outgoing", ["message_id", "account"], None),
    "replies_with_loose_copy": ("replies", ["account"], "copy_settled IS 0"),
}
"""Stood there before, where SQLite could not use them: one for every mailbox, one whose words did not fit."""

NEW = {
    "messages_by_cooldown": ("messages", ["cooldown"], None),
    "cooldowns_open_of_all": ("cooldowns", ["id"], "closed_at IS NULL"),
    "cooldowns_by_thread": ("cooldowns", ["team", "thread"], None),
    "cooldowns_by_end": ("cooldowns", ["account", "closed_because"], None),
    "cooldowns_by_suggestion": ("cooldowns", ["account", "suggested"], None),
    "replies_by_state_of_one": ("replies", ["account", "state", "next_attempt_at"], None),
    "replies_by_end": ("replies", ["team", "finished_at"], None),
    "promises_to_call_to_mind": ("promises", ["remind_at"], "kept_at IS NULL"),
    "notices_by_key": ("notices", ["account", "key"], None),
    "notices_by_end": ("notices", ["over_at"], None),
    "notices_to_mail": ("notices", ["account"], "mail IS 1 AND mailed IS 0"),
}


def upgrade() -> None:
    """Make them."""
    for name, (table, _, _) in ANEW.items():
        op.drop_index(name, table)
    for name, (table, columns, where) in {**ANEW, **NEW}.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(where) if where else None)
