"""The desk itself judges nothing: whatever mail comes and goes, learned words are asked for apart only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import pytest

from tests.desk.world import World
from triage.desk.views import whole_reply
from triage.judging.holds import State
from triage.reading.replies import check
from triage.reading.wording import shipped_model

P = ParamSpec("P")
R = TypeVar("R")


class Elsewhere:
    """Calls a function, and knows that it does; whatever is asked for only there fails anywhere else."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._is_there = False

    def __call__(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.asked.append(function.__name__)
        with self._there():
            return function(*args, **kwargs)

    def only(self, function: Callable[P, R]) -> Callable[P, R]:
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            assert self._is_there, function.__name__
            return function(*args, **kwargs)

        return guarded

    @contextmanager
    def _there(self) -> Iterator[None]:
        self._is_there = True
        yield
        self._is_there = False


def test_a_day_of_mail_is_judged_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Elsewhere()
    monkeypatch.setattr("triage.reading.heat.shipped_model", elsewhere.only(shipped_model))
    monkeypatch.setattr("triage.judging.reviews.check", elsewhere.only(check))
    world = World(after="ask_if_pointed")
    world.desk.office.apart = elsewhere
    world.rep_sends(world.reply("I will send the list on Monday.", answers=""), to=["pat@elsewhere.example"])
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("I can send a new one today, or come by on Friday. I will call you at 3 pm."))
    held = world.only
    with world.store.look() as records:
        assert whole_reply(world.desk.office, records, held)["check"]
    world.forward(minutes=30)
    assert world.only.state is State.SENT
    world.client_files(world.reply("And another thing."))
    world.look()
    assert elsewhere.asked.count("judge") == 1
    assert elsewhere.asked.count("read_each") == 2
    assert elsewhere.asked.count("review") >= 4
