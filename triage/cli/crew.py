"""Work for every core: done in batches by processes of our own, and handed back in order.

They begin at once, while whoever has work for them still gathers it: so what they take to begin with is not
waited for, and what they load need not be loaded here.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from threading import Thread
from typing import TypeVar

from triage.errors import TriageError

MOST_PROCESSES = 8
AHEAD = 2
"""Batches for each process that wait for it, or for their turn: the memory is bounded by them."""

_T = TypeVar("_T")
_R = TypeVar("_R")


class Crew:
    """The processes, or nobody but ourselves."""

    def __init__(self, pool: ProcessPoolExecutor | None, processes: int) -> None:
        self._pool = pool
        self._ahead = AHEAD * processes

    def in_order(self, work: Callable[[_T], Sequence[_R]], batches: Iterable[_T]) -> Iterator[_R]:
        """What `work` makes of the batches, which are taken as they are needed.

        It goes to the processes: a function of a module, or a method of a plain value.
        """
        if self._pool is None:
            for batch in batches:
                yield from work(batch)
            return
        waiting: deque[Future[Sequence[_R]]] = deque()
        try:
            for batch in batches:
                waiting.append(self._pool.submit(work, batch))
                if len(waiting) > self._ahead:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise TriageError("A process that was judging mail has ended. Was there memory enough?") from None


@contextmanager
def crew(imports: str) -> Iterator[Crew]:
    """As many processes as there are cores; all of them begin with importing a module."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    if processes == 1:
        yield Crew(None, 0)
        return
    pool = ProcessPoolExecutor(processes, mp_context=_fresh(imports), initializer=_begin, initargs=(imports,))
    try:
        yield Crew(pool, processes)
    finally:
        pool.shutdown(cancel_futures=True)


def _fresh(imports: str) -> BaseContext:
    """Processes that begin with nothing of ours: a fork would copy threads in the middle of their work.

    Where there can be one, a server imports the module once, and all are forked from it.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload([imports])
    answered = signal.signal(signal.SIGINT, signal.SIG_IGN)  # so it begins, and whoever is forked from it
    forkserver.ensure_running()
    signal.signal(signal.SIGINT, answered)
    return get_context("forkserver")


def _begin(imports: str) -> None:
    """Ctrl-C is for the parent to answer; and when it is gone, however, so is this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()
    import_module(imports)


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
