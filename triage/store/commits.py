"""One commit for all who write at the same moment: what reaches the disk once is waited for once.

The threads of one process write in turn, in the order in which they came (SQLite would let each look again
only now and then). Who is done passes the open transaction on to the next who waits; the last one commits
for all of them, and nobody goes on before that. What fails takes back its own part only.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

from sqlalchemy import Connection, Engine

from triage.errors import StoreUnusable
from triage.store.asking import driver_of

MOST_PARTS = 64
"""Who was first does not wait for more than so many others."""


class TurnNeverCame(Exception):
    """Others write for too long."""


class Commits:
    """The transactions that write, of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turns = _Turns()
        self._open: _Shared | None = None

    @contextmanager
    def part(self, patience: float) -> Iterator[Connection]:
        """A part of a transaction; it is on the disk when this ends.

        TurnNeverCame after that many seconds. Where the commit fails, all who have a part in it hear why.
        """
        if not self._turns.take(patience):
            raise TurnNeverCame
        try:
            shared = self._open = self._open or _Shared(self._engine.connect())
        except BaseException:
            self._turns.end()
            raise
        try:
            with shared.part():
                yield shared.connection
        finally:
            if shared.is_full or not self._turns.pass_on():
                self._open = None
                shared.commit()
                self._turns.end()
        shared.wait()


class _Shared:
    """One transaction, and what became of it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        try:
            self._driver = driver_of(connection)
            connection.info["begin"] = "BEGIN IMMEDIATE"
            self._transaction = connection.begin()
        except BaseException:
            connection.close()
            raise
        self._parts = 0
        self._lost: BaseException | None = None
        self._done = Event()

    @property
    def is_full(self) -> bool:
        """Whether it is to be committed now."""
        return self._lost is not None or self._parts >= MOST_PARTS

    @contextmanager
    def part(self) -> Iterator[None]:
        """What is written in here counts as a whole or not at all."""
        first = not self._parts
        if not first:
            self._driver.execute("SAVEPOINT part")
        try:
            yield
        except BaseException as error:
            self._lost = error if first else self._take_back()
            raise
        self._parts += 1

    def _take_back(self) -> Exception | None:
        """SQLite itself may have taken back everything, as where the disk is full: then all is lost."""
        try:
            self._driver.execute("ROLLBACK TO part")
        except Exception as error:
            return error
        return None

    def commit(self) -> None:
        """For all; never raises."""
        try:
            if self._lost is None:
                self._commit()
        except Exception as error:
            self._lost = error
            # SQLAlchemy believes that a commit ends it, however it went.
            with suppress(Exception):
                self.connection.connection.rollback()
        finally:
            self.connection.close()  # takes back what was lost before
            self._done.set()

    def _commit(self) -> None:
        # A transaction that SQLite took back, unnoticed by its author, would be "committed" without a word.
        if not self._driver.in_transaction:
            raise StoreUnusable("The store has taken back what was written.")
        self._transaction.commit()

    def wait(self) -> None:
        """Return when it is on the disk; raises what kept it from there."""
        self._done.wait()
        if self._lost is not None:
            raise self._lost


class _Turns:
    """One at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._lock, self._taken = Lock(), False
        self._queue: deque[Event] = deque()

    def take(self, patience: float) -> bool:
        """Whether the turn came in time."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            mine = Event()
            self._queue.append(mine)
        if mine.wait(patience):
            return True
        with self._lock:
            if not mine.is_set():
                self._queue.remove(mine)
            return mine.is_set()

    def pass_on(self) -> bool:
        """Give the turn to who waits longest; False where nobody does: then it is still ours."""
        with self._lock:
            return self._give()

    def end(self) -> None:
        """Our turn is over, whoever waits."""
        with self._lock:
            self._taken = self._give()

    def _give(self) -> bool:
        if self._queue:
            self._queue.popleft().set()
            return True
        return False
