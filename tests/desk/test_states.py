"""A held reply on its way: released, asked about, refused, in doubt, taken back; and nothing twice."""

from typing import Any

import pytest

from tests.desk.world import CALM, CUSTOMER, FIRST, HOT, REP, World
from tests.fakes.relay import Crash, FakeRelay, Trouble
from triage.errors import StoreUnusable
from triage.judging.holds import State


def holding(**cooldown: Any) -> World:
    """A rep whose reply r1 to a furious customer has just been held."""
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    return world


def test_nothing_goes_a_second_before_its_time() -> None:
    world = holding()
    world.forward(minutes=29, seconds=59)
    assert world.states == [State.HELD]
    world.forward(seconds=1)
    assert world.states == [State.SENT]
    assert len(world.upstream.taken) == 1


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ("send", State.SENT),
        ("ask", State.ASKED),
        ("ask_if_pointed", State.SENT),
        ("hand_back", State.WITHDRAWN),
    ],
)
def test_after_the_time_the_teams_rule_decides(after: str, state: State) -> None:
    world = holding(after=after)
    world.forward(minutes=30)
    assert world.states == [state]


@pytest.mark.parametrize(
    ("text", "because"),
    [
        (
            "I am sorry you feel that way, but you should have read the manual.",
            "the reply check found a non-apology and blame of the customer",
        ),
        ("I will call you by 9:10 this morning.", "it promises something for a time before it leaves"),
        ("Wir haben Ihre Nachricht erhalten und melden uns.", "the reply check cannot read its language"),
    ],
)
def test_what_the_check_objects_to_waits_for_the_rep(text: str, because: str) -> None:
    world = World(after="ask_if_pointed")
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply(text))
    world.forward(minutes=30)
    assert world.states == [State.ASKED]
    assert world.only.asked_because == because
    world.asks("release", "r1")
    assert world.states == [State.SENT]


def test_under_send_the_check_keeps_nothing_back() -> None:
    world = World(after="send")
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("Calm down. You should have read the manual."))
    world.forward(minutes=30)
    assert world.states == [State.SENT]


def test_a_machine_that_slept_asks_first() -> None:
    world = holding()
    world.forward(minutes=91)
    assert world.states == [State.ASKED]
    assert "over long ago" in world.only.asked_because


def test_a_blank_is_never_sent_by_itself() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("I will call you at [[time]]."))
    world.forward(minutes=30)
    assert world.states == [State.ASKED]
    world.asks("release", "r1")
    assert world.states == [State.SENT]


@pytest.mark.parametrize("text", [HOT, CALM])
def test_when_the_customer_writes_again_the_rep_looks_first(text: str) -> None:
    world = holding()
    world.customer_writes(text, references=[FIRST])
    world.look()
    assert world.only.asked_because == "the customer wrote again"
    world.forward(minutes=30)
    assert world.states == [State.ASKED]
    assert len(world.cooldowns) == 1


def test_a_robot_of_the_customers_does_not_count() -> None:
    world = holding()
    world.customer_writes("I am out of the office.", references=[FIRST], Auto_Submitted="auto-replied")
    world.look()
    assert world.states == [State.HELD]


def test_after_the_time_a_heated_message_opens_a_new_cool_down_with_a_new_clock() -> None:
    world = holding(after="ask")
    world.forward(minutes=30)
    world.customer_writes(references=[FIRST])
    world.look()
    old, new = world.cooldowns
    assert old.closed_at is not None
    assert new.started_at is None
    assert world.only.cooldown == new.id
    assert world.only.asked_because == "the customer wrote again"


def test_also_when_that_happens_while_it_is_being_sent() -> None:
    """A server may take a minute to say "later": what came in meanwhile counts."""
    world = holding()

    class Slow(FakeRelay):
        def send(self, **mail: Any) -> str:
            world.customer_writes(CALM, references=[FIRST])
            world.look()
            return super().send(**mail)

    world.upstream = Slow(trouble=["rcpt later"])
    world.start()
    world.forward(minutes=30)
    assert world.only.asked_because == "the customer wrote again"
    world.forward(minutes=30)
    assert (world.states, world.upstream.taken) == ([State.ASKED], [])


# Early


