"""What the desk needs from the outside, said in its own words. `daemon.build` hands in the real ones.

The doors never import these: they fit by shape, and the contract suites hold them to it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from triage.desk.ports.mail import Letter, Mailbox, Place, Relay
from triage.desk.ports.records import Records

__all__ = ["Apart", "Clock", "Desktop", "Letter", "Mailbox", "Place", "Records", "Relay", "Store", "here"]

P = ParamSpec("P")
R = TypeVar("R")


class Apart(Protocol):
    """Where texts are judged: what takes the learned words and lexicons, and a processor for some time."""

    def __call__(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What that function, one of a module of the core, makes of these values; raises what it raises."""
        ...


def here(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Apart from nothing: in this process, at once."""
    return function(*args, **kwargs)


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
