"""How the rep's own mail reads, for the mirror and for whether waiting helped."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of mail that left before, nothing is known."""
    op.create_table(
        "tones",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("account", "team", "thread")),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("left", sa.Boolean, nullable=False),
        sa.Column("text_key", sa.Text, nullable=False),
        sa.Column("read", sa.Boolean, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("tones_by_time", "tones", ["team", "at"])
