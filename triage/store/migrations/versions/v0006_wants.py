"""What a message asks for, until when, and how often it was asked before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of earlier messages it is not known."""
    for name in ("wants", "wants_by", "asked"):
        op.add_column("messages", sa.Column(name, sa.Text, nullable=False, server_default=""))
