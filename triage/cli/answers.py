"""What `init` has to know: from its options, from the person, from the servers themselves.

Whether it lets the person in is proved next door, in `proving`.
"""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from triage.errors import BadInput, Unreachable

if TYPE_CHECKING:
    from triage.config import OAuth
    from triage.daemon.setting_up import Plan, Source
    from triage.mail.discovery import Discovery, Search
    from triage.mail.providers import Kind, OAuthName, OAuthProvider, Server
    from triage.mail.tls import Security

SignIn: TypeAlias = Literal["browser", "link", "device", "later"]
"""How a person signs in at the provider."""
_TEAM = re.compile(r"\w[\w .&-]*")

say: Callable[[str], None] = partial(click.echo, err=True)
"""What happens on the way goes to stderr; what it comes to, to stdout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was said by options; empty, 0 or None where it was not."""

    address: str
    name: str
    user: str
    team: str
    manager: str
    imap_host: str
    imap_port: int
    imap_security: "Security"
    smtp_host: str
    smtp_port: int
    smtp_security: "Security"
    no_smtp: bool
    ca_file: Path | None
    password_env: str
    password_command: str
    password_file: Path | None
    oauth: "OAuthName | None"
    client_id: str
    client_secret_env: str
    tenant: str
    endpoint: tuple[str, ...]
    sign_in: SignIn
    gate_port: int
    yes: bool

    @property
    def source(self) -> "Source | None":
        """Where the password is kept already; None where it has to be asked for."""
        if self.password_env:
            return "env", self.password_env
        if self.password_command:
            return "command", self.password_command
        return ("file", str(self.password_file.absolute())) if self.password_file else None

    def server(self, kind: "Kind") -> "Server | None":
        """The server that was named, if one was."""
        from triage.mail.providers import PORTS, Server

        if kind == "imap":
            host, port, security = self.imap_host, self.imap_port, self.imap_security
        else:
            host, port, security = self.smtp_host, self.smtp_port, self.smtp_security
        return Server(host=host, port=port or PORTS[kind][security], security=security) if host else None


def plan_of(answers: Answers) -> "Plan":
    """The account as it is to be written."""
    from triage.daemon.setting_up import Plan, free_port

    address = _address(answers.address)
    imap, smtp = _servers(answers, address)
    name = _ask(answers, "Your name, as customers know it", answers.name)
    manager = _ask(answers, "Your manager's address, for the short daily mail (empty: none)", answers.manager)
    team = _ask(answers, "Your team's name, for rules of its own (empty: none)", answers.team)
    if manager:
        manager = _email(manager, "The manager's address")
    if team and not _TEAM.fullmatch(team):
        raise BadInput("The team's name should be plain words: it is also the name of its rules file.")
    return Plan(
        address=address,
        name=name,
        user=answers.user,
        imap=imap,
        smtp=smtp,
        ca_file=answers.ca_file.absolute() if answers.ca_file else None,
        oauth=_registration(answers, imap),
        team=team or ("team" if manager else ""),
        manager=manager,
        gate_port=answers.gate_port or free_port(1587),
    )


def somebody_is_there() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(answers: Answers, question: str, given: str) -> str:
    """An answer that may be left out."""
    if given or answers.yes or not somebody_is_there():
        return given
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()


def _address(given: str) -> str:
    if given:
        return _email(given, "The address")
    if not somebody_is_there():
        raise BadInput("There is nobody to ask: name the address with --address.")
    return str(click.prompt("Your e-mail address", value_proc=_typed_email, err=True))


def _typed_email(typed: str) -> str:
    """A person who mistyped it is asked again."""
    try:
        return _email(typed.strip(), "It")
    except BadInput as wrong:
        raise click.UsageError(str(wrong)) from None


def _email(text: str, what: str) -> str:
    from triage.config import check_email

    try:
        return check_email(text)
    except ValueError as wrong:
        raise BadInput(f"{what} {wrong}.") from None


def _servers(answers: Answers, address: str) -> "tuple[Server, Server | None]":
    """The mailbox and the way out, named or found."""
    imap, smtp = answers.server("imap"), answers.server("smtp")
    if imap is None or (smtp is None and not answers.no_smtp):
        found = _discovered(address, answers)
        imap = imap or _agreed("imap", found.imap, answers)
        smtp = smtp or (None if answers.no_smtp else _agreed("smtp", found.smtp, answers))
    return imap, None if answers.no_smtp else smtp


