"""What the desk needs from the outside, said in its own words. `daemon.build` hands in the real ones.

The doors never import these: they fit by shape, and the contract suites hold them to it.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from triage.desk.ports.mail import Letter, Mailbox, Place, Relay
from triage.desk.ports.records import Records

__all__ = ["Clock", "Desktop", "Letter", "Mailbox", "Place", "Records", "Relay", "Store"]


class Clock(Protocol):
    """The only one that knows what time it is."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        ...


class Desktop(Protocol):
    """Where a notice can be shown."""

    def show(self, title: str, text: str) -> None:
        """Show a notice of plain text. Raises Unreachable where there is no desktop."""
        ...


class Store(Protocol):
    """The only memory."""

    def begin(self) -> AbstractContextManager[Records]:
        """A transaction that writes; committed to the disk when the block ends, undone where it raises."""
        ...

    def look(self) -> AbstractContextManager[Records]:
        """One consistent view, for reading."""
        ...

    def scrub(self) -> None:
        """Leave no trace of what was deleted, in the file, its log and its copies."""
        ...
