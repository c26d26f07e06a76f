"""The Drafts door: what is written to a heated customer is folded away, and comes back after the time."""

from typing import Any

import pytest

from tests.desk.world import CALM, FIRST, World
from tests.fakes.mailbox import FakeServer
from triage.desk import Account
from triage.judging.holds import Door, State
from triage.reading.messages import parse


def heated(**cooldown: Any) -> World:
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    return world


def suggestion(world: World) -> bytes:
    (letter,) = [
        x for x in world.server.inside("Drafts") if parse(x.raw).message_id.startswith("<suggestion.")
    ]
    return letter.raw


def draft(world: World, text: str = "My own words.", **more: Any) -> bytes:
    raw = world.reply(text, **more)
    world.client_files(raw, "Drafts")
    return raw


def test_the_suggestion_lies_in_drafts_threaded_and_read() -> None:
    world = heated()
    (letter,) = world.server.inside("Drafts")
    message = parse(letter.raw)
    assert (message.subject, message.references) == ("Re: Order 4711", (FIRST,))
    assert {"\\Draft", "\\Seen"} <= letter.flags
    assert "order 4711" in message.new_text


def test_an_unchanged_suggestion_is_never_folded_and_starts_no_clock() -> None:
    world = heated()
    for _ in range(5):
        world.settle()
    assert world.replies == []
    assert world.cooldowns[0].started_at is None


def test_neither_when_the_client_saves_it_again_under_another_id() -> None:
    world = heated()
    raw = suggestion(world)
    again = raw.replace(parse(raw).message_id.encode(), b"<autosave.1@example.com>")
    world.server.expunge("Drafts", world.server.inside("Drafts")[0].uid)
    world.client_files(again, "Drafts")
    world.settle()
    assert world.replies == []
    world.asks("not-heated", "c1")
    world.look()
    assert (world.subjects("Drafts"), world.subjects("Trash")) == ([], ["Re: Order 4711"]), (
        "known by its text"
    )


def test_a_suggestion_that_the_rep_changed_is_the_reps_draft() -> None:
    world = heated()
    raw = suggestion(world)
    world.client_files(raw.replace(b"Hello Dana", b"Dear Dana"), "Drafts")
    world.settle()
    assert world.only.door is Door.DRAFTS
    assert world.subjects("Drafts") == ["Re: Order 4711"], "the unchanged one stays"
    assert world.subjects("Cooldown/Held") == ["Re: Order 4711"]


def test_the_suggestion_goes_to_trash_when_its_cool_down_closes() -> None:
    world = heated()
    world.customer_writes(references=[FIRST])  # it joins; the suggestion is the same
    world.look()
    world.asks("not-heated", "c1")
    world.look()
    assert (world.subjects("Drafts"), world.subjects("Trash")) == ([], ["Re: Order 4711"])


def test_the_suggestion_is_put_once_whatever_the_rep_does_with_it() -> None:
    world = heated()
    world.server.expunge("Drafts", world.server.inside("Drafts")[0].uid)
    world.customer_writes(references=[FIRST])
    world.settle()
    assert world.subjects("Drafts") == []


def test_a_draft_is_folded_once_it_has_settled() -> None:
    world = heated()
    raw = draft(world)
    world.look()
    world.clock.move(seconds=119)
    world.look()
    assert world.replies == []
    world.clock.move(seconds=1)
    world.look()
    assert (world.only.door, world.only.state) == (Door.DRAFTS, State.HELD)
    assert [x.raw for x in world.server.inside("Cooldown/Held")] == [raw]


def test_an_autosave_without_a_change_does_not_begin_anew() -> None:
    world = heated()
    uid = world.client_files(world.reply("My own words.", message_id="<1@example.com>"), "Drafts")
    world.look()
    for number in (2, 3):
        world.clock.move(minutes=1)
        world.server.expunge("Drafts", uid)
        uid = world.client_files(world.reply("My own words.", message_id=f"<{number}@example.com>"), "Drafts")
        world.look()
    assert world.only.door is Door.DRAFTS


@pytest.mark.parametrize("text", ["", "   \n"])
def test_a_draft_without_words_of_the_reps_own_starts_nothing(text: str) -> None:
    world = heated()
    draft(world, text)
    world.settle()
    assert world.replies == []


def test_a_draft_to_somebody_else_is_left_alone() -> None:
    world = heated()
    draft(world, to="colleague@example.com")
    world.settle()
    assert world.replies == []


def test_after_the_time_it_comes_back_untouched_beside_the_suggestion() -> None:
    world = heated()
    raw = draft(world, bcc="boss@example.com")
    world.settle()
    assert raw not in [x.raw for x in world.server.inside("Drafts")]
    world.forward(minutes=30)
    assert world.states == [State.WITHDRAWN]
    assert raw in [x.raw for x in world.server.inside("Drafts")]
    assert suggestion(world)
    assert world.subjects("Cooldown/Held") == []
    assert not world.upstream.taken
    assert any("back in Drafts" in text for text in world.told())


def test_it_comes_back_though_its_copy_was_deleted() -> None:
    world = heated()
    raw = draft(world)
    world.settle()
    world.server.expunge("Cooldown/Held", world.server.inside("Cooldown/Held")[0].uid)
    world.look()
    assert world.states == [State.ASKED]
    world.forward(minutes=30)
    assert raw in [x.raw for x in world.server.inside("Drafts")]


