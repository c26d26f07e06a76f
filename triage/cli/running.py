"""`run` and `status`."""

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import load_config, opened_office, plain, print_json, with_config, with_json

if TYPE_CHECKING:
    from triage.daemon import Daemon


@click.command()
@with_config
def run(config_file: str | None) -> None:
    """Watch the mailboxes and hold the replies, until SIGTERM or Ctrl-C.

    The log goes to stderr; `ready` says that every mailbox is watched and the gate answers.
    """
    from triage import daemon

    config = load_config(config_file)
    log_to_stderr()
    with daemon.sole_daemon(config):
        running = daemon.build(config, os.environ)
        _stop_on_signals(running)
        try:
            running.run()
        finally:
            running.store.close()


def log_to_stderr() -> None:
    """One line an event, flushed at once. What libraries say below WARNING stays out: it may quote mail."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("triage").setLevel(logging.INFO)


def _stop_on_signals(running: "Daemon") -> None:
    def stop(*_: object) -> None:
        running.stopping.set()

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)


@click.command()
@with_config
@with_json
def status(config_file: str | None, as_json: bool) -> None:
    """Show the doors, the last check of each mailbox, what is held, and what is not enforced."""
    from triage import daemon
    from triage.desk.views import standing

    config = load_config(config_file)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(standing(office, records, running=daemon.is_running(config)))
    if as_json:
        print_json(facts)
    else:
        _print_status(facts)


def _print_status(facts: dict[str, Any]) -> None:
    click.echo(
        "The daemon is running." if facts["running"] else "The daemon is NOT running: start `triage run`."
    )
    if facts["paused"]:
        click.echo("PAUSED: new mail passes. `triage resume` ends it.")
    doors = facts["doors"]
    click.echo(
        f"Gate: {doors['gate'] or 'closed'}   Drafts: {'open' if doors['drafts'] else 'closed'}"
        f"   Hand-off: {', '.join(doors['hand_off']) or 'closed'}"
    )
    for mailbox in facts["mailboxes"]:
        click.echo(f"{mailbox['account']} {mailbox['folder']}: last checked {mailbox['last_checked']}")
    for cooldown in facts["cooldowns"]:
        due = f"until {cooldown['due']}" if cooldown["due"] else "its clock starts with your reply"
        click.echo(f"Cool-down {cooldown['id']} of {cooldown['customer']}: {due}")
    for reply in facts["held"]:
        why = f" ({reply['asked_because']})" if reply["asked_because"] else ""
        click.echo(
            f"Reply {reply['id']} {reply['state']} to {', '.join(reply['to'])}, due {reply['due']}{why}"
        )
    for told in facts["told"]:
        click.echo(f"! {told['account']}: {told['text']}" if told["account"] else f"! {told['text']}")
    for sentence in facts["not_enforced"]:
        click.echo(f"Not held: {sentence}")
