"""What may stand in a config about an account: mailbox, way out, login, and where passwords are kept."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from triage.config.checking import did_you_mean
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
from triage.judging.rules import Section

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

    @model_validator(mode="after")
    def _exactly_one(self) -> "Password":
        if len(self._sources) != 1:
            raise ValueError("should name exactly one of {keyring: true}, env, command or file")
        return self

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


PasswordField: TypeAlias = Annotated[Password, BeforeValidator(_not_in_clear)]


class Endpoints(Section):
    """A provider's own addresses, where they differ from the known ones."""

    authorize: Url | None = None
    """Where the person signs in."""
    token: Url | None = None
    """Where tokens are given and renewed."""
    device: Url | None = None
    """Where a code is given to be typed in on another device."""


class OAuth(Section):
    """Signing in at the provider instead of a password."""

    provider: Provider
    """google or microsoft."""
    client_id: str = ""
    """Your company's own registration of this program there (docs/providers.md)."""
    client_secret: SecretStr = SecretStr("")
    """Belongs to the registration; only in a file that nobody else can read."""
    tenant: str = ""
    """The company's directory at Microsoft, where the registration is for this one alone."""
    endpoints: Endpoints = Endpoints()
    """A provider's own addresses, where they differ from the known ones."""


class Login(Section):
    """How to sign in at both servers."""

    user: str = ""
    """The name to sign in with; empty: the account's address."""
    password: PasswordField = Password(keyring=True)
    """Where the password is kept."""
    oauth: Annotated[
        OAuth | None, BeforeValidator(_provider_alone, json_schema_input_type=Provider | OAuth | None)
    ] = None
    """google, microsoft, or a mapping with a registration of one's own; instead of `password`."""

    @model_validator(mode="after")
    def _one_way(self) -> "Login":
        if self.oauth and "password" in self.model_fields_set:
            raise ValueError("has both `password` and `oauth`: keep one")
        return self


class Server(Section):
    """How a server is reached."""

    host: Host
    """The server's name."""
    security: Security = "tls"
    """tls from the first byte, starttls, or none (only for a server on this machine)."""
    ca_file: ExistingFile | None = None
    """PEM file of a private authority."""

    @field_validator("security")
    @classmethod
    def _never_in_clear(cls, security: Security, info: ValidationInfo) -> Security:
        if security == "none" and not is_loopback(info.data.get("host", "localhost")):
            raise ValueError("`none` is only for a server on this machine: write tls or starttls")
        return security


def _imap_port(said: Mapping[str, object]) -> int:
    return 993 if said["security"] == "tls" else 143


def _smtp_port(said: Mapping[str, object]) -> int:
    return {"tls": 465, "starttls": 587, "none": 25}[str(said["security"])]


class Imap(Server):
    """The mailbox."""

    port: Port = Field(default_factory=_imap_port)
    """993; 143 without tls."""
    poll_seconds: Seconds = 300
    """The longest time between two looks, also where the server rings by IDLE."""
    folders: Annotated[tuple[Filled, ...], AfterValidator(not_empty)] = ("INBOX",)
    """Where customers' mail comes in."""


class Smtp(Server):
    """The way out."""

    port: Port = Field(default_factory=_smtp_port)
    """465; 587 with starttls, 25 with none."""
    files_sent: Literal["auto", True, False] = "auto"
    """Whether this server puts a copy into Sent by itself; auto knows Gmail and Microsoft 365."""


class Account(Section):
    """A rep's mailbox."""

    address: Email
    """The rep's address; also the user name at the gate."""
    aliases: tuple[Email, ...] = ()
    """Further addresses that the rep writes from."""
    name: str = ""
    """The rep's name, as customers know it."""
    team: Annotated[str, Field(validate_default=True)] = ""
    """Whose rules hold; needed where there are several teams."""
    imap: Imap
    """The mailbox."""
    smtp: Smtp | None = None
    """The way out; without it nothing is sent, and only the doors watch and drafts are open."""
    login: Login = Login()
    """How to sign in at both servers."""

    @field_validator("address")
    @classmethod
    def _only_once(cls, address: str, info: ValidationInfo) -> str:
        if Surroundings.of(info).addresses.count(address) > 1:
            raise ValueError("two accounts have this address: keep one")
        return address

    @field_validator("team")
    @classmethod
    def _known_team(cls, team: str, info: ValidationInfo) -> str:
        teams = Surroundings.of(info).teams or (DEFAULT,)
        if not team and len(teams) > 1:
            raise ValueError(f"is needed where there are several teams: {', '.join(sorted(teams))}")
        if team and team not in teams:
            raise ValueError(f"there is no such team; {did_you_mean(team, teams)}")
        return team or teams[0]

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
