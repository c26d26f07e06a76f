"""`held`, and what a person can do with a held reply. Commands write intentions; the daemon acts on them."""

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import (
    load_config,
    opened_office,
    plain,
    print_json,
    print_table,
    with_config,
    with_json,
)
from triage.errors import BadInput, NotAllowed, TriageError

if TYPE_CHECKING:
    from triage.desk import Office

ANSWER_WITHIN = 10.0
"""Seconds in which a running daemon obeys; its tick is one second."""
NEEDS_DAEMON = frozenset({"release", "acknowledge", "summary"})
"""What only makes sense at once: it sends."""


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what was sent, withdrawn or superseded.")
@with_config
@with_json
@click.pass_context
def held(ctx: click.Context, everything: bool, config_file: str | None, as_json: bool) -> None:
    """List the held replies.

    \b
    triage held
    triage held --all --json
    triage held show r12
    """
    if ctx.invoked_subcommand:
        return
    from triage.desk.views import held_replies

    with opened_office(load_config(config_file)) as office, office.store.look() as records:
        facts = plain(held_replies(office, records, everything=everything))
    if as_json:
        print_json(facts)
    elif not facts:
        click.echo("Nothing is held.")
    else:
        headings = ("id", "state", "to", "subject", "due", "why")
        print_table(headings, [_row(f) for f in facts])


def _row(facts: dict[str, Any]) -> tuple[str, ...]:
    why = facts["asked_because"] or facts["because"] or ", ".join(f"“{w}”" for w in facts["words"][:3])
    return facts["id"], facts["state"], ", ".join(facts["to"]), facts["subject"], facts["due_local"], why


@held.command()
@click.argument("id_", metavar="ID")
@with_config
@with_json
def show(id_: str, config_file: str | None, as_json: bool) -> None:
    """Show one held reply: the customer's words, the reply, and the suggestion."""
    from triage.desk.views import held_reply
    from triage.reading.messages import parse

    with opened_office(load_config(config_file)) as office, office.store.look() as records:
        reply = records.reply(id_)
        facts = plain(held_reply(office, records, reply))
        raw = records.raw(id_)
        facts["reply"] = parse(raw).new_text if raw else ""
        facts["suggestion"] = records.cooldown(reply.cooldown).suggestion if reply.cooldown else ""
    if as_json:
        print_json(facts)
        return
    click.echo(f"{facts['id']}  {facts['state']}  to {', '.join(facts['to'])}")
    click.echo(f"Subject: {facts['subject']}")
    click.echo(f"Due: {facts['due_local']}")
    for name, title in (
        ("asked_because", "It waits for you"),
        ("because", "It ended"),
        ("last_answer", "Server"),
    ):
        if facts[name]:
            click.echo(f"{title}: {facts[name]}")
    if facts["main_issue"]:
        click.echo(f"\nMain issue: {facts['main_issue']}")
    if facts["words"]:
        click.echo("The customer's words: " + ", ".join(f"“{w}”" for w in facts["words"]))
    click.echo(f"\nYour reply\n----------\n{facts['reply'] or '(its bytes are no longer kept)'}")
    if facts["suggestion"]:
        click.echo(f"\nSuggestion\n----------\n{facts['suggestion']}")


def ask_daemon(config_file: str | None, verb: str, subject: str = "", argument: str = "") -> str:
    """Write an intention, and wait for what became of it. Raises what forbids it."""
    from triage.daemon import is_running
    from triage.desk.commands import obey
    from triage.judging.facts import Intention

    config = load_config(config_file)
    running = is_running(config)
    if not running and verb in NEEDS_DAEMON:
        raise NotAllowed("No daemon is running, so nothing can be sent: start `triage run`, then try again.")
    with opened_office(config) as office:
        with office.store.begin() as records:
            made_at = office.clock.now()
            wanted = records.intend(Intention(verb=verb, subject=subject, argument=argument, made_at=made_at))
        if not running:
            obey(office)
        return _outcome(office, wanted.id)


