"""What a reply promises is taken down once nothing else is due."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of all that was sent so far it is done."""
    op.add_column("replies", sa.Column("noted", sa.Boolean, nullable=False, server_default="1"))
    op.create_index("replies_to_note", "replies", ["account"], sqlite_where=sa.text("noted IS 0"))
