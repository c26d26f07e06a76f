"""What is checked on this machine: the store, its disk, the gate's password, the ports."""

import errno
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing

from triage.config import Config
from triage.daemon.checkup.check import Check, fine, note, problem
from triage.daemon.locks import is_running
from triage.errors import StoreUnusable, TriageError
from triage.mail.logins import secret
from triage.store import open_store

LITTLE_SPACE = 200 * 2**20
"""Bytes: a held reply may be 35 MB, and SQLite writes it twice."""


def check_machine(config: Config, environ: Mapping[str, str]) -> Iterator[Check]:
    """The store first: where it cannot be had, nothing can run, and nobody can tell whether a daemon does."""
    try:
        answers = _write_to_store(config)
    except (StoreUnusable, OSError) as error:
        yield problem(
            "store", str(error), "give this user room and the right to write there, or name another `store`"
        )
    else:
        yield fine("store", f"{config.store} opens and can be written")
        yield from _disk(config)
        running = is_running(config)
        yield note("daemon", "the daemon is running" if running else "no daemon is running: `triage run`")
        yield from _ports(config, answers if running else {})
    yield from _gate_password(config, environ)


def _write_to_store(config: Config) -> Mapping[str, str]:
    """Write to the store; where the doors of the daemon answer that wrote to it last."""
    with closing(open_store(config.store, own_folder=config.owns_folder)) as store, store.begin() as records:
        records.set_note("checkup", {"by": "triage doctor"})
        return records.note("daemon") or {}


def _disk(config: Config) -> Iterator[Check]:
    free = shutil.disk_usage(config.store.parent).free
    said = f"{free // 2**20} MB are free where the store lies"
    if free < LITTLE_SPACE:
        yield problem("disk", said, "make room there, or name a `store` on another disk")
    else:
        yield fine("disk", said)


def _ports(config: Config, answers: Mapping[str, str]) -> Iterator[Check]:
    """Each port is free, or the running daemon's own."""
    if gate := config.gate:
        mend = "set `doors.gate.port` to another one, and the same in the mail client"
        yield _port("gate", gate.host, gate.port, mend, ours=bool(answers.get("gate")))
    if config.web.enabled:
        mend = "set `web.port` to another one, or to 0 for any"
        yield _port("page", config.web.host, config.web.port, mend, ours=bool(answers.get("page")))


def _port(what: str, host: str, port: int, mend: str, *, ours: bool) -> Check:
    if ours:
        return fine(what, "it answers")
    refusal = taken(host, port)
    if refusal:
        return problem(what, f"port {port} of {host} cannot be had: {refusal}", mend)
    return fine(what, f"port {port} of {host} is free")


def taken(host: str, port: int) -> str:
    """Why that port cannot be listened on; empty where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        if os.name == "posix":  # on Windows it would let us in where somebody listens
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return "another program does" if error.errno == errno.EADDRINUSE else str(error.strerror)
    return ""


def _gate_password(config: Config, environ: Mapping[str, str]) -> Iterator[Check]:
    if not config.gate:
        yield note("gate", "it is not configured: what the mail client sends is not held")
        return
    kind, value = config.gate.password.source
    try:
        secret(kind, value, account="gate", environ=environ)
    except TriageError as error:
        yield problem("gate password", str(error), "`triage init` makes one; or keep one where this looks")
    else:
        yield fine("gate password", "it is there; `triage client` says what to set in the mail client")
