"""The load: customers who write heated mail, and reps who answer through each door and never give up.

A rep's client does what clients do: it submits, files its own copy in Sent after the 250, and where it got no
answer the rep sends again, with the same Message-ID or with a new one.
"""

import random
import smtplib
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count

from benchmarks.rig.house import GATE_PASSWORD, REP, Client, House
from benchmarks.rig.ledger import Entry, Ledger, mark
from triage.errors import MailboxRefused, Unreachable
from triage.folders import Role
from triage.mail.mailbox import ImapMailbox

HOT = (
    "This is the third time I am asking where order {n} is. You promised delivery on Friday and nothing "
    "came. This is completely unacceptable, and if it is not here tomorrow we will cancel the contract."
)
HEATED = "$Heated"
PATIENCE = 25.0
"""Seconds that a client waits at the gate."""
HANGS_UP = 0.03
"""The share of the tries whose client does not wait for the answer."""
UNDER_WAY, REMEMBERED = 80, 600.0
"""Reps wait while so many of the replies of the last seconds are still held: no rep has hundreds."""
IMPATIENT = 0.05
"""The share of the messages that the rep answers before the daemon may have seen them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A customer's heated message."""

    message_id: str
    customer: str
    subject: str
    uid: int


class Eyes:
    """Sees which messages bear the keyword, as a rep does."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._looking: set[int] = set()
        self._heated: set[int] = set()
        self._changed = threading.Condition()

    def wait_for(self, uid: int, seconds: float) -> bool:
        """Whether it was marked in time."""
        with self._changed:
            self._looking.add(uid)
            seen = self._changed.wait_for(lambda: uid in self._heated, seconds)
            self._looking.discard(uid)
            return seen

    def look(self) -> None:
        """One look at those that somebody waits for."""
        with self._changed:
            uids = sorted(self._looking - self._heated)
        if uids:
            with suppress(Unreachable, MailboxRefused):
                found = self._client.do(lambda box: list(box.headers("INBOX", uids)))
                with self._changed:
                    self._heated |= {letter.uid for letter in found if HEATED in letter.flags}
                    self._changed.notify_all()


class Load:
    """Customers and reps, until `stop`."""

    def __init__(
        self, house: House, ledger: Ledger, seed: int, *, reps: int, unanswered: float = 0.0
    ) -> None:
        """So many reps at once; and `unanswered` messages a second that none of them answers."""
        self._house, self._ledger = house, ledger
        self._chance = random.Random(seed)
        self._customers, self._mail_ids = count(1), count(1)
        self._post, self._sent = house.client(), house.client()
        self._eyes = Eyes(house.client())
        self._stopping, self._given_up = threading.Event(), threading.Event()
        self.files_copies = 0.9
        """The share of the submissions after which the client files its own copy in Sent."""
        self.drafts: dict[int, bytes] = {}
        self.never_marked: list[str] = []
        self.broken: list[str] = []
        """What broke in here, and not in the product."""
        self._threads = [threading.Thread(target=self._try_to_be_a_rep, daemon=True) for _ in range(reps)]
        if unanswered:
            self._threads.append(threading.Thread(target=self._complain, args=(1 / unanswered,), daemon=True))
        self._threads.append(threading.Thread(target=self._watch, name="eyes", daemon=True))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No new customers; what is being submitted is submitted to its end. Returns when all is said."""
        self._stopping.set()
        end = time.monotonic() + 60
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._given_up.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                self.broken.append("a rep's client hangs")

    def _watch(self) -> None:
        while not self._stopping.is_set() or any(t.is_alive() for t in self._threads[:-1]):
            self._eyes.look()
            time.sleep(0.25)

    def _try_to_be_a_rep(self) -> None:
        try:
            self._rep()
        except Exception:
            self.broken.append(traceback.format_exc())

    def _rep(self) -> None:
        while not self._stopping.is_set():
            if self._ledger.under_way(time.time() - REMEMBERED) > UNDER_WAY:
                time.sleep(0.2)
                continue
            if self._chance.random() < 0.12:
                self._submit(self._ledger.open("gate", ""), None)
                continue
            thread = self._customer_writes()
            if self._chance.random() < IMPATIENT:
                self._submit(self._ledger.open("gate", thread.message_id, unseen=True), thread)
                continue
            if not self._eyes.wait_for(thread.uid, 60):
                self.never_marked.append(thread.message_id)
                continue
            match self._chance.choices(("gate", "hand-off", "drafts"), (8, 1, 1))[0]:
                case "gate":
                    for _ in range(self._chance.choice((1, 1, 2, 3))):
                        self._submit(self._ledger.open("gate", thread.message_id), thread)
                case "hand-off":
                    self._hand_off(thread)
                case _:
                    self._draft(thread)

    def _complain(self, pause: float) -> None:
        while not self._stopping.wait(pause):
            self._customer_writes()

    def _customer_writes(self) -> Thread:
        n = next(self._customers)
        mail = EmailMessage()
        mail["From"] = customer = f"dana@customer{n}.example"
        mail["To"], mail["Subject"] = REP, f"Order {n}"
        mail["Message-ID"] = message_id = f"<order.{n}@customer{n}.example>"
        mail.set_content(HOT.format(n=n))
        raw = bytes(mail).replace(b"\n", b"\r\n")
        uid = self._file(self._post, "inbox", raw, message_id)
        return Thread(message_id=message_id, customer=customer, subject=f"Re: Order {n}", uid=uid)

    def _file(self, client: Client, role: Role, raw: bytes, message_id: str, *flags: str) -> int:
        """APPEND, and where the server went away meanwhile: look whether it landed."""

        def look(box: ImapMailbox) -> int:
            return max(box.find(box.folder(role), message_id), default=0)

        def append(box: ImapMailbox) -> int:
            return look(box) or box.append(box.folder(role), raw, flags=flags) or look(box)

        while True:
            with suppress(Unreachable, MailboxRefused):
                return client.do(append)
            time.sleep(0.1)

    def _reply(self, entry: Entry, thread: Thread | None) -> Callable[[], tuple[bytes, str]]:
        """Makes the reply's bytes, each time under a new Message-ID."""
        to = thread.customer if thread else f"calm{entry.number}@elsewhere.example"
        text = "Zeile mit Umlaut äöü — und “Anführung”.\r\n" * self._chance.choice((1, 3, 40, 2000))

        def make() -> tuple[bytes, str]:
            message_id = f"<reply.{entry.number}.{next(self._mail_ids)}@example.com>"
            lines = [
                f"From: Robin Reyes <{REP}>",
                f"To: {to}",
                f"Subject: {thread.subject if thread else f'Price list {entry.number}'}",
                f"Message-ID: {message_id}",
                *([f"In-Reply-To: {thread.message_id}"] if thread else []),
                "Date: Sat, 21 Nov 2026 10:00:00 +0000",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: 8bit",
                "",
                f"I have looked into it. {mark(entry.number)}",
                "..a line with dots, and a blank at its end ",
                ".",
                text,
            ]
            return "\r\n".join(lines).encode(), message_id

        return make

    def _submit(self, entry: Entry, thread: Thread | None) -> None:
        """Through the gate, until there is an answer."""
        make = self._reply(entry, thread)
        raw, message_id = make()
        to = thread.customer if thread else f"calm{entry.number}@elsewhere.example"
        while not entry.answer and not self._given_up.is_set():
            if entry.tries and not entry.tries[-1].answer:
                raw, message_id = self._chance.choice(((raw, message_id), make()))
            with suppress(OSError, smtplib.SMTPException):
                self._try(entry, raw, message_id, to)
            if not entry.answer:
                time.sleep(self._chance.uniform(0.1, 1.0))
        if entry.accepted and self._chance.random() < self.files_copies:
            time.sleep(self._chance.choice((0.0, 0.1, 1.0)))
            self._file(self._sent, "sent", raw, message_id, "\\Seen")

    def _try(self, entry: Entry, raw: bytes, message_id: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self._house.gate_port, timeout=PATIENCE) as smtp:
            smtp.login(REP, GATE_PASSWORD)
            smtp.mail(REP, ["BODY=8BITMIME"])
            smtp.rcpt(to)
            one = self._ledger.begin(entry, raw, message_id, time.time())
            if self._chance.random() < HANGS_UP:
                _say_and_hang_up(smtp, raw)
                return
            code, text = smtp.data(raw)
            one.answer = f"{code} {text.decode()}"

    def _hand_off(self, thread: Thread) -> None:
        entry = self._ledger.open("hand-off", thread.message_id)
        raw, message_id = self._reply(entry, thread)()
        one = self._ledger.begin(entry, raw, message_id, time.time())
        self._file(self._post, "send", raw, message_id, "\\Seen")
        one.answer = "250 saved into Send"

    def _draft(self, thread: Thread) -> None:
        entry = self._ledger.open("drafts", thread.message_id)
        raw, message_id = self._reply(entry, thread)()
        one = self._ledger.begin(entry, raw, message_id, time.time())
        self._file(self._post, "drafts", raw, message_id, "\\Draft", "\\Seen")
        one.answer = "250 saved into Drafts"
        self.drafts[entry.number] = raw


def _say_and_hang_up(smtp: smtplib.SMTP, raw: bytes) -> None:
    """The whole mail is said, and nobody waits for the answer."""
    smtp.docmd("DATA")
    smtp.send(raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    smtp.close()
