"""The DNS, as far as finding mail servers needs it. The only file that knows dnspython."""

from collections.abc import Callable, Sequence

from dns.exception import DNSException
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV
from dns.resolver import Resolver, get_default_resolver

PATIENCE = 3.0
"""Seconds for one question, all name servers together."""


class Dns:
    """Asks this machine's name servers. A question without an answer has an empty one: nothing is raised."""

    def __init__(self, resolver: Callable[[], Resolver] = get_default_resolver) -> None:
        self._resolver = resolver

    def mx(self, domain: str) -> Sequence[str]:
        """The hosts that take in the domain's mail, the first choice first."""
        found = [each for each in self._answers(domain, "MX") if isinstance(each, MX)]
        return [_name(each.exchange) for each in sorted(found, key=lambda each: each.preference)]

    def srv(self, service: str, domain: str) -> Sequence[tuple[str, int]]:
        """Hosts and ports of a service, such as `_imaps`; "." says that there is none (RFC 2782)."""
        found = [each for each in self._answers(f"{service}._tcp.{domain}", "SRV") if isinstance(each, SRV)]
        found.sort(key=lambda each: (each.priority, -each.weight))
        return [(_name(each.target), each.port) for each in found if _name(each.target)]

    def _answers(self, name: str, kind: str) -> list[object]:
        try:
            return list(self._resolver().resolve(name, kind, lifetime=PATIENCE, search=False))
        except (DNSException, OSError, ValueError):  # no such name, no network, no name at all
            return []


def _name(name: object) -> str:
    return str(name).rstrip(".").lower()
