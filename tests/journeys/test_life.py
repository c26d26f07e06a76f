"""Starting, stopping, being killed, and what commands say when no daemon runs."""

import json
import subprocess
from collections.abc import Iterator
from threading import Event

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import HOT, House, digest, message_id, runs, until


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    dovecot_or_skip()
    with House(Dovecot.flavoured("as_it_is"), cooldown=4) as house:
        yield house


def test_a_held_reply_survives_a_kill_and_leaves_exactly_once(house: House) -> None:
    before = len(house.upstream.mails)
    id_ = house.customer_writes(HOT)
    raw = house.reply(id_)
    assert house.rep_sends(raw)[0] == 250
    house.box.append(house.box.folder("sent"), raw, flags=["\\Seen"])
    house.kill()
    assert [h["state"] for h in house.held()] == ["HELD"]
    house.start()
    until(lambda: house.upstream.mails[before:], "the mail at the upstream")
    until(lambda: house.find("sent", message_id(raw)), "its copy in Sent")
    (mail,) = house.upstream.mails[before:]
    assert digest(mail.raw) == digest(raw)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_however_it_ends_it_leaves_no_process_behind(house: House, end: str) -> None:
    house.customer_writes(HOT)
    mine = subprocess.run(["pgrep", "-P", str(house.daemon.pid)], capture_output=True, text=True, check=True)
    started = [int(pid) for pid in mine.stdout.split()]
    assert all(map(runs, started))
    getattr(house, end)()
    until(lambda: not any(map(runs, started)), "their end")
    house.start()


def test_a_second_daemon_says_so(house: House) -> None:
    house.triage("run", code=4)


def test_sigterm_ends_it_with_0_and_commands_say_that_nothing_can_be_sent(house: House) -> None:
    assert house.stop() == 0
    house.triage("release", "r1", code=4)
    house.triage("acknowledge", "r1", code=4)
    house.triage("summary", "--send", code=4)
    status = json.loads(house.triage("status", "--json"))
    assert status["running"] is False
    house.start()


def test_a_stop_does_not_wait_for_an_upstream_that_says_nothing_more(house: House) -> None:
    """Ten minutes are for an upstream to answer the final dot in; a person who stops the daemon has gone."""
    asked = Event()
    house.upstream.stall("dot", arrived=asked)
    raw = house.reply(house.customer_writes(HOT, subject="Order 12"), subject="Re: Order 12")
    assert house.rep_sends(raw)[0] == 250
    assert asked.wait(60)
    assert house.stop() == 0
    house.upstream.behave()
    assert "UNKNOWN" in [held["state"] for held in house.held()]
    assert "may have been sent" in house.triage("status")
    house.start()


def test_the_summary_goes_to_the_manager_without_a_word_of_anybodys(house: House) -> None:
    before = len(house.upstream.mails)
    house.triage("summary", "--send")
    (mail,) = until(lambda: house.upstream.mails[before:], "the summary at the upstream")
    assert mail.rcpt_tos == ("boss@example.com",)
    text = mail.raw.decode()
    assert "acme.example" in text
    assert "unacceptable" not in text


def test_pause_lets_everything_pass_and_resume_ends_it(house: House) -> None:
    id_ = house.customer_writes(HOT, sender="jo@yew.example", subject="Valve")
    until(lambda: any(b"Re: Valve" in x.raw for x in house.inside("drafts")), "the suggestion")
    house.triage("pause", "--for", "1h")
    before = len(house.upstream.mails)
    raw = house.reply(id_, to="jo@yew.example", subject="Re: Valve")
    assert house.rep_sends(raw, "jo@yew.example") == (250, "2.0.0 Ok: queued")
    assert len(house.upstream.mails) == before + 1
    assert json.loads(house.triage("status", "--json"))["paused"]
    house.triage("resume")
    another = house.reply(id_, "Another.", to="jo@yew.example", subject="Re: Valve")
    assert house.rep_sends(another, "jo@yew.example")[1].startswith("2.0.0 held until ")


def test_the_log_and_the_store_keep_no_secret_and_the_log_no_body(house: House) -> None:
    log = house.log.read_text()
    assert "unacceptable" not in log
    assert "I have looked into it" not in log
    for word in (house.environ["REP_PASSWORD"], house.environ["GATE_PASSWORD"]):
        assert word not in log
        for file in (house.folder / "state").iterdir():
            assert word.encode() not in file.read_bytes()
            assert file.stat().st_mode & 0o077 == 0
