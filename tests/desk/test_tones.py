"""How the rep's mail reads: noted, shown to the rep, and to nobody else."""

from datetime import timedelta

import pytest

from tests.desk.world import CALM, CUSTOMER, World
from triage.desk.company import exported
from triage.desk.tones import mirrors, waited
from triage.desk.views import mirror_facts, waiting_facts
from triage.reading.replies import FaultKind

POINTED = "As I told you in March, you should have read the manual. Calm down, it is only a hose."
BETTER = "The hose leaks. I can send a new one today, or come by on Friday at 9. I will call you at 3 pm."
MONTH = timedelta(days=30)


@pytest.fixture
def world() -> World:
    world = World()
    world.customer_writes()
    world.look()
    return world


def rewrite(world: World) -> None:
    """A pointed reply is taken back, and a better one sent after the time from the rep's own client."""
    world.rep_sends(world.reply(POINTED))
    world.asks("withdraw", "r1")
    world.forward(minutes=31)
    world.client_files(world.reply(BETTER))
    world.look()


def test_a_rewritten_reply_is_held_against_what_it_was(world: World) -> None:
    rewrite(world)
    with world.store.look() as records:
        (found,) = waited(records, world.team, world.later(days=-1), world.later(days=1))
    assert found.customer == "acme.example"
    assert found.rewritten
    assert FaultKind.BLAME_CUSTOMER in found.held.faults
    assert found.left.faults == ()
    assert found.next is None


def test_how_the_customer_wrote_next(world: World) -> None:
    rewrite(world)
    world.forward(hours=1)
    world.customer_writes(CALM, subject="The next order")
    world.forward(minutes=1)
    world.forward(minutes=1)
    with world.store.look() as records:
        facts = waiting_facts(world.desk.office, records, "", MONTH)
    assert facts["replies"][0]["next"] == "calm"
    assert facts["line"].endswith("the customer wrote again after 1, still heated after 0.")
    assert facts["found"].endswith(", 0 in what left.")


def test_one_that_left_as_it_was_is_not_rewritten(world: World) -> None:
    world.rep_sends(world.reply(POINTED))
    world.forward(minutes=30)
    world.forward(minutes=1)
    with world.store.look() as records:
        (found,) = waited(records, world.team, world.later(days=-1), world.later(days=1))
    assert not found.rewritten
    assert found.held.faults == found.left.faults


def test_an_acknowledgement_is_no_tone_of_the_reps(world: World) -> None:
    world.asks("acknowledge", "c1")
    world.tick()
    with world.store.look() as records:
        assert not any(week.mails for each in mirrors(world.desk.office, records) for week in each.weeks)


@pytest.fixture
def worn(world: World) -> World:
    """Weeks of calm mail, then two of pointed mail, late in the evening."""
    for text, hour, days in [("The price list is attached.", 9, 2)] * 10 + [(POINTED, 21, 1)] * 8:
        here = world.clock.now().astimezone(world.team.zone)
        world.clock.set(here.replace(hour=hour) + timedelta(days=days))
        world.rep_sends(world.reply(text, answers=""), to=[CUSTOMER])
    world.clock.move(minutes=1)
    return world


def test_the_rep_sees_it(worn: World) -> None:
    with worn.store.look() as records:
        (facts,) = mirror_facts(worn.desk.office, records)
    assert facts["turns"] == ("sharper", "later")
    assert any("with pointed words" in line for line in facts["lines"])


def test_the_manager_never_does(worn: World) -> None:
    """Neither in the mail, as text or as HTML, nor in what is exported, nor in a notice."""
    mail = worn.summary()
    with worn.store.look() as records:
        company = repr(list(exported(worn.desk.office, records)))
    for text in (mail.subject, mail.text, mail.html, company, *worn.told()):
        for word in ("pointed", "working hours", "blame_customer", "dismissive", "told_you_so", "Tone("):
            assert word not in text


def test_the_managers_line_counts_what_was_rewritten_and_finds_no_fault(world: World) -> None:
    rewrite(world)
    world.forward(minutes=1)
    text = world.summary().text
    assert "1 reply was sent after waiting, 1 of them rewritten" in text
    assert "check" not in text.replace("last checked", "")
    assert "fault" not in text
