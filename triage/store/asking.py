"""Statements, put to SQLite itself: SQLAlchemy builds each once, and the driver hears it ever after.

To let SQLAlchemy execute one takes five times as long as SQLite's answer. So what is asked at each mail and
each look goes through here; what is asked rarely, or is another statement each time, by its own connection.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Delete, Insert, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from triage.errors import StoreUnusable

_DIALECT = sqlite.dialect()

Values = Mapping[str, Any]
Query = Select[Any] | CompoundSelect[Any]
Change = Insert | Update | Delete


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, within the same transaction."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise StoreUnusable("The line to the store is closed.")
    return cast(sqlite3.Connection, driver)


def ask(driver: sqlite3.Connection, query: Query, values: Values) -> list[dict[str, Any]]:
    """All rows, by the names of their columns. A sequence among the values is for an `in_`."""
    built = _built(query, tuple(values), _lengths(values))
    found = driver.execute(built.text, built.parameters(values)).fetchall()
    return [
        {name: read(value) if read else value for (name, read), value in zip(built.columns, row, strict=True)}
        for row in found
    ]


def say(driver: sqlite3.Connection, change: Change, values: Values) -> sqlite3.Cursor:
    """Change one or many rows; `lastrowid` and `rowcount` tell what became of it."""
    built = _built(change, tuple(values))
    return driver.execute(built.text, built.parameters(values))


def say_each(driver: sqlite3.Connection, change: Change, rows: Sequence[Values]) -> sqlite3.Cursor:
    """The same with each of these, one at least."""
    built = _built(change, tuple(rows[0]))
    return driver.executemany(built.text, [built.parameters(values) for values in rows])


def _lengths(values: Values) -> tuple[int, ...]:
    """An `in_` has a text for each number of values."""
    return tuple(len(value) if isinstance(value, list | tuple) else 0 for value in values.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """A statement for the driver."""

    text: str
    slots: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """The names of its parameters in their order, each with what a value becomes on its way in."""
    constants: Values
    expanded: Mapping[str, Sequence[str]]
    """The parameters that stand for one whose value is a sequence."""
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """The names of what it yields, each with what a value becomes on its way out."""

    def parameters(self, values: Values) -> list[Any]:
        known = {**self.constants, **values}
        for name, parts in self.expanded.items():
            known.update(zip(parts, values[name], strict=True))
        return [put(known[name]) if put else known[name] for name, put in self.slots]


@cache
def _built(statement: Query | Change, names: tuple[str, ...], lengths: tuple[int, ...] = ()) -> _Built:
    compiled: Any = statement.compile(dialect=_DIALECT, column_keys=names)
    sample: dict[str, Any] = dict.fromkeys(names)
    sample |= {name: [None] * length for name, length in zip(names, lengths, strict=False) if length}
    state = compiled.construct_expanded_state(sample)
    put_in = {name: _kind(bind).bind_processor(_DIALECT) for name, bind in compiled.binds.items()}
    put_in |= state.processors
    columns = statement.selected_columns if isinstance(statement, Query) else ()
    return _Built(
        text=state.statement,
        slots=tuple((name, put_in.get(name)) for name in state.positiontup),
        constants={name: value for name, value in state.parameters.items() if name not in sample},
        expanded={name: parts for name, parts in state.parameter_expansion.items() if name in sample},
        columns=tuple((str(c.key), _kind(c).result_processor(_DIALECT, None)) for c in columns),
    )


def _kind(of: ColumnElement[Any]) -> TypeEngine[Any]:
    """How SQLite keeps such a value."""
    return of.type.dialect_impl(_DIALECT)
