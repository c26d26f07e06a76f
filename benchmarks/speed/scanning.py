"""`triage scan` beside what only downloads the same mailbox: mbsync, and imapclient with whole bodies."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.speed import mails
from benchmarks.speed.machine import PASSWORD, REP, Machine, seconds_of
from benchmarks.speed.rows import Found, Row, in_turn

LETTERS, PARCELS = 20_000, 2_000
ROUNDS = 3
AT_ONCE = 500
"""Messages a FETCH of the bare imapclient."""


def measure(share: float) -> Iterator[Found]:
    """Text mail of 1 to 20 kB; mail with attachments of 150 kB on average."""
    letters, parcels = int(LETTERS * share), int(PARCELS * share)
    yield from _rows(f"scan, {letters:,} text mails", mails.letters(letters), 1.0)
    yield from _rows(f"scan, {parcels:,} mails with attachments", mails.parcels(parcels), 0.25)


def _rows(what: str, mailbox: Iterable[bytes], goal: float) -> Iterator[Found]:
    with Machine() as machine:
        machine.fill(mailbox)
        ways: dict[str, Callable[[], float]] = {
            "ours": partial(machine.seconds_of, "scan", "--since", "90d"),
            "imapclient": partial(_fetch_all, machine),
        }
        if shutil.which("mbsync"):
            ways["mbsync"] = partial(_mbsync, machine)
        seconds = in_turn(ROUNDS, **ways)
    ours, mbsync = seconds["ours"], seconds.get("mbsync")
    yield Row(what=what, ours=ours, beside="mbsync", peer=mbsync, unit="s", at_most=goal)
    yield Row(what=what, ours=ours, beside="imapclient, all bodies", peer=seconds["imapclient"], unit="s")


def _fetch_all(machine: Machine) -> float:
    start = perf_counter()
    with machine.client() as client:
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for first in range(0, len(uids), AT_ONCE):
            client.fetch(uids[first : first + AT_ONCE], ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"])
    return perf_counter() - start


def _mbsync(machine: Machine) -> float:
    """Into a new Maildir, as a first synchronisation is."""
    with tempfile.TemporaryDirectory(dir=machine.folder) as name:
        folder = Path(name)
        config = folder / "mbsyncrc"
        config.write_text(
            f"IMAPAccount a\nHost 127.0.0.1\nPort {machine.dovecot.port}\nUser {REP}\n"
            f'Pass "{PASSWORD}"\nSSLType None\nAuthMechs LOGIN\n\n'
            "IMAPStore far\nAccount a\n\n"
            f"MaildirStore near\nInbox {folder}/INBOX\n\n"
            "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n"
        )
        return seconds_of(["mbsync", "-q", "-c", str(config), "-a"])
