"""What the rep sees of held replies, and what is said to do with each."""

from datetime import datetime

import pytest

from tests.cli.conftest import Triage
from tests.desk.world import CUSTOMER, World
from tests.fakes.relay import Trouble


def flat(text: str) -> str:
    return " ".join(text.split())


def test_nothing_is_held(triage: Triage, world: World) -> None:
    assert triage("held").out == "Nothing is held.\n"


def test_a_held_reply_shows_the_customers_words_its_time_and_what_to_do(
    triage: Triage, holding: World
) -> None:
    said = flat(triage("held").out)
    assert f"r1 HELD {CUSTOMER}" in said
    assert "09:30 CDT" in said
    assert "“unacceptable”" in said
    assert 'HELD: triage release r1 --reason "...": send it now; triage withdraw r1' in said


def test_one_that_waits_says_why(triage: Triage, holding: World) -> None:
    holding.forward(minutes=31)
    said = flat(triage("held").out)
    assert "r1 ASKED" in said
    assert "your team's rule asks you" in said
    assert "ASKED: triage release r1: send it now" in said


@pytest.mark.parametrize(
    ("trouble", "state", "why", "step"),
    [
        ("no rcpt", "FAILED", "5.1.1 no such user", "triage release r1: try again"),
        ("rcpt later", "HELD", "tried again: ", "triage withdraw r1"),
        ("dropped, not taken", "UNKNOWN", "the line", "triage settle r1 --arrived"),
    ],
)
def test_what_the_server_said_is_shown(
    triage: Triage, holding: World, trouble: Trouble, state: str, why: str, step: str
) -> None:
    holding.upstream.trouble = [trouble]
    holding.asks("release", "r1", "their truck leaves at three")
    said = flat(triage("held").out)
    assert f"r1 {state}" in said
    assert why in said
    for command in (("held",), ("held", "show", "r1"), ("status",)):
        assert step in flat(triage(*command).out)


def test_programs_get_times_and_the_next_steps(triage: Triage, holding: World) -> None:
    (row,) = triage("held", "--json").json
    assert datetime.fromisoformat(row["due"]) == holding.later(minutes=30)
    assert row["next"][0].startswith("triage release r1")
    decided = {"id", "door", "state", "subject", "customer", "to", "due", "reasons", "words", "main_issue"}
    assert decided <= set(row)


def test_ids_are_taken_in_any_case(triage: Triage, holding: World) -> None:
    assert triage("held", "show", "R1").out == triage("held", "show", "r1").out
    assert triage("withdraw", "R1").out == "r1 goes back to Drafts.\n"
    assert triage("held").out == "Nothing is held.\n"
    assert "WITHDRAWN" in triage("held", "--all").out


def test_one_reply_with_the_suggestion_beside_it(triage: Triage, holding: World) -> None:
    said = triage("held", "show", "r1").out
    assert "\nYour reply\n----------\nI have looked into it" in said
    assert "\nSuggestion\n----------\nHello Dana," in said
    assert "What you can do: triage withdraw r1" in said


def test_what_the_customer_wants_stands_with_the_hold(triage: Triage, world: World) -> None:
    world.customer_writes(
        "This is unacceptable. For the third time: order 4711 has not arrived. Send it by Friday noon."
    )
    world.look()
    world.rep_sends(world.reply("I have looked into it."))
    said = triage("held", "show", "r1").out
    assert "\nMain issue: For the third time: order 4711 has not arrived.\n" in said
    assert "\nIt names: order 4711\n" in said
    assert "\nThey ask: Send it by Friday noon.\n" in said
    assert "\nUntil: by Friday noon = Fri 12:00 CDT\n" in said
    assert "\nAsked before: For the third time\n" in said
    assert "You do not have to ask again." in said, "the suggestion"
    assert "You named Fri 12:00 CDT" in said
    (row,) = triage("held", "--json").json
    assert (row["wants"], row["by_local"]) == ("Send it by Friday noon.", "Fri 12:00 CDT")


def test_a_mail_of_our_own_is_not_called_the_reps(triage: Triage, holding: World) -> None:
    holding.asks("acknowledge", "r1")
    said = triage("held", "show", "r2").out
    assert "\nThe acknowledgement\n-------------------\n" in said
    assert "Your reply" not in said


def test_the_check_stands_below_the_reply(triage: Triage, world: World) -> None:
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("Please calm down. I will call you by 9:10 this morning."))
    said = triage("held", "show", "r1").out
    assert "The check\n---------\n" in said
    assert "Making light of it: “calm down” (asks you before it is sent)" in said
    assert "You promise: “I will call you by 9:10 this morning”, due 2026-03-16T09:10:00-05:00: over" in said
    check = triage("held", "show", "r1", "--json").json["check"]
    assert check["serious"]
    assert check["promises"][0]["impossible"]
