"""Promises, accounts, and the company's data, on the terminal."""

import json
from pathlib import Path

from tests.cli.conftest import Triage
from tests.desk.world import CALM, CUSTOMER, HOT, World

PROMISE = "I will call you by 4 pm with the new date."


def test_promises_are_listed_and_kept(triage: Triage, world: World) -> None:
    assert triage("promises").out == "Nothing is promised.\n"
    world.rep_sends(world.reply(PROMISE, answers=""))
    assert "acme.example" in triage("promises").out
    (row,) = triage("promises", "--json").json
    assert row["text"] == PROMISE.rstrip(".")
    assert row["due"] == "2026-03-16T21:00:00+00:00"
    assert triage("kept", "p1").out == "p1 is kept.\n"
    assert triage("kept", "p1").code == 4
    assert triage("kept", "p9").code == 2
    assert triage("promises").out == "Nothing is promised.\n"
    assert triage("promises", "--all", "--json").json[0]["because"] == "the rep said so"


def test_accounts_say_where_it_is_going_and_why(triage: Triage, world: World) -> None:
    assert triage("accounts").out == "There is too little mail yet to tell.\n"
    for _ in range(3):
        world.customer_writes(HOT)
    world.look()
    world.forward(minutes=1)
    said = triage("accounts").out
    assert "▼ down" in said
    assert "3 of 3 messages in 14 days heated or tense" in said
    (row,) = triage("accounts", CUSTOMER.partition("@")[2], "--json").json
    assert (row["arrow"], row["silent_days"]) == ("down", None)


def test_forgetting_is_refused_while_a_reply_is_held(triage: Triage, holding: World) -> None:
    refused = triage("forget", CUSTOMER)
    assert refused.code == 4
    assert "r1" in refused.err
    assert triage("withdraw", "r1").code == 0
    assert triage("forget", CUSTOMER).code == 0
    assert triage("explain", "m1").code == 2


def test_forgetting_names_the_files_that_a_person_must_mend(
    triage: Triage, world: World, rules: Path
) -> None:
    rules.write_text(f"extends: default\ncustomers:\n  never_hold: [{CUSTOMER}]\n")
    assert triage("forget", CUSTOMER, "--json").json == {"erased": 0, "named_in": [str(rules)]}
    assert triage("forget", "acme").code == 2


def test_everything_is_exported_a_line_each_without_a_body(
    triage: Triage, holding: World, tmp_path: Path
) -> None:
    holding.customer_writes(CALM)
    holding.look()
    lines = [json.loads(line) for line in triage("export").out.splitlines()]
    assert (lines[0]["kind"], lines[0]["format"]) == ("export", 1)
    assert [each["record"]["id"] for each in lines if each["kind"] == "messages"] == ["m1", "m2"]
    (reply,) = (each["record"] for each in lines if each["kind"] == "replies")
    assert "raw" not in reply
    target = tmp_path / "out.jsonl"
    assert triage("export", "--to", str(target)).code == 0
    assert len(target.read_text().splitlines()) == len(lines)
    assert triage("export", "--to", str(target)).code == 4


def test_whether_waiting_helped(triage: Triage, holding: World) -> None:
    assert triage("stats").out == "No held reply was sent in that time.\n"
    holding.forward(minutes=30)
    holding.asks("release", "r1")
    holding.forward(minutes=1)
    line, found, _, reply = triage("stats").out.splitlines()
    assert line == "1 reply was sent after waiting, 0 of them rewritten; no customer has written again yet."
    assert found == "The reply check found 1 fault in them when they were held, 1 in what left."
    assert " ".join(reply.split()) == "09:00 CDT acme.example as it was no options no options"
    assert triage("stats", "--json").json["sent"] == 1


def test_the_rep_sees_their_own_weeks(triage: Triage, world: World) -> None:
    assert triage("stats", "--mine").out == "There is no mail of yours yet to tell of.\n"
    world.rep_sends(world.reply("The price list is attached.", answers=""))
    world.forward(minutes=1)
    assert triage("stats", "--mine").out == (
        "Only you see this: it is in no mail and in no export.\nrep@example.com\nFrom Mon 16 Mar: 1 mail\n"
    )
    assert triage("stats", "--mine", "--json").json[0]["turns"] == []
    assert '"tones"' not in triage("export").out


def test_the_rules_learn_what_several_customers_were_corrected_for(triage: Triage, world: World) -> None:
    assert "Nothing to learn yet" in triage("rules", "learn").out
    with world.store.begin() as records:
        for customer in ("acme.example", "bigco.example"):
            records.correct("field", customer, ["dead stock"], world.clock.now())
    assert '    calm:\n      - "dead stock"  # 2 customers\n' in triage("rules", "learn").out
