"""Promises: taken down when a reply leaves, by whatever door; called to mind; kept by word or by deed."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.desk.world import CUSTOMER, REP, World
from triage.judging.holds import Envelope
from triage.judging.promises import GivenPromise

CHICAGO = ZoneInfo("America/Chicago")
CALL = "I have looked into it. I will call you by 4 pm with the new date."


def promises(world: World) -> list[GivenPromise]:
    with world.store.look() as records:
        return records.promises_since(world.later(days=-3650))


def clock(moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(CHICAGO):%a %H:%M}"


def test_a_relative_time_counts_from_when_the_reply_leaves() -> None:
    """Held at ten past nine, sent half an hour later: "in two hours" is then."""
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("I will call you in two hours."))
    assert promises(world) == []
    world.forward(minutes=30)
    (given,) = promises(world)
    assert given.text == "I will call you in two hours"
    assert given.customer.label == "acme.example"
    assert given.due_at == world.clock.now() + timedelta(hours=2)


def test_one_that_passes_the_gate_counts_at_once() -> None:
    world = World()
    world.rep_sends(world.reply(CALL, answers=""))
    (given,) = promises(world)
    assert clock(given.due_at) == "Mon 16:00"


def test_one_that_a_kill_kept_from_being_read_is_read_from_its_copy_in_sent(tmp_path: Path) -> None:
    """Its client has the answer, and files its copy whether we are there or not."""
    world = World(path=tmp_path / "store.db")
    world.look()
    mail = world.reply("I will call you in two hours.", answers="")
    world.desk.reply_submitted(REP, Envelope(mail_from=REP, rcpt_tos=(CUSTOMER,)), mail)
    passed_at = world.clock.now()
    world.restart()
    world.client_files(mail)
    world.forward(minutes=10)
    (given,) = promises(world)
    assert given.due_at == passed_at + timedelta(hours=2)
    assert world.ways() == ["passed"]


def test_one_whose_copy_comes_to_sent_before_it_is_read_counts_once() -> None:
    world = World()
    world.look()
    mail = world.reply(CALL, answers="")
    world.desk.reply_submitted(REP, Envelope(mail_from=REP, rcpt_tos=(CUSTOMER,)), mail)
    world.client_files(mail)
    world.look()
    assert len(promises(world)) == 1


def test_one_that_is_found_in_sent_counts_from_its_own_time() -> None:
    """Sent from a phone; the daemon sees it an hour later."""
    world = World()
    world.look()
    world.client_files(world.reply("I will call you in two hours.", answers=""))
    sent_at = world.clock.now()
    world.forward(hours=1)
    (given,) = promises(world)
    assert given.due_at == sent_at + timedelta(hours=2)


def test_mail_to_a_colleague_promises_nothing_to_a_customer() -> None:
    world = World()
    world.rep_sends(world.reply(CALL, to="ben@example.com", answers=""), to=["ben@example.com"])
    assert promises(world) == []


def test_an_acknowledgement_is_the_first_promise() -> None:
    world = World()
    world.customer_writes()
    world.look()
    told = world.asks("acknowledge", world.cooldowns[0].id)
    world.tick()
    (given,) = promises(world)
    assert given.due_at == world.cooldowns[0].answer_by, told.answer


def test_the_rep_is_reminded_once_before_it_is_due() -> None:
    world = World()
    world.rep_sends(world.reply("I will call you in two hours.", answers=""))
    world.forward(minutes=59)
    assert world.told() == []
    world.forward(minutes=1)
    assert world.told() == ["A promise of yours falls due: p1."]
    world.forward(minutes=1)
    assert len([s for s in world.subjects("INBOX") if s.startswith("triage:")]) == 1


def test_kept_by_the_reps_word() -> None:
    world = World()
    world.rep_sends(world.reply(CALL, answers=""))
    done = world.asks("kept", "p1")
    assert (done.exit_code, done.answer) == (0, "p1 is kept.")
    assert promises(world)[0].state(world.later(days=3)) == "kept"
    assert world.asks("kept", "p1").exit_code == 4
    world.forward(days=1)
    assert world.told() == []


def test_what_was_no_promise_is_forgotten() -> None:
    world = World()
    world.rep_sends(world.reply(CALL, answers=""))
    assert world.asks("kept", "p1", "none").exit_code == 0
    assert promises(world) == []


@pytest.mark.parametrize(
    ("promise", "later", "state"),
    [
        ("I will get back to you by 4 pm.", "The depot found your pallet.", "kept"),
        ("I will ship the spare pump by 4 pm.", "The spare pump has been shipped, DHL 88.", "kept"),
        ("I will ship the spare pump by 4 pm.", "The spare pump is delayed.", "broken"),
    ],
)
def test_kept_by_a_later_reply(promise: str, later: str, state: str) -> None:
    world = World()
    world.customer_writes("Where is my order 4711?")
    world.look()
    world.rep_sends(world.reply(promise))
    world.forward(hours=1)
    world.rep_sends(world.reply(later))
    assert promises(world)[0].state(world.later(days=1)) == state


def test_a_reply_on_another_thread_keeps_nothing() -> None:
    world = World()
    world.customer_writes("Where is my order 4711?")
    world.look()
    world.rep_sends(world.reply("I will get back to you by 4 pm."))
    world.rep_sends(
        world.reply("The price list is attached.", subject="Prices", answers="<else@acme.example>")
    )
    assert promises(world)[0].state(world.clock.now()) == "due"


def test_they_end_with_the_retention() -> None:
    world = World()
    world.rep_sends(world.reply(CALL, answers=""))
    world.clock.move(days=401)
    world.desk.prune()
    assert promises(world) == []
