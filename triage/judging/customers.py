"""Who is a customer: the writer of a message, and anyone at the same domain unless strangers share it.

Our own people are none, nor is a machine.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from triage.reading.messages import Message


def domain_of(address: str) -> str:
    """The part behind the last @, in lower case."""
    return address.rpartition("@")[2].lower()


def belongs(address: str, listed: Collection[str]) -> bool:
    """Whether an address is listed, by itself or by its domain."""
    return address.lower() in listed or domain_of(address) in listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The From and Reply-To addresses of a message, and the domains that stand for the whole company."""

    addresses: tuple[str, ...]
    domains: tuple[str, ...] = ()
    name: str = ""
    """The display name of the writer."""

    @classmethod
    def of(cls, addresses: Iterable[str], *, free_mail: Collection[str], name: str = "") -> "Customer":
        """The customer behind these addresses."""
        unique = tuple(dict.fromkeys(address.lower() for address in addresses))
        domains = dict.fromkeys(domain_of(address) for address in unique)
        return cls(addresses=unique, domains=tuple(d for d in domains if d not in free_mail), name=name)

    def includes(self, address: str) -> bool:
        """Whether mail to this address is mail to this customer."""
        return belongs(address, (*self.addresses, *self.domains))

    @property
    def label(self) -> str:
        """How a face names the customer: the domain, or the address where strangers share the domain."""
        return self.domains[0] if self.domains else self.addresses[0]

    def overlaps(self, other: "Customer") -> bool:
        """Whether both are the same company or person."""
        return any(map(self.includes, other.addresses)) or any(map(other.includes, self.addresses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Insiders:
    """Our own people, as one account knows them: its rep, and whoever is at the company's domains."""

    rep: frozenset[str]
    """The rep's addresses, in lower case."""
    domains: frozenset[str] = frozenset()

    def is_rep(self, address: str) -> bool:
        """Whether this is one of the rep's own addresses, or a plus-form of one."""
        local, _, domain = address.lower().partition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.rep

    def __contains__(self, address: str) -> bool:
        return self.is_rep(address) or domain_of(address) in self.domains


def ignored_because(message: Message, insiders: Insiders, never_hold: Collection[str]) -> str:
    """Why a message is not judged, or opens nothing whatever it says."""
    if message.machine_made:
        return f"machine-made ({message.machine_made})"
    if message.sender is None:
        return "no sender can be read"
    if message.sender.address in insiders:
        return "written by one of our own"
    if belongs(message.sender.address, never_hold):
        return "your team's rules never hold for this sender"
    return ""


def customer_of(message: Message, insiders: Insiders, free_mail: Collection[str]) -> Customer:
    """Whom a message is from: the people outside, where there are any."""
    people = [p for p in (message.sender, *message.reply_to) if p]
    outside = [p.address for p in people if p.address not in insiders]
    return Customer.of(
        outside or [p.address for p in people] or ["unknown"],
        free_mail=free_mail,
        name=people[0].name if people else "",
    )
