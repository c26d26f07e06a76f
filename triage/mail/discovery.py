"""From an address to its servers: the great providers, SRV records, well-known names; each is tried.

Trying is to connect, to check the certificate, and to hear the greeting; no password is sent from here.
What the DNS says can be forged: a server that it names outside the address's own domain is `foreign`, and
a person has to agree to it (RFC 6186, section 6) before it hears a password.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from triage.errors import TriageError
from triage.mail.mailbox.line import Line
from triage.mail.providers import PORTS, Kind, Provider, Server, by_domain, by_mx
from triage.mail.relay import SmtpRelay
from triage.mail.tls import Security

KINDS: tuple[Kind, ...] = ("imap", "smtp")

Dial: TypeAlias = Callable[[Kind, Server], None]
"""Connects, hears the greeting and leaves; raises a TriageError that says why it could not."""

PATIENCE = 6.0
"""Seconds that one server may be silent."""

_SERVICES: dict[Kind, tuple[tuple[str, Security], ...]] = {  # RFC 6186, and 8314 for `_submissions`
    "imap": (("_imaps", "tls"), ("_imap", "starttls")),
    "smtp": (("_submissions", "tls"), ("_submission", "starttls")),
}
_ENCRYPTED: tuple[Security, ...] = ("tls", "starttls")


class Resolver(Protocol):
    """What is asked of the DNS; a question without an answer has an empty one."""

    def mx(self, domain: str) -> Sequence[str]:
        """The hosts that take in a domain's mail, the first choice first."""

    def srv(self, service: str, domain: str) -> Sequence[tuple[str, int]]:
        """Hosts and ports of a service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A server that may be the one."""

    server: Server
    because: str
    """Why it was thought of, for a person."""
    foreign: bool = False
    """Whether only the DNS says so, and it lies outside the address's own domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A candidate, and why it is not the one; empty where it answered."""

    candidate: Candidate
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was tried for one kind of server, in that order; the last one answered, if any did."""

    tried: tuple[Tried, ...]

    @property
    def found(self) -> Candidate | None:
        """The first that answered."""
        return next((each.candidate for each in self.tried if not each.failure), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What became known of an address."""

    provider: Provider | None
    imap: Search
    smtp: Search


def discover(domain: str, resolver: Resolver, dial: Dial) -> Discovery:
    """Find the servers of a domain. What cannot be found or reached is told, never raised."""
    provider = by_domain(domain)
    if provider is None:
        provider = by_mx(resolver.mx(domain))
    with ThreadPoolExecutor(len(KINDS)) as pool:
        imap, smtp = pool.map(
            lambda kind: _search(kind, candidates(kind, domain, provider, resolver), dial), KINDS
        )
    return Discovery(provider=provider, imap=imap, smtp=smtp)


def candidates(kind: Kind, domain: str, provider: Provider | None, resolver: Resolver) -> Iterator[Candidate]:
    """What to try, the likeliest first; the DNS is asked only when those before it did not answer."""
    if provider:
        server = provider.imap if kind == "imap" else provider.smtp
        yield Candidate(server=server, because=f"the mail of {domain} is at {provider.name}")
    if provider and domain in provider.domains:
        return
    for service, security in _SERVICES[kind]:
        for host, port in resolver.srv(service, domain):
            yield Candidate(
                server=Server(host=host, port=port, security=security),
                because=f"the DNS of {domain} names it",
                foreign=not f".{host}".endswith(f".{domain}"),
            )
    for security in _ENCRYPTED:
        for host in (f"{kind}.{domain}", f"mail.{domain}"):
            server = Server(host=host, port=PORTS[kind][security], security=security)
            yield Candidate(server=server, because="it is a common name")


def _search(kind: Kind, maybe: Iterable[Candidate], dial: Dial) -> Search:
    tried: dict[Server, Tried] = {}
    for candidate in maybe:
        if candidate.server in tried:
            continue
        failure = _failure(kind, candidate.server, dial)
        tried[candidate.server] = Tried(candidate=candidate, failure=failure)
        if not failure:
            break
    return Search(tried=tuple(tried.values()))


def _failure(kind: Kind, server: Server, dial: Dial) -> str:
    try:
        dial(kind, server)
    except TriageError as error:
        return str(error)
    return ""


def dial(kind: Kind, server: Server, ca_file: Path | None = None) -> None:
    """Connect, check the certificate, hear the greeting, leave. Raises Unreachable, with the reason."""
    host, port, security = server.host, server.port, server.security
    if kind == "imap":
        Line.open(host=host, port=port, security=security, ca_file=ca_file, timeout=PATIENCE).close()
    else:
        SmtpRelay(host, port, security=security, ca_file=ca_file, timeout=PATIENCE).check()
