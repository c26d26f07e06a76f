"""A message without the bodies of its attachments, put together from what FETCH gave of its parts. Pure.

Whoever reads an excerpt must read the same as in the whole message. So every header block in it is the
server's own, word for word; and an excerpt that leaves a doubt, because what the server said of the message
does not agree with itself, is none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from triage.mail.mailbox.structure import Part

MOST = 1_000_000
"""Bytes of one part: more than is read of any."""
MOST_PARTS = 100
PROBE = 4_000
"""Bytes of the body that are compared with what was put together: small letters stand there whole."""

_LETTERS = ("text/plain", "text/html")
_HEADERS = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)*\r\n")
_TYPE = re.compile(rb"^content-type[ \t]*:\s*([^\s;]+)", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"""\bboundary="?([\w'()+,./:=?-]+)"?[ \t]*(?:;|\r\n)""", re.IGNORECASE)


def can_be_cut(message: Part) -> bool:
    """Whether an excerpt can stand for a message that is built like this."""
    return _is_letter(message) or 0 < sum(1 for _ in message.parts()) <= MOST_PARTS


def items(message: Part) -> tuple[str, ...]:
    """What to FETCH: the same for all messages that are built alike."""
    if not message.inner:
        return (f"BODY.PEEK[]<0.{MOST}>",)
    blocks = (f"BODY.PEEK[{part.section}.MIME]" for part in message.parts())
    letters = (f"BODY.PEEK[{part.section}]<0.{MOST}>" for part in message.parts() if _is_letter(part))
    return ("BODY.PEEK[HEADER]", f"BODY.PEEK[TEXT]<0.{PROBE}>", *blocks, *letters)


def weight(message: Part) -> int:
    """About how many bytes that will bring."""
    if not message.inner:
        return min(message.octets, MOST)
    return 2 * PROBE + sum(min(part.octets, MOST) for part in message.parts() if _is_letter(part))


def excerpt(message: Part, sections: Mapping[str, bytes], size: int) -> bytes | None:
    """The message of `size` bytes, put together; None where it must be fetched whole."""
    if not message.inner:
        return _beginning(message, sections.get("", b""), size)
    try:
        pieces = list(_pieces(message, sections))
    except (KeyError, _Disagreement):
        return None
    raw = b"".join(piece.there for piece in pieces)
    # Where the sum is the size, the parts are all there is, and each multipart has its end; a line end may
    # follow that.
    beside = size - len(raw) - sum(piece.left_out for piece in pieces)
    multiparts = sum(1 for part in (message, *message.parts()) if part.inner)
    agreed = beside in range(0, 2 * multiparts + 1, 2) and _begins(pieces[1:], sections["TEXT"])
    return raw if agreed else None


class _Disagreement(Exception):
    """The server says one thing of a message here, and another there."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some bytes of a message, and how many are left out behind them."""

    there: bytes
    left_out: int = 0


def _pieces(part: Part, sections: Mapping[str, bytes]) -> Iterator[_Piece]:
    """All that the part consists of; the first piece is its header block, or begins with it."""
    head = sections[f"{part.section}.MIME" if part.section else "HEADER"]
    if part.inner:
        yield _Piece(_agreed(part, head))
        yield _Piece(b"" if part.section else _before_parts(part, sections["TEXT"]))
        for inner in part.inner:
            yield _Piece(b"--%b\r\n" % part.boundary)
            yield from _pieces(inner, sections)
            yield _Piece(b"\r\n")
        yield _Piece(b"--%b--" % part.boundary)
    elif _is_letter(part):
        text = sections[part.section]
        if len(text) != min(part.octets, MOST):
            raise _Disagreement
        yield _Piece(head + text, left_out=part.octets - len(text))
    else:
        yield _Piece(_agreed(part, head), left_out=part.octets)


def _begins(pieces: Iterable[_Piece], text: bytes) -> bool:
    """Whether they say what the body begins with, up to the first bytes left out; line ends aside."""
    start = b""
    for piece in pieces:
        start += piece.there
        if piece.left_out or len(start) >= PROBE:
            break
    ours, theirs = b"".join(start[:PROBE].split()), b"".join(text.split())
    return ours.startswith(theirs) or theirs.startswith(ours)


def _is_letter(part: Part) -> bool:
    return part.content_type in _LETTERS


def _before_parts(message: Part, text: bytes) -> bytes:
    """What stands before the first delimiter, for clients that know no parts."""
    before, delimiter, _ = text.partition(b"--" + message.boundary)
    if not delimiter:
        raise _Disagreement
    return before


def _beginning(message: Part, raw: bytes, size: int) -> bytes | None:
    """Of a message that is one letter: all of it, or as much as anybody reads."""
    if len(raw) == size:
        return raw
    head = _HEADERS.match(raw)
    return raw if len(raw) == MOST and head and _agrees(message, head[0]) else None


def _agreed(part: Part, block: bytes) -> bytes:
    """The header block, where nobody can take the part for anything else than the server did."""
    if not _HEADERS.fullmatch(block) or not _agrees(part, block):
        raise _Disagreement
    return block


def _agrees(part: Part, block: bytes) -> bool:
    declared = _TYPE.search(block)
    if not declared or declared[1].decode("latin-1").lower() != part.content_type:
        return False
    return not part.inner or part.boundary in _BOUNDARY.findall(block)
