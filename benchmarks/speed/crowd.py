"""Many accounts in one daemon: what each further one costs, beside the first."""

from collections.abc import Iterator
from time import sleep

from benchmarks.speed.idling import WARM, cpu_seconds, resident_mb
from benchmarks.speed.machine import Machine
from benchmarks.speed.rows import Curve, Found, Row

SIZES = (1, 10, 100, 300)
MOST = 500
"""Accounts for a share of 1: a share of 0.2 has a hundred."""
SECONDS = 300.0
"""Each account polls once in that time; in a part of it, some do."""
BARE_CPU, BARE_MB = 0.01, 1.0
"""What a further account may cost: this share of the first one's processor time, and so many MB."""


def measure(share: float) -> Iterator[Found]:
    """Idle, all of them watched."""
    sizes = [size for size in SIZES if size <= max(10, MOST * share)]
    found = [_costs(size, max(5.0, SECONDS * share)) for size in sizes]
    (first_mb, first_cpu), (last_mb, last_cpu) = found[0], found[-1]
    more = sizes[-1] - 1
    yield Row(
        what=f"a further account, of {sizes[-1]}: memory",
        ours=(last_mb - first_mb) / more,
        beside="one megabyte",
        peer=BARE_MB,
        unit="MB",
        at_most=1.0,
    )
    yield Row(
        what=f"a further account, of {sizes[-1]}: processor",
        ours=(last_cpu - first_cpu) / more,
        beside="1 % of the first's",
        peer=first_cpu * BARE_CPU,
        unit="% of a core",
        at_most=1.0,
    )
    lines = {"memory, MB": [mb for mb, _ in found], "processor, % of a core": [cpu for _, cpu in found]}
    yield Curve(title="Accounts in one daemon", across="accounts", unit="", sizes=sizes, lines=lines)


def _costs(accounts: int, seconds: float) -> tuple[float, float]:
    """Resident megabytes, and percent of a core."""
    with Machine(accounts=accounts) as machine, machine.running() as daemon:
        sleep(WARM)
        before = cpu_seconds(daemon.pid)
        sleep(seconds)
        return resident_mb(daemon.pid), (cpu_seconds(daemon.pid) - before) / seconds * 100
