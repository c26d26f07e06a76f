"""`triage forget`, while the daemon runs: no byte of the address is left in a file of ours, or in the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import House, until

DANA, KIM = "dana@acme.example", "kim@bigco.example"


@pytest.fixture
def house() -> Iterator[House]:
    dovecot_or_skip()
    with House(Dovecot.flavoured("as_it_is"), cooldown=1.0) as house:
        yield house


def answered(house: House, customer: str) -> None:
    """A heated message, a reply with a promise that names the customer, and its cool-down: all on record."""
    id_ = house.customer_writes(sender=customer, subject=f"Order of {customer}")
    text = f"I will call {customer} by 4 pm tomorrow."
    house.rep_sends(house.reply(id_, text, to=customer, subject=f"Re: Order of {customer}"), customer)
    until(lambda: any(customer in mail.rcpt_tos for mail in house.upstream.mails), "it leaves")
    until(lambda: not house.held(), "its leaving is on record")


def naming(folder: Path, address: str) -> list[str]:
    """The files in which the address stands, in whatever case."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return [file.name for file in files if address.encode() in file.read_bytes().lower()]


def test_no_trace_is_left_of_one_and_the_other_stays(house: House) -> None:
    answered(house, DANA)
    answered(house, KIM)
    state = house.config.parent / "state"
    assert naming(state, DANA), "the search finds what is there"
    assert "no byte" in house.triage("forget", DANA.upper())
    assert naming(state, DANA) == []
    left = house.triage("export")
    assert DANA not in left
    assert KIM in left, "who was not named is remembered"
    house.stop()
    assert naming(state, DANA) == []
    assert naming(house.folder, DANA) == [], "the log, too"
