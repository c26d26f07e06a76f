"""Mail and text from files: .eml, .mbox, Maildir folders, folders of .eml, plain text, stdin."""

import mailbox
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from triage.errors import BadInput
from triage.reading.messages import Message, parse


def read_letters(files: Sequence[Path]) -> Iterator[tuple[str, Message]]:
    """Each message with the name by which a person knows it."""
    if not files:
        yield "stdin", _mail_or_text(sys.stdin.buffer.read())
    for file in files:
        try:
            yield from _read(file)
        except OSError as error:
            raise BadInput(f"{file} cannot be read: {error.strerror or error}.") from None


def _read(file: Path) -> Iterator[tuple[str, Message]]:
    if file.is_dir():
        inside = sorted(p for p in file.rglob("*") if p.is_file() and _is_letter(p))
        for path in inside:
            yield str(path), _mail_or_text(path.read_bytes())
    elif file.suffix == ".mbox":
        archive = mailbox.mbox(file, create=False)
        try:
            for number, key in enumerate(archive.keys(), 1):
                yield f"{file}:{number}", parse(archive.get_bytes(key))
        finally:
            archive.close()
    else:
        yield str(file), _mail_or_text(file.read_bytes())


def _is_letter(path: Path) -> bool:
    return path.suffix == ".eml" or path.parent.name in ("cur", "new")


def _mail_or_text(raw: bytes) -> Message:
    """A file that starts like a mail is one; anything else is text."""
    message = parse(raw)
    looks_like_mail = message.sender is not None or message.message_id or message.date is not None
    return message if looks_like_mail else message_of(raw.decode("utf-8", "replace"))


def message_of(text: str, subject: str = "") -> Message:
    """A text read as the body of a message, so that history and signature are left out there too."""
    header = f"Subject: {' '.join(subject.split())}\r\n" if subject else ""
    head = f"{header}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return parse(head.encode("utf-8", "replace") + text.encode("utf-8", "replace"))