def test_edited_in_held_just_before_it_comes_back_both_are_drafts() -> None:
    """Some clients keep the Message-ID of a draft whose words change."""
    world = heated()
    raw = draft(world)
    world.settle()
    edited = raw.replace(b"\r\n\r\n", b"\r\n\r\nIn other words: ", 1)
    world.server.expunge("Cooldown/Held", world.server.inside("Cooldown/Held")[0].uid)
    world.client_files(edited, "Cooldown/Held")
    world.forward(minutes=30)
    assert world.only.state is State.WITHDRAWN
    assert {raw, edited} <= {x.raw for x in world.server.inside("Drafts")}
    assert world.subjects("Cooldown/Held") == []


def test_handed_back_it_is_not_folded_again() -> None:
    world = heated()
    draft(world)
    world.settle()
    world.forward(minutes=30)
    world.settle()
    assert world.states == [State.WITHDRAWN]


def test_taken_back_no_draft_is_folded_but_the_gate_still_holds() -> None:
    world = heated()
    raw = draft(world)
    world.settle()
    world.server.move("Cooldown/Held", world.server.inside("Cooldown/Held")[0].uid, "Drafts")
    world.settle()
    world.settle()
    assert world.states == [State.WITHDRAWN]
    assert raw in [x.raw for x in world.server.inside("Drafts")]
    assert "held until 09:32" in world.rep_sends(raw), "the same due time"


@pytest.mark.parametrize("same_id", [False, True])
def test_a_newer_draft_supersedes_the_earlier_one(*, same_id: bool) -> None:
    """Some clients keep a draft's Message-ID, some make a new one with each save."""
    world = heated()
    first = draft(world, "First try.", message_id="<1@example.com>")
    world.settle()
    second = draft(world, "Second try.", message_id="<1@example.com>" if same_id else "<2@example.com>")
    world.settle()
    world.look()
    assert world.states == [State.WITHDRAWN, State.HELD]
    assert [x.raw for x in world.server.inside("Cooldown/Earlier")] == [first]
    assert [x.raw for x in world.server.inside("Cooldown/Held")] == [second]
    world.forward(minutes=30)
    assert second in [x.raw for x in world.server.inside("Drafts")]
    assert first not in [x.raw for x in world.server.inside("Drafts")]


def test_the_newest_draft_is_the_one_that_the_rep_means() -> None:
    world = heated()
    draft(world, "First try.")
    second = draft(world, "Second try.")
    world.settle()
    assert [x.raw for x in world.server.inside("Cooldown/Held")] == [second]


def test_a_reply_through_the_gate_supersedes_the_draft() -> None:
    world = heated()
    draft(world)
    world.settle()
    world.rep_sends(world.reply("Better words."))
    world.look()
    assert world.states == [State.WITHDRAWN, State.HELD]
    assert world.subjects("Cooldown/Earlier") == ["Re: Order 4711"]


def test_when_the_customer_writes_again_the_draft_waits_and_still_comes_back() -> None:
    world = heated()
    draft(world)
    world.settle()
    world.customer_writes(CALM, references=[FIRST])
    world.look()
    assert world.states == [State.ASKED]
    world.forward(minutes=30)
    assert world.states == [State.WITHDRAWN]


def test_released_early_it_comes_back_early_and_is_never_sent() -> None:
    world = heated()
    raw = draft(world)
    world.settle()
    assert world.asks("release", "r1", "the truck leaves").answer == "r1 goes back to Drafts now."
    world.look()
    assert raw in [x.raw for x in world.server.inside("Drafts")]
    assert not world.upstream.taken


def test_while_paused_no_draft_is_folded() -> None:
    world = heated()
    draft(world)
    world.asks("pause")
    world.settle()
    assert world.replies == []
    world.asks("resume")
    world.settle()
    assert world.states == [State.HELD]


# Two accounts of one team


def test_a_colleagues_draft_to_the_customer_is_folded_in_the_colleagues_own_mailbox() -> None:
    world = heated()
    kim = Account(address="kim@example.com", team="field", internal_domains=frozenset({"example.com"}))
    world.colleagues = [kim]
    world.start()
    theirs = FakeServer(world.clock, folders=["Drafts", "Sent", "Trash"])
    box, watcher = theirs.connect(), world.desk.watchers[kim.address]
    raw = world.reply("Kim here, for Robin.").replace(b"rep@example.com", b"kim@example.com")
    theirs.deliver("Drafts", raw)
    watcher.look(box)
    world.clock.move(minutes=2)
    watcher.look(box)
    assert (world.only.account, world.only.cooldown) == (kim.address, "c1")
    assert [x.raw for x in theirs.inside("Cooldown/Held")] == [raw]
    assert suggestion(world), "which is put into Robin's Drafts alone"

    world.rep_sends(world.reply("And this is Robin."))
    assert world.states == [State.WITHDRAWN, State.HELD], "superseded: the customer gets one answer"
    watcher.look(box)
    assert [x.raw for x in theirs.inside("Cooldown/Earlier")] == [raw]
    world.forward(minutes=30)
    world.desk.release_due(kim.address)
    assert len(world.upstream.taken) == 1
