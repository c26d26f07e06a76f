"""The month as a small picture: for each day a bar of heated mails beside one of replies sent.

A PNG, as mail clients show no SVG; its ground is transparent and its colours hold on white and on black, so
that one picture serves both. What it shows stands beside it in words, too.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

WEEK = 7
WEEKS = 4
WIDTH, HEIGHT = 544, 80
"""As it is shown, in CSS pixels; it is drawn twice as fine."""

_GROUND, _LINE, _HEATED, _SENT = range(4)
_COLOURS = (b"\x00\x00\x00", b"\x8a\x94\x9e", b"\xd9\x5f\x2b", b"\x2b\x98\x80")
_FINE = 2
_BAR, _GAP, _DAY_GAP, _WEEK_GAP, _BASE = 13, 2, 9, 12, 2
"""A bar, the gap between a day's two, between two days, two weeks; the line they stand on. In fine pixels."""
_LOWEST_TOP = 4
"""So many mails at least fill the height: one alone is no mountain."""
_MOST_BLOCKS = 12
"""Up to here one can count the mails of a bar, as each is a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was counted on one day."""

    day: date
    heated: int = 0
    sent: int = 0


def picture(days: Sequence[Day]) -> bytes:
    """The PNG of these days."""
    height = HEIGHT * _FINE - _BASE
    top = max(_LOWEST_TOP, *(max(day.heated, day.sent) for day in days))
    rows = [_row(days, level, height / top, blocks=top <= _MOST_BLOCKS) for level in range(height, 0, -1)]
    return _png([*rows, *[bytes([_LINE]) * len(rows[0])] * _BASE])


def _row(days: Sequence[Day], level: int, unit: float, *, blocks: bool) -> bytes:
    """The pixels of one row, `level` above the line; `unit` is the height of one mail."""
    in_a_gap = blocks and level > _GAP > level % unit
    row = bytearray()
    for place, day in enumerate(days):
        row += bytes(_WEEK_GAP if place and place % WEEK == 0 else 0)
        for count, colour, gap in ((day.heated, _HEATED, _GAP), (day.sent, _SENT, _DAY_GAP)):
            is_filled = level <= count * unit and not in_a_gap
            row += bytes([colour if is_filled else _GROUND]) * _BAR + bytes(gap)
    return bytes(row).ljust(WIDTH * _FINE, bytes([_GROUND]))


def _png(rows: Sequence[bytes]) -> bytes:
    """An image of one palette byte a pixel; the first colour is transparent (PNG, RFC 2083)."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", b"".join(_COLOURS)), (b"tRNS", b"\x00"), (b"IDAT", pixels))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(*chunks, (b"IEND", b"")))


def _chunks(*chunks: tuple[bytes, bytes]) -> Iterator[bytes]:
    for kind, content in chunks:
        yield struct.pack(">I", len(content)) + kind + content
        yield struct.pack(">I", zlib.crc32(kind + content))
