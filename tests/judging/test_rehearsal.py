"""The past, played again: thousands of cool-downs may be open at once, and each mail asks few of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from triage.judging.cooldown import Cooldown
from triage.judging.customers import Customer
from triage.judging.past import Received, Sent
from triage.judging.rehearsal import _Stage, rehearse
from triage.judging.rules import CooldownRules, TeamRules

START = datetime(2026, 3, 16, 9, tzinfo=UTC)
PEOPLE = ("ann@acme.example", "bob@ACME.example", "cy@else.example", "di@mail.example", "ed@mail.example")
FREE = {"mail.example"}


def received(number: int, who: str, hours: int, *, heated: bool = True, thread: str = "") -> Received:
    return Received(
        at=START + timedelta(hours=hours),
        message_id=f"<{number}@x>",
        references=(thread,) if thread else (),
        subject="pump",
        subject_key="pump",
        customer=Customer.of([who], free_mail=FREE),
        score=float(heated),
    )


def sent(number: int, whom: Iterable[str], hours: int, *, thread: str = "") -> Sent:
    return Sent(
        at=START + timedelta(hours=hours),
        message_id=f"<{number}@us>",
        references=(thread,) if thread else (),
        subject="Re: pump",
        subject_key="pump",
        recipients=tuple(whom),
    )


_threads = st.sampled_from(["", "<1@x>", "<2@x>", "<3@x>"])
_hours = st.integers(0, 24 * 30)
_pasts = st.lists(
    st.one_of(
        st.builds(
            received,
            st.integers(1, 9),
            st.sampled_from(PEOPLE),
            _hours,
            heated=st.booleans(),
            thread=_threads,
        ),
        st.builds(
            sent, st.integers(1, 9), st.sets(st.sampled_from(PEOPLE), min_size=1), _hours, thread=_threads
        ),
    ),
    max_size=12,
)


def _all_open(self: _Stage, _: object, at: datetime) -> list[Cooldown]:
    return [cooldown for cooldown in self._open.values() if cooldown.expires_at > at]


@given(_pasts, st.sampled_from(["thread", "customer"]))
def test_what_is_not_asked_would_have_changed_nothing(
    past: list[Received | Sent], scope: Literal["thread", "customer"]
) -> None:
    rules = TeamRules(cooldown=CooldownRules(scope=scope))
    found = rehearse(past, rules)
    with patch.object(_Stage, "_open_of", _all_open):
        assert rehearse(past, rules) == found


def test_of_thousands_that_are_open_a_mail_asks_those_of_its_customer() -> None:
    past = [received(number, f"ann@{number % 500}.example", 0) for number in range(2_000)]
    with patch("triage.judging.cooldown._concerns", return_value=False) as asked:
        found = rehearse(past, TeamRules())
    assert len(found.heated) == 2_000
    assert asked.call_count == 500 * (0 + 1 + 2 + 3)
