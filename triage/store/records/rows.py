"""What every verb is made of: one record in, one record out, by its kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Insert, Select, Table, Update, bindparam, insert, update

from triage.errors import BadInput
from triage.judging.tones import Tone
from triage.store.asking import ask, driver_of, say
from triage.store.mapping import KINDS, SELECTS, from_row, key, to_row

T = TypeVar("T")
_ROW = "number_of_the_row"


class Rows:
    """The rows of all kinds, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._driver = connection, driver_of(connection)
        self.acts: list[Callable[[], None]] = []
        """What is to be done when all is committed."""

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do this as soon as all is committed; where it is not, never."""
        self.acts.append(act)

    def _add(self, record: T, **more: Any) -> T:
        table, prefix = KINDS[type(record)]
        said = say(self._driver, _insert(table), {**to_row(record), **more})
        return replace(record, id=f"{prefix}{said.lastrowid}")  # type: ignore[type-var]

    def _get(self, kind: type[T], id_: str) -> T:
        rows = ask(self._driver, _select_one(*_asked(kind)), {_ROW: key(kind, id_)})
        if not rows:
            raise BadInput(f'There is no "{id_}".')
        return from_row(kind, rows[0])

    def _all(
        self,
        kind: type[T],
        values: Mapping[str, Any],
        *where: ColumnElement[bool],
        order: ColumnElement[Any] | None = None,
        most: int | None = None,
    ) -> list[T]:
        """The records of that kind whose columns have these values, and for which every `where` holds.

        A value that names no column is for a `bindparam` of `where`. So that a question is built once, both
        `where` and `order` are constants of a module.
        """
        query = _select(*_asked(kind), where, tuple(values), order, most)
        return [from_row(kind, row) for row in ask(self._driver, query, values)]

    def everything(self) -> Iterator[tuple[str, object]]:
        """Every record that is kept for the company, with the name of its kind; a reply without its bytes."""
        for kind, (table, _) in KINDS.items():
            if kind is Tone:
                continue  # the rep's own
            for row in self._connection.execute(SELECTS[kind].order_by(table.c.id)).mappings():
                yield table.name, from_row(kind, row)

    def _save(self, record: Any) -> None:
        table, _ = KINDS[type(record)]
        values = {**to_row(record), _ROW: key(type(record), record.id)}
        say(self._driver, _update(table), values)


def _asked(kind: type) -> tuple[Select[Any], Table]:
    return SELECTS[kind], KINDS[kind][0]


# Built once: SQLAlchemy takes ten times as long to build a question as to ask it.


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam(_ROW))


@cache
def _select_one(select: Select[Any], table: Table) -> Select[Any]:
    return select.where(table.c.id == bindparam(_ROW))


@cache
def _select(
    select: Select[Any],
    table: Table,
    where: tuple[ColumnElement[bool], ...],
    names: tuple[str, ...],
    order: ColumnElement[Any] | None,
    most: int | None,
) -> Select[Any]:
    equal = [table.c[name] == bindparam(name) for name in names if name in table.c]
    order = table.c.id if order is None else order
    return select.where(*equal, *where).order_by(order).limit(most)
