"""The DNS on the wire: a name server on this machine that knows a few records, or says nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import NoResolverConfiguration, Resolver

from triage.mail.resolving import Dns

RECORDS = {
    "acme.example. MX": ["20 backup.acme.example.", "10 ASPMX.L.Google.COM."],
    "_imaps._tcp.acme.example. SRV": ["10 5 993 far.acme.example.", "0 1 1993 near.acme.example."],
    "_submission._tcp.acme.example. SRV": ["0 0 0 ."],
}


def answer(wire: bytes) -> bytes:
    """What a name server says that knows the records above."""
    query = dns.message.from_wire(wire)
    (question,) = query.question
    name, kind = question.name.to_text(), question.rdtype
    said = dns.message.make_response(query)
    known = RECORDS.get(f"{name} {kind.name}")
    if known:
        said.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind.name, known))
    else:
        said.set_rcode(dns.rcode.NXDOMAIN)
    return said.to_wire()


@contextmanager
def name_server(says: Callable[[bytes], bytes] | None) -> Iterator[Dns]:
    """A DNS that asks a server of our own; None says nothing at all."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while (said := server.recvfrom(4096))[0]:
                if says:
                    server.sendto(says(said[0]), said[1])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        try:
            yield Dns(lambda: resolver)
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", server.getsockname())
            thread.join(5)


def test_the_first_choice_comes_first_in_lower_case_and_without_the_dot() -> None:
    with name_server(answer) as dns:
        assert dns.mx("acme.example") == ["aspmx.l.google.com", "backup.acme.example"]
        assert dns.srv("_imaps", "acme.example") == [("near.acme.example", 1993), ("far.acme.example", 993)]


def test_a_service_that_there_is_not_is_none() -> None:
    with name_server(answer) as dns:
        assert dns.srv("_submission", "acme.example") == []
        assert dns.srv("_submissions", "acme.example") == []


@pytest.mark.parametrize("says", [None, lambda wire: b"\x00" * 12, lambda wire: wire[:2] + b"\xff" * 40])
def test_a_server_that_says_nothing_or_nonsense_has_no_answer(
    says: Callable[[bytes], bytes] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.mail.resolving.PATIENCE", 0.3)
    with name_server(says) as dns:
        assert dns.mx("acme.example") == []


def test_a_machine_without_a_name_server_has_no_answer() -> None:
    def nothing() -> Resolver:
        raise NoResolverConfiguration

    assert Dns(nothing).mx("acme.example") == []
