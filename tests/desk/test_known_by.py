"""What a thing is known by: a UID only under its UIDVALIDITY, mail without a Message-ID by its content."""

from dataclasses import replace

import pytest

from tests.desk.world import CUSTOMER, FIRST, HOT, World
from triage.judging.holds import Door, State
from triage.reading.messages import parse

HELD = "Cooldown/Held"


def heated() -> World:
    world = World()
    world.customer_writes()
    world.look()
    return world


def nameless(world: World, text: str = "It is on its way.", *, answers: str | None = None) -> bytes:
    raw = world.reply(text, message_id="<gone@example.com>", answers=answers)
    return raw.replace(b"Message-ID: <gone@example.com>\r\n", b"")


def raws(world: World, folder: str) -> list[bytes]:
    return [x.raw for x in world.server.inside(folder) if "\\Deleted" not in x.flags]


# Where Sent stands at the claim


def in_doubt(world: World, *, files: bool = True, minutes: int = 30) -> bytes:
    """A reply with its copy in Held, on an account whose upstream files Sent itself; so much time is over."""
    world.account = replace(world.account, files_sent=True)
    world.start()
    raw = world.reply()
    world.rep_sends(raw)
    if files:
        world.client_files(raw)
    world.forward(minutes=1)
    world.upstream.trouble = ["dropped, not taken"]
    world.clock.move(minutes=minutes - 1)
    return raw


def test_a_copy_filed_between_the_last_look_and_the_claim_proves_nothing() -> None:
    world = heated()
    raw = in_doubt(world)
    world.client_files(raw)
    world.tick()
    world.look()
    assert world.states == [State.UNKNOWN]


def test_neither_does_any_copy_where_the_mailbox_did_not_answer_before_the_claim() -> None:
    world = heated()
    raw = in_doubt(world)
    world.server.cut()
    world.tick()
    world.client_files(raw)
    world.look()
    assert (world.states, world.only.sent_uidnext) == ([State.UNKNOWN], 0)


def test_nor_one_that_waits_behind_what_another_machine_may_be_about_to_move() -> None:
    world = heated()
    raw = in_doubt(world, files=False, minutes=1)
    World(beside=world, machine="m2").look()
    world.clock.move(minutes=1)
    world.look()
    world.client_files(world.reply("Taken by the other machine?"))
    world.client_files(b"X-Client: late\r\n" + raw)
    world.clock.move(seconds=1)
    world.asks("release", "r1", "the truck leaves")
    for _ in range(3):
        world.forward(minutes=1)
    assert (world.states, world.only.sent_uidnext) == ([State.UNKNOWN], 0)


def test_nor_one_in_a_sent_folder_that_was_made_anew() -> None:
    world = heated()
    raw = in_doubt(world)
    world.tick()
    world.server.delete("Sent")
    world.server.create("Sent")
    for number in range(5):
        world.client_files(world.reply(f"Older mail {number}.", to="lee@example.com", answers=""))
    world.client_files(raw)
    world.look()
    assert world.states == [State.UNKNOWN]


def test_before_it_goes_the_mailbox_is_looked_at_once_more() -> None:
    """The rep who takes it back in the last second has taken it back."""
    world = heated()
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    world.clock.move(minutes=30)
    world.server.move(HELD, world.server.inside(HELD)[0].uid, "Drafts")
    world.tick()
    assert (world.states, world.upstream.taken) == ([State.WITHDRAWN], [])


def test_and_the_customer_who_writes_again_in_the_last_second_is_heard() -> None:
    world = heated()
    world.rep_sends(world.reply())
    world.clock.move(minutes=30)
    world.customer_writes("Forget it, it came this morning.", references=[FIRST])
    world.tick()
    assert (world.states, world.upstream.taken) == ([State.ASKED], [])


# UIDVALIDITY


