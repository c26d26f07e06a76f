"""The thread that shows what is new on the desktop. One that is slow, or away, keeps no mail waiting."""

import threading

from triage.desk import Announcer, Office, log
from triage.desk.ports import Desktop
from triage.errors import fault_of

LOOK_EVERY, PATIENCE = 30.0, 60.0
"""Seconds between two looks at most; after one that failed."""


class AnnouncerThread(threading.Thread):
    """Looks and shows whenever it is woken, until the daemon stops."""

    def __init__(self, office: Office, desktop: Desktop, stopping: threading.Event) -> None:
        super().__init__(name="announcer", daemon=True)
        self._announcer = Announcer(office, desktop)
        self._stopping = stopping
        self.wake = threading.Event()

    def run(self) -> None:
        """Look again and again, whatever comes of it."""
        while not self._stopping.is_set():
            try:
                self._announcer.look()
            except Exception as error:
                log.error("no notices for a minute: %s", fault_of(error))
                self._stopping.wait(PATIENCE)
            self.wake.wait(LOOK_EVERY)
            self.wake.clear()
