"""What a mail promises that has passed is read after its client has the answer: a kill between is seen."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of all that has passed so far it is done."""
    op.add_column("outgoing", sa.Column("noted", sa.Boolean, nullable=False, server_default="1"))
