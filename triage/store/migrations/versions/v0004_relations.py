"""What the relationship with a customer is told by: promises, contacts who left, words that are heated."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns; nothing was promised, and every correction so far was to calm."""
    op.create_table(
        "promises",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("account", "team")),
        sa.Column("customer", sa.JSON, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("thread", "message_id", "text")),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("due_at", "remind_at", "kept_at")),
        sa.Column("kept_because", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    still_open = sa.text("kept_at IS NULL")
    op.create_index("promises_open", "promises", ["team", "thread"], sqlite_where=still_open)
    op.create_index("promises_by_time", "promises", ["team", "made_at"])
    op.add_column("messages", sa.Column("departed", sa.Text, nullable=False, server_default=""))
    op.add_column("corrections", sa.Column("heated", sa.Boolean, nullable=False, server_default="0"))
