"""Mail and text from files: .eml, .mbox, Maildir folders, folders of .eml, plain text, stdin."""

import mailbox
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from triage.errors import BadInput
from triage.reading.decoding import decode_unlabelled
from triage.reading.messages import Message, parse, parse_text

STDIN = Path("-")


def every_file(files: Iterable[Path]) -> Iterator[Path]:
    """The files, and what lies in the folders among them."""
    for file in files:
        if file.is_dir():
            yield from sorted(path for path in file.rglob("*") if path.is_file() and _is_letter(path))
        else:
            yield file


def read_letters(file: Path) -> list[tuple[str, Message]]:
    """Each message of a file (`-` is stdin) with the name by which a person knows it. Raises BadInput."""
    if file == STDIN:
        return [("stdin", _mail_or_text("stdin", sys.stdin.buffer.read()))]
    try:
        if file.suffix == ".mbox":
            return list(_archived(file))
        return [(str(file), _mail_or_text(str(file), file.read_bytes()))]
    except (OSError, mailbox.Error) as error:
        reason = getattr(error, "strerror", None) or "there is no such archive"
        raise BadInput(f"{file} cannot be read: {reason}.") from None


def _archived(file: Path) -> Iterator[tuple[str, Message]]:
    archive = mailbox.mbox(file, create=False)
    try:
        for number, key in enumerate(archive.keys(), 1):
            yield f"{file}:{number}", parse(archive.get_bytes(key))
    finally:
        archive.close()


def _is_letter(path: Path) -> bool:
    return path.suffix == ".eml" or path.parent.name in ("cur", "new")


def _mail_or_text(name: str, raw: bytes) -> Message:
    """A file that starts like a mail is one; anything else is text, or cannot be read."""
    message = parse(raw)
    if message.sender is not None or message.message_id or message.date is not None:
        return message
    if not _is_text(raw):
        raise BadInput(f"{name} is neither mail nor text.")
    return parse_text(decode_unlabelled(raw))


_CONTROLS = bytes({*range(32), 127} - set(b"\a\b\t\n\v\f\r\x1b"))
_MOST_CONTROLS = 0.02


def _is_text(raw: bytes) -> bool:
    """Text has next to no control characters; in random bytes every tenth is one."""
    return len(raw) - len(raw.translate(None, _CONTROLS)) <= _MOST_CONTROLS * len(raw)
