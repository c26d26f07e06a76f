"""A daemon that has nothing to do, beside a bare Python process with imapclient in IDLE."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

from benchmarks.speed.machine import PASSWORD, REP, Machine
from benchmarks.speed.rows import Found, Row

SECONDS, WARM = 120.0, 5.0
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
    """Resident memory, and processor time over some minutes."""
    seconds = max(10.0, SECONDS * share)
    with Machine(page=True) as machine, machine.running() as daemon, bare(machine) as peer:
        sleep(WARM)
        before = {process.pid: cpu_seconds(process.pid) for process in (daemon, peer)}
        sleep(seconds)
        percent = {pid: (cpu_seconds(pid) - began) / seconds * 100 for pid, began in before.items()}
        yield Row(
            what="idle daemon, resident memory",
            ours=resident_mb(daemon.pid),
            beside="imapclient in IDLE",
            peer=resident_mb(peer.pid),
            unit="MB",
            at_most=3.0,
        )
        peer.terminate()
    yield Row(
        what="idle daemon, processor",
        ours=percent[daemon.pid],
        beside="a thousandth of a core",
        peer=CPU_GOAL,
        unit="% of a core",
        at_most=1.0,
        note=f"over {seconds:.0f} s",
    )


def bare(machine: Machine) -> subprocess.Popen[bytes]:
    """A bare client in IDLE, which prints what comes."""
    command = [sys.executable, "-u", "-c", _BARE, str(machine.dovecot.port), REP, PASSWORD]
    return subprocess.Popen(command, env=machine.environ, stdout=subprocess.PIPE)


def cpu_seconds(pid: int) -> float:
    """What the threads of a process that run now have used of the processor so far, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def resident_mb(pid: int) -> float:
    """What a process has in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024