def test_early_release_needs_a_reason_which_is_kept() -> None:
    world = holding()
    assert world.asks("release", "r1").exit_code == 2
    assert world.asks("release", "r1", "  ").exit_code == 2
    assert world.states == [State.HELD]
    assert world.asks("release", "r1", "the truck leaves at 3").exit_code == 0
    assert world.states == [State.SENT]
    assert world.only.release_reason == "the truck leaves at 3"
    assert world.cooldowns[0].closed_at is None, "early release closes nothing"


def test_the_reason_of_an_early_release_survives_a_second_try() -> None:
    world = holding()
    world.upstream.trouble = ["no rcpt"]
    world.asks("release", "r1", "the truck leaves")
    assert world.states == [State.FAILED]
    world.asks("release", "r1")
    assert (world.only.state, world.only.release_reason) == (State.SENT, "the truck leaves")


@pytest.mark.parametrize("asked", [False, True])
def test_where_the_team_forbids_it_nothing_goes_early(*, asked: bool) -> None:
    world = holding(early_release="never")
    if asked:
        world.customer_writes(CALM, references=[FIRST])
        world.look()
    assert world.asks("release", "r1", "please").exit_code == 4
    assert not world.upstream.taken
    world.clock.move(minutes=30)
    if asked:
        assert world.asks("release", "r1").exit_code == 0
    world.tick()
    assert world.states == [State.SENT]


def test_an_asked_one_needs_no_reason() -> None:
    world = holding(after="ask")
    world.forward(minutes=30)
    assert world.asks("release", "r1").exit_code == 0
    assert world.states == [State.SENT]


# The upstream


@pytest.mark.parametrize(
    ("trouble", "state", "told"),
    [
        ("down", State.HELD, "takes no mail at present"),
        ("rcpt later", State.HELD, ""),
        ("no rcpt", State.FAILED, "(550)"),
        ("no data", State.FAILED, "(554)"),
        ("dropped, taken", State.UNKNOWN, "may have been sent"),
        ("dropped, not taken", State.UNKNOWN, "may have been sent"),
    ],
)
def test_what_the_upstream_does_with_it(trouble: Trouble, state: State, told: str) -> None:
    world = holding()
    world.upstream.trouble = [trouble]
    world.forward(minutes=30)
    assert world.states == [state]
    assert any(told in text for text in world.told()) or not told


def test_a_condition_of_the_account_is_told_once_and_is_over_when_it_is_over() -> None:
    world = holding()
    world.upstream.trouble = ["down", "down"]
    for _ in range(3):
        world.forward(minutes=30) if world.states == [State.HELD] else None
    assert world.states == [State.SENT]
    assert world.told() == []


def test_a_passing_mail_shows_that_the_upstream_is_back() -> None:
    world = holding()
    world.upstream.trouble = ["down"]
    world.forward(minutes=30)
    assert world.told()
    world.rep_sends(world.reply(to="lee@example.com"), to=["lee@example.com"])
    assert world.told() == []


def test_each_try_waits_longer() -> None:
    world = holding()
    world.upstream.trouble = ["rcpt later", "rcpt later"]
    world.forward(minutes=30)
    world.forward(seconds=29)
    assert world.only.tries == 1
    world.forward(seconds=1)
    assert world.only.tries == 2


@pytest.mark.parametrize("trouble", ["crash during data", "crash after data"])
def test_killed_after_the_hand_over_it_is_in_doubt_and_stays(trouble: Trouble) -> None:
    world = holding()
    world.upstream.trouble = [trouble]
    with pytest.raises(Crash):
        world.forward(minutes=30)
    world.start()
    assert world.states == [State.UNKNOWN]
    for _ in range(3):
        world.forward(minutes=20)
    assert world.states == [State.UNKNOWN]
    assert len(world.upstream.may_have_gone) == 1


def test_killed_before_the_hand_over_it_is_sent_once() -> None:
    world = holding()
    world.upstream.trouble = ["crash before data"]
    with pytest.raises(Crash):
        world.forward(minutes=30)
    world.start()
    assert world.states == [State.HELD]
    world.tick()
    assert world.states == [State.SENT]
    assert len(world.upstream.taken) == 1


@pytest.mark.parametrize(("argument", "sent"), [("arrived", 0), ("not arrived", 1)])
def test_the_rep_settles_what_is_in_doubt(argument: str, sent: int) -> None:
    world = holding()
    world.upstream.trouble = ["dropped, not taken"]
    world.forward(minutes=30)
    assert world.asks("settle", "r1", argument).exit_code == 0
    assert world.states == [State.SENT]
    assert len(world.upstream.taken) == sent
    assert world.told() == []


