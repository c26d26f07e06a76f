"""Is this the same letter, the same text? Keys for what a client sends again, and for our own suggestion."""

import hashlib
import re
from collections.abc import Iterator

from triage.reading.decoding import decode_header
from triage.reading.parts import read_parts

_LINE_END = re.compile(rb"\r{0,2}\n|\r")


def content_key(raw: bytes) -> str:
    """SHA-256 of what a mail says: its decoded subject and parts, attachments included.

    A client that sends the same mail again makes a new Message-ID, Date and boundaries: these do not count.
    """
    digest = hashlib.sha256()
    for value in _contents(raw):  # each with its length before it: none can pass for the end of another
        digest.update(len(value).to_bytes(8, "big"))
        digest.update(value)
    return digest.hexdigest()


def text_key(text: str) -> str:
    """SHA-256 of a text, however its white space was folded on the way."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()


def _contents(raw: bytes) -> Iterator[bytes]:
    tree = read_parts(raw)
    yield decode_header(tree.headers.get("subject")).encode("utf-8", "replace")
    for part in tree.leaves:
        yield part.content_type.encode("utf-8", "replace")
        yield part.file_name.encode("utf-8", "replace")
        data, _ = part.payload(raw)
        yield _with_lf(data).rstrip() if part.content_type.startswith("text/") else data
    if not tree.whole:  # more parts than anybody sends: then every byte of them counts
        yield raw[tree.headers.body :]


def _with_lf(text: bytes) -> bytes:
    """With one kind of line end. Where all are those of mail, a tenth of the work."""
    plain = text.replace(b"\r\n", b"\n")
    return _LINE_END.sub(b"\n", text) if b"\r" in plain else plain
