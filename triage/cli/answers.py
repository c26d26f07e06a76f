"""What `init` has to know: from its options, from the person, from the servers themselves."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.errors import BadInput, LoginRefused, Unreachable, UpstreamUnavailable

if TYPE_CHECKING:
    from triage.daemon.setting_up import Plan, Source
    from triage.mail.discovery import Discovery, Search
    from triage.mail.providers import Kind, Server
    from triage.mail.tls import Security

TRIES = 3
"""How often a person may mistype the password."""
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


def plan_of(answers: Answers) -> "tuple[Plan, str]":
    """The account as it is to be written, and its password; proved by a login at both servers."""
    from triage.daemon.setting_up import Plan, free_port

    address = _address(answers.address)
    imap, smtp, advice = _servers(answers, address)
    name = _ask(answers, "Your name, as customers know it", answers.name)
    manager = _ask(answers, "Your manager's address, for the short daily mail (empty: none)", answers.manager)
    team = _ask(answers, "Your team's name, for rules of its own (empty: none)", answers.team)
    if manager:
        manager = _email(manager, "The manager's address")
    if team and not _TEAM.fullmatch(team):
        raise BadInput("The team's name should be plain words: it is also the name of its rules file.")
    plan = Plan(
        address=address,
        name=name,
        user=answers.user,
        imap=imap,
        smtp=smtp,
        ca_file=answers.ca_file.absolute() if answers.ca_file else None,
        team=team or ("team" if manager else ""),
        manager=manager,
        gate_port=answers.gate_port or free_port(1587),
    )
    return plan, _proved(plan, answers, advice)


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(answers: Answers, question: str, given: str) -> str:
    """An answer that may be left out."""
    if given or answers.yes or not _somebody_is_there():
        return given
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()


def _address(given: str) -> str:
    if given:
        return _email(given, "The address")
    if not _somebody_is_there():
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


def _servers(answers: Answers, address: str) -> "tuple[Server, Server | None, str]":
    """The servers, named or found, and what the provider wants of a login."""
    from triage.mail.providers import by_host

    imap, smtp = answers.server("imap"), answers.server("smtp")
    if imap is None or (smtp is None and not answers.no_smtp):
        found = _discovered(address, answers)
        imap = imap or _agreed("imap", found.imap, answers)
        smtp = smtp or (None if answers.no_smtp else _agreed("smtp", found.smtp, answers))
    provider = by_host(imap.host)
    return imap, None if answers.no_smtp else smtp, provider.login if provider else ""


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
        if not _somebody_is_there():
            raise BadInput(f"Is {found.server.host} right? Say --yes, or name another by --{kind}-host.")
        click.confirm(f"Is {found.server.host} where your mail is?", abort=True, err=True)
    return found.server


def _proved(plan: "Plan", answers: Answers, advice: str) -> str:
    """The password that both servers took. Raises what they said, with what their provider wants."""
    from triage.daemon.setting_up import prove

    if advice:
        say(advice)
    tries = TRIES if answers.source is None and _somebody_is_there() else 1
    for left in reversed(range(tries)):
        word = _password(plan.address, answers)
        try:
            prove(plan, word)
        except LoginRefused as refused:
            if not left:
                raise LoginRefused(" ".join(filter(None, (f"{refused}.", advice)))) from None
            say(f"{refused}. Try again.")
        except UpstreamUnavailable as refused:
            mend = "The mailbox works: to go on without sending, say --no-smtp."
            raise Unreachable(f"{plan.smtp}: {refused}. {mend} {advice}".rstrip()) from None
        else:
            return word
    raise AssertionError("the last try returns or raises")


def _password(address: str, answers: Answers) -> str:
    from triage.mail.logins import secret

    if answers.source:
        kind, value = answers.source
        return secret(kind, value, account=address, environ=os.environ)
    if not _somebody_is_there():
        raise BadInput(
            "There is nobody to ask: say where the password is, with --password-env, --password-file or "
            "--password-command."
        )
    return str(click.prompt("The password of your mailbox", hide_input=True, err=True))
