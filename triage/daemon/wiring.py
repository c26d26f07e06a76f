"""From the configuration to the doors, by which a daemon reaches the world. What it decides by: `offices`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from triage import config as files
from triage.daemon.logins import Login
from triage.errors import BadInput
from triage.mail.mailbox import ImapMailbox
from triage.mail.relay import SmtpRelay

if TYPE_CHECKING:  # a command that needs no store does without SQLAlchemy
    from triage.store import Store


def connect(account: files.Account, login: Login) -> ImapMailbox:
    """A new connection to the account's mailbox."""
    imap = account.imap
    return ImapMailbox.connect(
        host=imap.host,
        port=imap.port,
        security=imap.security,
        ca_file=imap.ca_file,
        user=login.user,
        password=login.secret,
        token=login.token,
        refused=login.refused,
    )


def relay_of(account: files.Account, login: Login) -> SmtpRelay:
    """The account's way out."""
    smtp = account.smtp
    if smtp is None:
        raise BadInput(f"{account.address} has no `smtp`")
    return SmtpRelay(
        smtp.host,
        smtp.port,
        security=smtp.security,
        ca_file=smtp.ca_file,
        user=login.user,
        password=login.secret,
        token=login.token,
        refused=login.refused,
        keep=True,
    )


def prove(account: files.Account, login: Login) -> None:
    """Log in at the mailbox, and leave. Raises LoginRefused, or Unreachable where nobody could be asked."""
    connect(account, login).close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """How a daemon reaches the world; whoever wants to see what a crash does hands in others."""

    connect: Callable[[files.Account, Login], ImapMailbox] = connect
    relay_of: Callable[[files.Account, Login], SmtpRelay] = relay_of


DOORS = Doors()


def machine_of(store: "Store") -> str:
    """This machine's name among those on one mailbox: made once, kept in the store."""
    with store.begin() as records:
        machine = records.note("machine")
        if machine is None:
            machine = uuid4().hex
            records.set_note("machine", machine)
        return str(machine)
