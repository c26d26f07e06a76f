"""Who is a customer: the writer of a message, and anyone at the same domain unless strangers share it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


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