@pytest.mark.parametrize("verb", ["release", "withdraw"])
def test_in_doubt_it_can_only_be_settled(verb: str) -> None:
    world = holding()
    world.upstream.trouble = ["dropped, taken"]
    world.forward(minutes=30)
    assert world.asks(verb, "r1", "please").exit_code == 4


def test_what_is_not_in_doubt_cannot_be_settled() -> None:
    assert holding().asks("settle", "r1", "not arrived").exit_code == 4


# Too much, too often, changed


def test_more_than_a_person_writes_waits_for_the_rep() -> None:
    world = World(releases_a_minute=2, scope="customer")
    world.customer_writes()
    world.look()
    for number in range(3):
        world.rep_sends(world.reply(f"Answer {number}."))
    world.forward(minutes=30)
    assert world.states == [State.ASKED] * 3
    assert not world.upstream.taken


def test_a_message_id_that_has_gone_out_does_not_go_again_by_itself() -> None:
    world = holding()
    world.asks("release", "r1", "the truck leaves")
    again = world.upstream.taken[0].raw
    world.clock.move(minutes=11)
    assert "(triage r2)" in world.rep_sends(again)
    world.forward(minutes=30)
    assert world.states == [State.SENT, State.ASKED]
    world.asks("release", "r2")
    assert world.states == [State.SENT, State.SENT], "the rep may want it so"


def test_bytes_that_changed_in_the_store_do_not_leave() -> None:
    world = holding()
    world.spoil("r1")
    world.forward(minutes=30)
    assert world.states == [State.ASKED]
    assert not world.upstream.taken


def test_what_waits_too_long_goes_back_to_drafts_and_is_told() -> None:
    world = holding(after="ask")
    raw = world.reply("My only words.")
    world.rep_sends(raw)
    world.forward(minutes=30)
    world.forward(days=7, seconds=1)
    assert world.states == [State.WITHDRAWN, State.WITHDRAWN]
    assert raw in [x.raw for x in world.server.inside("Drafts")]
    assert any("back in Drafts" in text for text in world.told())


def test_after_a_failed_commit_the_client_hears_of_it_and_nothing_is_held() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.store.close()
    world.break_store()
    with pytest.raises(StoreUnusable):
        world.rep_sends(world.reply())


# Taken back


@pytest.mark.parametrize(("argument", "folder"), [("", "Drafts"), ("discard", "Trash")])
def test_withdrawn_it_lies_untouched_where_the_rep_wants_it(argument: str, folder: str) -> None:
    world = World()
    world.customer_writes()
    world.look()
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    assert world.asks("withdraw", "r1", argument).exit_code == 0
    world.look()
    assert raw in [x.raw for x in world.server.inside(folder)]
    assert world.subjects("Cooldown/Held") == []
    world.forward(minutes=30)
    assert not world.upstream.taken


def test_the_bytes_are_kept_for_a_week() -> None:
    world = holding()
    world.forward(minutes=30)
    world.clock.move(days=7)
    world.desk.prune()
    assert world.bytes_of("r1")
    world.clock.move(seconds=1)
    world.desk.prune()
    assert world.bytes_of("r1") is None


def test_nobody_sends_to_the_customer_what_is_for_a_colleague() -> None:
    world = holding()
    assert world.only.to == (CUSTOMER,)
    assert world.only.envelope.mail_from == REP


def test_what_is_due_at_once_is_looked_for_once() -> None:
    """A look may take seconds: the tenth reply must not wait for ten of them."""
    world = World()
    for number in range(1, 6):
        id_ = world.customer_writes(sender=f"dana@customer{number}.example", subject=f"Order {number}")
        world.look()
        raw = world.reply(answers=id_, subject=f"Re: Order {number}", to=f"dana@customer{number}.example")
        world.rep_sends(raw, to=[f"dana@customer{number}.example"])
    looks: list[str] = []

    def look_first(account: str) -> bool:
        looks.append(account)
        return True

    world.desk.office.look_first = look_first
    world.clock.move(minutes=31)
    world.tick()
    assert len(world.upstream.taken) == 5
    assert looks == [REP]
