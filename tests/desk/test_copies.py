"""The mailbox tells the truth: what is held lies in Held, what was sent in Sent; the rep's hand is obeyed."""

from dataclasses import replace
from typing import Any

import pytest

from tests.desk.world import CUSTOMER, World
from triage.judging.holds import State

HELD = "Cooldown/Held"


def holding(*, files: bool = True, **cooldown: Any) -> tuple[World, bytes]:
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    raw = world.reply()
    world.rep_sends(raw)
    if files:
        world.client_files(raw)
        world.look()
    return world, raw


def raws(world: World, folder: str) -> list[bytes]:
    return [x.raw for x in world.server.inside(folder) if "\\Deleted" not in x.flags]


def test_the_clients_copy_moves_to_held_and_back_to_sent_with_its_date() -> None:
    world, raw = holding()
    assert (raws(world, "Sent"), raws(world, HELD)) == ([], [raw])
    filed_at = world.server.inside(HELD)[0].internal_date
    world.forward(minutes=30)
    assert (raws(world, "Sent"), raws(world, HELD)) == ([raw], [])
    assert world.server.inside("Sent")[0].internal_date == filed_at


def test_where_the_client_files_none_ours_is_there_after_a_minute() -> None:
    world, raw = holding(files=False)
    world.forward(seconds=59)
    assert HELD not in world.server.folders() or raws(world, HELD) == []
    world.forward(seconds=1)
    assert raws(world, HELD) == [raw]
    world.forward(minutes=30)
    assert (raws(world, "Sent"), raws(world, HELD)) == ([raw], [])


def test_discarded_where_the_client_files_none_ours_is_in_trash_after_a_minute() -> None:
    """As the rep was told: nothing that was written is in no folder."""
    world, raw = holding(files=False)
    assert world.asks("withdraw", "r1", "discard").answer == "r1 goes to Trash."
    world.forward(seconds=59)
    assert raws(world, "Trash") == []
    world.forward(seconds=1)
    world.look()
    assert raws(world, "Trash") == [raw]


@pytest.mark.parametrize("changed", [b"", b"Received: by the client\r\n"])
def test_the_clients_later_copy_replaces_ours_while_held(changed: bytes) -> None:
    world, raw = holding(files=False)
    world.forward(seconds=60)
    world.client_files(changed + raw)
    world.look()
    world.look()
    assert (raws(world, "Sent"), raws(world, HELD)) == ([], [changed + raw])
    assert world.states == [State.HELD]


def test_the_clients_later_copy_replaces_ours_after_release() -> None:
    world, raw = holding(files=False)
    world.forward(minutes=30)
    world.look()
    later = b"X-Client: late\r\n" + raw
    world.client_files(later)
    world.look()
    assert (raws(world, "Sent"), raws(world, HELD)) == ([later], [])


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_client_may_leave_the_attachments_out_of_its_copy(seconds: int) -> None:
    world, raw = holding(files=False)
    world.forward(seconds=seconds)
    filed = raw + b"-- The attachment was removed from this copy. --\r\n"
    world.client_files(filed)
    for _ in range(3):
        world.look()
    assert (world.states, raws(world, HELD)) == ([State.HELD], [filed])
    world.forward(minutes=30)
    assert (raws(world, "Sent"), raws(world, HELD)) == ([filed], [])
    assert [taken.raw for taken in world.upstream.taken] == [raw]


def test_a_renumbered_sent_folder_loses_nothing() -> None:
    """After a change of UIDVALIDITY a UID that we remember means another mail."""
    world, raw = holding(files=False)
    world.forward(minutes=30)
    world.look()
    world.server.delete("Sent")
    world.server.create("Sent")
    others = [world.reply(f"Older mail {n}.", to="lee@example.com", answers="") for n in range(3)]
    for other in [*others, raw]:
        world.client_files(other)
    world.look()
    world.look()
    assert set(raws(world, "Sent")) == {*others, raw}


def test_sent_twice_by_the_client_one_copy_stands_for_it() -> None:
    world, raw = holding()
    again = world.reply(message_id="<again@example.com>")
    world.rep_sends(again)
    world.client_files(again)
    world.look()
    assert set(raws(world, HELD)) == {raw, again}
    world.forward(minutes=30)
    assert (raws(world, "Sent"), raws(world, HELD)) == ([raw], [])
    assert raws(world, "Cooldown/Earlier") == [again]


