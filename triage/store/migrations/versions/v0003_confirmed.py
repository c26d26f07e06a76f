"""A rep may confirm a held reply before its time."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing that is held was confirmed."""
    op.add_column("replies", sa.Column("confirmed_at", sa.BigInteger, nullable=True))
