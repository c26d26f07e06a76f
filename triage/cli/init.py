"""`init`: from an address to a config that works.

What it has to know is gathered in `answers`, and that it lets the person in is proved in `proving`.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from triage.cli.answers import Answers, SignIn, plan_of, say
from triage.cli.clients import print_settings, settings_for_clients
from triage.cli.common import print_json, warn_of, with_config, with_json
from triage.errors import BadInput, NotAllowed

if TYPE_CHECKING:
    from triage.config import Config

_SECURITY = click.Choice(["tls", "starttls", "none"])
_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--address", default="", help="Your e-mail address.")
@click.option("--name", default="", help="Your name, as customers know it.")
@click.option("--user", default="", help="The name to sign in with, where it is not the address.")
@click.option(
    "--password-env", default="", metavar="NAME", help="This environment variable holds the password."
)
@click.option("--password-command", default="", metavar="COMMAND", help="This command prints it.")
@click.option("--password-file", type=_FILE, metavar="FILE", help="This file of mode 0600 holds it.")
@click.option(
    "--oauth",
    type=click.Choice(["google", "microsoft"]),
    help="Sign in there; else it is told by the server.",
)
@click.option("--client-id", default="", metavar="ID", help="Your company's registration there.")
@click.option(
    "--client-secret-env",
    default="",
    metavar="NAME",
    help="This environment variable holds its secret (Google).",
)
@click.option("--tenant", default="", metavar="ID", help="Your company's directory there (Microsoft).")
@click.option(
    "--endpoint",
    multiple=True,
    metavar="NAME=URL",
    help="Another address of its own: authorize, token or device.",
)
@click.option(
    "--sign-in",
    default="browser",
    type=click.Choice(get_args(SignIn)),
    show_default=True,
    help="Open the browser; only print the link; a code for another device; or not now.",
)
@click.option(
    "--imap-host", default="", metavar="HOST", help="The mailbox's server; else it is searched for."
)
@click.option("--imap-port", default=0, metavar="PORT", help="993 with tls, else 143.")
@click.option("--imap-security", default="tls", type=_SECURITY, show_default=True)
@click.option(
    "--smtp-host", default="", metavar="HOST", help="The server to send by; else it is searched for."
)
@click.option("--smtp-port", default=0, metavar="PORT", help="465 with tls, 587 with starttls.")
@click.option("--smtp-security", default="tls", type=_SECURITY, show_default=True)
@click.option("--no-smtp", is_flag=True, help="Send nothing: drafts are held, and there is no gate.")
@click.option("--ca-file", type=_FILE, metavar="FILE", help="PEM file of a private authority.")
@click.option("--team", default="", metavar="NAME", help="Your team, with a rules file of its own.")
@click.option("--manager", default="", metavar="ADDRESS", help="Who gets the short daily mail.")
@click.option(
    "--gate-port",
    default=0,
    metavar="PORT",
    help="Where your mail client will send; else 1587 or the next free.",
)
@click.option("--yes", is_flag=True, help="Ask nothing that can be left out; agree to what is found.")
@click.option("--force", is_flag=True, help="Write a new config where there is one; the old one is kept.")
@with_config
@with_json
def init(*, force: bool, config_file: str | None, as_json: bool, **said: Any) -> None:
    """Set up: find the servers, prove the login, keep it safely, write the config.

    Each question is also an option, so that it works without a person. Over a config that is there
    already it writes only with --force.

    \b
    triage init
    triage init --address rep@example.com --password-env MAIL_PASSWORD --yes
    triage init --address rep@example.com --team field --manager boss@example.com
    triage init --address rep@example.com --client-id 0f2e-acme --tenant 7c1d-acme
    """
    from triage import config as files

    path = files.place(config_file, os.environ)
    if path.exists():
        _refuse_to_replace(path, force=force)
    answers = Answers(**said)
    config = _set_up(path, answers)
    warn_of(config.warnings)
    facts = settings_for_clients(config) if config.gate else None
    if as_json:
        print_json({"config": path, "client": facts})
        return
    option = "" if files.place(None, {}) == path else f" --config {path}"
    click.echo(f"\nWritten: {path}\n")
    if facts:
        print_settings(facts, f"`triage client --show-password{option}` shows it")
    (account,) = config.accounts
    later = account.login.oauth and answers.sign_in == "later"
    login = [(f"triage login {account.address}", "signs you in at your provider")] if later else []
    click.echo("\nNext:")
    for command, does in [*login, *_NEXT]:
        click.echo(f"    {command + option:<34} {does}")


def _set_up(path: Path, answers: Answers) -> "Config":
    """Prove, keep, write, in this order: what lets nobody in leaves nothing behind."""
    from triage.cli.proving import password_of, sign_in
    from triage.cli.signing_in import keep_sign_in
    from triage.daemon.setting_up import Kept, Safe, write_files

    plan, safe = plan_of(answers), Safe(path.parent, say)
    if plan.oauth:
        grant = sign_in(plan, answers)
        mailbox = None
    else:
        grant, word = None, password_of(plan, answers)
        mailbox = answers.source or safe.keep(plan.address, word)
    gate = safe.gate_password() if plan.smtp else None
    config = write_files(path, plan, Kept(mailbox=mailbox, gate=gate))
    if grant:
        keep_sign_in(config, config.accounts[0], grant, say)
    return config


def _refuse_to_replace(path: Path, *, force: bool) -> None:
    """Nobody's config goes unasked, and none under a running daemon."""
    from triage import config as files
    from triage.daemon.locks import is_running

    if not force:
        raise NotAllowed(
            f"{path} is there already: --force writes a new one, and keeps the old one beside it."
        )
    with suppress(BadInput):  # one that cannot be read runs nothing
        if is_running(files.load(path, lenient=True)):
            raise NotAllowed("A daemon runs on this config: end it first.")


_NEXT = (
    ("triage doctor", "checks everything, and says how to mend what is wrong"),
    ("triage scan --since 90d", "shows what it would have held; changes nothing"),
    ("triage run", "starts it in this window"),
    ("triage service install", "starts it now and at every login"),
)
