"""The picture of the month: read back pixel by pixel, it shows what was counted."""

import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from triage.writing.chart import HEIGHT, WIDTH, Day, picture

HEATED, SENT = 2, 3
FIRST = date(2026, 2, 21)


def month(**counts: tuple[int, int]) -> list[Day]:
    """Four weeks; `d3=(2, 1)` had two heated mails and one reply on its fourth day."""
    pairs = [counts.get(f"d{number}", (0, 0)) for number in range(28)]
    return [Day(day=FIRST + timedelta(days=n), heated=h, sent=s) for n, (h, s) in enumerate(pairs)]


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + content),)
        yield kind, content
        at += 12 + length


def pixels(png: bytes) -> list[bytes]:
    """The rows of the picture, a palette number for each pixel."""
    found = dict(chunks(png))
    width, height, *how = struct.unpack(">IIBBBBB", found[b"IHDR"])
    assert (width, height, how) == (2 * WIDTH, 2 * HEIGHT, [8, 3, 0, 0, 0])
    assert found[b"tRNS"] == b"\x00", "the ground is transparent, on white as on black"
    raw = zlib.decompress(found[b"IDAT"])
    rows = [raw[at : at + width + 1] for at in range(0, len(raw), width + 1)]
    assert len(rows) == height
    assert {row[0] for row in rows} == {0}
    return [row[1:] for row in rows]


def blocks(rows: list[bytes], colour: int) -> int:
    """How many blocks of that colour there are."""
    columns = [[row[x] == colour for row in rows] for x in range(len(rows[0]))]
    tops = [sum(here and not above for above, here in zip([False, *c], c, strict=False)) for c in columns]
    return sum(tops) // 13  # a bar's width


def bars(rows: list[bytes], colour: int) -> list[int]:
    """Where the bars of that colour begin, from the left."""
    last = rows[-3]
    return [x for x in range(len(last)) if last[x] == colour and (x == 0 or last[x - 1] != colour)]


def test_each_mail_is_a_block() -> None:
    rows = pixels(picture(month(d0=(1, 0), d12=(3, 2), d27=(4, 5))))
    assert blocks(rows, HEATED) == 1 + 3 + 4
    assert blocks(rows, SENT) == 2 + 5


def test_the_days_stand_in_their_order_up_to_the_right_edge() -> None:
    rows = pixels(picture(month(d0=(1, 1), d27=(1, 1))))
    (first, last), (_, sent) = bars(rows, HEATED), bars(rows, SENT)
    assert first == 0
    assert last < sent <= 2 * WIDTH - 13


def test_every_day_has_room() -> None:
    rows = pixels(picture(month(**{f"d{n}": (1, 1) for n in range(28)})))
    assert (len(bars(rows, HEATED)), len(bars(rows, SENT))) == (28, 28)


@pytest.mark.parametrize("most", [4, 12, 13, 500])
def test_the_highest_fills_the_height(most: int) -> None:
    rows = pixels(picture(month(d3=(most, 0))))
    highest = next(number for number, row in enumerate(rows) if HEATED in row)
    assert highest <= 2


def test_one_alone_is_no_mountain() -> None:
    rows = pixels(picture(month(d3=(1, 0))))
    assert next(number for number, row in enumerate(rows) if HEATED in row) > HEIGHT


def test_it_is_small() -> None:
    assert len(picture(month(**{f"d{n}": (n, 30 - n) for n in range(28)}))) < 4_000
