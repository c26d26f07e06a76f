"""`run`."""

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from triage.cli.common import load_config, warn_of, with_config

if TYPE_CHECKING:
    from triage.daemon import Daemon


@click.command()
@with_config
def run(config_file: str | None) -> None:
    """Watch the mailboxes and hold the replies, until SIGTERM or Ctrl-C.

    The log goes to stderr; `ready` says that every mailbox is watched and the gate answers.

    \b
    triage run
    triage run --config my-config.yaml 2>> triage.log
    """
    from triage import daemon

    config = load_config(config_file)
    warn_of(config.warnings)
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
