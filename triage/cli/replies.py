"""What a person can do with a held reply, and `pause`. Commands write intentions; the daemon acts on them."""

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from triage.cli.common import load_config, opened_office, print_json, with_config, with_id, with_json
from triage.cli.showing import until_words
from triage.errors import BadInput, NotAllowed, TriageError

if TYPE_CHECKING:
    from triage.config import Config
    from triage.desk import Office

ANSWER_WITHIN = 10.0
"""Seconds in which a running daemon obeys; its tick is one second."""
NEEDS_DAEMON = frozenset({"release", "acknowledge", "summary"})
"""What only makes sense at once: it sends."""


def ask_daemon(config: "Config", verb: str, subject: str = "", argument: str = "") -> str:
    """Write an intention, and wait for what became of it. Raises what forbids it."""
    from triage.daemon.locks import is_running
    from triage.desk.commands import obey
    from triage.judging.facts import Intention

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


def _ask(config_file: str | None, verb: str, subject: str = "", argument: str = "") -> str:
    return ask_daemon(load_config(config_file, lenient=True), verb, subject, argument)


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
@with_id
@click.option(
    "--reason", default="", help="Why it cannot wait; needed before its time, counted in the summary."
)
@click.option("--when-over", is_flag=True, help="Not now: by itself, when its time is over.")
@with_config
@with_json
def release(id_: str, reason: str, when_over: bool, config_file: str | None, as_json: bool) -> None:
    """Send a held reply now, or one that waits for you, or try a failed one again.

    \b
    triage release r12
    triage release r12 --reason "their truck leaves at three"
    triage release r12 --when-over
    """
    if when_over and reason:
        raise BadInput("--when-over needs no reason: nothing goes before its time.")
    if when_over:
        _say(id_, _ask(config_file, "confirm", id_), as_json)
        return
    _say(id_, _ask(config_file, "release", id_, reason), as_json)


@click.command()
@with_id
@click.option("--discard", is_flag=True, help="To Trash instead of Drafts.")
@with_config
@with_json
def withdraw(id_: str, discard: bool, config_file: str | None, as_json: bool) -> None:
    """Take a held reply back to Drafts; it will not be sent.

    \b
    triage withdraw r12
    triage withdraw r12 --discard
    """
    _say(id_, _ask(config_file, "withdraw", id_, "discard" if discard else ""), as_json)


@click.command()
@with_id
@click.option("--arrived/--not-arrived", "arrived", default=None, help="What you found out.")
@with_config
@with_json
def settle(id_: str, arrived: bool | None, config_file: str | None, as_json: bool) -> None:
    """Say whether a reply in doubt arrived; one that did not is sent again.

    \b
    triage settle r12 --arrived
    triage settle r12 --not-arrived
    """
    if arrived is None:
        raise BadInput(
            "Say --arrived or --not-arrived; look in Sent, or ask the customer, if you are not sure."
        )
    _say(id_, _ask(config_file, "settle", id_, "arrived" if arrived else "not arrived"), as_json)


@click.command()
@with_id
@with_config
@with_json
def acknowledge(id_: str, config_file: str | None, as_json: bool) -> None:
    """Tell the customer now that you have their message and when they will hear from you.

    ID is that of the held reply, the cool-down or the message.

    \b
    triage acknowledge r12
    """
    _say(id_, _ask(config_file, "acknowledge", id_), as_json)


@click.command("not-heated")
@with_id
@with_config
@with_json
def not_heated(id_: str, config_file: str | None, as_json: bool) -> None:
    """Correct the verdict: these words are not heated, where this customer writes them.

    ID is that of the held reply, the cool-down or the message.

    \b
    triage not-heated m34
    """
    _say(id_, _ask(config_file, "not-heated", id_), as_json)


@click.command()
@with_id
@click.option("--words", default="", help="Which words; else the sentence that states the problem.")
@with_config
@with_json
def heated(id_: str, words: str, config_file: str | None, as_json: bool) -> None:
    """Correct the verdict: the message is heated, and so are these words, where this customer writes them.

    \b
    triage heated m35
    triage heated m35 --words "we will look around"
    """
    _say(id_, _ask(config_file, "heated", id_, words), as_json)


_SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=36_500)


def span(text: str) -> timedelta:
    """A stretch of time as people type it: 30m, 2h, 1.5h, 90d."""
    found = _SPAN.fullmatch(text.strip().lower())
    if not found:
        raise BadInput(f'"{text}" is no stretch of time; write it as 30m, 2h or 90d.')
    length = timedelta(**{_UNITS[found[2]]: float(found[1])})
    if length > _LONGEST:
        raise BadInput(f'"{text}" is longer than a hundred years.')
    return length


@click.command()
@click.option(
    "--for", "length", default="", metavar="TIME", help="2h, 30m; without it until `triage resume`."
)
@with_config
@with_json
def pause(length: str, config_file: str | None, as_json: bool) -> None:
    """Let new mail pass, visibly; what is held leaves at its time as before.

    \b
    triage pause --for 2h
    triage resume
    """
    from triage.clock import SystemClock

    config = load_config(config_file, lenient=True)
    until = (SystemClock().now() + span(length)).isoformat() if length else ""
    answer = ask_daemon(config, "pause", "", until)
    if as_json:
        print_json({"id": "", "answer": answer, "until": until or None})
    else:
        click.echo(f"{answer} It lasts {until_words(until, config)}.")


@click.command()
@with_config
@with_json
def resume(config_file: str | None, as_json: bool) -> None:
    """End a pause.

    \b
    triage resume
    """
    _say("", _ask(config_file, "resume"), as_json)


def _say(id_: str, answer: str, as_json: bool) -> None:
    if as_json:
        print_json({"id": id_, "answer": answer})
    else:
        click.echo(answer)
