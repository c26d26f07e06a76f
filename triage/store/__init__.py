"""The only memory: SQLAlchemy Core over SQLite. `schema` has the tables, `records` the verbs."""
