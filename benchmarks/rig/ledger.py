"""The torturer's own book: what was promised, and what arrived. It asks the product nothing.

The load writes each try and each answer, the upstream each arrival; `verdict` compares. A mail that was held
must arrive exactly once. One that passed while its client waited, and whose client got no answer, is sent
again by that client: SMTP knows no better, so each of these tries may have arrived, and is counted apart.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Literal

Door = Literal["gate", "hand-off", "drafts"]
Fault = Literal["lost", "early", "doubled", "byte-changed"]

_MARK = re.compile(rb"Ledger entry ([0-9]+)\.")


def mark(number: int) -> str:
    """The line in a reply's text by which it is known wherever it turns up."""
    return f"Ledger entry {number}."


def marked(raw: bytes) -> int:
    """The number of the entry that this mail belongs to; 0 where it is none of ours."""
    found = _MARK.search(raw)
    return int(found[1]) if found else 0


def digest(raw: bytes) -> str:
    """sha256, as everywhere in here."""
    return sha256(raw).hexdigest()


@dataclass(slots=True, kw_only=True)
class Try:
    """One submission: its bytes were handed over, whatever came back. Times are seconds of the wall clock."""

    at: float
    sha256: str
    message_id: str
    answer: str = ""
    """Empty where the line broke before there was one."""

    @property
    def in_doubt(self) -> bool:
        """Whether its client was told neither yes nor no: sending again is then the client's choice."""
        return not self.answer or (self.answer.startswith("4") and "may have been sent" in self.answer)


@dataclass(slots=True, kw_only=True)
class Entry:
    """One reply of the rep's, however often it was submitted."""

    number: int
    door: Door
    thread: str
    """Replies on one heated thread share its clock; empty for mail that nobody holds."""
    unseen: bool = False
    """Submitted before the daemon can have read the message: the first tries may have passed unjudged."""
    tries: list[Try] = field(default_factory=list)
    arrivals: list[tuple[float, str]] = field(default_factory=list)
    """When, and the sha256 of what came."""

    @property
    def answer(self) -> str:
        """The answer that ended the tries; empty while there is none."""
        return next((t.answer for t in reversed(self.tries) if t.answer[:1] in ("2", "5")), "")

    @property
    def accepted(self) -> bool:
        """Whether somebody was told that it is taken."""
        return self.answer.startswith("2")

    @property
    def held(self) -> bool:
        """Whether the product, and not the upstream, gave the answer."""
        return self.door == "hand-off" or "(triage " in self.answer

    @property
    def may_arrive(self) -> int:
        """How often at most: a draft never, and what is held once, however often it was submitted.

        What passed, or may have passed unjudged, arrives as often as its client sends it in doubt.
        """
        if self.door == "drafts":
            return 0
        return 1 + (sum(1 for t in self.tries[:-1] if t.in_doubt) if self.unseen or not self.held else 0)

    def again(self, *, same_id: bool) -> int:
        """How often it was sent again after a try without an answer, by the same Message-ID or a new one."""
        pairs = ((a, b) for a, b in pairwise(self.tries) if a.in_doubt)
        return sum(1 for a, b in pairs if (a.message_id == b.message_id) is same_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A promise that was broken."""

    fault: Fault
    entry: Entry
    words: str


class Ledger:
    """Written by many threads."""

    def __init__(self, cooldown: float) -> None:
        self.cooldown = cooldown
        """Seconds that a held reply must wait, from the first try on its thread."""
        self._entries: dict[int, Entry] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter(list(self._entries.values()))

    def open(self, door: Door, thread: str, *, unseen: bool = False) -> Entry:
        """A new reply."""
        with self._lock:
            entry = Entry(number=len(self._entries) + 1, door=door, thread=thread, unseen=unseen)
            self._entries[entry.number] = entry
            return entry

    def begin(self, entry: Entry, raw: bytes, message_id: str, at: float) -> Try:
        """Its bytes begin to leave the client."""
        with self._lock:
            one = Try(at=at, sha256=digest(raw), message_id=message_id)
            entry.tries.append(one)
            return one

    def arrived(self, raw: bytes, at: float) -> int:
        """The upstream took it; the number of the entry, 0 for what is none of ours."""
        number = marked(raw)
        with self._lock:
            if number in self._entries:
                self._entries[number].arrivals.append((at, digest(raw)))
        return number

    def under_way(self, since: float) -> int:
        """How many replies that were submitted since then are taken and have not arrived yet."""
        recent = (e for e in self if e.tries and e.tries[-1].at >= since)
        return sum(1 for e in recent if e.accepted and e.held and not e.arrivals and e.door != "drafts")

    def verdict(self) -> list[Finding]:
        """Every promise that was broken."""
        entries = list(self)
        starts = _starts(entries)
        return [finding for entry in entries for finding in self._judge(entry, starts)]

    def _judge(self, entry: Entry, starts: dict[str, float]) -> Iterator[Finding]:
        count = len(entry.arrivals)
        if entry.accepted and not count and entry.door != "drafts":
            yield Finding(fault="lost", entry=entry, words=entry.answer)
        if count > entry.may_arrive:
            answers = [one.answer or "(none)" for one in entry.tries]
            yield Finding(fault="doubled", entry=entry, words=f"arrived {count} times; answers: {answers}")
        known = {one.sha256 for one in entry.tries}
        if any(sha not in known for _, sha in entry.arrivals):
            yield Finding(fault="byte-changed", entry=entry, words="other bytes than those submitted")
        if entry.held:
            due = starts[entry.thread] + self.cooldown
            for at, _ in entry.arrivals[-1:] if entry.unseen else entry.arrivals:
                if at < due:
                    yield Finding(fault="early", entry=entry, words=f"{due - at:.3f} s before its time")

    def passed_again(self) -> int:
        """Arrivals beyond the first, of mail that passed and that its client sent again without an answer."""
        return sum(max(0, len(e.arrivals) - 1) for e in self if e.unseen or not e.held)


def _starts(entries: Iterable[Entry]) -> dict[str, float]:
    """When the first try on each thread began: the daemon cannot have seen a reply before."""
    starts: dict[str, float] = {}
    for entry in entries:
        if entry.tries:
            starts[entry.thread] = min(entry.tries[0].at, starts.get(entry.thread, entry.tries[0].at))
    return starts
