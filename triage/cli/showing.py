"""How held replies and pauses are told on the terminal."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import counted, print_table

if TYPE_CHECKING:
    from triage.config import Config

Facts = dict[str, Any]
BY_ITSELF = frozenset({"HELD", "RELEASING"})
"""What leaves without the rep; every other open reply waits for a word of theirs."""


def print_replies(replies: Sequence[Facts]) -> None:
    """A table of replies, and below it what can be done with them."""
    rows = [
        (each["id"], each["state"], ", ".join(each["to"]), each["subject"], each["due_local"], why(each))
        for each in replies
    ]
    print_table(("id", "state", "to", "subject", "due", "why"), rows)
    for line in next_lines(replies):
        click.echo(line)


def why(reply: Facts) -> str:
    """Why a reply stands where it stands: the server's words, ours, or the customer's."""
    words = ", ".join(f"“{each}”" for each in reply["words"][:3])
    match reply["state"]:
        case "FAILED":
            return reply["last_answer"] or words
        case "UNKNOWN":
            return reply["last_answer"] or "the line to the server broke while it was being sent"
        case "ASKED":
            return reply["asked_because"] or words
        case "HELD" if reply["tries"] and reply["last_answer"]:
            return f"tried again: {reply['last_answer']}"
        case _:
            return reply["because"] or words


def next_lines(replies: Sequence[Facts]) -> list[str]:
    """What can be done: a line for each state that is in the list, with its first reply as the example."""
    first: dict[str, Facts] = {}
    for each in replies:
        first.setdefault(each["state"], each)
    return [f"{state}: {'; '.join(each['next'])}" for state, each in first.items() if each["next"]]


def count_of(replies: Sequence[Facts]) -> str:
    """ "2 replies are held, 1 waits for you."."""
    if not replies:
        return "Nothing is held."
    waiting = sum(each["state"] not in BY_ITSELF for each in replies)
    held = len(replies) - waiting
    said = [
        f"{counted(held, 'reply is', 'replies are')} held" if held else "",
        f"{counted(waiting, 'reply waits', 'replies wait')} for you" if waiting else "",
    ]
    return f"{', '.join(filter(None, said))}."


def until_words(until: str | None, config: "Config") -> str:
    """ "until 15:10 CST", or until when else a pause lasts."""
    from triage.clock import SystemClock
    from triage.writing.times import local

    if not until:
        return "until `triage resume`"
    zone = config.team_of(config.accounts[0]).zone
    return f"until {local(datetime.fromisoformat(until), zone, SystemClock().now())}"
