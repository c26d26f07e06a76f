"""From the delivery of a heated message to its open cool-down, beside a bare IDLE loop that only prints."""

from collections.abc import Callable, Iterator
from statistics import median, quantiles
from time import perf_counter, sleep

from imapclient import IMAPClient

from benchmarks.speed.holding import HOT
from benchmarks.speed.idling import bare
from benchmarks.speed.machine import Machine
from benchmarks.speed.rows import Found, Row
from triage.store import Store, open_store

DELIVERIES = 60
SETTLED = 2.0
"""Seconds between two deliveries: the look after the first must be over."""
LOOK = 0.002


def measure(share: float) -> Iterator[Found]:
    """Both listen on the same mailbox; each delivery is timed for both."""
    ours: list[float] = []
    peers: list[float] = []
    with Machine() as machine, machine.running(), bare(machine) as peer, machine.client() as post:
        store = open_store(machine.store)
        assert peer.stdout
        try:
            sleep(SETTLED)
            for number in range(1, max(5, int(DELIVERIES * share)) + 1):
                start = _deliver(post, number)
                while b"EXISTS" not in peer.stdout.readline():
                    pass
                peers.append(perf_counter() - start)
                ours.append(_until(lambda: _open(store) >= number) - start)  # noqa: B023 - called at once
                sleep(SETTLED)
        finally:
            store.close()
            peer.terminate()
    beside, unit = "imapclient in IDLE, printing", "ms"
    what = "delivery to an open cool-down, median"
    ms, peer_ms = median(ours) * 1000, median(peers) * 1000
    yield Row(what=what, ours=ms, beside=beside, peer=peer_ms, unit=unit, at_most=1.5)
    what = "delivery to an open cool-down, 99 of 100"
    p99 = quantiles(ours, n=100, method="inclusive")[98] * 1000
    yield Row(what=what, ours=p99, beside="one second", peer=1000.0, unit=unit, at_most=1.0)


def _deliver(post: IMAPClient, number: int) -> float:
    """A customer's message, heated; the moment at which it was there."""
    post.append("INBOX", HOT.replace("4711", str(number)).replace(".1@acme", f".{number}@acme{number}"))
    return perf_counter()


def _open(store: Store) -> int:
    with store.look() as records:
        return len(records.open_cooldowns())


def _until(seen: Callable[[], bool]) -> float:
    while not seen():
        sleep(LOOK)
    return perf_counter()
