"""What one thread sets, another hears: in a wait, and on a socket."""

from select import select
from threading import Timer

from triage.mail.mailbox import Waker


def test_it_is_heard_while_somebody_listens() -> None:
    waker = Waker()
    with waker.heard() as ear:
        assert select([ear], [], [], 0)[0] == []
        setter = Timer(0.05, waker.set)
        setter.start()
        assert select([ear], [], [], 20)[0] == [ear]
        setter.join()
    assert waker.is_set()


def test_what_was_set_before_is_heard_at_once() -> None:
    waker = Waker()
    waker.set()
    with waker.heard() as ear:
        assert select([ear], [], [], 0)[0] == [ear]


def test_what_was_cleared_is_over() -> None:
    waker = Waker()
    with waker.heard():
        waker.set()
    waker.clear()
    with waker.heard() as ear:
        assert select([ear], [], [], 0)[0] == []


def test_one_who_calls_without_end_waits_for_nobody() -> None:
    waker = Waker()
    with waker.heard():
        for _ in range(1_000_000):
            waker.set()
