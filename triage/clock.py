"""The only file that knows what time it is. The timers only knock; due times stand in the store.

A laptop's sleep shows as a gap between the wall clock and the monotonic one: then `on_wake` is called.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from triage.errors import TriageError

log = logging.getLogger("triage")

LOOK_AT_CLOCKS = 5.0
"""Seconds between two looks at both clocks."""
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

    def __init__(self, on_wake: Callable[[], None]) -> None:
        # Due times are in the store: a job that comes late must still run, and once is enough.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults, daemon=True)
        self._scheduler.add_listener(_failed, EVENT_JOB_ERROR)
        self._on_wake = on_wake
        self._stopped = threading.Event()
        for noisy in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)

    def every(self, seconds: float, job: Callable[[], None]) -> None:
        """Knock at `job` every so many seconds."""
        self._scheduler.add_job(job, "interval", seconds=seconds)

    def start(self) -> None:
        """Begin to knock."""
        self._scheduler.start()
        threading.Thread(target=self._compare_clocks, name="clock", daemon=True).start()

    def stop(self) -> None:
        """Stop knocking, if it had begun; returns when the job that runs has ended."""
        self._stopped.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _compare_clocks(self) -> None:
        """The scheduler goes by the wall clock: set back by an hour, it would not knock for an hour."""
        wall, ticks = time.time(), steady()
        while not self._stopped.wait(LOOK_AT_CLOCKS):
            former = wall - ticks
            wall, ticks = time.time(), steady()
            if abs(wall - ticks - former) > GAP:
                log.info("the machine slept, or its clock was set: looking at everything again")
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
                self._on_wake()


def _failed(event: JobExecutionEvent) -> None:
    # By its type, and words only where they are ours: a stranger's may quote mail.
    error = event.exception
    words = str(error) if isinstance(error, TriageError) else type(error).__name__
    log.error("a timer's job failed: %s", words)