def test_a_draft_is_folded_also_where_drafts_was_made_anew() -> None:
    world = heated()
    for number in range(5):
        world.client_files(world.reply(f"Draft {number}.", to="lee@example.com", answers=""), "Drafts")
    world.client_files(world.reply("First try."), "Drafts")
    world.settle()
    assert world.only.source_uid > 5
    world.server.delete("Drafts")
    world.server.create("Drafts")
    world.clock.move(seconds=1)
    world.client_files(world.reply("Second try."), "Drafts")
    world.settle()
    assert world.states == [State.WITHDRAWN, State.HELD]


def test_an_older_draft_is_not_folded_because_drafts_was_made_anew() -> None:
    world = heated()
    older = world.reply("First try.")
    world.client_files(older, "Drafts")
    saved_at = world.clock.now()
    world.client_files(world.reply("Second try."), "Drafts")
    world.settle()
    world.server.delete("Drafts")
    world.server.create("Drafts")
    world.server.deliver("Drafts", older, at=saved_at)
    world.settle()
    assert world.states == [State.HELD]


def test_edited_is_seen_also_where_held_was_made_anew() -> None:
    """The number of the edited one may be that of the former by chance."""
    world = heated()
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    world.server.delete(HELD)
    world.server.create(HELD)
    edited = raw.replace(b"at three", b"at four")
    world.client_files(edited, HELD)
    world.look()
    assert (world.only.state, raws(world, HELD)) == (State.ASKED, [])
    assert edited in raws(world, "Drafts")


# Without a Message-ID


def test_the_clients_copy_of_a_held_reply_without_an_id_moves_to_held_and_is_no_bypass() -> None:
    world = heated()
    raw = nameless(world)
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    assert (world.states, world.ways()) == ([State.HELD], [])
    assert (raws(world, HELD), raws(world, "Sent")) == ([raw], [])
    world.forward(minutes=30)
    world.look()
    assert (raws(world, HELD), raws(world, "Sent")) == ([], [raw])
    assert world.ways() == []


def test_nor_is_the_copy_that_was_given_an_id_on_the_way() -> None:
    world = heated()
    raw = nameless(world)
    world.rep_sends(raw)
    world.forward(minutes=30)
    world.client_files(b"Message-ID: <given@upstream.example>\r\n" + raw)
    world.look()
    assert (world.states, world.ways()) == ([State.SENT], [])


def test_a_passing_mail_without_an_id_is_remembered_by_its_content() -> None:
    world = World()
    world.look()
    raw = nameless(world, answers="")
    world.rep_sends(raw)
    world.customer_writes(HOT, subject="Re: Order 4711")
    world.look()
    world.client_files(raw)
    world.look()
    assert world.ways() == ["passed"]


def test_another_reply_without_an_id_is_a_bypass_as_ever() -> None:
    world = heated()
    world.rep_sends(nameless(world))
    world.client_files(nameless(world, "Other words, from the phone."))
    world.look()
    assert (world.states, world.ways()) == ([State.ASKED], ["bypass"])


def test_of_two_without_an_id_on_one_subject_each_keeps_its_copy() -> None:
    world = heated()
    first, second = nameless(world, "First."), nameless(world, "Second.")
    for raw in (first, second):
        world.rep_sends(raw)
        world.client_files(raw)
        world.look()
    for _ in range(2):
        world.look()
    assert (world.states, set(raws(world, HELD))) == ([State.HELD, State.HELD], {first, second})
    world.asks("withdraw", "r1")
    world.look()
    assert (raws(world, HELD), first in raws(world, "Drafts")) == ([second], True)


# Edited in Held


def test_a_draft_edited_in_held_under_a_new_id_is_the_reps_draft_again() -> None:
    world = heated()
    world.client_files(world.reply("First words."), "Drafts")
    world.settle()
    edited = world.reply("Better words.")
    world.server.expunge(HELD, world.server.inside(HELD)[0].uid)
    world.client_files(edited, HELD)
    world.look()
    assert (world.only.state, world.only.asked_because) == (
        State.ASKED,
        "its copy in the folder Held was edited",
    )
    assert (raws(world, HELD), edited in raws(world, "Drafts")) == ([], True)


