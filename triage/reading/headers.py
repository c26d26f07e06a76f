"""The header block of a message as bytes: finding its fields, and the few cuts that sending needs.

Nothing here is ever parsed and written again: every byte that is not meant stays as it came. What a
field's value *says* is read elsewhere (`decoding`, `addresses`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_EOL = rb"(?:\r{0,2}\n|\r)"
_FIELD = re.compile(
    rb"([!-9;-~]+)[ \t]*:([^\r\n]*(?:EOL|\Z)(?:[ \t][^\r\n]*(?:EOL|\Z))*)".replace(b"EOL", _EOL)
)
_FROM_LINES = re.compile(rb"(?:>?From (?![ \t]*:)[^\r\n]*" + _EOL + rb")+")
_LINE_END = re.compile(_EOL)
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")

MOST_FIELDS = 5_000
"""More fields than any honest message carries; those beyond are not read (but never cut off)."""

_PRIVATE = ("bcc", "resent-bcc", "fcc", "x-fcc", "x-identity", "x-identity-key", "x-account-key", "x-unsent")
_PRIVATE_FAMILIES = (
    "x-mozilla-", "x-enigmail-", "x-apple-", "x-uniform-type-identifier", "x-universally-unique-identifier",
    "x-evolution-", "x-kmail-", "x-mutt-", "x-claws-", "x-sylpheed-", "x-triage-",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The fields of a message or of one of its parts; the body starts at `body`."""

    values: Mapping[str, Sequence[bytes]]
    """By the field's name in lower case: its values in order, still folded and encoded."""
    end: int
    """Where the last field ends: what follows is the empty line, or a line that is no header."""
    body: int

    def all(self, name: str) -> Iterator[bytes]:
        """The values of every field of this name (lower case), unfolded."""
        return (value.translate(None, b"\r\n").strip() for value in self.values.get(name, ()))

    def get(self, name: str) -> bytes:
        """The first value that is not blank; b"" where there is none."""
        return next(filter(None, self.all(name)), b"") if name in self.values else b""

    def has(self, name: str) -> bool:
        """Whether the field stands there at all, even blank."""
        return name in self.values


def read_headers(raw: bytes, start: int = 0, end: int | None = None) -> Headers:
    """Find the fields of the message or part that stands in `raw[start:end]`; at most `MOST_FIELDS` are kept.

    A line that is neither field nor continuation ends the block, as it does for mail servers.
    """
    end = len(raw) if end is None else end
    last = _after_from_line(raw, start, end)
    values: dict[str, list[bytes]] = {}
    for number, field in enumerate(_fields(raw, start, end)):
        if number < MOST_FIELDS:
            values.setdefault(_name(field), []).append(field[2])
        last = field.end()
    blank = _LINE_END.match(raw, last, end)
    return Headers(values=values, end=last, body=blank.end() if blank else last)


def header_block(raw: bytes) -> bytes:
    """The bytes of the header block, without the empty line that ends it."""
    return raw[: read_headers(raw).end]


def without_private_headers(raw: bytes) -> bytes:
    """What may be sent of a draft: without Bcc and the headers a mail client keeps for itself.

    Bare CR or LF become CRLF, as SMTP demands, and an mbox "From " line goes; no other byte changes.
    """
    return _with_crlf(_fields_but(_is_private, raw) + raw[read_headers(raw).end :])


def completed(raw: bytes, *, message_id: str, date: str, sender: str) -> bytes:
    """The message with From, Date and Message-ID put in front where they are missing or blank.

    Bare CR or LF become CRLF; no other byte changes.
    """
    wanted = {"From": sender, "Date": date, "Message-ID": message_id}
    present = {_name(field) for field in _fields(raw, 0, len(raw)) if field[2].strip()}
    missing = {name: value for name, value in wanted.items() if name.lower() not in present}
    blank = {name.lower() for name in missing}
    added = b"".join(_line(name, [value]) for name, value in missing.items())
    kept = _fields_but(blank.__contains__, raw)
    return _with_crlf(_joined(added + kept, raw[read_headers(raw).end :]))


def with_bcc(raw: bytes, addresses: Sequence[str]) -> bytes:
    """The message with one Bcc field at the end of its header block; no byte that stood there changes."""
    if not addresses:
        return raw
    end = read_headers(raw).end
    head = raw[:end]
    if head and not head.endswith((b"\n", b"\r")):
        head += b"\r\n"
    return _joined(head + _line("Bcc", addresses), raw[end:])


def _fields(raw: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
    position = _after_from_line(raw, start, end)
    while match := _FIELD.match(raw, position, end):
        yield match
        position = match.end()


def _name(field: re.Match[bytes]) -> str:
    return field[1].decode("ascii").lower()


def _after_from_line(raw: bytes, start: int, end: int) -> int:
    """Mailbox files put a line "From address date" before the header block; it is no part of the message."""
    lines = _FROM_LINES.match(raw, start, end)
    return lines.end() if lines else start


def _is_private(name: str) -> bool:
    return name in _PRIVATE or name.startswith(_PRIVATE_FAMILIES)


def _fields_but(unwanted: Callable[[str], bool], raw: bytes) -> bytes:
    return b"".join(field[0] for field in _fields(raw, 0, len(raw)) if not unwanted(_name(field)))


def _line(name: str, values: Iterable[str]) -> bytes:
    """One field, a value a line. Control characters go, so that no value can start a field of its own."""
    clean = (_CONTROLS.sub("", value).encode("utf-8", "replace") for value in values)
    return name.encode() + b": " + b",\r\n ".join(clean) + b"\r\n"


def _joined(head: bytes, rest: bytes) -> bytes:
    """Header block and what follows it; an empty line between them where the message had no header block."""
    return head + rest if _LINE_END.match(rest) or not rest else head + b"\r\n" + rest


def _with_crlf(raw: bytes) -> bytes:
    return _BARE.sub(b"\r\n", raw)
