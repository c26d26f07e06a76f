"""`triage score --jsonl` on tens of thousands of lines, some of them broken: is the end as fast as the
beginning, and in as little memory? Beside a bare loop that asks TextBlob for the polarity.

Seconds of one core, so that a busy machine counts little; no text comes twice.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.speed.idling import cpu_seconds
from benchmarks.speed.machine import TOP
from benchmarks.speed.mails import texts
from benchmarks.speed.rows import Found, Row

LINES, EDGE = 50_000, 5_000
BROKEN = 100
"""Every so many-th line is no JSON."""
OURS = [sys.executable, "-m", "triage", "score", "--jsonl"]
_LOOP = """
import json, sys
from textblob import TextBlob
for line in sys.stdin:
    try:
        asked = json.loads(line)
    except ValueError:
        asked = {"id": None, "text": ""}
    score = TextBlob(asked["text"]).sentiment.polarity
    sys.stdout.write(json.dumps({"id": asked["id"], "score": score}) + "\\n")
"""


class Run(NamedTuple):
    """A program that has answered all lines; lines a second of one core."""

    rate: float
    first: float
    last: float
    megabytes: float


def measure(share: float) -> Iterator[Found]:
    """All lines, the first of them beside the last, and the memory of it all."""
    count = max(200, int(LINES * share))
    edge = count * EDGE // LINES
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        asked = Path(name, "asked.jsonl")
        asked.write_text("".join(_lines(edge)))
        short = _run(OURS, asked, edge, edge // 2)
        asked.write_text("".join(_lines(count)))
        ours = _run(OURS, asked, count, edge)
        loop = _run([sys.executable, "-c", _LOOP], asked, count, edge)
    what, bare = f"score --jsonl, {count:,} lines", "TextBlob's polarity in a bare loop"
    yield Row(what=what, ours=ours.rate, beside=bare, peer=loop.rate, unit="lines/s")
    yield Row(
        what=f"of it, the last {edge:,}",
        ours=ours.last,
        beside=f"the first {edge:,}",
        peer=ours.first,
        unit="lines/s",
        at_least=0.9,
    )
    yield Row(
        what="of it, peak memory",
        ours=ours.megabytes,
        beside=f"{edge:,} lines",
        peer=short.megabytes,
        unit="MB",
        at_most=1.1,
    )
    yield Row(what="of it, peak memory", ours=ours.megabytes, beside=bare, peer=loop.megabytes, unit="MB")


def _lines(count: int) -> Iterator[str]:
    for number, (subject, text) in enumerate(islice(cycle(texts()), count)):
        line = json.dumps({"id": number, "subject": subject, "text": f"{text}\n\nOur reference: {number}."})
        yield (line[:-1] if number % BROKEN == BROKEN - 1 else line) + "\n"


def _run(command: Sequence[str], asked: Path, count: int, edge: int) -> Run:
    with (
        asked.open("rb") as lines,
        subprocess.Popen(command, cwd=TOP, stdin=lines, stdout=subprocess.PIPE) as child,
    ):
        assert child.stdout is not None
        used: dict[int, float] = {}
        for number, line in enumerate(child.stdout):
            wanted = None if number % BROKEN == BROKEN - 1 else number
            if json.loads(line)["id"] != wanted:
                raise ValueError(f"line {number} is answered by {line!r}")
            if number in (0, edge - 1, count - edge, count - 1):
                used[number] = cpu_seconds(child.pid)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if number != count - 1 or child.returncode:
        raise ValueError(f"{number + 1} of {count} lines were answered, exit {child.returncode}")
    return Run(
        rate=count / (usage.ru_utime + usage.ru_stime - used[0]),
        first=edge / (used[edge - 1] - used[0]),
        last=edge / (used[count - 1] - used[count - edge]),
        megabytes=usage.ru_maxrss / 1024,
    )
