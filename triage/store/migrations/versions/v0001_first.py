"""The first tables."""

from alembic import op

from triage.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table. (The next migration must write its own DDL, and this one be frozen then.)"""
    metadata.create_all(op.get_bind())
