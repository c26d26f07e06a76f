"""Passwords and what people write stay where they belong, whatever goes wrong: a journey with canaries.

The daemon runs on a real Dovecot with everybody's rights to its new files (`umask 0`), and meets wrong
passwords, refusals, a lost line and a SIGKILL. Then all that it said and left behind is searched.
"""

import os
import smtplib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.journeys.house import GATE_PASSWORD, HOT, REP, House, until

BODY, GUESS = "canary in the body", "canary-that-was-guessed"
SUBJECT = "Canary in the subject"
SECRETS = (USERS[REP], GATE_PASSWORD, GUESS)


@contextmanager
def rights_for_everybody() -> Iterator[None]:
    former = os.umask(0)
    try:
        yield
    finally:
        os.umask(former)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house in which much went wrong."""
    dovecot_or_skip()
    with rights_for_everybody(), House(Dovecot.flavoured("as_it_is"), cooldown=60, page=True) as house:
        id_ = house.customer_writes(f"{HOT} {BODY}", subject=SUBJECT)
        until(lambda: [x for x in house.inside("drafts") if id_.encode() in x.raw], "the suggestion")
        reply = house.reply(id_, f"{BODY}: I have looked into it.", subject=f"Re: {SUBJECT}")
        assert house.rep_sends(reply)[0] == 250
        guess_at_the_gate(house)
        for stage in ("rcpt", "dot"):
            house.upstream.answer(stage, f"550 5.7.1 Refused: {SUBJECT}", times=1)
            other = house.reply("<none@x.example>", BODY, to="bo@quiet.example", subject=SUBJECT)
            assert house.rep_sends(other, "bo@quiet.example")[0] == 550
        house.upstream.drop("dot", times=1)
        assert house.rep_sends(other, "bo@quiet.example")[0] == 451
        house.kill()
        house.start()
        yield house


def guess_at_the_gate(house: House) -> None:
    with (
        smtplib.SMTP("127.0.0.1", house.gate_port, timeout=30) as smtp,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        smtp.login(REP, GUESS)


def test_neither_secret_nor_mail_is_in_the_log(house: House) -> None:
    log = house.log.read_text()
    assert "ready" in log
    assert [word for word in (*SECRETS, BODY, SUBJECT, "unacceptable") if word in log] == []


def test_no_secret_is_in_what_the_commands_say(house: House) -> None:
    (held,) = house.held()
    commands = [["status"], ["held"], ["held", "show", held["id"]], ["explain", held["id"]], ["doctor"]]
    said = "".join(house.triage(*words, code=None) for words in commands)
    assert held["id"] in said
    assert [word for word in SECRETS if word in said] == []


def test_no_secret_is_in_what_ps_shows(house: House) -> None:
    command = Path(f"/proc/{house.daemon.pid}/cmdline")
    if not command.exists():
        pytest.skip(f"no /proc on {sys.platform}")
    words = command.read_bytes().decode().split("\0")
    assert "run" in words
    assert [word for word in words for secret in SECRETS if secret in word] == []


def test_no_secret_is_on_the_page(house: House) -> None:
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(house.triage("page", "--print").strip()) as answer:
        page = answer.read().decode()
    assert SUBJECT in page, "the rep sees what is held"
    assert [word for word in SECRETS if word in page] == []


def test_no_secret_is_in_any_file(house: House) -> None:
    files = [file for file in (house.folder / "state").rglob("*") if file.is_file()]
    assert any(BODY.encode() in file.read_bytes() for file in files), "the held reply is kept whole"
    assert [file for file in files for word in SECRETS if word.encode() in file.read_bytes()] == []


def test_all_that_is_kept_is_the_reps_alone(house: House) -> None:
    kept = [house.folder / "state", *(house.folder / "state").rglob("*")]
    assert len(kept) > 2
    assert [path for path in kept if path.stat().st_mode & 0o077] == []
