"""Nothing lost, nothing doubled, nothing early: load through every door while everything else fails.

    python benchmarks/torture.py [--seconds 60] [--seed 1] [--kills N --replies N] [--json FILE]

Reps submit replies at the gate, save them into Send and Drafts; customers write heated mail; the daemon is
killed (SIGKILL, at random and at each named point), the lines to its servers are cut, stalled and slowed, and
the servers are restarted. A ledger of our own keeps every 250 and every arrival. Then all faults end, the rep
settles what is in doubt, and the ledger is compared: exit 1 unless nothing was lost, early, doubled or
changed. Needs the run-time packages and Dovecot; runs as root too; ends by itself.
"""

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.rig.figures import Faults, Run, look_at, report, table
from benchmarks.rig.house import House
from benchmarks.rig.ledger import Ledger, marked
from benchmarks.rig.lives import POINTS, Lives
from benchmarks.rig.load import Load
from triage.clock import SystemClock
from triage.judging.facts import Intention
from triage.judging.holds import OPEN, HeldReply, State
from triage.store import Store, open_store

COOLDOWN, POLL, SETTLE = 3.0, 1.0, 0.5
"""Seconds."""
QUIET = 240.0
"""Seconds in which something must be finished, once all faults are over."""
WHIMS = {"451": 0.01, "550": 0.005, "drop": 0.01}


class Torturer:
    """Gives the daemon short lives, and its servers bad days."""

    def __init__(self, house: House, lives: Lives, chance: random.Random) -> None:
        self._house, self._lives, self._chance = house, lives, chance
        self.faults = Faults()
        points = list(POINTS)
        chance.shuffle(points)
        self._points = cycle(points)

    def life(self, *, spared: bool = False) -> None:
        """One life of the daemon, with what befalls it; spared, it is a long one."""
        chance = self._chance
        point = next(self._points) if not spared and chance.random() < 0.6 else ""
        self._lives.begin(point, chance.choice((1, 1, 1, 2, 4)))
        seconds = 7.0 if point else 30.0 if spared else chance.choice((0.2, 0.5, 1.0, 3.0, 10.0))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._lives.ended(min(left, chance.uniform(0.2, 1.5))):
                break
            if chance.random() < 0.2:
                chance.choice(
                    (self._cut, self._cut_after, self._stall, self._refuse, self._slow, self._restart)
                )()
        fell = self._lives.ended(0)
        code = self._lives.end(signal.SIGKILL)
        if code == -signal.SIGKILL:
            self.faults.kills.append((time.time(), point if fell else "at random"))
        else:
            self.faults.own_deaths.append(code)
        self._house.imap.mood = self._house.smtp.mood = "open"

    def _wire(self) -> tuple[str, Any]:
        return self._chance.choice((("IMAP", self._house.imap), ("SMTP", self._house.smtp)))

    def _cut(self) -> None:
        name, wire = self._wire()
        self._note(f"{name} cut")
        wire.cut()

    def _cut_after(self) -> None:
        name, wire = self._wire()
        self._note(f"{name} cut in the middle")
        wire.cut_after(self._chance.choice((50, 500, 5_000, 50_000)))

    def _stall(self) -> None:
        name, wire = self._wire()
        self._note(f"{name} stalled, then cut")
        wire.mood = "stall"
        self._lives.ended(self._chance.uniform(0.5, 3.0))
        wire.cut()
        wire.mood = "open"

    def _refuse(self) -> None:
        name, wire = self._wire()
        self._note(f"{name} refused")
        wire.mood = "refuse"
        wire.cut()
        self._lives.ended(self._chance.uniform(0.5, 2.0))
        wire.mood = "open"

    def _slow(self) -> None:
        name, wire = self._wire()
        self._note(f"{name} slow, a byte at a time")
        wire.mood = "slow"
        self._lives.ended(self._chance.uniform(0.5, 2.0))
        wire.mood = "open"

    def _restart(self) -> None:
        if self._chance.random() < 0.5:
            self._note("SMTP server restarted")
            self._house.sink.stop()
            self._lives.ended(self._chance.uniform(0.1, 1.0))
            self._house.sink.start()
        else:
            self._note("IMAP server restarted")
            self._house.dovecot.restart(away=self._chance.uniform(0.1, 1.0))

    def _note(self, what: str) -> None:
        self.faults.others[what] += 1
        if what.startswith("SMTP"):
            self.faults.cuts.append(time.time())