def test_sent_twice_and_then_handed_off_nothing_stays_in_held() -> None:
    world, raw = holding()
    again = world.reply(message_id="<again@example.com>")
    world.rep_sends(again)
    world.client_files(again, "Cooldown/Send")
    world.settle()
    world.look()
    assert world.states == [State.WITHDRAWN, State.HELD]
    world.forward(minutes=30)
    assert raws(world, HELD) == []
    assert len(world.upstream.taken) == 1
    assert raws(world, "Cooldown/Earlier") == [raw]


def test_where_the_upstream_files_sent_itself_ours_goes() -> None:
    world, raw = holding(files=False)
    world.account = replace(world.account, files_sent=True)
    world.start()
    world.forward(seconds=60)
    assert raws(world, HELD) == [raw]
    world.clock.move(minutes=30)
    world.tick()
    world.client_files(raw)  # the upstream does
    world.look()
    world.look()
    assert (raws(world, "Sent"), raws(world, HELD)) == ([raw], [])


@pytest.mark.parametrize(("files_sent", "state"), [(True, State.SENT), (False, State.UNKNOWN)])
def test_a_copy_that_the_upstream_filed_settles_a_doubt(*, files_sent: bool, state: State) -> None:
    world, raw = holding()
    world.account = replace(world.account, files_sent=files_sent)
    world.start()
    world.look()
    world.upstream.trouble = ["dropped, taken"]
    world.clock.move(minutes=30)
    world.tick()
    assert world.states == [State.UNKNOWN]
    world.client_files(raw)
    world.look()
    assert world.states == [state]


def test_the_clients_early_copy_proves_nothing() -> None:
    world, raw = holding(files=False)
    world.account = replace(world.account, files_sent=True)
    world.start()
    world.upstream.trouble = ["dropped, not taken"]
    world.clock.move(seconds=30)
    world.asks("release", "r1", "the truck leaves")
    world.client_files(raw)
    world.look()
    assert world.states == [State.UNKNOWN]


# The rep's hand on Held


@pytest.mark.parametrize(
    ("to", "state", "because"),
    [("Drafts", State.WITHDRAWN, "taken back to Drafts"), ("Trash", State.WITHDRAWN, "discarded")],
)
def test_moved_by_the_rep(to: str, state: State, because: str) -> None:
    world, raw = holding()
    world.server.move(HELD, world.server.inside(HELD)[0].uid, to)
    world.look()
    assert (world.only.state, world.only.because) == (state, because)
    assert raw in raws(world, to)
    world.forward(minutes=30)
    assert not world.upstream.taken


def test_vanished_it_waits_for_the_rep_and_is_never_withdrawn_by_absence() -> None:
    world, _ = holding()
    world.server.expunge(HELD, world.server.inside(HELD)[0].uid)
    world.look()
    assert (world.only.state, world.only.asked_because) == (
        State.ASKED,
        "its copy in the folder Held is gone",
    )


@pytest.mark.parametrize("saved_in", [HELD, "Drafts"])
def test_edited_it_is_a_new_draft_and_the_hold_waits(saved_in: str) -> None:
    world, raw = holding()
    edited = raw.replace(b"at three", b"at four")
    world.server.expunge(HELD, world.server.inside(HELD)[0].uid)
    world.client_files(edited, saved_in)
    world.look()
    assert (world.only.state, world.only.asked_because) == (
        State.ASKED,
        "its copy in the folder Held was edited",
    )
    assert edited in raws(world, "Drafts")


def test_the_senders_commit_goes_before_the_reps_late_hand() -> None:
    """The rep moves the copy in the very moment in which it is sent: nothing breaks, and it was sent."""
    world, raw = holding()
    world.clock.move(minutes=30)
    world.tick()
    world.server.move(HELD, world.server.inside(HELD)[0].uid, "Drafts")
    world.look()
    assert world.states == [State.SENT]
    assert raw in raws(world, "Drafts")


# Back to Drafts


