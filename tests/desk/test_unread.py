"""What is read when its client has the answer: many mails together, and none is in another's way."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pytest

from tests.desk.world import CUSTOMER, REP, World
from triage.judging.holds import Envelope
from triage.judging.reviews import Review, review

P = ParamSpec("P")
R = TypeVar("R")


class Counting:
    """Reads here, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.asked += 1
        return function(*args, **kwargs)


def pass_some(world: World, mails: int, text: str = "I will call you on Monday.") -> None:
    for _ in range(mails):
        envelope = Envelope(mail_from=REP, rcpt_tos=(CUSTOMER,))
        world.desk.reply_submitted(REP, envelope, world.reply(text, answers=""))


def promised(world: World) -> int:
    with world.store.look() as records:
        return len(records.open_promises("field"))


def test_mails_that_pass_together_are_read_together() -> None:
    world = World()
    world.desk.office.apart = counting = Counting()
    pass_some(world, 10)
    assert (counting.asked, promised(world)) == (0, 0)
    world.desk.read_unread()
    assert (counting.asked, promised(world)) == (1, 10)


@pytest.mark.parametrize(("bound", "most", "asked"), [("AT_ONCE", 4, 2), ("BYTES", 1, 8)])
def test_no_more_at_once_than_others_can_wait_for(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: int, asked: int
) -> None:
    monkeypatch.setattr(f"triage.desk.unread.{bound}", most)
    world = World()
    world.desk.office.apart = counting = Counting()
    pass_some(world, 8)
    world.desk.read_unread()
    assert (counting.asked, promised(world)) == (asked, 8)


def test_one_that_trips_us_up_is_in_nobodys_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def trips(text: str, *words: Any, **more: Any) -> Review:
        if "secret" in text:
            raise AttributeError(text)
        return review(text, *words, **more)

    monkeypatch.setattr("triage.judging.reviews.review", trips)
    world = World()
    pass_some(world, 1)
    pass_some(world, 1, "I will send the secret list on Monday.")
    pass_some(world, 1)
    world.desk.read_unread()
    assert promised(world) == 2
    assert "AttributeError" in caplog.text
    assert "secret" not in caplog.text


def test_without_a_store_nothing_is_raised_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    pass_some(world, 2)
    world.break_store()
    world.desk.read_unread()
    assert "2 mails could not be noted" in caplog.text
