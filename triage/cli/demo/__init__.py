"""`triage demo`: the whole product on an embedded mailbox, with sample mail and fast time. No account needed.

The daemon is the real one; the mailbox server (`mailbox_server`) and the submission server that keeps what it
takes (`sink`) are the demo's own, and so is Robin, who sells clamps (`rep`). What is told is in `story`.
"""

import signal
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # imported when the demo runs: `triage --help` needs none of it
    from types import FrameType

    from triage.cli.demo.telling import Teller

_WIDTH_OF_A_FILE = 100
"""Columns, where no terminal says how wide it is."""


@click.command()
@click.option("--once", is_flag=True, help="End after the story; exit 0 only if every step truly happened.")
def demo(once: bool) -> None:
    """See it work: an embedded mailbox, sample mail, fast time; no account needed.

    \b
    triage demo
    triage demo --once
    """
    from rich.console import Console

    from triage.cli.demo.telling import Teller

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _ended)
    on_terminal = sys.stdout.isatty()
    tell = Teller(Console(highlight=False, width=None if on_terminal else _WIDTH_OF_A_FILE))
    if not _played(tell, stay=on_terminal and not once):
        sys.exit(1)


def _ended(number: int, frame: "FrameType | None") -> None:
    """Whoever ends the demo politely leaves nothing behind; asked twice, it is not taken down by half."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    signal.default_int_handler(number, frame)


def _played(tell: "Teller", *, stay: bool) -> bool:
    """Whether all of the story happened; with `stay`, the servers then run until Ctrl-C."""
    from triage.cli.demo.stage import stage
    from triage.cli.demo.staying import stay as stay_up
    from triage.cli.demo.story import play
    from triage.errors import TriageError

    try:
        with stage() as set_up:
            try:
                play(set_up, tell)
            except TriageError:
                tell.quote(set_up.last_log_lines())
                raise
            if stay:
                stay_up(set_up, tell)
    except TriageError as error:
        tell.say(f"The demo ends here: {error}", style="bold red")
        return False
    return True
