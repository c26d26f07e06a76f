"""The bytes of a reply leave its row, which is written anew whenever something becomes of the reply."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move them; of wiped ones there is no row."""
    op.create_table(
        "reply_bytes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.execute("INSERT INTO reply_bytes (id, raw) SELECT id, raw FROM replies WHERE raw IS NOT NULL")
    op.execute("ALTER TABLE replies DROP COLUMN raw")
