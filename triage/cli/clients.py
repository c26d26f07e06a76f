"""`client`: what to set in the rep's mail client, so that it sends through the gate."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import load_config, print_json, with_config, with_json
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a mail client wants its outgoing server, and by which words; {} is the encryption."""

    client: str
    where: str
    how: str
    plain: str = "None"
    encrypted: str = "STARTTLS"
    then: str


_WAYS = (
    Way(
        client="Thunderbird",
        where="Settings > Account Settings > Outgoing Server (SMTP) > Add",
        how='Connection security: {}. Authentication method: "Password, transmitted insecurely" or "Normal".',
        then="Then choose this server as Outgoing Server of your account.",
    ),
    Way(
        client="Apple Mail",
        where="Mail > Settings > Accounts > Server Settings > Outgoing Mail Account > Edit SMTP Server List",
        how='"Automatically manage connection settings": off. "Use TLS/SSL": {}. Authentication: Password.',
        plain="off",
        encrypted="on",
        then="Then choose this server as Outgoing Mail Account.",
    ),
    Way(
        client="Outlook (classic, for Windows)",
        where="File > Account Settings > Server Settings > Outgoing mail",
        how="Encryption method: {}. The server requires authentication: this name and password.",
        then="The new Outlook sends from Microsoft's own servers: there, save replies into Cooldown/Send.",
    ),
)


def settings_for_clients(config: "Config") -> dict[str, Any]:
    """What a mail client has to be told. BadInput where the gate is not configured."""
    gate = config.gate
    if gate is None:
        raise BadInput(f"{config.file} has no `doors.gate`: without it there is nothing to set.")
    return {
        "host": gate.host,
        "port": gate.port,
        "security": gate.security,
        "users": [account.address for account in config.accounts if account.smtp],
    }


def print_settings(facts: dict[str, Any], password: str) -> None:
    """The exact values, and where each client wants them."""
    click.echo("In your mail client, set the OUTGOING server (leave the incoming one as it is):")
    values = {
        "Server": facts["host"],
        "Port": facts["port"],
        "Encryption": "none: no byte leaves this machine" if facts["security"] == "none" else "STARTTLS",
        "User name": " or ".join(facts["users"]),
        "Password": password,
    }
    for name, value in values.items():
        click.echo(f"    {name + ':':<12} {value}")
    for way in _WAYS:
        encryption = way.plain if facts["security"] == "none" else way.encrypted
        click.echo(f"\n  {way.client}: {way.where}\n    {way.how.format(encryption)}\n    {way.then}")


@click.command()
@click.option("--show-password", is_flag=True, help="Show the gate's password, too.")
@with_config
@with_json
def client(show_password: bool, config_file: str | None, as_json: bool) -> None:
    """Say what to set in Thunderbird, Apple Mail and Outlook, so that replies can be held.

    \b
    triage client
    triage client --show-password
    """
    from triage.mail.logins import secret

    config = load_config(config_file, lenient=True)
    facts = settings_for_clients(config)
    word = ""
    if show_password and config.gate:
        kind, value = config.gate.password.source
        word = secret(kind, value, account="gate", environ=os.environ)
    if as_json:
        print_json(facts | ({"password": word} if word else {}))
    else:
        print_settings(facts, word or "`triage client --show-password` shows it")
