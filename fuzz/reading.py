"""A coverage-guided search (atheris) for mail or text that reading cannot bear; it ends by itself.

    python fuzz/reading.py [mail|swollen|text|reply|swollen_reply] [--seconds 60] [--runs N] [--work FOLDER]

`mail` reads the input as it is, `text` judges it, `reply` reviews it: faults, promises, times; the swollen
ones blow a piece of it up to a megabyte, to find what is slow. What breaks a law of `tests/laws.py`, or takes
too long or too much memory, is written to `found` in the work folder, and the exit code is not 0. What
reached new code is kept there too: a later run goes on from it. Make it a test in `tests/` first, then mend.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
with atheris.instrument_imports(include=["triage.reading", "mailparser_reply"]):
    from tests import laws

MEGABYTE = 1_000_000
SLOW = 3.0
"""Seconds of CPU that an input may take; the instruments cost several times what they look at."""
MEMORY = 700
"""MiB that the whole process may hold; with nothing read it holds about 200."""


class TooSlow(Exception):
    """An input that reading takes too long over."""


def mail(data: bytes) -> None:
    """Reads and cuts the input as it is."""
    laws.reads_mail(data)
    laws.cuts_mail(data)


def swell(data: bytes) -> bytes:
    """Head + piece * n + tail: the first two bytes say where the input is cut in three."""
    first, second = sorted(byte * len(data) // 256 for byte in data[:2].ljust(2))
    head, piece, tail = data[2:first], data[first:second], data[second:]
    return head + piece * (MEGABYTE // max(len(piece), 1)) + tail


def swollen(data: bytes) -> None:
    """Reads a megabyte."""
    laws.reads_mail(swell(data))


def text(data: bytes) -> None:
    """Judges the input; what stands before the first line's end is the subject."""
    subject, _, rest = data.decode("utf-8", "replace").partition("\n")
    laws.judges_text(rest, subject)


def reply(data: bytes) -> None:
    """Reviews the input; what stands before the first line's end is the customer's main issue."""
    issue, _, rest = data.decode("utf-8", "replace").partition("\n")
    laws.reviews_reply(rest, issue, laws.STANDPOINTS[len(data) % len(laws.STANDPOINTS)])


def swollen_reply(data: bytes) -> None:
    """Reviews a megabyte."""
    reply(swell(data))


def timed(target: Callable[[bytes], None], allowed: float) -> Callable[[bytes], None]:
    """The target, with a limit to the CPU it may take at the best of three tries: the machine may be busy."""

    def watched(data: bytes) -> None:
        for _ in range(3):
            began = time.process_time()
            target(data)
            if (took := time.process_time() - began) <= allowed:
                return
        raise TooSlow(f"{took:.2f} s for {len(data)} bytes")

    return watched


TARGETS = {each.__name__: each for each in (mail, swollen, text, reply, swollen_reply)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", nargs="?", choices=TARGETS, default="mail")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=-1, help="inputs; default: as many as the time allows")
    parser.add_argument("--longest", type=int, default=8_192, help="bytes of an input")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    options = parser.parse_args()
    known, found = options.work / options.target, options.work / "found"
    for folder in (known, found):
        folder.mkdir(parents=True, exist_ok=True)
    words = options.work / f"{options.target}.dictionary"
    bits = laws.BITS if options.target in ("mail", "swollen") else [say.encode() for say in laws.SAYINGS]
    words.write_text("".join(f'"{escaped(bit)}"\n' for bit in bits))
    arguments = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-runs={options.runs}",
        f"-max_len={options.longest}",
        f"-rss_limit_mb={MEMORY}",
        "-timeout=300",
        f"-dict={words}",
        f"-artifact_prefix={found}/{options.target}-",
        "-print_final_stats=1",
        str(known),
        str(ROOT / "tests" / "corpus"),
    ]
    TARGETS[options.target](b"What is read once, such as a lexicon, is no input's to pay for.\n" * 9)
    atheris.Setup(arguments, timed(TARGETS[options.target], SLOW))
    atheris.Fuzz()


def escaped(bit: bytes) -> str:
    """As libFuzzer wants the words of its dictionary."""
    return "".join(f"\\x{byte:02x}" for byte in bit)


if __name__ == "__main__":
    main()
