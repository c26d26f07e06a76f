"""After the story: the servers stay up, so that a person can try it by hand."""

import shlex
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event

from triage.cli.demo.rep import ADDRESS
from triage.cli.demo.samples import ENCORE, sample
from triage.cli.demo.stage import Stage
from triage.cli.demo.telling import Teller
from triage.clock import SystemClock

MINUTES = 2.0
"""A cool-down that leaves a person time to look."""


def stay(stage: Stage, tell: Teller) -> None:
    """One more heated message, a slower clock, and all that a mail client needs to know; until Ctrl-C."""
    stage.cool_down(MINUTES)
    stage.client.receive(sample(ENCORE, SystemClock().now()).raw)
    host, port = stage.imap.host, stage.imap.port
    gate, config = stage.daemon.gate_port, shlex.quote(str(stage.config))
    tell.say(
        f"Now you. Olu Bankole has just written, heated; a cool-down is {MINUTES:g} minutes from here on."
    )
    tell.note(
        f"""\
The page, with a button for everything: {stage.daemon.page_link}

Point a mail client at this mailbox, and answer Olu. Encryption is none:
nothing leaves this machine.

  user       {ADDRESS}
  password   {stage.password}
  incoming   IMAP {host} port {port}
  outgoing   SMTP {host} port {gate}

In another terminal:

  {program()} held --config {config}
  {program()} status --config {config}
  tail -f {shlex.quote(str(stage.log))}

Ctrl-C ends all of it, and leaves nothing behind."""
    )
    with suppress(KeyboardInterrupt):
        Event().wait()


def program() -> str:
    """How this program is called from another terminal: as it was called here, unless its name will do."""
    called = Path(sys.argv[0]).resolve()
    found = shutil.which("triage")
    if found and Path(found).resolve() == called:
        return "triage"
    if called.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m triage"
    return shlex.quote(str(called))
