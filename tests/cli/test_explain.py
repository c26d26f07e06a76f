"""`explain`: labelled facts, and the nearest thing that would have changed the verdict."""

import re

from tests.cli.conftest import Triage
from tests.desk.world import CALM, FIRST, HOT, World


def test_a_heated_message_says_what_it_would_be_without_its_strongest_words(
    triage: Triage, holding: World
) -> None:
    said = triage("explain", "m1")
    assert said.out.startswith("m1: a message of acme.example: heated\n")
    assert "  came in: 09:00 CDT\n" in said.out
    assert "  decision: the message is heated (c1)\n" in said.out
    assert re.search(r"  score: 0\.\d\d, and heated from 0\.50 on\n", said.out)
    change = re.search(
        r"what would change it: without “(.+)” the score would be about ([\d.]+): (.+)", said.out
    )
    (facts,) = triage("explain", "m1", "--json").json
    strongest = max(facts["findings"], key=lambda finding: finding["weight"])
    assert change
    assert change[1] == strongest["words"]
    assert float(change[2]) <= facts["score"]
    assert change[3] == ("not heated" if float(change[2]) < 0.5 else "still heated")


def test_it_names_the_strongest_reason_and_what_is_left_without_it(triage: Triage, world: World) -> None:
    world.customer_writes("This is unacceptable.")
    world.look()
    said = triage("explain", "m1").out
    assert said.startswith("m1: a message of acme.example: heated\n")
    assert "without “" in said


def test_a_calm_message_says_how_far_it_is_from_the_threshold(triage: Triage, world: World) -> None:
    world.customer_writes(CALM)
    world.look()
    (facts,) = triage("explain", FIRST, "--json").json
    below = 0.5 - facts["score"]
    assert f"what would change it: it is {below:.2f} below the threshold" in triage("explain", FIRST).out


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
