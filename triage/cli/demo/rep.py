"""Robin's mail client: it writes, sends through the gate and files its own copy in Sent, as clients do."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from hashlib import sha256
from urllib.error import URLError
from urllib.request import HTTPCookieProcessor, build_opener

from triage.clock import SystemClock
from triage.errors import TriageError
from triage.folders import Role
from triage.judging.customers import domain_of
from triage.judging.facts import MessageFacts
from triage.mail.mailbox import ImapMailbox, Letter

ADDRESS = "robin@harbor-tools.example"
NAME = "Robin Vale"


class Reply:
    """A reply as it was written; its bytes never change from here on."""

    def __init__(self, answers: MessageFacts, text: str) -> None:
        mail = EmailMessage(policy=SMTP)
        self.to = answers.customer.addresses[0]
        self.message_id = make_msgid(domain=domain_of(ADDRESS))
        mail["From"], mail["To"] = f"{NAME} <{ADDRESS}>", self.to
        mail["Subject"] = f"Re: {answers.subject}"
        mail["Date"] = format_datetime(SystemClock().now())
        mail["Message-ID"] = self.message_id
        mail["In-Reply-To"] = mail["References"] = answers.message_id
        mail.set_content(text, cte="8bit")
        self.text, self.raw = text, bytes(mail)
        self.sha256 = sha256(self.raw).hexdigest()


class MailClient:
    """One connection to the mailbox; a new one to the gate for each mail. Used by one thread."""

    def __init__(self, mailbox: ImapMailbox, gate: tuple[str, int], password: str) -> None:
        self._mailbox, self._gate, self._password = mailbox, gate, password

    def receive(self, raw: bytes) -> None:
        """A message is delivered to INBOX, unread."""
        self._mailbox.append("INBOX", raw)

    def send(self, reply: Reply) -> str:
        """Submit it at the gate; the SMTP answer, word for word. What was taken is filed in Sent."""
        try:
            code, text = self._submit(reply)
        except OSError as error:  # all of smtplib's are
            raise TriageError(f"the gate did not take the mail: {error}") from None
        if code == 250:
            self._mailbox.append(self._mailbox.folder("sent"), reply.raw, flags=["\\Seen"])
        return f"{code} {text.decode()}"

    def _submit(self, reply: Reply) -> tuple[int, bytes]:
        host, port = self._gate
        with smtplib.SMTP(host, port, timeout=30) as smtp:
            smtp.ehlo()
            smtp.login(ADDRESS, self._password)
            smtp.mail(ADDRESS, ["BODY=8BITMIME"])
            smtp.rcpt(reply.to)
            return smtp.data(reply.raw)

    def letters(self, role: Role) -> list[Letter]:
        """What lies in a folder now."""
        folder = self._mailbox.folder(role)
        self._mailbox.select(folder)
        return list(self._mailbox.letters(folder, self._mailbox.uids(folder)))

    def has(self, role: Role, reply: Reply) -> bool:
        """Whether a copy of the reply lies in a folder now."""
        folder = self._mailbox.folder(role)
        self._mailbox.select(folder)
        return bool(self._mailbox.find(folder, reply.message_id))


def browse(link: str) -> str:
    """What Robin's browser gets for a link, cookies and all."""
    try:
        with build_opener(HTTPCookieProcessor()).open(link, timeout=10) as answer:
            return str(answer.read(), "utf-8")
    except URLError as error:
        raise TriageError(f"the page could not be fetched: {error.reason}") from error
