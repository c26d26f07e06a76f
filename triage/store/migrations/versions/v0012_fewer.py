"""A held reply enters half as many indexes: two are one, two hold what has got that far, two are a table."""

import sqlalchemy as sa
from alembic import op

from triage.store.counts import triggers
from triage.store.schema import FORGOTTEN

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GONE = (
    "replies_by_state",
    "replies_by_state_of_one",
    "replies_by_content",
    "replies_by_claim",
    "replies_by_end",
)
NEW = {
    "replies_by_state": (["state", "account", "next_attempt_at"], None),
    "replies_by_content": (["content_key"], None),
    "replies_by_claim": (["account", "claimed_at"], "claimed_at IS NOT NULL"),
    "replies_by_end": (["team", "finished_at"], "finished_at IS NOT NULL"),
}


def upgrade() -> None:
    """Make them; the ids of a reply go with it now, and are found in its row."""
    for name in GONE:
        op.drop_index(name, "replies")
    for name, (columns, where) in NEW.items():
        op.create_index(name, "replies", columns, sqlite_where=sa.text(where) if where else None)
    op.execute("CREATE TEMPORARY TABLE former AS SELECT message_id, account, reply FROM reply_ids")
    op.drop_table("reply_ids")
    op.create_table(
        "reply_ids",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("reply", sa.Integer, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO reply_ids SELECT message_id, account, reply FROM former")
    op.execute("DROP TABLE former")
    for trigger in (*triggers(), FORGOTTEN):
        op.execute(f"DROP TRIGGER IF EXISTS {trigger.split()[2]}")
        op.execute(trigger)