def test_back_in_drafts_a_reply_names_those_whom_only_the_envelope_named() -> None:
    world = World()
    world.customer_writes()
    world.look()
    raw = world.reply()
    world.rep_sends(raw, to=[CUSTOMER, "hidden@acme.example"])
    world.client_files(raw)
    world.look()
    world.asks("withdraw", "r1")
    world.look()
    world.look()
    drafts = [x for x in raws(world, "Drafts") if b"Bcc" in x]
    assert drafts == [raw.replace(b"\r\n\r\n", b"\r\nBcc: hidden@acme.example\r\n\r\n", 1)]
    assert raw not in raws(world, "Drafts")
    assert raw in raws(world, "Cooldown/Earlier"), "nothing of the rep's is deleted"


def test_nobody_is_lost_either_when_the_rep_drags_it_to_drafts() -> None:
    world = World()
    world.customer_writes()
    world.look()
    raw = world.reply()
    world.rep_sends(raw, to=[CUSTOMER, "hidden@acme.example"])
    world.client_files(raw)
    world.look()
    world.server.move(HELD, world.server.inside(HELD)[0].uid, "Drafts")
    world.look()
    assert any(b"Bcc: hidden@acme.example" in x for x in raws(world, "Drafts"))


@pytest.mark.parametrize("state", [State.SENT, State.WITHDRAWN])
def test_a_reply_without_a_message_id_is_known_by_its_place(state: State) -> None:
    world = World()
    world.customer_writes()
    world.look()
    raw = world.reply(message_id="<gone@example.com>").replace(b"Message-ID: <gone@example.com>\r\n", b"")
    world.rep_sends(raw)
    world.forward(seconds=60)
    assert raws(world, HELD) == [raw]
    world.look()
    assert world.states == [State.HELD]
    if state is State.WITHDRAWN:
        world.asks("withdraw", "r1")
    world.forward(minutes=30)
    assert world.states == [state]
    assert raws(world, HELD) == []
    assert raw in raws(world, "Sent" if state is State.SENT else "Drafts")


def test_nothing_is_named_twice_where_the_clients_copy_names_it_already() -> None:
    world = World()
    world.customer_writes()
    world.look()
    filed = world.reply(bcc="hidden@acme.example", message_id="<1@example.com>")
    world.rep_sends(world.reply(message_id="<1@example.com>"), to=[CUSTOMER, "hidden@acme.example"])
    world.client_files(filed)
    world.look()
    world.asks("withdraw", "r1")
    world.look()
    assert filed in raws(world, "Drafts")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["append", "move", "search", "fetch"])
@pytest.mark.parametrize("files", [True, False])
def test_a_line_that_drops_anywhere_leaves_one_copy_in_the_end(when: str, verb: Any, *, files: bool) -> None:
    world, raw = holding(files=False)
    if files:
        world.client_files(raw)
    world.clock.move(seconds=60)
    world.server.cut(**{when: verb})
    world.drop_and_look()
    world.look()
    assert raws(world, HELD) == [raw]
    world.clock.move(minutes=30)
    world.tick()
    world.server.cut(**{when: verb})
    world.drop_and_look()
    world.look()
    assert (raws(world, "Sent"), raws(world, HELD)) == ([raw], [])


def test_in_trash_it_is_withdrawn_and_that_is_told() -> None:
    world, _ = holding()
    world.server.move(HELD, world.server.inside(HELD)[0].uid, "Trash")
    world.look()
    assert world.told() == ["Reply r1 was moved to Trash: it will not be sent."]


@pytest.mark.parametrize("files", [True, False])
def test_what_comes_back_to_drafts_is_a_draft(*, files: bool) -> None:
    r"""A client opens a message for writing only where it bears `\Draft`; the copy from Sent has none."""
    world, raw = holding(files=files)
    world.asks("withdraw", "r1")
    world.look()
    (back,) = [x for x in world.server.inside("Drafts") if x.raw == raw]
    assert "\\Draft" in back.flags


def test_what_was_edited_in_held_comes_back_as_a_draft() -> None:
    world, raw = holding()
    edited = raw.replace(b"at three", b"at four")
    world.server.expunge(HELD, world.server.inside(HELD)[0].uid)
    world.client_files(edited, HELD)
    world.look()
    (back,) = [x for x in world.server.inside("Drafts") if x.raw == edited]
    assert "\\Draft" in back.flags
