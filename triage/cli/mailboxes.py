"""`scan` and `replay`: past mail is read again over IMAP; nothing is changed, there or in the store."""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import (
    counted,
    load_config,
    opened_office,
    plain,
    print_json,
    print_table,
    with_config,
    with_json,
)
from triage.cli.replies import span
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.cli.crew import Crew
    from triage.config import Config
    from triage.desk import Account, Team
    from triage.judging.past import Mail, Received, Sent
    from triage.judging.rehearsal import Rehearsed
    from triage.mail.mailbox import ImapMailbox, Letter

LETTERS_AT_ONCE, BYTES_AT_ONCE = 64, 1_000_000
"""What is judged at a time."""


@click.command()
@click.option(
    "--since", "length", default="90d", show_default=True, metavar="TIME", help="How far back: 90d, 36h."
)
@with_config
@with_json
def scan(length: str, config_file: str | None, as_json: bool) -> None:
    """Read the watched folders and Sent: what would have been heated and held. Changes nothing.

    \b
    triage scan --since 90d
    """
    from triage.cli.crew import crew

    with crew("triage.cli.hands") as hands:
        report = list(_scans(load_config(config_file), span(length), hands))
    if as_json:
        print_json(plain(report))
        return
    for facts in report:
        print_scanned(facts)


def _scans(config: "Config", length: timedelta, hands: "Crew") -> Iterator[dict[str, Any]]:
    """What there was in each account's mailbox."""
    from triage.clock import SystemClock
    from triage.daemon.logins import Logins
    from triage.daemon.offices import settings_of
    from triage.daemon.wiring import connect
    from triage.judging.rehearsal import rehearse

    settings = settings_of(config)
    since = SystemClock().now() - length
    logins = Logins(config, os.environ)
    for typed in config.accounts:
        account, team = settings.accounts[typed.address], settings.team_of(typed.address)
        mailbox = connect(typed, logins.of(typed))
        try:
            past = list(_past(mailbox, account, team, since, hands))
        finally:
            mailbox.close()
        yield {"account": account.address, **_scanned(past, rehearse(past, team.rules))}


def _past(
    mailbox: "ImapMailbox", account: "Account", team: "Team", since: datetime, hands: "Crew"
) -> Iterator["Received | Sent"]:
    """Everything in the watched folders and in Sent, read-only."""
    from triage.judging.past import Reader, sent

    reader = Reader(
        insiders=account.insiders,
        measure=team.rules.measure(),
        never_hold=team.rules.customers.never_hold,
        free_mail=team.free_mail,
    )
    for folder in account.folders:
        uids = _uids(mailbox, folder, since)
        batches = _batches(mailbox.excerpts(folder, uids), since)
        yield from with_progress(hands.in_order(reader.received, batches), len(uids), folder)
    own = mailbox.existing("sent")
    if own:
        uids = _uids(mailbox, own, since)
        batches = _batches(mailbox.headers(own, uids), since)
        yield from with_progress(hands.in_order(sent, batches), len(uids), own)


def _uids(mailbox: "ImapMailbox", folder: str, since: datetime) -> list[int]:
    mailbox.examine(folder)
    return mailbox.uids(folder, since=since)


