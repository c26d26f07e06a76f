"""What is checked of an account: its password, its mailbox, its way out, and the clock by the server's."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta

from triage.config import Account, Imap, Smtp
from triage.daemon.checkup.check import Check, fine, note, problem
from triage.daemon.checkup.mends import mend, mend_of_login
from triage.daemon.logins import Login, Logins
from triage.daemon.wiring import connect, relay_of
from triage.errors import MailboxRefused, TriageError
from triage.folders import Role
from triage.mail.discovery import dial
from triage.mail.mailbox import ImapMailbox
from triage.mail.providers import Kind, Server

MAY_DIFFER = timedelta(minutes=1)
_HELPFUL = ("IDLE", "MOVE", "UIDPLUS", "SPECIAL-USE")
_ROLES: tuple[Role, ...] = ("drafts", "sent", "trash")
_TIME_PLEASE = b"From: triage <triage@localhost>\r\nSubject: triage asks the server for its time\r\n\r\n"


def check_account(account: Account, logins: Logins, now: Callable[[], datetime]) -> Iterator[Check]:
    """One account, as far as one can get: without a password, the servers are reached at least."""
    what = "sign-in" if account.login.oauth else "password"
    try:
        login = logins.of(account)
        login.secret()
    except TriageError as error:
        yield problem(what, str(error), mend_of_login(error, account), account.address)
        yield _reach("imap", account.imap, account)
        if account.smtp:
            yield _reach("smtp", account.smtp, account)
        return
    yield fine(what, "it is there", account.address)
    yield from _mailbox(account, login, now)
    yield from _way_out(account, login)


def _reach(kind: Kind, server: Imap | Smtp, account: Account) -> Check:
    where = Server(host=server.host, port=server.port, security=server.security)
    try:
        dial(kind, where, server.ca_file)
    except TriageError as error:
        return problem(kind, str(error), mend(error, server, account), account.address)
    return fine(kind, f"{where} answers; without the password nobody logged in", account.address)


def _mailbox(account: Account, login: Login, now: Callable[[], datetime]) -> Iterator[Check]:
    imap, whose = account.imap, account.address
    try:
        with closing(connect(account, login)) as mailbox:
            yield fine("imap", f"{imap.host}:{imap.port} lets {account.user} in ({imap.security})", whose)
            yield from _capabilities(mailbox, whose)
            yield from _folders(mailbox, account)
            yield from _keywords(mailbox, account)
            yield from _clock(mailbox, whose, now)
    except TriageError as error:
        yield problem("imap", str(error), mend(error, imap, account), whose)


def _capabilities(mailbox: ImapMailbox, whose: str) -> Iterator[Check]:
    has = [name for name in _HELPFUL if name in mailbox.capabilities]
    lacks = [name for name in _HELPFUL if name not in mailbox.capabilities]
    said = f"it has {', '.join(has) or 'none of the helpful extensions'}"
    if lacks:
        yield note("extensions", f"{said}; it works without {', '.join(lacks)}, more slowly", whose)
    else:
        yield fine("extensions", said, whose)


def _folders(mailbox: ImapMailbox, account: Account) -> Iterator[Check]:
    for role in _ROLES:
        name = mailbox.existing(role)
        if name:
            yield fine("folders", f"{role.capitalize()} is {name}", account.address)
        else:
            yield problem(
                "folders",
                f"no folder for {role.capitalize()} was found",
                f"make one in your mail client, named {role.capitalize()}, and let it use that one",
                account.address,
            )


def _keywords(mailbox: ImapMailbox, account: Account) -> Iterator[Check]:
    for folder in account.imap.folders:
        try:
            keeps = mailbox.select(folder).keywords
        except TriageError as error:
            yield problem("folders", str(error), "mend its name in `imap.folders`", account.address)
            continue
        if keeps:
            yield fine("keywords", f"{folder} keeps the mark $Heated", account.address)
        else:
            yield note(
                "keywords", f"{folder} does not keep the mark $Heated; nothing else lacks", account.address
            )


def _clock(mailbox: ImapMailbox, whose: str, now: Callable[[], datetime]) -> Iterator[Check]:
    """By the server's clock: a note of ours, filed without a date, is dated by the server."""
    if "UIDPLUS" not in mailbox.capabilities:
        yield note("clock", "it cannot be compared with this server's", whose)
        return
    try:
        there, here = _time_there(mailbox), now()
    except MailboxRefused as refusal:
        yield problem("folders", f"nothing can be filed: {refusal}", "make room in the mailbox", whose)
        return
    if there is None:
        yield note("clock", "the server did not tell its time", whose)
        return
    ahead = here - there
    if abs(ahead) > MAY_DIFFER:
        side = "ahead of" if ahead > timedelta() else "behind"
        said = f"this machine's clock is {abs(round(ahead.total_seconds()))} s {side} the server's"
        yield problem(
            "clock", said, "let the system set it by the network: holds would be too short or long", whose
        )
    else:
        yield fine("clock", "it agrees with the server's", whose)


def _time_there(mailbox: ImapMailbox) -> datetime | None:
    folder = mailbox.folder("state")
    uid = mailbox.append(folder, _TIME_PLEASE, flags=["\\Seen"])
    if uid is None:
        return None
    filed = next(mailbox.headers(folder, [uid]), None)
    mailbox.expunge(folder, uid)
    return filed.internal_date if filed else None


def _way_out(account: Account, login: Login) -> Iterator[Check]:
    smtp, whose = account.smtp, account.address
    if smtp is None:
        yield note("smtp", "there is none: replies are held in Drafts only, and nothing is sent", whose)
        return
    try:
        offers = relay_of(account, login).check(account.address)
    except TriageError as error:
        yield problem("smtp", f"{smtp.host}:{smtp.port}: {error}", mend(error, smtp, account), whose)
        return
    yield fine("smtp", f"{smtp.host}:{smtp.port} lets {account.user} send ({smtp.security})", whose)
    size = offers.get("size", "")
    if size.isdigit() and int(size):
        yield fine("smtp", f"it takes mail of up to {int(size) // 2**20} MB", whose)
