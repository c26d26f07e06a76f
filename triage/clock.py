"""The only file that knows what time it is. The timers only knock; due times stand in the store.

A laptop's sleep shows as a gap between the wall clock and the monotonic one: then `on_wake` is called.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("triage")

GAP = 30.0
"""Seconds by which the wall clock may run ahead of the monotonic one before we say that the machine slept."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)


class Timers:
    """A few jobs that are knocked at regularly; each is safe to run late, twice, or after a crash."""

    def __init__(self, on_wake: Callable[[], None]) -> None:
        # Due times are in the store: a job that comes late must still run, and once is enough.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults, daemon=True)
        self._scheduler.add_listener(_failed, EVENT_JOB_ERROR)
        self._on_wake = on_wake
        self._clocks = (time.time(), time.monotonic())
        for noisy in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)

    def every(self, seconds: float, job: Callable[[], None]) -> None:
        """Knock at `job` every so many seconds."""
        self._scheduler.add_job(job, "interval", seconds=seconds)

    def start(self) -> None:
        """Begin to knock."""
        self.every(5, self._compare_clocks)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop knocking, if it had begun; returns when the job that runs has ended."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _compare_clocks(self) -> None:
        wall, steady = self._clocks
        self._clocks = (time.time(), time.monotonic())
        if abs((self._clocks[0] - wall) - (self._clocks[1] - steady)) > GAP:
            log.info("the machine slept, or its clock was set: looking at everything again")
            self._on_wake()


def _failed(event: JobExecutionEvent) -> None:
    log.error("a timer's job failed: %s", event.exception)
