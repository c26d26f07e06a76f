"""How fast, small and flat: one table, for a person; figures as JSON; curves as pictures.

    python -m benchmarks.speed [PART ...] [--share 0.1] [--json FILE] [--curves FOLDER]

Every part can be run alone; without any, all are run. A share of 0.2 takes less than a quarter of an
hour, the full sizes the best part of two. What is not installed is named, and does not stop the others.
Exit 1 where a part broke; a goal that was missed stands in the table.
"""

import argparse
import json
import os
import platform
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.speed.rows import Curve, Found, Row, as_json, table

PARTS = (
    "scoring",  # before the transformer comes: a child's memory counts from what its parent had
    "verdicts",
    "scanning",
    "restarting",
    "ringing",
    "passing",
    "holding",
    "releasing",
    "idling",
    "commands",
    "growth",
    "crowd",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--share", type=float, default=1.0, help="of the full sizes")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--curves", type=Path, help="draw the curves into this folder")
    words = parser.parse_args()
    if unknown := set(words.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    found: list[Found] = []
    broken: dict[str, str] = {}
    for part in words.parts or PARTS:
        start, before = perf_counter(), os.getloadavg()[0]
        try:
            found += import_module(f"benchmarks.speed.{part}").measure(words.share)
        except Exception as error:  # one part that breaks must not cost the figures of the others
            traceback.print_exc()
            broken[part] = repr(error)
        print(f"{part}: {perf_counter() - start:.0f} s; load {before:.1f}", file=sys.stderr, flush=True)
    rows = [each for each in found if isinstance(each, Row)]
    print(table(rows))
    if words.curves:
        _draw(words.curves, found)
    if words.json:
        figures: dict[str, Any] = {"machine": machine(), "share": words.share, "broken": broken}
        words.json.write_text(json.dumps({**figures, **as_json(found)}, indent=1) + "\n")
    return 1 if broken else 0


def machine() -> dict[str, str]:
    """On what it was measured."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {
        "processor": f"{os.cpu_count()} x {model}",
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[2]:.1f} over the last quarter of an hour",
    }


def _draw(folder: Path, found: Iterable[Found]) -> None:
    from benchmarks.speed.curves import draw

    for each in found:
        if isinstance(each, Curve):
            print(draw(folder, each))


if __name__ == "__main__":
    sys.exit(main())
