"""What every verb is made of: one record in, one record out, by its kind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, insert, update

from triage.errors import BadInput
from triage.judging.tones import Tone
from triage.store.mapping import KINDS, SELECTS, from_row, key, to_row

T = TypeVar("T")


class Rows:
    """The rows of all kinds, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.acts: list[Callable[[], None]] = []
        """What is to be done when all is committed."""

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do this as soon as all is committed; where it is not, never."""
        self.acts.append(act)

    def _add(self, record: T, **more: Any) -> T:
        table, prefix = KINDS[type(record)]
        result = self._connection.execute(insert(table).values(**to_row(record), **more))
        return replace(record, id=f"{prefix}{result.inserted_primary_key[0]}")  # type: ignore[type-var, index]

    def _get(self, kind: type[T], id_: str) -> T:
        table, _ = KINDS[kind]
        query = SELECTS[kind].where(table.c.id == key(kind, id_))
        row = self._connection.execute(query).first()
        if row is None:
            raise BadInput(f'There is no "{id_}".')
        return from_row(kind, row)

    def _all(
        self, kind: type[T], *where: ColumnElement[bool], order: Any = None, most: int | None = None
    ) -> list[T]:
        table, _ = KINDS[kind]
        order = table.c.id if order is None else order
        query = SELECTS[kind].where(*where).order_by(order).limit(most)
        return [from_row(kind, row) for row in self._connection.execute(query)]

    def everything(self) -> Iterator[tuple[str, object]]:
        """Every record that is kept for the company, with the name of its kind; a reply without its bytes."""
        for kind, (table, _) in KINDS.items():
            if kind is Tone:
                continue  # the rep's own
            for row in self._connection.execute(SELECTS[kind].order_by(table.c.id)):
                yield table.name, from_row(kind, row)

    def _save(self, record: Any) -> None:
        table, _ = KINDS[type(record)]
        id_ = key(type(record), record.id)
        self._connection.execute(update(table).where(table.c.id == id_).values(**to_row(record)))
