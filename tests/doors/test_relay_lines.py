"""A line that is kept for the next mail: fewer greetings, and nothing else changes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.doors.test_relay import MAIL, REP, send
from tests.upstream import Stage, Upstream
from triage.errors import MailRefused, UpstreamUnavailable
from triage.mail.relay import SmtpRelay


@contextmanager
def keeping(upstream: Upstream) -> Iterator[SmtpRelay]:
    relay = SmtpRelay(
        "127.0.0.1", upstream.port, security="none", user=REP, password=lambda: "secret", timeout=5, keep=True
    )
    try:
        yield relay
    finally:
        relay.rest()


def greetings(upstream: Upstream) -> int:
    return sum(command.upper().startswith("EHLO") for command in upstream.commands)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(users={REP: "secret"}) as server:
        yield server


def test_the_next_mail_goes_by_the_same_line(upstream: Upstream) -> None:
    with keeping(upstream) as relay:
        assert [send(relay) for _ in range(3)] == ["250 2.0.0 Ok: queued"] * 3
    assert [mail.raw for mail in upstream.mails] == [MAIL] * 3
    assert greetings(upstream) == 1
    assert upstream.commands[-1].upper() == "QUIT"


def test_what_was_refused_leaves_nothing_in_the_next_mail(upstream: Upstream) -> None:
    upstream.answer("rcpt", "550 5.1.1 No such user", address="gone@bigco.example")
    with keeping(upstream) as relay:
        with pytest.raises(MailRefused):
            send(relay, "boss@bigco.example", "gone@bigco.example")
        send(relay, "buyer@bigco.example")
    [mail] = upstream.mails
    assert mail.rcpt_tos == ("buyer@bigco.example",)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("end", ["421 4.4.2 Idle for too long", "530 5.7.0 Log in first", ""])
def test_a_line_that_the_server_has_given_up_is_replaced(upstream: Upstream, stage: Stage, end: str) -> None:
    with keeping(upstream) as relay:
        send(relay)
        if end:
            upstream.answer(stage, end, times=1)
        else:
            upstream.drop(stage, times=1)
        send(relay)
    assert len(upstream.mails) == 2
    assert greetings(upstream) == 2


def test_an_account_that_is_refused_keeps_no_mail_from_another_try(upstream: Upstream) -> None:
    upstream.answer("mail", "451 4.3.2 Not now", times=1)
    with keeping(upstream) as relay:
        with pytest.raises(UpstreamUnavailable):
            send(relay)
        send(relay)
    assert len(upstream.mails) == 1


def test_a_no_to_the_mail_is_not_asked_for_twice(upstream: Upstream) -> None:
    with keeping(upstream) as relay:
        send(relay)
        upstream.answer("rcpt", "550 5.1.1 No such user", times=1)
        with pytest.raises(MailRefused, match="No such user"):
            send(relay)
    assert len(upstream.mails) == 1
    assert greetings(upstream) == 1


def test_once_everybody_has_to_go_no_line_is_used_again(upstream: Upstream) -> None:
    with keeping(upstream) as relay:
        send(relay)
        relay.hang_up()
        with pytest.raises(UpstreamUnavailable, match="about to end"):
            send(relay)
    assert len(upstream.mails) == 1
