"""A rep signs in at the provider, and the sign-in meets what it meets in a year, while the daemon runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import REP, House, message_id, until
from tests.provider import AuthorisationServer


@pytest.fixture(scope="module")
def provider() -> Iterator[AuthorisationServer]:
    with AuthorisationServer() as provider:
        yield provider


@pytest.fixture(scope="module")
def house(provider: AuthorisationServer) -> Iterator[House]:
    dovecot_or_skip()
    with House(Dovecot(introspection=provider.url("introspect")), cooldown=4, provider=provider) as house:
        house.upstream.mails_a_line = 1  # each mail shows its token
        yield house


def token_file(house: House) -> Path:
    return house.folder / "state" / f"{REP}.token"


def holds_a_reply(house: House, subject: str) -> bytes:
    """A heated message comes in, and the rep's reply is held; its bytes."""
    raw = house.reply(house.customer_writes(subject=subject), subject=f"Re: {subject}")
    code, text = house.rep_sends(raw)
    assert (code, "held until" in text) == (250, True), text
    return raw


def arrives(house: House, raw: bytes) -> None:
    """It leaves, once."""
    id_ = message_id(raw).encode()
    (mail,) = until(lambda: [mail for mail in house.upstream.mails if id_ in mail.raw], "the mail", 90)
    assert mail.user == REP


def tries_to_send(house: House) -> tuple[int, str]:
    """A calm mail to somebody else, which passes at once or not at all; the gate's answer."""
    return house.rep_sends(house.reply("<none@quiet.example>", to="bo@quiet.example"), "bo@quiet.example")


def told(house: House) -> str:
    return house.triage("status")


def test_the_sign_in_is_kept_for_the_rep_alone_and_opens_both_servers(house: House) -> None:
    assert token_file(house).stat().st_mode & 0o077 == 0
    assert f"ok      sign-in of {REP}: it is there\n" in house.triage("doctor", code=None)
    arrives(house, holds_a_reply(house, "Order 1"))


def test_a_token_that_was_renewed_is_kept_over_a_restart(house: House, provider: AuthorisationServer) -> None:
    provider.lifetime = 60  # less than what a login needs, so that each one renews it
    provider.expire()
    house.cut_lines()
    raw = holds_a_reply(house, "Order 1b")
    former = until(lambda: renewals(provider), "a renewal")[-1]["refresh_token"]
    assert house.stop() == 0
    assert token_file(house).read_text().strip() not in {former, ""}, "its successor is on the disk"
    house.start()
    provider.lifetime = 3600
    arrives(house, raw)


def renewals(provider: AuthorisationServer) -> list[dict[str, str]]:
    """What the provider was asked to renew."""
    return [form for form in provider.asked if form["grant_type"] == "refresh_token"]


def test_access_tokens_end_while_it_runs(house: House, provider: AuthorisationServer) -> None:
    raw = holds_a_reply(house, "Order 2")
    provider.expire()
    house.cut_lines()
    arrives(house, raw)
    arrives(house, holds_a_reply(house, "Order 2b"))


def test_a_provider_that_is_down_costs_no_token_and_no_reply(
    house: House, provider: AuthorisationServer
) -> None:
    raw = holds_a_reply(house, "Order 3")
    kept = token_file(house).read_text()
    with provider.down():
        provider.expire()
        house.cut_lines()
        until(lambda: "the sign-in is kept" in told(house), "the rep is told")
        code, text = tries_to_send(house)
        assert code == 451
        assert "no server listens there; the sign-in is kept" in text
        assert token_file(house).read_text() == kept
        (held,) = house.held()
        assert held["state"] == "HELD"
    assert tries_to_send(house)[0] == 250
    house.triage("release", held["id"], "--reason", "it is back", code=None)  # not at the next patient try
    arrives(house, raw)
    until(lambda: "the sign-in is kept" not in told(house), "the condition is over", 90)


def test_a_sign_in_that_was_revoked_is_told_once_and_mended_by_the_next(
    house: House, provider: AuthorisationServer
) -> None:
    before = house.log.read_text()
    raw = holds_a_reply(house, "Order 4")
    provider.revoke()
    house.cut_lines()
    until(lambda: f"sign in again: `triage login {REP}`" in told(house), "the rep is told how")
    assert "sign in again" in tries_to_send(house)[1]
    assert house.triage("scan", code=3) == ""
    assert f"Mend: `triage login {REP}`" in house.triage("doctor", code=1)
    log = house.log.read_text().removeprefix(before)
    assert log.count("The mailbox cannot be watched") == 1
    (held,) = house.held()
    assert held["state"] == "HELD", "nothing is lost meanwhile"
    assert "The server for sending lets you in, too." in house.sign_in()
    assert tries_to_send(house)[0] == 250
    until(
        lambda: "sign in again" not in told(house), "the condition is over, and the reply is tried again", 90
    )
    house.triage("release", held["id"], "--reason", "it is back", code=None)
    arrives(house, raw)


def test_a_code_for_another_device_signs_in_as_well(house: House, provider: AuthorisationServer) -> None:
    kept = token_file(house).read_text()
    said = house.sign_in("--device")
    assert "type in WDJB-MJHT" in said
    assert "The server for sending lets you in, too." in said
    assert token_file(house).read_text() != kept
    arrives(house, holds_a_reply(house, "Order 5"))


def test_a_sign_in_as_somebody_else_is_not_kept(house: House, provider: AuthorisationServer) -> None:
    kept = token_file(house).read_text()
    provider.user = "other@example.com"
    said = house.sign_in(code=3)
    provider.user = REP
    assert f"Nothing was kept. Was it {REP} who signed in?" in said
    assert token_file(house).read_text() == kept


def test_no_token_is_anywhere_else(house: House, provider: AuthorisationServer) -> None:
    state = [f for f in (house.folder / "state").rglob("*") if f.is_file() and f != token_file(house)]
    seen = b"".join(file.read_bytes() for file in [*state, house.log])
    seen += Path(f"/proc/{house.daemon.pid}/cmdline").read_bytes()
    assert [word for word in provider.issued if word.encode() in seen] == []
    assert token_file(house).read_text().strip() in provider.issued
