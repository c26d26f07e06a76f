"""What may stand in a config about an account: mailbox, way out, login, and where passwords are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from triage.config.spelling import did_you_mean
from triage.config.values import (
    DEFAULT,
    Email,
    ExistingFile,
    Filled,
    Host,
    Port,
    Seconds,
    SomeFile,
    Surroundings,
    Url,
    is_loopback,
    not_empty,
)
from triage.judging.customers import domain_of
from triage.judging.sections import Around, AsTyped, Checked, CheckedBeside, Section

Security: TypeAlias = Literal["tls", "starttls", "none"]
Provider: TypeAlias = Literal["google", "microsoft"]
SecretKind: TypeAlias = Literal["keyring", "env", "command", "file"]

_FILES_SENT = frozenset(
    {
        "outlook.office365.com",
        "smtp-mail.outlook.com",
        "smtp.gmail.com",
        "smtp.googlemail.com",
        "smtp.office365.com",
    }
)
"""Servers that put what they send into Sent by themselves."""


def _not_in_clear(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    raise ValueError("a password is never written here: use {keyring: true}, env, command or file")


def _provider_alone(typed: object) -> object:
    return {"provider": typed} if isinstance(typed, str) else typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Password(Section):
    """Where a password is kept: exactly one of these. The password itself is never written here."""

    keyring: bool = False
    """The desktop's own keychain, under the service cooldown-triage."""
    env: str = ""
    """The name of an environment variable."""
    command: str = ""
    """A program and its arguments; the first line of what it prints."""
    file: SomeFile | None = None
    """A file of mode 0600; its first line."""

    def __post_init__(self) -> None:
        if len(self._sources) != 1:
            raise ValueError("should name exactly one of {keyring: true}, env, command or file")

    @property
    def _sources(self) -> list[tuple[SecretKind, str]]:
        every: Mapping[SecretKind, str] = {
            "keyring": "true" if self.keyring else "",
            "env": self.env,
            "command": self.command,
            "file": str(self.file or ""),
        }
        return [(kind, value) for kind, value in every.items() if value]

    @property
    def source(self) -> tuple[SecretKind, str]:
        """Kind and value, as `triage.mail.logins.secret` takes them."""
        return self._sources[0]


PasswordField: TypeAlias = Annotated[Password, AsTyped(_not_in_clear)]
KEYCHAIN = Password(keyring=True)
"""What holds where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints(Section):
    """A provider's own addresses, where they differ from the known ones."""

    authorize: Url | None = None
    """Where the person signs in."""
    token: Url | None = None
    """Where tokens are given and renewed."""
    device: Url | None = None
    """Where a code is given to be typed in on another device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth(Section):
    """Signing in at the provider instead of a password."""

    provider: Provider
    """google or microsoft."""
    client_id: str = ""
    """Your company's own registration of this program there (docs/providers.md)."""
    client_secret: str = field(default="", repr=False)
    """Belongs to the registration; only in a file that nobody else can read."""
    tenant: str = ""
    """The company's directory at Microsoft, where the registration is for this one alone."""
    endpoints: Endpoints = Endpoints()
    """A provider's own addresses, where they differ from the known ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Section):
    """How to sign in at both servers."""

    user: str = ""
    """The name to sign in with; empty: the account's address."""
    password: PasswordField = KEYCHAIN
    """Where the password is kept."""
    oauth: Annotated[OAuth | None, AsTyped(_provider_alone, shown=Provider | OAuth | None)] = None
    """google, microsoft, or a mapping with a registration of one's own; instead of `password`."""

    def __post_init__(self) -> None:
        if self.oauth and self.password is not KEYCHAIN:  # not even where the same is typed
            raise ValueError("has both `password` and `oauth`: keep one")


def _never_in_clear(security: Security, around: Around) -> Security:
    if security == "none" and not is_loopback(around.data.get("host", "localhost")):
        raise ValueError("`none` is only for a server on this machine: write tls or starttls")
    return security


Safe: TypeAlias = Annotated[Security, CheckedBeside(_never_in_clear)]


class Server(Section):
    """How a server is reached. The keys stand in each kind: editors are told what the class itself says."""

    __slots__ = ()
    PORTS: ClassVar[Mapping[Security, int]]
    """The usual ones."""
    security: Security
    port: Port

    def __post_init__(self) -> None:
        if not self.port:  # none was said
            object.__setattr__(self, "port", self.PORTS[self.security])


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap(Server):
    """The mailbox."""

    PORTS: ClassVar = {"tls": 993, "starttls": 143, "none": 143}

    host: Host
    """The server's name."""
    security: Safe = "tls"
    """tls from the first byte, starttls, or none (only for a server on this machine)."""
    ca_file: ExistingFile | None = None
    """PEM file of a private authority."""
    port: Port = field(default_factory=int)
    """993; 143 without tls."""
    poll_seconds: Seconds = 300
    """The longest time between two looks, also where the server rings by IDLE."""
    folders: Annotated[tuple[Filled, ...], Checked(not_empty)] = ("INBOX",)
    """Where customers' mail comes in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp(Server):
    """The way out."""

    PORTS: ClassVar = {"tls": 465, "starttls": 587, "none": 25}

    host: Host
    """The server's name."""
    security: Safe = "tls"
    """tls from the first byte, starttls, or none (only for a server on this machine)."""
    ca_file: ExistingFile | None = None
    """PEM file of a private authority."""
    port: Port = field(default_factory=int)
    """465; 587 with starttls, 25 with none."""
    files_sent: Literal["auto", True, False] = "auto"
    """Whether this server puts a copy into Sent by itself; auto knows Gmail and Microsoft 365."""


def _only_once(address: str, around: Around) -> str:
    if Surroundings.of(around).addresses.count(address) > 1:
        raise ValueError("two accounts have this address: keep one")
    return address


def _known_team(team: str, around: Around) -> str:
    teams = Surroundings.of(around).teams or (DEFAULT,)
    if not team and len(teams) > 1:
        raise ValueError(f"is needed where there are several teams: {', '.join(sorted(teams))}")
    if team and team not in teams:
        raise ValueError(f"there is no such team; {did_you_mean(team, teams)}")
    return team or teams[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Section):
    """A rep's mailbox."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {**Section.__pydantic_config__, "validate_default": True}

    address: Annotated[Email, CheckedBeside(_only_once)]
    """The rep's address; also the user name at the gate."""
    aliases: tuple[Email, ...] = ()
    """Further addresses that the rep writes from."""
    name: str = ""
    """The rep's name, as customers know it."""
    team: Annotated[str, CheckedBeside(_known_team)] = ""
    """Whose rules hold; needed where there are several teams."""
    imap: Imap
    """The mailbox."""
    smtp: Smtp | None = None
    """The way out; without it nothing is sent, and only the doors watch and drafts are open."""
    login: Login = Login()
    """How to sign in at both servers."""

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return domain_of(self.address)

    @property
    def user(self) -> str:
        """The name to sign in with."""
        return self.login.user or self.address

    @property
    def files_sent(self) -> bool:
        """Whether the way out puts a copy into Sent by itself."""
        if self.smtp is None:
            return False
        said = self.smtp.files_sent
        return self.smtp.host in _FILES_SENT if said == "auto" else said
