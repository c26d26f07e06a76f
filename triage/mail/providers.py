"""The great providers: their servers, and how each lets a program in. A table, small on purpose.

It spares most people every question. Whoever is not in it is found by the DNS or by well-known names: that
is `discovery`, next door. Nobody is asked here; how to sign in is `oauth`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from triage.mail.tls import Security

Kind: TypeAlias = Literal["imap", "smtp"]
OAuthName: TypeAlias = Literal["google", "microsoft"]
"""Where one can sign in, as the config says it."""

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
class OAuthProvider:
    """Where one signs in instead of by a password (OAuth 2.0), and for what."""

    name: OAuthName
    title: str
    authorize: str
    token: str
    device: str = ""
    """Where a code is given that a person types in on another device (RFC 8628); empty: not for mail."""
    scopes: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What its page for signing in wants besides."""
    redirect_host: str = "127.0.0.1"
    """This machine, under the name that the provider takes with any port."""
    registration: str
    """What a company registers there, as the end of a sentence."""
    has_secret: bool = False
    """Whether a registration has a secret there, although a program on a person's machine can keep none."""
    has_directories: bool = False
    """Whether a company has a directory of its own there (`tenant`)."""


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
    oauth: OAuthProvider | None = None
    takes_passwords: bool = True


_GOOGLE = OAuthProvider(
    name="google",
    title="Google",
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    scopes=("https://mail.google.com/",),
    # Without these two it gives a refresh token at the very first consent only.
    parameters={"access_type": "offline", "prompt": "consent"},
    registration="a client of the type Desktop app, with the scope https://mail.google.com/",
    has_secret=True,
)
_MICROSOFT = OAuthProvider(
    name="microsoft",
    title="Microsoft",
    authorize="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
    token="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106 - an address
    device="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
    scopes=(
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
        "offline_access",
    ),
    redirect_host="localhost",
    registration=(
        "a public client with the redirect URI http://localhost and the delegated permissions "
        "IMAP.AccessAsUser.All, SMTP.Send and offline_access"
    ),
    has_directories=True,
)

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
        oauth=_GOOGLE,
    ),
    Provider(
        name="Microsoft 365",
        imap=imaps("outlook.office365.com"),
        smtp=submission("smtp.office365.com"),
        mx=(".mail.protection.outlook.com", ".mx.microsoft"),
        login=_OAUTH_ONLY,
        oauth=_MICROSOFT,
        takes_passwords=False,
    ),
    Provider(
        name="Outlook.com",
        imap=imaps("outlook.office365.com"),
        smtp=submission("smtp-mail.outlook.com"),
        domains=frozenset(
            {"outlook.com", "outlook.de", "outlook.fr", "hotmail.com", "hotmail.co.uk", "live.com", "msn.com"}
        ),
        login=_OAUTH_ONLY,
        oauth=_MICROSOFT,
        takes_passwords=False,
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


def oauth_provider(
    name: OAuthName, *, tenant: str = "", authorize: str = "", token: str = "", device: str = ""
) -> OAuthProvider:
    """Where one signs in, with a company's own directory (`tenant`) or addresses."""
    known = next(each.oauth for each in PROVIDERS if each.oauth and each.oauth.name == name)
    directory = tenant or "common"
    return replace(
        known,
        authorize=authorize or known.authorize.format(tenant=directory),
        token=token or known.token.format(tenant=directory),
        device=device or known.device.format(tenant=directory),
    )
