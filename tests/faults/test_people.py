"""What reps and customers do that nobody planned for: other addresses, groups, forwards, endless threads."""

from collections.abc import Iterator

import pytest

from tests.desk.world import CUSTOMER, REP, World
from triage.judging.holds import Envelope, State


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.customer_writes()
    world.look()
    yield world
    world.close()


@pytest.mark.parametrize("sender", ["rep+orders@example.com", "robin@example.com"])
def test_sent_under_another_address_of_the_reps_it_is_held_all_the_same(world: World, sender: str) -> None:
    """Which addresses are the account's is the gate's to know (tests/doors/test_gate.py)."""
    raw = world.reply()
    answer = world.desk.reply_submitted(REP, Envelope(mail_from=sender, rcpt_tos=(CUSTOMER,)), raw)
    assert answer.startswith("250 2.0.0 held until")
    world.forward(minutes=31)
    (mail,) = world.upstream.taken
    assert (mail.mail_from, mail.raw) == (sender, raw)


@pytest.mark.parametrize("to", ["dana+orders@acme.example", "DANA@ACME.EXAMPLE", "office@acme.example"])
def test_another_address_of_the_customers_is_the_customer(world: World, to: str) -> None:
    assert world.rep_sends(world.reply(to=to), to=[to]).startswith("250 2.0.0 held until")


def test_a_group_reply_is_held_for_all_and_leaves_for_all_at_once(world: World) -> None:
    to = (CUSTOMER, "colleague@example.com", "carrier@freight.example")
    raw = world.reply(to="Everybody: dana@acme.example, colleague@example.com;, carrier@freight.example")
    assert world.rep_sends(raw, to=to).startswith("250 2.0.0 held until")
    assert not world.upstream.taken
    world.forward(minutes=31)
    assert [mail.rcpt_tos for mail in world.upstream.taken] == [to]


def test_forwarded_to_a_colleague_it_passes(world: World) -> None:
    raw = world.reply(to="colleague@example.com", subject="Fwd: Order 4711")
    assert world.rep_sends(raw, to=["colleague@example.com"]) == "250 2.0.0 Ok: queued"


def test_a_thread_without_end_is_held_and_read_like_any_other(world: World) -> None:
    """Forty thousand ids: more than one question to the store can carry."""
    ids = [f"<{number}@acme.example>" for number in range(40_000)]
    id_ = world.customer_writes(subject="Endless", sender="eve@bolt.example", references=ids)
    world.look()
    assert [c.customer.label for c in world.cooldowns] == ["acme.example", "bolt.example"]
    raw = world.reply(to="eve@bolt.example", subject="Re: Endless", answers=" ".join([*ids, id_]))
    assert world.rep_sends(raw, to=["eve@bolt.example"]).startswith("250 2.0.0 held until")


@pytest.mark.parametrize("first", ["Drafts", "Trash", "Cooldown/Send", "nowhere"])
@pytest.mark.parametrize("then", ["Drafts", "Trash", "Cooldown/Send", "nowhere"])
def test_whatever_the_rep_does_with_the_copy_and_does_again_it_goes_once_or_not_at_all(
    world: World, first: str, then: str
) -> None:
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    for target in (first, then):
        _take(world, raw, target)
        world.look()
        world.clock.move(minutes=3)
        world.look()
    for _ in range(4):
        world.forward(minutes=20)
    sent = [mail for mail in world.upstream.taken if CUSTOMER in mail.rcpt_tos]
    assert len(sent) <= 1
    assert len([state for state in world.states if state is State.SENT]) == len(sent)
    open_ = [reply for reply in world.replies if reply.state not in (State.SENT, State.WITHDRAWN)]
    assert all(reply.asked_because for reply in open_), "what waits says why"


def _take(world: World, raw: bytes, target: str) -> None:
    """Where the copy lies now, from there to the target."""
    for folder in ("Cooldown/Held", "Drafts", "Trash", "Cooldown/Send"):
        if folder == target or folder not in world.server.folders():
            continue
        for letter in world.server.inside(folder):
            if b"call you at three" in letter.raw and "\\Deleted" not in letter.flags:
                if target == "nowhere":
                    world.server.expunge(folder, letter.uid)
                else:
                    world.server.move(folder, letter.uid, target)
                return
