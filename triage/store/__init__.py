"""The only memory: SQLAlchemy Core over SQLite. `schema` has the tables, `records` the verbs."""

from triage.store.engine import Store, open_store
from triage.store.records import Records

__all__ = ["Records", "Store", "open_store"]
