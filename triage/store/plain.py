"""Records <-> plain values, as rows and JSON have them, by the types of their fields.

What is read was written here: nothing is checked again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

Turn: TypeAlias = Callable[[Any], Any]

_PLAIN = (str, int, float, bool, datetime, NoneType)
_LENGTH = re.compile(r"P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?")
"""How long, as ISO 8601 has it."""


def reader(kind: Any) -> Turn:
    """What makes a record of its fields by their names; what is not among them has its default."""
    kinds = get_type_hints(kind)
    readers = [(name, read) for name, each in kinds.items() if (read := _read(each))]

    def make(kept: Mapping[str, Any]) -> Any:
        names = kinds.keys() & kept.keys()
        values = {**kept} if len(names) == len(kept) else {name: kept[name] for name in names}
        for name, read in readers:
            if name in values:
                values[name] = read(values[name])
        return kind(**values)

    return make


def writer(kind: Any) -> Turn:
    """What takes a record apart into its fields by their names."""
    kinds = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    writers = [(name, write) for name in names if (write := _written(kinds[name]))]
    taken = attrgetter(*names)

    def take(record: Any) -> dict[str, Any]:
        values = dict(zip(names, taken(record), strict=True))
        for name, write in writers:
            values[name] = write(values[name])
        return values

    return take


def _read(kind: Any) -> Turn | None:
    """What makes a value of that type of a plain one; None where it is one."""
    if is_dataclass(kind):
        return reader(kind)
    if get_origin(kind) is tuple:
        read = _read(get_args(kind)[0])
        return (lambda items: tuple(map(read, items))) if read else tuple
    if kind is timedelta:
        return _length
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if not _is_plain(kind):
        raise TypeError(f"no row holds a {kind}")
    return None


def _is_plain(kind: Any) -> bool:
    """Whether a row, or JSON, gives such a value back as it was: a time is the column's own affair."""
    if isinstance(kind, UnionType):
        return all(map(_is_plain, get_args(kind)))
    return kind in _PLAIN or get_origin(kind) is Literal


def _written(kind: Any) -> Turn | None:
    """What makes a plain value of one of that type; None where it is one."""
    if is_dataclass(kind):
        return writer(kind)
    if get_origin(kind) is tuple:
        write = _written(get_args(kind)[0])
        return (lambda items: [*map(write, items)]) if write else list
    return _iso if kind is timedelta else None


def _length(text: str) -> timedelta:
    said = _LENGTH.fullmatch(text)
    if said is None:
        raise ValueError("no length of time")
    days, hours, minutes, seconds = (float(each or 0) for each in said.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _iso(length: timedelta) -> str:
    return f"PT{length.total_seconds():f}S"
