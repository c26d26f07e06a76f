"""Does it stay flat? The daemon on Dovecot with thousands of messages, broken lines and simulated sleeps.

    python benchmarks/soak.py [--minutes 20] [--seed 1] [--json FILE]

Customers write and reps answer without a pause, the lines to both servers are cut again and again, and the
daemon is made to believe that the machine slept (its wall clock jumps against the steady one). Memory,
threads, open files and the size of the store are read all the while. Exit 1 where threads or files grew,
where memory grew by more than a tenth between the middle and the end, or where the ledger is not clean.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.rig.house import House
from benchmarks.rig.ledger import Ledger
from benchmarks.rig.load import Load
from triage import clock
from triage.cli import main as triage

COOLDOWN = 10.0
REPS, UNANSWERED = 4, 2.5
"""Reps at once; and messages a second that nobody answers."""
CUT_EVERY, SLEEP_EVERY, READ_EVERY = 4.0, 45.0, 5.0
"""Seconds."""
SLEPT = 3600.0
"""Seconds that a simulated sleep takes."""
GREW = 1.1
"""The daemon may have so many times the memory at the end that it had in the middle."""
SPARE = 4
"""Threads and files that may be open for a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the daemon takes at one moment."""

    at: float
    """Seconds since the start."""
    rss_mb: float
    threads: int
    files: int
    store_mb: float


def read(pid: int, store: Path, at: float) -> Reading:
    """From /proc, and from the files of the store."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    sizes = (file.stat().st_size for file in store.parent.glob(f"{store.name}*"))
    return Reading(
        at=round(at, 1),
        rss_mb=round(int(status["VmRSS"].split()[0]) / 1024, 1),
        threads=int(status["Threads"]),
        files=sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
        store_mb=round(sum(sizes) / 2**20, 1),
    )


def sleepy_daemon(config: str) -> None:
    """`triage run`, whose wall clock jumps ahead at each SIGUSR1 as it does on a machine that wakes up."""
    slept = 0.0

    def falls_asleep(*_: object) -> None:
        nonlocal slept
        slept += SLEPT

    signal.signal(signal.SIGUSR1, falls_asleep)
    vars(clock)["time"] = SimpleNamespace(time=lambda: time.time() + slept, monotonic=time.monotonic)
    sys.argv = ["triage", "run", "--config", config]
    triage()


def soak(house: House, ledger: Ledger, minutes: float, seed: int) -> dict[str, Any]:
    """The load, the cuts, the sleeps, the readings."""
    with house.log.open("ab") as log:
        daemon = subprocess.Popen(
            [sys.executable, __file__, "--daemon", str(house.config)],
            stdout=log,
            stderr=log,
            env=house.environ,
        )
    try:
        load = Load(house, ledger, seed, reps=REPS, unanswered=UNANSWERED)
        _wait_for(house.log, b" ready")
        load.start()
        readings, done = _storm(house, daemon.pid, minutes * 60, random.Random(seed))
        load.stop()
        time.sleep(COOLDOWN * 3)
        if load.broken:
            raise RuntimeError(load.broken[0])
    finally:
        daemon.terminate()
        code = daemon.wait(60)
    log_text = house.log.read_text("utf-8", "replace")
    return report(ledger, readings, done, code, log_text)


def _storm(
    house: House, pid: int, seconds: float, chance: random.Random
) -> tuple[list[Reading], Counter[str]]:
    readings: list[Reading] = []
    done = Counter[str]()
    start = time.monotonic()
    next_cut, next_sleep, next_reading = CUT_EVERY, SLEEP_EVERY, 30.0
    while (now := time.monotonic() - start) < seconds:
        if now >= next_cut:
            (house.imap if chance.random() < 0.8 else house.smtp).cut()
            done["lines cut"] += 1
            next_cut = now + CUT_EVERY * chance.uniform(0.5, 1.5)
        if now >= next_sleep:
            os.kill(pid, signal.SIGUSR1)
            done["simulated sleeps"] += 1
            next_sleep = now + SLEEP_EVERY
        if now >= next_reading:
            readings.append(read(pid, house.store, now))
            next_reading = now + READ_EVERY
        time.sleep(0.2)
    return readings, done


def report(
    ledger: Ledger, readings: Sequence[Reading], done: Counter[str], code: int, log: str
) -> dict[str, Any]:
    """The figures, and whether it stayed flat."""
    third = len(readings) // 3
    parts = {"start": readings[:third], "middle": readings[third : 2 * third], "end": readings[2 * third :]}
    highest = {name: _highest(some) for name, some in parts.items()}
    middle, end = highest["middle"], highest["end"]
    findings = [
        f"{f.fault}: entry {f.entry.number}: {f.words}" for f in ledger.verdict() if not _open(f.entry)
    ]
    flat = (
        end.threads <= middle.threads + SPARE
        and end.files <= middle.files + SPARE
        and end.rss_mb <= middle.rss_mb * GREW
    )
    return {
        "flat": flat and not findings and code == 0,
        "exit code on SIGTERM": code,
        "messages": log.count(" heated: "),
        "replies answered 250": sum(1 for entry in ledger if entry.accepted),
        **done,
        "wake-ups seen by the daemon": log.count("the machine slept"),
        "highest in each third": {name: asdict(reading) for name, reading in highest.items()},
        "broken promises": findings,
        "readings": [asdict(reading) for reading in readings],
    }


def _open(entry: Any) -> bool:
    """Whether it may still be on its way: one in doubt is the rep's to settle, and nobody does here."""
    return entry.held and not entry.arrivals


def _highest(readings: Sequence[Reading]) -> Reading:
    return Reading(
        at=readings[-1].at,
        rss_mb=max(r.rss_mb for r in readings),
        threads=max(r.threads for r in readings),
        files=max(r.files for r in readings),
        store_mb=max(r.store_mb for r in readings),
    )


def _wait_for(log: Path, word: bytes) -> None:
    end = time.monotonic() + 60
    while word not in log.read_bytes():
        if time.monotonic() > end:
            raise TimeoutError(f"the daemon is not{word.decode()}: {log.read_text()[-2000:]}")
        time.sleep(0.2)


def table(figures: dict[str, Any]) -> str:
    """For a person."""
    lines = [f"{'':<8}{'seconds':>9}{'RSS, MB':>9}{'threads':>9}{'files':>9}{'store, MB':>11}"]
    for name, r in figures["highest in each third"].items():
        lines.append(
            f"{name:<8}{r['at']:>9}{r['rss_mb']:>9}{r['threads']:>9}{r['files']:>9}{r['store_mb']:>11}"
        )
    simple = {k: v for k, v in figures.items() if not isinstance(v, dict | list)}
    lines += [f"{name}: {value}" for name, value in simple.items()]
    return "\n".join([*lines, *figures["broken promises"]])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--daemon", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.daemon:
        sleepy_daemon(words.daemon)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # and leave nothing behind
    ledger = Ledger(COOLDOWN)
    with House(ledger.arrived, cooldown=COOLDOWN, poll=2.0, settle=1.0, seed=words.seed) as house:
        figures = soak(house, ledger, words.minutes, words.seed)
    print(table(figures))
    if words.json:
        words.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if figures["flat"] else 1


if __name__ == "__main__":
    sys.exit(main())
