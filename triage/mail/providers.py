"""The servers of the great providers, and what each wants of a login. A table, small on purpose.

It spares most people every question. Whoever is not in it is found by the DNS or by well-known names: that
is `discovery`, next door.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from triage.mail.tls import Security

Kind: TypeAlias = Literal["imap", "smtp"]

PORTS: dict[Kind, dict[Security, int]] = {
    "imap": {"tls": 993, "starttls": 143, "none": 143},
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
}
"""Where each kind of server usually listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server listens, and how a connection to it is encrypted."""

    host: str
    port: int
    security: Security = "tls"

    def __str__(self) -> str:
        return f"{self.host}:{self.port} ({self.security})"


def imaps(host: str) -> Server:
    """IMAP with TLS from the first byte."""
    return Server(host=host, port=993)


def submissions(host: str) -> Server:
    """Submission with TLS from the first byte (RFC 8314)."""
    return Server(host=host, port=465)


def submission(host: str) -> Server:
    """Submission with STARTTLS (RFC 6409)."""
    return Server(host=host, port=587, security="starttls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One of the great providers. `mx` are the ends of the names that companies' domains there lead to."""

    name: str
    imap: Server
    smtp: Server
    domains: frozenset[str] = frozenset()
    mx: tuple[str, ...] = ()
    login: str = ""
    """What a login there needs besides the right password, as a sentence."""


_APP_LOGIN = "It takes an app password only, which you make in the security settings of your account{}."
_OAUTH_ONLY = (
    "Microsoft takes no mailbox password over IMAP, only OAuth2; for sending, an administrator must also "
    "allow authenticated SMTP for the mailbox."
)

PROVIDERS = (
    Provider(
        name="Google",
        imap=imaps("imap.gmail.com"),
        smtp=submissions("smtp.gmail.com"),
        domains=frozenset({"gmail.com", "googlemail.com"}),
        mx=(".google.com", ".googlemail.com"),
        login=_APP_LOGIN.format(" (myaccount.google.com/apppasswords)"),
    ),
    Provider(
        name="Microsoft 365",
        imap=imaps("outlook.office365.com"),
        smtp=submission("smtp.office365.com"),
        mx=(".mail.protection.outlook.com", ".mx.microsoft"),
        login=_OAUTH_ONLY,
    ),
    Provider(
        name="Outlook.com",
        imap=imaps("outlook.office365.com"),
        smtp=submission("smtp-mail.outlook.com"),
        domains=frozenset(
            {"outlook.com", "outlook.de", "outlook.fr", "hotmail.com", "hotmail.co.uk", "live.com", "msn.com"}
        ),
        login=_OAUTH_ONLY,
    ),
    Provider(
        name="Apple iCloud",
        imap=imaps("imap.mail.me.com"),
        smtp=submission("smtp.mail.me.com"),
        domains=frozenset({"icloud.com", "me.com", "mac.com"}),
        mx=(".mail.icloud.com",),
        login=_APP_LOGIN.format(" (account.apple.com)"),
    ),
    Provider(
        name="Yahoo",
        imap=imaps("imap.mail.yahoo.com"),
        smtp=submissions("smtp.mail.yahoo.com"),
        domains=frozenset(
            {"yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.co.uk", "ymail.com"}
        ),
        login=_APP_LOGIN.format(""),
    ),
    Provider(
        name="AOL",
        imap=imaps("imap.aol.com"),
        smtp=submissions("smtp.aol.com"),
        domains=frozenset({"aol.com", "aim.com"}),
        login=_APP_LOGIN.format(""),
    ),
    Provider(
        name="Fastmail",
        imap=imaps("imap.fastmail.com"),
        smtp=submissions("smtp.fastmail.com"),
        domains=frozenset({"fastmail.com", "fastmail.fm"}),
        mx=(".messagingengine.com",),
        login=_APP_LOGIN.format(""),
    ),
    Provider(
        name="GMX",
        imap=imaps("imap.gmx.net"),
        smtp=submissions("mail.gmx.net"),
        domains=frozenset({"gmx.de", "gmx.net", "gmx.at", "gmx.ch"}),
        login="IMAP must first be allowed in its settings on the web.",
    ),
    Provider(
        name="WEB.DE",
        imap=imaps("imap.web.de"),
        smtp=submission("smtp.web.de"),
        domains=frozenset({"web.de"}),
        login="IMAP must first be allowed in its settings on the web.",
    ),
    Provider(
        name="IONOS",
        imap=imaps("imap.ionos.com"),
        smtp=submissions("smtp.ionos.com"),
        mx=(".ionos.com", ".1and1.com", ".perfora.net"),
    ),
    Provider(
        name="IONOS in Germany",
        imap=imaps("imap.ionos.de"),
        smtp=submissions("smtp.ionos.de"),
        mx=(".ionos.de", ".kundenserver.de"),
    ),
    Provider(
        name="Zoho",
        imap=imaps("imappro.zoho.com"),
        smtp=submissions("smtppro.zoho.com"),
        mx=(".zoho.com",),
        login="IMAP must first be allowed in its settings on the web.",
    ),
    Provider(
        name="mailbox.org",
        imap=imaps("imap.mailbox.org"),
        smtp=submissions("smtp.mailbox.org"),
        domains=frozenset({"mailbox.org"}),
        mx=(".mailbox.org",),
    ),
)


def by_domain(domain: str) -> Provider | None:
    """The provider whose own domain this is."""
    return next((each for each in PROVIDERS if domain in each.domains), None)


def by_mx(hosts: Iterable[str]) -> Provider | None:
    """The provider that takes in a company's mail, told by where its domain's MX records lead."""
    first = next(iter(hosts), "").lower()
    return next((each for each in PROVIDERS if each.mx and first.endswith(each.mx)), None)


def by_host(host: str) -> Provider | None:
    """The provider whose server this is."""
    return next((each for each in PROVIDERS if host in {each.imap.host, each.smtp.host}), None)