def test_also_where_the_client_puts_the_new_one_before_it_takes_the_old_one_away() -> None:
    world = heated()
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    edited = world.reply("Better words.")
    world.client_files(edited, HELD)
    world.look()
    assert world.states == [State.HELD]
    world.server.expunge(HELD, world.server.inside(HELD)[0].uid)
    world.look()
    assert world.only.asked_because == "its copy in the folder Held was edited"
    assert (raws(world, HELD), edited in raws(world, "Drafts")) == ([], True)


def test_also_where_its_time_is_over_before_anybody_looks() -> None:
    world = heated()
    raw = world.reply("First words.")
    world.client_files(raw, "Drafts")
    world.settle()
    edited = world.reply("Better words.")
    world.server.expunge(HELD, world.server.inside(HELD)[0].uid)
    world.client_files(edited, HELD)
    world.forward(minutes=30)
    assert (world.states, raws(world, HELD)) == ([State.WITHDRAWN], [])
    assert {raw, edited} <= set(raws(world, "Drafts"))


def test_what_another_machine_holds_there_is_nobodys_edit() -> None:
    world = heated()
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    theirs = world.reply("Held by the other machine.")
    world.client_files(theirs, HELD)
    world.look()
    world.clock.move(minutes=2)
    (ours,) = [x.uid for x in world.server.inside(HELD) if x.raw == raw]
    world.server.expunge(HELD, ours)
    world.look()
    assert world.only.asked_because == "its copy in the folder Held is gone"
    assert raws(world, HELD) == [theirs]


# A suggestion is known by its text


def suggestion(world: World) -> bytes:
    return next(x for x in raws(world, "Drafts") if parse(x).message_id.startswith("<suggestion."))


def test_a_suggestion_whose_recipients_were_changed_is_still_the_suggestion() -> None:
    world = heated()
    again = suggestion(world).replace(CUSTOMER.encode(), b"lee@acme.example, boss@example.com")
    world.server.expunge("Drafts", world.server.inside("Drafts")[0].uid)
    world.client_files(again.replace(b"<suggestion.", b"<autosave."), "Drafts")
    elsewhere = again.replace(b"lee@acme.example", b"kim@elsewhere.example").replace(b"<suggestion.", b"<2.")
    world.client_files(elsewhere, "Drafts")
    world.settle()
    assert world.replies == []
    world.asks("not-heated", "c1")
    world.look()
    assert (raws(world, "Drafts"), len(raws(world, "Trash"))) == ([], 2)


def test_the_suggestion_of_an_earlier_cool_down_is_no_draft_of_the_reps_either() -> None:
    world = heated()
    old = suggestion(world)
    world.asks("not-heated", "c1")
    world.look()
    second = "Where is invoice 88? You are liars and cheats, we are done, our lawyer will sue you."
    world.customer_writes(second, references=[FIRST])
    world.look()
    assert [c.closed_at is None for c in world.cooldowns] == [False, True]
    world.client_files(old, "Drafts")
    world.settle()
    assert world.replies == []


# What the rep sends on another way


def test_a_draft_that_was_handed_back_and_then_sent_from_the_phone_stays_in_sent() -> None:
    world = heated()
    raw = world.reply()
    world.client_files(raw, "Drafts")
    world.settle()
    world.forward(minutes=30)
    assert (world.only.door, world.only.state) == (Door.DRAFTS, State.WITHDRAWN)
    world.client_files(raw)
    world.look()
    assert (raws(world, "Sent"), world.ways()) == ([raw], ["after the time"])
    assert world.cooldowns[0].closed_at is not None


@pytest.mark.parametrize("minutes", [0, 31])
def test_a_reply_that_was_taken_back_and_then_passed_stays_in_sent(minutes: int) -> None:
    world = heated()
    raw = world.reply()
    world.rep_sends(raw)
    world.forward(seconds=60)
    world.asks("withdraw", "r1")
    world.look()
    world.clock.move(minutes=minutes)
    world.asks("pause")
    assert world.rep_sends(raw).startswith("250 2.0.0 Ok")
    world.client_files(raw)
    world.look()
    assert raws(world, "Sent") == [raw]
