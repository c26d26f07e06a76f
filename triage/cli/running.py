"""`run`."""

import logging
import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from triage.cli.common import with_config
from triage.errors import TriageError
from triage.private import open_private

if TYPE_CHECKING:
    from triage.daemon.running import Daemon


FORMAT = "%(asctime)s %(levelname)s %(message)s"


@click.command()
@click.option(
    "--log",
    "log_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the log to this file, too; only you can open it.",
)
@with_config
def run(log_file: Path | None, config_file: str | None) -> None:
    """Watch the mailboxes and hold the replies, until SIGTERM or Ctrl-C.

    The log goes to stderr; `ready` says that every mailbox is watched and the gate answers.

    \b
    triage run
    triage run --config my-config.yaml --log triage.log
    """
    log_to_stderr()
    if log_file is None:
        _run(config_file)
        return
    log = LogFile(log_file)
    logging.getLogger().addHandler(log)
    try:
        _run(config_file)
    except (
        TriageError,
        OSError,
    ) as error:  # a person reads it on stderr; whoever looks after a service, in its log
        log.handle(logging.makeLogRecord({"levelname": "ERROR", "msg": str(error)}))
        raise
    finally:
        logging.getLogger().removeHandler(log)
        with suppress(OSError):  # a full disk takes no last line
            log.close()


def _run(config_file: str | None) -> None:
    from triage import config
    from triage.clock import steady
    from triage.daemon.apart import Apart

    file = config.find(config_file, os.environ)
    with Apart(steady) as apart:
        from triage.daemon.locks import sole_daemon  # meanwhile that process starts
        from triage.daemon.running import build

        loaded = apart(config.load, file)
        for warning in loaded.warnings:
            logging.getLogger("triage").warning(warning)
        with sole_daemon(loaded):
            running = build(loaded, os.environ, apart)
            _stop_on_signals(running)
            try:
                running.run()
            finally:
                running.store.close()


class LogFile(RotatingFileHandler):
    """The log in a file that only the rep can open; when it is large, a new one is begun, and one is kept."""

    def __init__(self, file: Path, most: int = 5_000_000) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(file, maxBytes=most, backupCount=1, encoding="utf-8")
        self.setFormatter(logging.Formatter(FORMAT))

    def _open(self) -> TextIOWrapper:
        made = open_private(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        Path(self.baseFilename).chmod(0o600)  # one that was there already, too
        return os.fdopen(made, "a", encoding=self.encoding)


def log_to_stderr() -> None:
    """One line an event, flushed at once. What libraries say below WARNING stays out: it may quote mail."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=FORMAT)
    logging.getLogger("triage").setLevel(logging.INFO)
    logging.raiseExceptions = False  # a line that a full disk does not take is no reason for a traceback


def _stop_on_signals(running: "Daemon") -> None:
    def stop(*_: object) -> None:
        # By a thread: this interrupts the main one, which may just hold the event's own lock.
        Thread(target=running.stopping.set).start()

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
