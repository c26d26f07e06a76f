"""The only file that knows what time it is. The timers only knock; due times stand in the store.

Once a second, and when something falls due, a beat may see that there is something to do. It must cost next
to nothing.

A laptop's sleep shows as a gap between the wall clock and the monotonic one: then `on_wake` is called.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.errors import TriageError

if TYPE_CHECKING:
    from apscheduler.events import JobExecutionEvent

log = logging.getLogger("triage")

BEAT = 1.0
"""Seconds between two beats at most."""
GAP = 30.0
"""Seconds by which the wall clock may run ahead of the monotonic one before we say that the machine slept."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)


def steady() -> float:
    """Seconds that nobody can set back; only their differences mean something."""
    return time.monotonic()


class Timers:
    """A few jobs that are knocked at regularly; each is safe to run late, twice, or after a crash."""

    def __init__(self, *, on_beat: Callable[[], float], on_wake: Callable[[], None]) -> None:
        """`on_beat` is called once a second, and sooner where it says in how many seconds it is wanted again.

        `on_wake` is called when the machine slept, or its clock was set.
        """
        # A tenth of a second to import, and only a daemon has timers.
        from apscheduler.events import EVENT_JOB_ERROR
        from apscheduler.schedulers.background import BackgroundScheduler

        # Due times are in the store: a job that comes late must still run, and once is enough.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults, daemon=True)
        self._scheduler.add_listener(_failed, EVENT_JOB_ERROR)
        self._on_beat, self._on_wake = on_beat, on_wake
        self._stopped = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="clock", daemon=True)
        for noisy in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)

    def every(self, seconds: float, job: Callable[[], None]) -> Callable[[], None]:
        """Knock at `job` every so many seconds; what comes back knocks at once, unless it runs just now."""
        added = self._scheduler.add_job(job, "interval", seconds=seconds)
        return lambda: added.modify(next_run_time=datetime.now(UTC))

    def start(self) -> None:
        """Begin to knock."""
        self._scheduler.start()
        self._heart.start()

    def stop(self) -> None:
        """Stop knocking, if it had begun; returns when the job that runs has ended."""
        self._stopped.set()
        if self._heart.is_alive():
            self._heart.join()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _beat(self) -> None:
        """The scheduler goes by the wall clock: set back by an hour, it would not knock for an hour."""
        wall, ticks = time.time(), steady()
        rest = BEAT
        while not self._stopped.wait(rest):
            former = wall - ticks
            wall, ticks = time.time(), steady()
            if abs(wall - ticks - former) > GAP:
                log.info("the machine slept, or its clock was set: looking at everything again")
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
                self._on_wake()
            try:
                rest = min(BEAT, self._on_beat())
            except Exception as error:
                rest = BEAT
                _tell(error)


def _failed(event: "JobExecutionEvent") -> None:
    _tell(event.exception)


def _tell(error: BaseException) -> None:
    # By its type, and words only where they are ours: a stranger's may quote mail.
    words = str(error) if isinstance(error, TriageError) else type(error).__name__
    log.error("a timer's job failed: %s", words)
