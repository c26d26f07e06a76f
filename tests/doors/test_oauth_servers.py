"""Access tokens at the doors: a real Dovecot that asks the provider about each, and a submission server."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.provider import AuthorisationServer
from tests.upstream import Upstream
from triage.errors import LoginRefused, Unreachable, UpstreamUnavailable
from triage.mail.mailbox import ImapMailbox
from triage.mail.relay import SmtpRelay

REP, OTHER = "rep@example.com", "other@example.com"
RAW = b"Subject: Hello\r\n\r\nHello.\r\n"


class Held:
    """What an account's tokens do at a door: gives the one it has, and after a refusal another one."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.asked = 0

    def access(self) -> str:
        self.asked += 1
        return self.words[0]

    def refused(self) -> bool:
        del self.words[0]
        return bool(self.words)

    @property
    def login(self) -> dict[str, Any]:
        return {"user": REP, "password": self.access, "token": True, "refused": self.refused}


@pytest.fixture(scope="module")
def provider() -> Iterator[AuthorisationServer]:
    with AuthorisationServer() as server:
        yield server


def given(provider: AuthorisationServer, user: str = REP) -> str:
    provider.user = user
    return str(provider._grant()[1]["access_token"])


# IMAP


@pytest.fixture(scope="module")
def dovecot(provider: AuthorisationServer) -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot(introspection=provider.url("introspect")) as server:
        yield server


def look_into(dovecot: Dovecot, tokens: Held) -> None:
    box = ImapMailbox.connect(host=dovecot.host, port=dovecot.port, security="none", **tokens.login)
    box.select("INBOX")
    box.close()


def test_a_token_opens_the_mailbox(provider: AuthorisationServer, dovecot: Dovecot) -> None:
    look_into(dovecot, Held(given(provider)))


def test_a_token_that_is_over_is_replaced_at_once(provider: AuthorisationServer, dovecot: Dovecot) -> None:
    tokens = Held("over", given(provider))
    look_into(dovecot, tokens)
    assert tokens.asked == 2


def test_no_third_token_is_tried(provider: AuthorisationServer, dovecot: Dovecot) -> None:
    with pytest.raises(LoginRefused):
        look_into(dovecot, Held("over", "over, too", given(provider)))


def test_anothers_token_opens_nothing(provider: AuthorisationServer, dovecot: Dovecot) -> None:
    foreign = given(provider, OTHER)
    with pytest.raises(LoginRefused) as caught:
        look_into(dovecot, Held(foreign))
    assert foreign not in str(caught.value)


def test_a_mailbox_without_tokens_says_so() -> None:
    dovecot_or_skip()
    with Dovecot() as server, pytest.raises(Unreachable, match="no login by OAuth2"):
        look_into(server, Held("canary"))


# SMTP


@pytest.fixture
def upstream(provider: AuthorisationServer) -> Iterator[Upstream]:
    users, takes = {REP: "unused"}, provider.is_good
    with Upstream(users=users, mechanisms=("LOGIN", "XOAUTH2"), takes_token=takes) as server:
        yield server


def send(upstream: Upstream, tokens: Held) -> str:
    relay = SmtpRelay("127.0.0.1", upstream.port, security="none", **tokens.login)
    return relay.send(mail_from=REP, rcpt_tos=["dana@acme.example"], raw=RAW)


def test_a_token_sends(provider: AuthorisationServer, upstream: Upstream) -> None:
    assert send(upstream, Held(given(provider))) == "250 2.0.0 Ok: queued"
    assert upstream.mails[0].user == REP


def test_a_token_that_is_over_is_replaced_in_the_same_conversation(
    provider: AuthorisationServer, upstream: Upstream
) -> None:
    assert send(upstream, Held("over", given(provider))) == "250 2.0.0 Ok: queued"
    assert upstream.commands.count("AUTH") == 2
    assert len(upstream.mails) == 1


@pytest.mark.parametrize("words", [("over",), ("over", "over, too", "never tried")])
def test_a_refusal_is_the_accounts_condition(upstream: Upstream, words: tuple[str, ...]) -> None:
    with pytest.raises(UpstreamUnavailable, match=r"^AUTH: 535 5\.7\.3 Authentication unsuccessful$"):
        send(upstream, Held(*words))
    assert upstream.mails == []


def test_what_the_mailbox_may_do_the_way_out_may_not(upstream: Upstream) -> None:
    """Tenants switch SMTP AUTH off: the server's own words say so."""
    upstream.answer("auth", "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant")
    upstream.takes_token = lambda _user, _token: True
    with pytest.raises(UpstreamUnavailable, match=r"5\.7\.139"):
        send(upstream, Held("good"))


def test_a_server_without_tokens_says_so() -> None:
    with Upstream(users={REP: "unused"}) as server, pytest.raises(UpstreamUnavailable, match="XOAUTH2"):
        send(server, Held("canary"))
    assert "AUTH" not in server.commands
