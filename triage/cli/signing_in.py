"""`login`: a person proves an account's login once; only what a server took is kept."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from triage.cli.common import load_config, opened_office, with_config
from triage.errors import BadInput, LoginRefused, Unreachable, UpstreamUnavailable

if TYPE_CHECKING:
    from triage.config import Account, Config
    from triage.daemon import Login


@click.command()
@click.argument("account")
@click.option("--device", is_flag=True, help="Sign in on another device, by a code (Microsoft).")
@click.option("--port", default=0, metavar="PORT", help="Where the browser comes back to; else any free one.")
@click.option("--open/--print", "open_it", default=True, help="Open the browser, or only print the link.")
@with_config
def login(account: str, device: bool, port: int, open_it: bool, config_file: str | None) -> None:
    """Sign in: at Google or Microsoft in the browser, elsewhere with the password, which is not shown.

    The login is tried first. A password or a refresh token that works goes into the desktop's keychain;
    without one, the token goes into a file that only you can open. A running daemon takes it at once.

    \b
    triage login rep@example.com
    triage login rep@example.com --device
    triage login rep@example.com < password-in-a-file
    """
    config = load_config(config_file, lenient=True)
    ours = _account(config, account)
    if ours.login.oauth:
        proven = _by_oauth(config, ours, device=device, port=port, open_it=open_it)
    else:
        proven = _by_password(config, ours)
    _tell_the_daemon(config)
    _prove_sending(ours, proven)


def _account(config: "Config", address: str) -> "Account":
    for account in config.accounts:
        if account.address == address.lower():
            return account
    known = ", ".join(account.address for account in config.accounts)
    raise BadInput(f"the config has no account {address}, but {known}")


def _by_oauth(config: "Config", account: "Account", *, device: bool, port: int, open_it: bool) -> "Login":
    from triage.daemon import Login, Logins, client_of
    from triage.mail.oauth import by_browser, by_device

    client, show = client_of(account), _shower(account.user, open_it=open_it)
    grant = by_device(client, show) if device else by_browser(client, account.user, show, port=port)
    login = Login(user=account.user, secret=lambda: grant.access, token=True)
    _prove(account, login)
    vault = Logins(config, os.environ).vault_of(account)
    with vault.replacing():
        file = vault.keep(grant.refresh)
    place = (
        f"in {file}, which only you can open: this machine has no keychain for it"
        if file
        else "in the keychain"
    )
    click.echo(f"Signed in as {account.user}. The sign-in is kept {place}.")
    return login


def _shower(user: str, *, open_it: bool) -> Callable[[str, str], None]:
    def show(link: str, code: str) -> None:
        where = f" on any device, type in {code}, and sign" if code else " and sign"
        click.echo(f"Open this link{where} in as {user}:\n\n    {link}\n")
        if open_it and not code:
            click.launch(link)

    return show


def _by_password(config: "Config", account: "Account") -> "Login":
    from triage.daemon import Login, Logins
    from triage.mail.logins import keep

    kind, _ = account.login.password.source
    if kind != "keyring":
        login = Logins(config, os.environ).of(account)
        _prove(account, login)
        click.echo(f"The mailbox lets {account.user} in. The password stays where it is ({kind}).")
        return login
    word = _typed(account.user)
    login = Login(user=account.user, secret=lambda: word)
    _prove(account, login)
    keep(account.address, word)
    click.echo(f"The mailbox lets {account.user} in. The password is kept in the keychain.")
    return login


def _typed(user: str) -> str:
    """A password from a person, without an echo; from a program, the first line of stdin."""
    if sys.stdin.isatty():
        word: str = click.prompt(f"Password of {user}", hide_input=True)
        return word
    word = sys.stdin.readline().rstrip("\r\n")
    if not word:
        raise BadInput("there is no password on stdin")
    return word


def _prove(account: "Account", login: "Login") -> None:
    from triage.daemon import prove

    try:
        prove(account, login)
    except LoginRefused as error:
        raise LoginRefused(f"{error}. Nothing was kept. Was it {account.user} who signed in?") from None


def _tell_the_daemon(config: "Config") -> None:
    from triage.daemon import SIGNED_IN, is_running

    if is_running(config):
        with opened_office(config) as office, office.store.begin() as records:
            records.set_note(SIGNED_IN, True)


def _prove_sending(account: "Account", login: "Login") -> None:
    from triage.daemon import relay_of

    if account.smtp is None:
        return
    try:
        relay_of(account, login).check()
    except UpstreamUnavailable as error:
        raise Unreachable(
            f"The mailbox lets you in, but the server for sending does not ({error}): see docs/providers.md"
        ) from None
    click.echo("The server for sending lets you in, too.")
