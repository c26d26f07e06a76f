"""Rows <-> the house's frozen dataclasses. A column bears a field's name; nested values are JSON."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Select, Table, select

from triage.errors import BadInput
from triage.judging.cooldown import Cooldown
from triage.judging.corrections import Correction
from triage.judging.facts import (
    Bookmark,
    Intention,
    MessageFacts,
    Notice,
    OutgoingFacts,
    SummaryRun,
)
from triage.judging.holds import HeldReply
from triage.judging.promises import GivenPromise
from triage.judging.tones import Tone
from triage.store import schema
from triage.store.plain import Turn, reader, writer

T = TypeVar("T")

KINDS: Mapping[type, tuple[Table, str]] = {
    MessageFacts: (schema.messages, "m"),
    Cooldown: (schema.cooldowns, "c"),
    HeldReply: (schema.replies, "r"),
    OutgoingFacts: (schema.outgoing, "o"),
    GivenPromise: (schema.promises, "p"),
    Correction: (schema.corrections, ""),
    Tone: (schema.tones, "t"),
    Notice: (schema.notices, "n"),
    Intention: (schema.intentions, "i"),
    SummaryRun: (schema.summaries, "s"),
    Bookmark: (schema.bookmarks, ""),
}
"""Where each kind of record stands, and the letter before its number that a person types."""

SELECTS: Mapping[type, Select[Any]] = {
    kind: select(*(table.c[each.name] for each in fields(kind) if each.name in table.c))
    for kind, (table, _) in KINDS.items()
}
"""What a record is read from, made once."""

_READERS: Mapping[Any, Turn] = {kind: reader(kind) for kind in KINDS}
_WRITERS: Mapping[Any, Turn] = {kind: writer(kind) for kind in KINDS}


def key(kind: type, id_: str) -> int:
    """The row's number behind "r12"; BadInput where it is no id of that kind."""
    prefix = KINDS[kind][1]
    digits = id_.removeprefix(prefix)
    if not (id_.startswith(prefix) and digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise BadInput(f'"{id_}" is not such an id; they look like "{prefix}12"')
    return int(digits)


def to_row(record: object) -> dict[str, Any]:
    """The columns of a record, without its id."""
    values: dict[str, Any] = _WRITERS[type(record)](record)
    values.pop("id", None)
    return values


def changes(before: T, after: T) -> dict[str, Any]:
    """The columns in which two records differ: SQLite writes anew each index of a column that is set."""
    former = to_row(before)
    return {name: value for name, value in to_row(after).items() if value != former[name]}


def from_row(kind: type[T], row: Mapping[Any, Any]) -> T:
    """The record in a row."""
    prefix = KINDS[kind][1]
    values = {**row, "id": f"{prefix}{row['id']}"} if prefix else row
    record: T = _READERS[kind](values)
    return record
