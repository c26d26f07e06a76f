"""`explain`: labelled facts, and the nearest thing that would have changed the verdict."""

import math
import re
from pathlib import Path

from tests.cli.conftest import Triage
from tests.desk.world import CALM, FIRST, HOT, World
from triage.config import load


def test_a_heated_message_says_without_which_words_it_would_not_be(triage: Triage, holding: World) -> None:
    said = triage("explain", "m1")
    assert said.out.startswith("m1: a message of acme.example: heated\n")
    assert "  came in: 09:00 CDT\n" in said.out
    assert "  decision: the message is heated (c1)\n" in said.out
    assert re.search(r"  score: 0\.\d\d, and heated from 0\.50 on\n", said.out)
    assert re.search(
        r"  what would change it: without “.+” the score would be about 0\.\d\d: not heated\n", said.out
    )


def test_it_names_the_fewest_findings_without_which_it_would_not_be_heated(
    triage: Triage, world: World
) -> None:
    world.customer_writes("You lied to us. Nobody calls back. This is unacceptable. We will sue you.")
    world.look()
    (facts,) = triage("explain", "m1", "--json").json
    (change,) = (line for line in facts["because"] if line.startswith("what would change it: "))
    hot = sorted((f for f in facts["findings"] if f["weight"] > 0), key=lambda f: -f["weight"])
    named = change.count("“")
    assert change.endswith(": not heated")
    assert [f["words"] in change for f in hot[:named]] == [True] * named
    log_odds = math.log(facts["score"] / (1 - facts["score"]))
    left = [log_odds - sum(f["weight"] for f in hot[:number]) for number in range(named + 1)]
    assert [each < 0 for each in left] == [False] * named + [True]


def test_a_calm_message_says_how_far_it_is_from_the_threshold_and_why(triage: Triage, world: World) -> None:
    world.customer_writes(CALM)
    world.look()
    (facts,) = triage("explain", FIRST, "--json").json
    below = 0.5 - facts["score"]
    said = triage("explain", FIRST).out
    assert f"what would change it: it is {below:.2f} below the threshold; against it “" in said
    assert re.search(r"against it .*“No rush”", said)


def test_a_team_adds_a_phrase_and_sees_it_at_work(
    triage: Triage, world: World, config: Path, rules: Path
) -> None:
    rules.write_text("extends: default\nheat: {phrases: {heated: [circus act]}}\n")
    text = "Your lead times are a circus act."
    world.customer_writes(text)
    world.look()
    world.change_rules(load(config).teams["field"].rules)
    world.customer_writes(text)
    world.look()
    assert "team phrase" not in triage("explain", "m1").out
    assert re.search(r"heat +\+\d\.\d\d +team phrase +“circus act”", triage("explain", "m2").out)


def test_an_ignored_message_says_why_once_and_shows_no_signals(triage: Triage, world: World) -> None:
    world.customer_writes(HOT, Auto_Submitted="auto-replied")
    world.look()
    said = triage("explain", FIRST).out
    assert said.count("not judged") == 1
    assert "  why not: machine-made (Auto-Submitted: auto-replied)\n" in said
    assert "signal" not in said
    assert "score" not in said


def test_a_reply_that_waits_and_what_can_be_done(triage: Triage, holding: World) -> None:
    holding.forward(minutes=31)
    said = triage("explain", "R1").out
    for line in (
        "r1: a reply, ASKED",
        "  to: dana@acme.example",
        "  subject: Re: Order 4711",
        "  came in: 09:00 CDT by the gate",
        "  due: 09:30 CDT",
        "  held because of: cool-down c1 of acme.example",
        "  waits for you: your team's rule asks you before a held reply goes out",
        "c1: a cool-down of acme.example",
        "  clock: started 09:00 CDT",
        "m1: a message of acme.example: heated",
    ):
        assert f"{line}\n" in said
    assert "  what you can do: triage release r1" in said


def test_a_reply_that_was_sent_early_says_when_and_why(triage: Triage, holding: World) -> None:
    holding.clock.move(minutes=5)
    holding.asks("release", "r1", "their truck leaves at three")
    said = triage("explain", "r1").out
    assert "r1: a reply, SENT\n" in said
    assert "  sent: 09:05 CDT\n" in said
    assert "  released: 09:05 CDT before its time: their truck leaves at three\n" in said
    assert "  the server said: 250 2.0.0 Ok: queued\n" in said
    assert "what you can do" not in said


def test_a_reply_that_the_server_refused_says_so(triage: Triage, holding: World) -> None:
    holding.upstream.trouble = ["no rcpt"]
    holding.asks("release", "r1", "their truck leaves at three")
    said = triage("explain", "r1").out
    assert "r1: a reply, FAILED\n" in said
    assert "  refused: 09:00 CDT\n" in said
    assert "  the server said: dana@acme.example: 550 5.1.1 no such user\n" in said


def test_a_mail_that_went_another_way_is_known_by_its_message_id(triage: Triage, holding: World) -> None:
    holding.client_files(holding.reply(message_id="<phone@example.com>"))
    holding.look()
    said = triage("explain", "phone@example.com").out
    assert ": a mail that was not held: bypass\n" in said
    assert "  to: dana@acme.example\n" in said
