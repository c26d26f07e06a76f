"""A daemon that is told to stop stops, whenever and however it hears of it."""

import signal
from collections.abc import Iterator
from threading import Event, Timer, get_ident

import pytest

from triage.cli.running import _stop_on_signals
from triage.daemon.running import Daemon


class Idle(Daemon):
    """Nothing to start and nothing to stop: it only waits."""

    def __init__(self) -> None:
        self.stopping = Event()
        self._threads = {}

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


@pytest.fixture
def idle() -> Iterator[Idle]:
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    idle = Idle()
    _stop_on_signals(idle)
    yield idle
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="a signal cannot be given to a thread")
def test_a_signal_that_does_not_end_the_wait_is_heard_all_the_same(idle: Idle) -> None:
    """As it is with one that comes between the last look for signals and the wait."""
    caller = Timer(0.2, lambda: signal.pthread_kill(get_ident(), signal.SIGTERM))
    caller.start()
    idle.run()
    caller.join()
    assert idle.stopping.is_set()


def test_a_signal_in_the_middle_of_a_wait_for_the_stop_waits_for_nobody(idle: Idle) -> None:
    with vars(idle.stopping)["_cond"]:  # as the main thread has it, for a moment, whenever it waits
        signal.raise_signal(signal.SIGTERM)
    assert idle.stopping.wait(10)
