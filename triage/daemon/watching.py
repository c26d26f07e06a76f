"""The thread that watches one account's mailbox: connects, looks, waits for the bell, and never dies."""

import threading
from collections.abc import Callable, Iterator
from random import SystemRandom

from triage.config import Account
from triage.desk import Office, Watcher, log
from triage.errors import LoginRefused, TriageError
from triage.mail.mailbox import ImapMailbox, Waker

SHORTEST_WAIT, LONGEST_WAIT = 2.0, 300.0
"""Seconds between two tries to reach a mailbox."""
CHANCE = SystemRandom()
SOON = 1.0
"""Seconds in which many that ask for a look are served by one."""
BREATH = 0.1
"""Seconds between two looks at least: a server may ring without a pause."""


class WatcherThread(threading.Thread):
    """Watches one account, whatever it meets."""

    def __init__(
        self,
        account: Account,
        office: Office,
        watcher: Watcher,
        connect: Callable[[], ImapMailbox],
        stopping: threading.Event,
    ) -> None:
        super().__init__(name=f"watch {account.address}", daemon=True)
        self._account = account
        self._office = office
        self._watcher = watcher
        self._connect = connect
        self._stopping = stopping
        self.wake = Waker()
        self.has_looked = threading.Event()
        self._asked = self._served = 0
        self._looked = threading.Condition()
        self._soon = threading.Timer(SOON, self.wake.set)

    def look_now(self, seconds: float) -> bool:
        """Ask for a look that starts after this call; whether it ended in time."""
        with self._looked:
            self._asked += 1
            ticket = self._asked
            self.wake.set()
            return self._looked.wait_for(lambda: self._served >= ticket, timeout=seconds)

    def look_soon(self) -> None:
        """Ask for a look, together with whoever asks in this second."""
        with self._looked:
            if not self._soon.is_alive():
                self._soon = threading.Timer(SOON, self.wake.set)
                self._soon.daemon = True
                self._soon.start()

    def run(self) -> None:
        """Connect again and again, ever more patiently, until the daemon stops."""
        patience = SHORTEST_WAIT
        while not self._stopping.is_set():
            try:
                mailbox = self._connect()
                try:
                    for _ in self._looks(mailbox):
                        patience = SHORTEST_WAIT
                finally:
                    mailbox.close()
            except TriageError as error:
                self._tell(f"The mailbox cannot be watched: {error}")
                patience = LONGEST_WAIT if isinstance(error, LoginRefused) else patience
            except Exception as error:
                # By its type only: its words may quote mail.
                self._tell(f"A look failed; this program has a fault ({type(error).__name__}).")
            self.wake.clear()
            if self._stopping.is_set():  # it rang just before
                return
            # A machine that wakes up connects at once; else not all machines at the same moment.
            self.wake.wait(patience * CHANCE.uniform(0.5, 1.0))
            patience = min(patience * 2, LONGEST_WAIT)

    def _looks(self, mailbox: ImapMailbox) -> Iterator[None]:
        """Look, then wait for the bell, until the daemon stops or the line is gone."""
        while not self._stopping.is_set():
            self.wake.clear()
            with self._looked:
                ticket = self._asked
            self._watcher.look(mailbox, hurried=ticket > self._served)
            with self._looked:
                self._served = ticket
                self._looked.notify_all()
            self._over()
            if not self.has_looked.is_set() and self._watcher.is_ready:
                self.has_looked.set()
            yield
            self._stopping.wait(BREATH)  # before the bell is listened for: when it rings, nobody waits
            seconds = self._watcher.next_look().total_seconds()
            mailbox.wait(self._account.imap.folders[0], seconds, self.wake)

    def _tell(self, text: str) -> None:
        try:
            with self._office.store.begin() as records:
                self._office.tell(records, self._account.address, "imap", text)
        except TriageError:
            log.error("%s: %s", self._account.address, text)

    def _over(self) -> None:
        with self._office.store.begin() as records:
            self._office.over(records, self._account.address, "imap")
