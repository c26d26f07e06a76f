"""`triage scan` over a mailbox of 2,000 messages: it tells what would have been, and changes nothing."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.journeys.house import CALM, HOT, REP
from triage.mail.mailbox import ImapMailbox

MESSAGES = 2000
HEATED_EVERY = 100


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot.flavoured("as_it_is") as server:
        yield server


@pytest.fixture(scope="module")
def box(server: Dovecot) -> Iterator[ImapMailbox]:
    """The rep's mailbox, filled: every hundredth message is heated, some are read, one was answered."""
    box = ImapMailbox.connect(
        host="127.0.0.1", port=server.port, security="none", user=REP, password=lambda: USERS[REP]
    )
    for number in range(MESSAGES):
        flags = ["\\Seen"] if number % 3 == 0 else []
        box.append("INBOX", letter(number), flags=flags)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = REP, "c0@customer0.example", "Re: Order 0"
    answer["Message-ID"], answer["In-Reply-To"] = "<answer@example.com>", "<0@customer.example>"
    answer.set_content("On its way.")
    box.append("Sent", bytes(answer).replace(b"\n", b"\r\n"), flags=["\\Seen"])
    yield box
    box.close()


def letter(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"c{number}@customer{number}.example", REP
    mail["Subject"], mail["Message-ID"] = f"Order {number}", f"<{number}@customer.example>"
    mail.set_content(HOT if number % HEATED_EVERY == 0 else f"{CALM}\n\nIt is about order {number}.")
    return bytes(mail).replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def config(server: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("scan") / "config.yaml"
    words = {
        "accounts": [
            {
                "address": REP,
                "imap": {"host": "127.0.0.1", "port": server.port, "security": "none"},
                "login": {"password": {"env": "REP_PASSWORD"}},
            }
        ],
        "store": "store.db",
    }
    file.write_text(json.dumps(words))
    file.chmod(0o600)
    return file


def command(config: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    environ = {**os.environ, "REP_PASSWORD": USERS[REP], "PYTHONPATH": str(Path(__file__).parents[2])}
    return [sys.executable, "-m", "triage", "scan", *words, "--config", str(config)], environ


def everything(box: ImapMailbox) -> list[Any]:
    """All that a client can see: folders, UIDVALIDITY, UIDs, flags."""
    seen: list[Any] = []
    for folder in ("INBOX", "Drafts", "Sent", "Trash"):
        place = box.examine(folder)
        letters = box.headers(folder, box.uids(folder))
        kept = [(x.uid, sorted(x.flags - {"\\Recent"}), x.internal_date) for x in letters]
        seen.append((folder, place.uidvalidity, place.uidnext, kept))
    return [*seen, box.existing("held"), box.existing("state")]


def test_it_tells_what_would_have_been_and_changes_nothing(box: ImapMailbox, config: Path) -> None:
    before = everything(box)
    words, environ = command(config, "--json")
    done = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=110, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (report,) = json.loads(done.stdout)
    assert report["read"] == MESSAGES
    assert len(report["heated"]) == MESSAGES // HEATED_EVERY
    assert [held["message_id"] for held in report["held"]] == ["<answer@example.com>"]
    assert everything(box) == before
    assert not (config.parent / "store.db").exists()


def test_on_a_terminal_it_shows_a_progress_bar(box: ImapMailbox, config: Path) -> None:
    words, environ = command(config)
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # EIO: the other side is closed
                break
            if not chunk:
                break
            shown += chunk
    os.close(ours)
    assert process.returncode == 0
    assert "INBOX" in shown.decode()
    assert "━" in shown.decode()
    assert "100%" in shown.decode()
