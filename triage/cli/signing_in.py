"""`login`: a person proves an account's login once; only what a server took is kept."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from triage.cli.common import load_config, opened_office, with_config
from triage.errors import BadInput, LoginRefused, Unreachable, UpstreamUnavailable

if TYPE_CHECKING:
    from triage.config import Account, Config
    from triage.daemon.logins import Login
    from triage.mail.oauth import Client, Grant

Way: TypeAlias = Literal["browser", "link", "device"]
"""How a person signs in: a browser is opened, the link is only shown, or a code is for another device."""


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
        way: Way = "device" if device else "browser" if open_it else "link"
        proven = _by_oauth(config, ours, way=way, port=port)
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


def _by_oauth(config: "Config", account: "Account", *, way: Way, port: int) -> "Login":
    from triage.daemon.logins import Login, client_of

    grant = signed_in(client_of(account), account.user, way=way, say=click.echo, port=port)
    login = Login(user=account.user, secret=lambda: grant.access, token=True)
    _prove(account, login)
    keep_sign_in(config, account, grant, click.echo)
    return login


def signed_in(client: "Client", user: str, *, way: Way, say: Callable[[str], None], port: int = 0) -> "Grant":
    """What the provider gives once the person has signed in there; where to go is said."""
    from triage.mail.oauth.consent import by_browser, by_device

    def show(link: str, code: str) -> None:
        where = f" on any device, type in {code}, and sign" if code else " and sign"
        say(f"Open this link{where} in as {user}:\n\n    {link}\n")
        if way == "browser":
            click.launch(link)

    return by_device(client, show) if way == "device" else by_browser(client, user, show, port=port)


def keep_sign_in(config: "Config", account: "Account", grant: "Grant", say: Callable[[str], None]) -> None:
    """Keep what the provider gave, and say where."""
    from triage.daemon.logins import Logins

    vault = Logins(config, os.environ).vault_of(account)
    with vault.replacing():
        file = vault.keep(grant.refresh)
    place = f"in {file}, which only you can open: this machine has no keychain for it" if file else ""
    say(f"Signed in as {account.user}. The sign-in is kept {place or 'in the keychain'}.")


def _by_password(config: "Config", account: "Account") -> "Login":
    from triage.daemon.logins import Login, Logins
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
    from triage.daemon.wiring import prove

    try:
        prove(account, login)
    except LoginRefused as error:
        raise LoginRefused(f"{error}. Nothing was kept. Was it {account.user} who signed in?") from None


def _tell_the_daemon(config: "Config") -> None:
    from triage.daemon.locks import is_running
    from triage.daemon.logins import SIGNED_IN

    if is_running(config):
        with opened_office(config) as office, office.store.begin() as records:
            records.set_note(SIGNED_IN, True)


def _prove_sending(account: "Account", login: "Login") -> None:
    from triage.daemon.wiring import relay_of

    if account.smtp is None:
        return
    try:
        relay_of(account, login).check()
    except UpstreamUnavailable as error:
        raise Unreachable(
            f"The mailbox lets you in, but the server for sending does not ({error}): see docs/providers.md"
        ) from None
    click.echo("The server for sending lets you in, too.")