def _discovered(address: str, answers: Answers) -> "Discovery":
    from triage.judging.customers import domain_of
    from triage.mail.discovery import dial, discover
    from triage.mail.resolving import Dns

    domain = domain_of(address)
    say(f"Looking for the servers of {domain} ...")
    return discover(domain, Dns(), partial(dial, ca_file=answers.ca_file))


def _agreed(kind: "Kind", search: "Search", answers: Answers) -> "Server":
    """The server that answered. A foreign one hears no password before a person has agreed to it."""
    found = search.found
    if found is None:
        tried = "".join(f"\n  {each.candidate.server}: {each.failure}" for each in search.tried)
        other = ", or go on without it by --no-smtp" if kind == "smtp" else ""
        raise Unreachable(
            f"No {kind.upper()} server was found; name it by --{kind}-host{other}. Tried:{tried}"
        )
    say(f"{kind.upper()}: {found.server}, as {found.because}")
    if found.foreign and not answers.yes:
        if not somebody_is_there():
            raise BadInput(f"Is {found.server.host} right? Say --yes, or name another by --{kind}-host.")
        click.confirm(f"Is {found.server.host} where your mail is?", abort=True, err=True)
    return found.server


def _registration(answers: Answers, imap: "Server") -> "OAuth | None":
    """The company's registration to sign in with; None where a password opens the mailbox."""
    from triage.config import Endpoints, OAuth
    from triage.mail.providers import by_host, oauth_provider

    known = by_host(imap.host)
    at = oauth_provider(answers.oauth) if answers.oauth else known.oauth if known else None
    if at is None and answers.client_id:
        raise BadInput("Where is this client registered? Say --oauth google or --oauth microsoft.")
    if answers.source and (answers.oauth or answers.client_id):
        raise BadInput("A password or a sign-in: say one of the two.")
    if at is None or answers.source:
        return None
    optional = not answers.oauth and known is not None and known.takes_passwords
    client_id = _client_id(answers, at, optional=optional)
    if not client_id:
        return None
    secret, tenant = _client_secret(answers, at), answers.tenant
    if at.has_directories:
        tenant = _ask(answers, "The id of your company's directory, its tenant (empty: any)", tenant)
    return OAuth(
        provider=at.name,
        client_id=client_id,
        client_secret=secret,
        tenant=tenant,
        endpoints=Endpoints(**_endpoints(answers.endpoint)),
    )


def _client_id(answers: Answers, at: "OAuthProvider", *, optional: bool) -> str:
    if answers.client_id:
        return answers.client_id
    if optional and (answers.yes or not somebody_is_there()):
        return ""
    say(f"{at.title} lets a program in that your company has registered there once:")
    say(f"  {at.registration} (docs/providers.md).")
    if not somebody_is_there():
        raise BadInput("There is nobody to ask: name the registration by --client-id.")
    question = f"The client id of that registration{' (empty: an app password instead)' if optional else ''}"
    return str(click.prompt(question, default="" if optional else None, show_default=False, err=True)).strip()


def _client_secret(answers: Answers, at: "OAuthProvider") -> str:
    if answers.client_secret_env:
        found = os.environ.get(answers.client_secret_env, "")
        if not found:
            raise BadInput(f"The environment variable {answers.client_secret_env} is not set.")
        return found
    if not at.has_secret or answers.yes or not somebody_is_there():
        return ""
    return str(click.prompt("Its client secret", hide_input=True, err=True)).strip()


def _endpoints(said: tuple[str, ...]) -> dict[str, str]:
    """The provider's own addresses, as `name=address`."""
    from triage.config import check_url

    endpoints: dict[str, str] = {}
    for each in said:
        name, _, address = each.partition("=")
        if name not in {"authorize", "token", "device"}:
            raise BadInput("An endpoint is authorize=..., token=... or device=..., with its address.")
        try:
            endpoints[name] = check_url(address)
        except ValueError as wrong:
            raise BadInput(f"The endpoint {name} {wrong}.") from None
    return endpoints
