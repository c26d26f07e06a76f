"""A start on a mailbox whose mail is known already, beside a start on an empty one."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from time import perf_counter

from benchmarks.speed import mails
from benchmarks.speed.filling import fill_store
from benchmarks.speed.machine import Machine
from benchmarks.speed.rows import Found, Row, in_turn

KNOWN, ROUNDS = 100_000, 3


def measure(share: float) -> Iterator[Found]:
    """From the command to `ready`."""
    known = int(KNOWN * share)
    with Machine() as empty, Machine() as full:
        full.fill(islice(_small(), known))
        for machine in (empty, full):
            with machine.running():
                pass  # the first start sets the bookmarks
        fill_store(full.store, messages=known)
        seconds = in_turn(ROUNDS, ours=partial(_start, full), empty=partial(_start, empty))
    yield Row(
        what=f"start with {known:,} messages known",
        ours=seconds["ours"],
        beside="an empty mailbox",
        peer=seconds["empty"],
        unit="s",
        at_most=1.2,
    )


def _small() -> Iterator[bytes]:
    """Enough different mails of a kilobyte; the bookmark lies above them all."""
    while True:
        yield from mails.letters(1_000)


def _start(machine: Machine) -> float:
    start = perf_counter()
    with machine.running():
        return perf_counter() - start