def _outcome(office: "Office", id_: str) -> str:
    for _ in range(int(ANSWER_WITHIN / 0.1)):
        with office.store.look() as records:
            intention = records.intention(id_)
        if intention.done_at is not None:
            if intention.exit_code:
                raise Refused(intention.exit_code, intention.answer)
            return intention.answer
        time.sleep(0.1)
    return "The daemon is busy; it will do so as soon as it can."


class Refused(TriageError):
    """The daemon's refusal, with its exit code."""

    def __init__(self, exit_code: int, answer: str) -> None:
        self.exit_code = exit_code
        super().__init__(answer)


@click.command()
@click.argument("id_", metavar="ID")
@click.option(
    "--reason", default="", help="Why it cannot wait; needed before its time, counted in the summary."
)
@with_config
@with_json
def release(id_: str, reason: str, config_file: str | None, as_json: bool) -> None:
    """Send a held reply now, or one that waits for you, or try a failed one again.

    \b
    triage release r12
    triage release r12 --reason "their truck leaves at three"
    """
    _say(id_, ask_daemon(config_file, "release", id_, reason), as_json)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--discard", is_flag=True, help="To Trash instead of Drafts.")
@with_config
@with_json
def withdraw(id_: str, discard: bool, config_file: str | None, as_json: bool) -> None:
    """Take a held reply back to Drafts; it will not be sent."""
    _say(id_, ask_daemon(config_file, "withdraw", id_, "discard" if discard else ""), as_json)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--arrived/--not-arrived", "arrived", default=None, help="What you found out.")
@with_config
@with_json
def settle(id_: str, arrived: bool | None, config_file: str | None, as_json: bool) -> None:
    """Say whether a reply in doubt arrived; one that did not is sent again."""
    if arrived is None:
        raise BadInput(
            "Say --arrived or --not-arrived; look in Sent, or ask the customer, if you are not sure."
        )
    _say(id_, ask_daemon(config_file, "settle", id_, "arrived" if arrived else "not arrived"), as_json)


@click.command()
@click.argument("id_", metavar="ID")
@with_config
@with_json
def acknowledge(id_: str, config_file: str | None, as_json: bool) -> None:
    """Tell the customer now that you have their message and when they will hear from you.

    ID is that of the held reply, the cool-down or the message.
    """
    _say(id_, ask_daemon(config_file, "acknowledge", id_), as_json)


@click.command("not-heated")
@click.argument("id_", metavar="ID")
@with_config
@with_json
def not_heated(id_: str, config_file: str | None, as_json: bool) -> None:
    """Correct the verdict: these words are not heated, where this customer writes them.

    ID is that of the held reply, the cool-down or the message.
    """
    _say(id_, ask_daemon(config_file, "not-heated", id_), as_json)


_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def span(text: str) -> timedelta:
    """A stretch of time as people type it: 30m, 2h, 1.5h, 90d."""
    found = _SPAN.fullmatch(text.strip().lower())
    if not found:
        raise BadInput(f'"{text}" is no stretch of time; write it as 30m, 2h or 90d.')
    return timedelta(**{_UNITS[found[2]]: float(found[1])})


@click.command()
@click.option(
    "--for", "length", default="", metavar="TIME", help="2h, 30m; without it until `triage resume`."
)
@with_config
@with_json
def pause(length: str, config_file: str | None, as_json: bool) -> None:
    """Let new mail pass, visibly; what is held leaves at its time as before."""
    until = ""
    if length:
        from triage.clock import SystemClock

        until = (SystemClock().now() + span(length)).isoformat()
    _say("", ask_daemon(config_file, "pause", "", until), as_json)


@click.command()
@with_config
@with_json
def resume(config_file: str | None, as_json: bool) -> None:
    """End a pause."""
    _say("", ask_daemon(config_file, "resume"), as_json)


def _say(id_: str, answer: str, as_json: bool) -> None:
    if as_json:
        print_json({"id": id_, "answer": answer})
    else:
        click.echo(answer)