def _batches(letters: Iterable["Letter"], since: datetime) -> Iterator[list["Mail"]]:
    """A few mails at a time: never many bytes."""
    batch: list[Mail] = []
    weight = 0
    for letter in letters:
        if letter.internal_date < since:
            continue
        batch.append((letter.internal_date, letter.raw))
        weight += len(letter.raw)
        if len(batch) == LETTERS_AT_ONCE or weight > BYTES_AT_ONCE:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def with_progress(items: Iterable[Any], total: int | None, what: str) -> Iterator[Any]:
    """A bar on stderr where that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        yield from progress.track(items, total=total, description=what)


def _scanned(past: "list[Received | Sent]", rehearsed: "Rehearsed") -> dict[str, Any]:
    from triage.judging.past import Received

    return {
        "read": sum(isinstance(each, Received) for each in past),
        "heated": [
            {
                "at": each.at,
                "customer": each.customer.label,
                "subject": each.subject,
                "message_id": each.message_id,
                "score": round(each.score, 4),
                "words": each.words,
                "main_issue": each.main_issue,
            }
            for each in rehearsed.heated
        ],
        "held": [
            {"at": each.at, "to": each.recipients, "subject": each.subject, "message_id": each.message_id}
            for each in rehearsed.held
        ],
    }


def print_scanned(facts: dict[str, Any]) -> None:
    """What would have been heated, and which replies would have been held."""
    heated, held = facts["heated"], facts["held"]
    click.echo(
        f"{facts['account']}: {counted(facts['read'], 'message', 'messages')} read; "
        f"{len(heated)} would have been heated, "
        f"{counted(len(held), 'reply', 'replies')} would have been held."
    )
    if heated:
        headings = ("day", "customer", "score", "words", "main issue")
        print_table(headings, [_heated_row(each) for each in heated])
    if held:
        rows = [(f"{h['at']:%Y-%m-%d}", ", ".join(h["to"]), h["subject"]) for h in held]
        print_table(("day", "reply to", "subject"), rows)


def _heated_row(facts: dict[str, Any]) -> tuple[str, ...]:
    words = ", ".join(f"“{w}”" for w in facts["words"])
    return f"{facts['at']:%Y-%m-%d}", facts["customer"], f"{facts['score']:.2f}", words, facts["main_issue"]


@click.command()
@click.option("--rules", "rules_file", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--since", "length", default="90d", show_default=True, metavar="TIME", help="How far back.")
@with_config
@with_json
def replay(rules_file: Path, length: str, config_file: str | None, as_json: bool) -> None:
    """Judge the remembered messages by other rules: what would change.

    The bodies are read again over IMAP; a message that is gone is named.

    \b
    triage replay --rules rules/new.yaml --since 30d
    """
    from triage import config as files
    from triage.daemon.logins import Logins
    from triage.daemon.wiring import connect
    from triage.desk.reading_back import replayed

    config = load_config(config_file)
    if not rules_file.is_file():
        raise BadInput(f"{rules_file} is not there.")
    rules, _ = files.read_rules(rules_file)
    changes: list[dict[str, Any]] = []
    logins = Logins(config, os.environ)
    with opened_office(config) as office:
        with office.store.look() as records:
            known = records.messages_since(office.clock.now() - span(length))
        for typed in config.accounts:
            ours = [facts for facts in known if facts.account == typed.address and not facts.ignored_because]
            if not ours:
                continue
            mailbox = connect(typed, logins.of(typed))
            try:
                changes += with_progress(replayed(office, mailbox, ours, rules), len(ours), typed.address)
            finally:
                mailbox.close()
    if as_json:
        print_json(plain(changes))
    else:
        _print_replayed(changes)


def _print_replayed(changes: list[dict[str, Any]]) -> None:
    gone = [c for c in changes if c["now"] is None]
    changed = [c for c in changes if c["now"] and c["now"]["level"] != c["then"]["level"]]
    read = counted(len(changes), "message", "messages")
    click.echo(f"{read}; {len(changed)} would be judged otherwise, {len(gone)} are gone.")
    if changed:
        rows = [
            (
                c["id"],
                c["customer"],
                f"{c['then']['level']} {c['then']['score']:.2f}",
                f"{c['now']['level']} {c['now']['score']:.2f}",
                ", ".join(f"“{w}”" for w in c["now"]["words"]),
            )
            for c in changed
        ]
        print_table(("id", "customer", "then", "now", "words"), rows)
    for each in gone:
        click.echo(f"{each['id']} of {each['customer']} is gone from the mailbox: {each['subject']}")