class Rep:
    """The rep, when the storm is over: looks at what the program asks about, and settles it."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._arrived = {entry.number: bool(entry.arrivals) for entry in ledger}
        self._saved = {e.tries[0].message_id for e in ledger if e.tries and e.door != "gate"}
        self._asked: set[tuple[str, datetime | None]] = set()
        self.unknown: list[HeldReply] = []
        self.asked = Counter[str]()

    def open(self) -> list[HeldReply]:
        with self._store.look() as records:
            return records.open_replies()

    def unfinished(self, outbox: Iterable[HeldReply]) -> int:
        """How much is open, not yet where it belongs, or lies in Send or Drafts and was not taken in."""
        taken = {id_ for reply in outbox for id_ in reply.message_ids}
        loose = sum(reply.state in OPEN or not reply.copy.settled for reply in outbox)
        return loose + len(self._saved - taken)

    def settle(self, *, patient: bool) -> None:
        """Settle what is in doubt, by what lies at the customer; let go what waits for a person."""
        for reply in self.open():
            if (reply.id, reply.handed_over_at) in self._asked:  # a second try may end in doubt, too
                continue
            if reply.state is State.UNKNOWN:
                self.unknown.append(reply)
                self._intend("settle", reply, "arrived" if self._has_arrived(reply) else "not-arrived")
            elif reply.state in (State.ASKED, State.FAILED):
                self.asked[reply.asked_because or f"{reply.state}: {reply.last_answer}"] += 1
                self._intend("release", reply, "")
            elif not patient and reply.state is State.HELD and reply.tries:
                self._intend("release", reply, "the line is back")

    def _has_arrived(self, reply: HeldReply) -> bool:
        with self._store.look() as records:
            raw = records.raw(reply.id)
        return self._arrived.get(marked(raw or b""), False)

    def _intend(self, verb: str, reply: HeldReply, argument: str) -> None:
        self._asked.add((reply.id, reply.handed_over_at))
        with self._store.begin() as records:
            records.intend(
                Intention(verb=verb, subject=reply.id, argument=argument, made_at=SystemClock().now())
            )


def quiet_down(house: House, lives: Lives, rep: Rep, store: Store) -> float:
    """No more faults: everything must come to its end. Seconds that it took."""
    house.sink.shares = {}
    start = progress = time.monotonic()
    least = sys.maxsize
    lives.begin()
    while least and time.monotonic() - progress < QUIET:
        if lives.ended(1.0):
            raise RuntimeError(f"the daemon ended by itself, with {lives.code}")
        rep.settle(patient=time.monotonic() - start < 20)
        with store.look() as records:
            unfinished = rep.unfinished(records.all_replies())
        if unfinished < least:
            least, progress = unfinished, time.monotonic()
    if lives.end(signal.SIGTERM) != 0:
        raise RuntimeError(f"SIGTERM ended the daemon with {lives.code}")
    return time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the faults last at most")
    parser.add_argument("--kills", type=int, help="enough, where there were as many replies, too")
    parser.add_argument("--replies", type=int, help="enough, where there were as many kills, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reps", type=int, default=16, help="how many submit at once")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--keep-log", type=Path, help="copy the daemon's log here")
    words = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # and leave nothing behind
    ledger = Ledger(COOLDOWN)
    with House(ledger.arrived, cooldown=COOLDOWN, poll=POLL, settle=SETTLE, seed=words.seed) as house:
        try:
            figures = run(house, ledger, words)
        finally:
            if words.keep_log:
                words.keep_log.write_bytes(house.log.read_bytes())
    print(table(figures))
    if words.json:
        words.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if figures["clean"] else 1


def run(house: House, ledger: Ledger, words: argparse.Namespace) -> dict[str, Any]:
    """The storm, the quiet after it, and the comparison."""
    began = time.monotonic()
    lives = Lives(house.config, house.log, house.environ)
    load = Load(house, ledger, words.seed, reps=words.reps)
    torturer = Torturer(house, lives, random.Random(words.seed))
    try:
        lives.begin()
        lives.ended(2.0)  # the folders are made
        lives.end(signal.SIGKILL)
        house.sink.shares = dict(WHIMS)
        load.start()
        while time.monotonic() - began < words.seconds and not _enough(ledger, torturer.faults, words):
            torturer.life(spared=words.kills is not None and len(torturer.faults.kills) >= words.kills)
        house.sink.shares = {}
        lives.begin()
        load.stop()
        if load.broken:
            raise RuntimeError(load.broken[0])
        if lives.ended(COOLDOWN):
            raise RuntimeError(f"the daemon ended by itself, with {lives.code}")
        lives.end(signal.SIGKILL)
        store = open_store(house.store)
        try:
            rep = Rep(store, ledger)
            took = quiet_down(house, lives, rep, store)
            with store.look() as records:
                outbox = records.all_replies()
        finally:
            store.close()
    finally:
        lives.close()
    mailbox = house.client().do(lambda box: look_at(box, load.drafts))
    return report(
        Run(
            ledger=ledger,
            faults=torturer.faults,
            outbox=outbox,
            mailbox=mailbox,
            drafts=set(load.drafts),
            unknown=rep.unknown,
            asked=rep.asked,
            dropped=house.sink.dropped,
            never_marked=len(load.never_marked),
            seconds=time.monotonic() - began,
            quiet_seconds=took,
        )
    )


def _enough(ledger: Ledger, faults: Faults, words: argparse.Namespace) -> bool:
    """Whether a goal was set, and reached."""
    if words.kills is None and words.replies is None:
        return False
    replies = sum(1 for entry in ledger if entry.accepted)
    return len(faults.kills) >= (words.kills or 0) and replies >= (words.replies or 0)


if __name__ == "__main__":
    sys.exit(main())
