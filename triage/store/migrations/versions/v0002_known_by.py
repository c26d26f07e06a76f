"""UIDs with their UIDVALIDITY; mail without a Message-ID is known by its content."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what stands there already has no UIDVALIDITY, so that its UIDs mean nothing."""
    for name in ("source_uidvalidity", "sent_uidvalidity"):
        op.add_column("replies", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("outgoing", sa.Column("content_key", sa.Text, nullable=False, server_default=""))
    op.create_index("outgoing_by_content", "outgoing", ["account", "content_key"])
