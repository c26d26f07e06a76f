"""Time is moved, not waited for."""

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)
"""A working morning in Chicago: Monday, 09:00 CDT."""


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now

    def move(self, **parts: float) -> None:
        """Move by that much: `clock.move(minutes=30)`."""
        self._now += timedelta(**parts)

    def set(self, now: datetime) -> None:
        """Move to a moment, backwards too."""
        self._now = now
