"""A submission server that sends nothing anywhere: it keeps what it takes, byte for byte."""

from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from triage.clock import SystemClock, steady
from triage.mail.gate import Gate, Submission

ANSWER = "250 2.0.0 Taken by the sink of the demo"
"""What it says to every mail. What is answered with another code than 250 is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail as it came in."""

    at: datetime
    rcpt_tos: tuple[str, ...]
    raw: bytes = field(repr=False)


class Sink:
    """Knows one user; listens within `with`. `arrivals` grows in its own threads."""

    host = "127.0.0.1"

    def __init__(self, *, user: str, password: str) -> None:
        self._door = Gate(self.host, 0, {user: frozenset()}, lambda: password, self._take, seconds=steady)
        self.arrivals: list[Arrival] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._door.port

    def __enter__(self) -> Self:
        self._door.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.stop()

    def arrived(self, *, to: str) -> list[Arrival]:
        """What came in for an address, oldest first."""
        return [arrival for arrival in self.arrivals if to in arrival.rcpt_tos]

    def _take(self, _account: str, submission: Submission, raw: bytes) -> str:
        if ANSWER.startswith("250"):
            self.arrivals.append(Arrival(at=SystemClock().now(), rcpt_tos=submission.rcpt_tos, raw=raw))
        return ANSWER
