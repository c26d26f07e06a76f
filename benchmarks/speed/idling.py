"""A daemon that has nothing to do, beside a bare Python process with imapclient in IDLE."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.speed.machine import PASSWORD, REP, Machine
from benchmarks.speed.rows import Found, Row

SECONDS, WARM = 120.0, 5.0
CALM = (
    f"From: dana@acme.example\r\nTo: {REP}\r\nSubject: Prices\r\nMessage-ID: <1@acme.example>\r\n\r\n"
    "Could you send me the current price list when you have a minute? No rush.\r\n"
)
RESTED = 240.0
"""Seconds in which the process that judges mail must have ended."""
CPU_GOAL = 0.1
"""Percent of one core."""
_BARE = """
import sys
from imapclient import IMAPClient
client = IMAPClient("127.0.0.1", int(sys.argv[1]), ssl=False)
client.login(sys.argv[2], sys.argv[3])
client.select_folder("INBOX")
client.idle()
while True:
    for answer in client.idle_check(timeout=280):
        print(answer, flush=True)
"""
"""Only prints what comes."""


def measure(share: float) -> Iterator[Found]:
    """Resident memory, and processor time over some minutes; all processes of the daemon are counted."""
    seconds = max(10.0, SECONDS * share)
    with Machine(page=True) as machine, machine.running() as daemon, bare(machine) as peer:
        with machine.client() as post:
            post.append("INBOX", CALM)
        sleep(WARM)
        yield _memory("idle daemon that has just judged a mail, memory", daemon.pid, peer.pid)
        end = perf_counter() + RESTED
        while len(family(daemon.pid)) > 1 and perf_counter() < end:
            sleep(1)
        began = cpu_seconds(daemon.pid)
        sleep(seconds)
        percent = (cpu_seconds(daemon.pid) - began) / seconds * 100
        yield _memory("idle daemon, resident memory", daemon.pid, peer.pid, at_most=3.0)
        peer.terminate()
    yield Row(
        what="idle daemon, processor",
        ours=percent,
        beside="a thousandth of a core",
        peer=CPU_GOAL,
        unit="% of a core",
        at_most=1.0,
        note=f"over {seconds:.0f} s",
    )


def _memory(what: str, pid: int, peer: int, at_most: float | None = None) -> Row:
    return Row(
        what=what,
        ours=resident_mb(pid),
        beside="imapclient in IDLE",
        peer=resident_mb(peer),
        unit="MB",
        at_most=at_most,
    )


def bare(machine: Machine) -> subprocess.Popen[bytes]:
    """A bare client in IDLE, which prints what comes."""
    command = [sys.executable, "-u", "-c", _BARE, str(machine.dovecot.port), REP, PASSWORD]
    return subprocess.Popen(command, env=machine.environ, stdout=subprocess.PIPE)


def family(pid: int) -> list[int]:
    """A process and those that it has started, which still run."""
    started = [file.read_text().split() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(int(child) for children in started for child in children)]


def cpu_seconds(pid: int) -> float:
    """What the threads of a process and of those it started, as they run now, have used of the processor so
    far, to the nanosecond.
    """
    threads = [thread for one in family(pid) for thread in Path(f"/proc/{one}/task").glob("*/schedstat")]
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def resident_mb(pid: int) -> float:
    """What a process and those it started have in memory; pages that they share are counted for each."""
    statuses = [Path(f"/proc/{one}/status").read_text().splitlines() for one in family(pid)]
    sizes = [line.split()[1] for lines in statuses for line in lines if line.startswith("VmRSS:")]
    return sum(map(int, sizes)) / 1024
