"""From the command line to the answer, beside what importing TextBlob alone takes."""

import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.speed.machine import Machine, seconds_of
from benchmarks.speed.rows import Found, Row, in_turn

ROUNDS = 9


def measure(share: float) -> Iterator[Found]:
    """`--help` and `held`, each a process of its own."""
    with Machine() as machine:
        with machine.running():
            pass  # the store is made
        python = [sys.executable, "-c"]
        start = partial(seconds_of, env=machine.environ, cwd=machine.folder)
        seconds = in_turn(
            max(3, int(ROUNDS * share)),
            help=partial(start, [sys.executable, "-m", "triage", "--help"]),
            held=partial(machine.seconds_of, "held"),
            textblob=partial(start, [*python, "import textblob"]),
            nothing=partial(start, [*python, "pass"]),
        )
    milliseconds = {name: each * 1000 for name, each in seconds.items()}
    for name, goal in (("help", 0.5), ("held", None)):
        what = "triage --help" if name == "help" else "triage held"
        ours, peer = milliseconds[name], milliseconds["textblob"]
        yield Row(what=what, ours=ours, beside="import textblob", peer=peer, unit="ms", at_most=goal)
        peer = milliseconds["nothing"]
        yield Row(what=what, ours=ours, beside="an empty Python program", peer=peer, unit="ms")
