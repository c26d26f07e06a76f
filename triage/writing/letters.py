"""Mail of our own as RFC 5322 bytes with CRLF, ready for APPEND or DATA.

Everything a stranger wrote is cleaned before it enters a header, and nothing here raises on it: a header
that cannot be made is left out. Who receives a mail is the envelope's, and the desk's, to say.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import ClassVar, Literal

from triage.reading.messages import Message, Person
from triage.writing.plain import bare_subject, one_line

_MESSAGE_ID = re.compile(r"<(?!.*=\?)[!-;=?-~]{3,400}>")
_ADDRESS = re.compile(r"(?!.*=\?)[!-~]+@[!-?A-~]+")
_MOST_REFERENCES = 20


def reply_draft(original: Message, *, rep: Person, body: str, message_id: str, date: datetime) -> bytes:
    """A reply in the original's thread, to the customer who wrote it."""
    to = answer_to(original)
    letter = _letter(rep, [to] if to else [], reply_subject(original.subject), message_id, date)
    if thread := _thread(original):
        letter["References"] = " ".join(thread)
    if _MESSAGE_ID.fullmatch(original.message_id):
        letter["In-Reply-To"] = original.message_id
    _set_text(letter, body)
    return bytes(letter)


def acknowledgement(original: Message, *, rep: Person, body: str, message_id: str, date: datetime) -> bytes:
    """The short word that goes out at once: the rep's own, so it is not marked as a machine's."""
    return reply_draft(original, rep=rep, body=body, message_id=message_id, date=date)


def notice(*, rep: Person, subject: str, text: str, notice_id: str, message_id: str, date: datetime) -> bytes:
    """A word from the daemon to the rep, for the INBOX. `text` holds nothing of anybody's mail body."""
    letter = _letter(rep, [rep], subject, message_id, date)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it by machine
    letter["X-Triage-Notice"] = _header(notice_id)
    _set_text(letter, text)
    return bytes(letter)


def mail(
    *,
    sender: Person,
    to: Sequence[Person],
    subject: str,
    text: str,
    html: str,
    picture: bytes,
    picture_id: str,
    message_id: str,
    date: datetime,
) -> bytes:
    """The day's summary: the same in plain text and in HTML, with the picture that the HTML may name."""
    letter = _letter(sender, to, subject, message_id, date)
    letter["Auto-Submitted"] = "auto-generated"
    _set_text(letter, text)
    letter.add_alternative(_sendable(html), subtype="html", cte="quoted-printable")
    if picture:
        _plain, page = letter.iter_parts()
        page.add_related(picture, "image", "png", cid=f"<{picture_id}>", disposition="inline")
    return bytes(letter)


def answer_to(original: Message) -> Person | None:
    """Whom a reply goes to: the first usable address of Reply-To, else of From; its domain in ASCII."""
    people = (*original.reply_to, *((original.sender,) if original.sender else ()))
    usable = ((person, address) for person in people if (address := _address(person)))
    return next((replace(person, address=address.addr_spec) for person, address in usable), None)


def reply_subject(subject: str) -> str:
    """ "Re: ..." once, whatever stood before it."""
    return f"Re: {bare_subject(subject) or 'your message'}"


def _thread(original: Message) -> tuple[str, ...]:
    """The thread's ids, the original's last. Of a long thread, its root and its newest (RFC 5537, 3.4.4)."""
    older = dict.fromkeys(known for known in original.references if known != original.message_id)
    ids = tuple(known for known in (*older, original.message_id) if _MESSAGE_ID.fullmatch(known))
    return ids if len(ids) <= _MOST_REFERENCES else (ids[0], *ids[1 - _MOST_REFERENCES :])


class _Ids(BaseHeader):
    """References and In-Reply-To, folded between ids only.

    The standard library turns an id longer than a line into encoded words, and the thread is lost.
    """

    max_count: ClassVar[Literal[1]] = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, object]) -> None:
        """Read as plain text."""
        UnstructuredHeader.parse(value, kwds)

    def fold(self, *, policy: Policy) -> str:
        """One id a line: only ids that fit one (RFC 5322, 2.1.1) come here."""
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for header in ("references", "in-reply-to"):
        registry.map_to_type(header, _Ids)
    return registry


_POLICY = SMTP.clone(header_factory=_registry())


def _letter(
    sender: Person, to: Sequence[Person], subject: str, message_id: str, date: datetime
) -> EmailMessage:
    letter = EmailMessage(policy=_POLICY)
    letter["Date"] = date
    letter["Message-ID"] = message_id
    if author := _address(sender):
        letter["From"] = author
    if addresses := [address for person in to if (address := _address(person))]:
        letter["To"] = addresses
    letter["Subject"] = _header(subject)
    return letter


def _address(person: Person) -> Address | None:
    """As a header takes it; None for what is no address, or needs SMTPUTF8 for its local part."""
    local, _, domain = person.address.rpartition("@")
    try:
        spec = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
        return Address(_header(person.name), addr_spec=spec) if _ADDRESS.fullmatch(spec) else None
    except Exception:  # the standard library's parsers raise whatever they happen to meet
        return None


def _header(text: str) -> str:
    """A stranger's text for a header, without the look of an encoded word.

    The standard library decodes one that it is given, and then writes out the line break inside it.
    """
    return one_line(text).replace("=?", "= ?")


def _set_text(letter: EmailMessage, text: str) -> None:
    letter.set_content(_sendable(text), cte="quoted-printable")


def _sendable(text: str) -> str:
    """One kind of line break, one at the end; what UTF-8 cannot carry is a question mark."""
    lines = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return f"{lines.rstrip()}\n"
