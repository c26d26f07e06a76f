"""The store's history. A change of the tables is a new file in `versions/`, and `schema.VERSION`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

VERSIONS = frozenset(file.name[1:5] for file in Path(__file__).parent.glob("versions/v*.py"))
"""Every version that a store can be of, by the names of the files."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a store to the newest version, or to that one; all of it in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, to)
