"""From the delivery of a heated message to its open cool-down, beside a bare IDLE loop that only prints."""

import os
import signal
from collections.abc import Iterator
from statistics import median, quantiles
from time import perf_counter, sleep

from imapclient import IMAPClient

from benchmarks.speed.holding import HOT
from benchmarks.speed.idling import bare, family
from benchmarks.speed.machine import Machine
from benchmarks.speed.rows import Found, Row
from triage.store import Store, open_store

DELIVERIES = 60
SETTLED = 2.0
"""Seconds between two deliveries: the look after the first must be over."""
LOOK = 0.002


def measure(share: float) -> Iterator[Found]:
    """Both listen on the same mailbox; each delivery is timed for both, the last one for us alone."""
    ours: list[float] = []
    peers: list[float] = []
    deliveries = max(5, int(DELIVERIES * share))
    with Machine() as machine, machine.running() as daemon, bare(machine) as peer, machine.client() as post:
        store = open_store(machine.store)
        assert peer.stdout
        try:
            sleep(SETTLED)
            for number in range(1, deliveries + 1):
                start = _deliver(post, number)
                while b"EXISTS" not in peer.stdout.readline():
                    pass
                peers.append(perf_counter() - start)
                ours.append(_opened(store, number) - start)
                sleep(SETTLED)
            for judging in family(daemon.pid)[1:]:  # as after a rest
                os.kill(judging, signal.SIGKILL)
            start = _deliver(post, deliveries + 1)
            first = _opened(store, deliveries + 1) - start
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
    what = "delivery to an open cool-down, the first after a rest"
    yield Row(what=what, ours=first * 1000, beside=beside, peer=peer_ms, unit=unit)


def _deliver(post: IMAPClient, number: int) -> float:
    """A customer's message, heated; the moment at which it was there."""
    post.append("INBOX", HOT.replace("4711", str(number)).replace(".1@acme", f".{number}@acme{number}"))
    return perf_counter()


def _opened(store: Store, count: int) -> float:
    """The moment at which so many cool-downs are open."""
    while True:
        with store.look() as records:
            if len(records.open_cooldowns()) >= count:
                return perf_counter()
        sleep(LOOK)
