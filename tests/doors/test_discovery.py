"""From an address to its servers: what is tried, in which order, and what is said of what did not answer."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from tests.certs import Authority
from tests.dovecot import Dovecot, dovecot_or_skip
from tests.upstream import Upstream
from triage.errors import Unreachable
from triage.mail import discovery
from triage.mail.discovery import Search, dial, discover
from triage.mail.providers import PROVIDERS, Kind, Server, by_host
from triage.mail.resolving import Dns


@dataclass(slots=True, kw_only=True)
class Zone:
    """A DNS that knows what it is told, and remembers what it was asked."""

    mxs: Sequence[str] = ()
    srvs: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def mx(self, domain: str) -> Sequence[str]:
        self.asked.append(f"MX {domain}")
        return self.mxs

    def srv(self, service: str, domain: str) -> Sequence[tuple[str, int]]:
        self.asked.append(f"SRV {service} {domain}")
        return self.srvs.get(service, ())


def answers(*hosts: str) -> discovery.Dial:
    """Only these hosts answer."""

    def dial(kind: Kind, server: Server) -> None:
        if server.host not in hosts:
            raise Unreachable(f"{server.host}: no server listens there")

    return dial


def tried(search: Search) -> list[str]:
    return [f"{each.candidate.server.host}:{each.candidate.server.port}" for each in search.tried]


def test_a_great_providers_address_asks_the_dns_nothing() -> None:
    zone = Zone()
    found = discover("gmail.com", zone, answers("imap.gmail.com", "smtp.gmail.com"))
    assert found.provider
    assert found.provider.name == "Google"
    assert (tried(found.imap), tried(found.smtp)) == (["imap.gmail.com:993"], ["smtp.gmail.com:465"])
    assert zone.asked == []


@pytest.mark.parametrize(
    ("mx", "imap", "smtp"),
    [
        ("aspmx.l.google.com", "imap.gmail.com:993", "smtp.gmail.com:465"),
        ("acme-example.mail.protection.outlook.com", "outlook.office365.com:993", "smtp.office365.com:587"),
        ("in1-smtp.messagingengine.com", "imap.fastmail.com:993", "smtp.fastmail.com:465"),
    ],
)
def test_a_companys_domain_is_known_by_where_its_mail_goes(mx: str, imap: str, smtp: str) -> None:
    everybody = answers(*(s.host for p in PROVIDERS for s in (p.imap, p.smtp)))
    found = discover("acme.example", Zone(mxs=[mx]), everybody)
    assert (tried(found.imap), tried(found.smtp)) == ([imap], [smtp])
    assert found.imap.found
    assert not found.imap.found.foreign, "the table is ours, the DNS only chose from it"


def test_a_stranger_who_ends_like_a_provider_is_none() -> None:
    assert discover("acme.example", Zone(mxs=["mx.evilgoogle.com"]), answers()).provider is None


def test_what_the_domain_says_of_itself_goes_before_common_names() -> None:
    zone = Zone(srvs={"_imaps": [("box.acme.example", 1993)], "_submission": [("out.acme.example", 587)]})
    found = discover("acme.example", zone, answers("box.acme.example", "out.acme.example"))
    assert (tried(found.imap), tried(found.smtp)) == (["box.acme.example:1993"], ["out.acme.example:587"])
    assert found.smtp.found
    assert found.smtp.found.server.security == "starttls"


@pytest.mark.parametrize(
    ("host", "foreign"),
    [
        ("box.acme.example", False),
        ("acme.example", False),
        ("box.evil.example", True),
        ("xacme.example", True),
    ],
)
def test_a_server_outside_the_domain_is_foreign(host: str, foreign: bool) -> None:
    found = discover("acme.example", Zone(srvs={"_imaps": [(host, 993)]}), answers(host)).imap.found
    assert found
    assert found.foreign is foreign


def test_where_nothing_is_said_common_names_are_tried_and_the_encrypted_ones_only() -> None:
    found = discover("acme.example", Zone(), answers())
    assert tried(found.imap) == [
        "imap.acme.example:993", "mail.acme.example:993", "imap.acme.example:143", "mail.acme.example:143",
    ]  # fmt: skip
    assert tried(found.smtp) == [
        "smtp.acme.example:465", "mail.acme.example:465", "smtp.acme.example:587", "mail.acme.example:587",
    ]  # fmt: skip
    assert found.imap.found is found.smtp.found is None
    assert all(each.failure.endswith("no server listens there") for each in found.imap.tried)
    assert {each.candidate.server.security for each in found.smtp.tried} == {"tls", "starttls"}


def test_a_server_that_is_named_twice_is_tried_once() -> None:
    zone = Zone(srvs={"_imaps": [("imap.acme.example", 993)]})
    assert tried(discover("acme.example", zone, answers()).imap).count("imap.acme.example:993") == 1


def test_a_name_that_cannot_be_one_is_a_failure_as_any_other() -> None:
    found = discover(f"{'a' * 70}.example", Zone(), dial)
    assert found.imap.found is found.smtp.found is None
    assert all("no name of a server" in each.failure for each in found.imap.tried)


def test_a_dns_without_an_answer_has_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.mail.resolving.PATIENCE", 0.2)
    assert (Dns().mx("no-such-domain.invalid"), Dns().srv("_imaps", "a..b")) == ([], [])


def test_every_provider_is_found_again_by_its_servers() -> None:
    for provider in PROVIDERS:
        found = by_host(provider.imap.host)
        assert found
        assert found.login == provider.login
        assert provider.domains or provider.mx


# On real servers


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot() as server:
        yield server


def at(port: int) -> Mapping[str, Sequence[tuple[str, int]]]:
    return {"_imaps": [("localhost", port)], "_submissions": [("localhost", port)]}


def test_a_real_mailbox_answers(mailbox: Dovecot) -> None:
    trusting = partial(dial, ca_file=mailbox.ca_file)
    found = discover("localhost", Zone(srvs=at(mailbox.tls_port)), trusting).imap
    assert [each.failure for each in found.tried] == [""]


def test_a_certificate_that_nobody_vouches_for_is_no_answer(mailbox: Dovecot) -> None:
    found = discover("localhost", Zone(srvs=at(mailbox.tls_port)), dial).imap
    assert "its certificate cannot be trusted" in found.tried[0].failure


def test_a_real_way_out_answers_and_hears_no_password(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with Upstream(
        security="tls", tls_context=authority.server_context("localhost"), users={"a": "b"}
    ) as server:
        trusting = partial(dial, ca_file=authority.ca_file)
        found = discover("localhost", Zone(srvs=at(server.port)), trusting).smtp
        assert found.found
        assert "AUTH" not in server.commands


def test_a_server_that_says_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server(host="localhost", port=silent.getsockname()[1])
        with pytest.raises(Unreachable):
            dial("imap", server)
        with pytest.raises(Unreachable, match="did not answer in time"):
            dial("smtp", server)
