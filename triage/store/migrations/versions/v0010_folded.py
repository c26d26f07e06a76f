"""The folded drafts of a cool-down are found by an index: they are asked for at each reply that it holds."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index more exact than before, none more."""
    op.drop_index("replies_by_cooldown", "replies")
    op.create_index("replies_by_cooldown", "replies", ["cooldown", "door"])
