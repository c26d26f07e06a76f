"""How a message is built, as BODYSTRUCTURE tells it (RFC 9051, 7.5.2). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A message, or a part of one: a multipart has a boundary and parts of its own, a leaf has octets.

    `section` is what FETCH calls it, "1.2"; empty for the message itself. The type is in lower case.
    """

    section: str
    content_type: str
    octets: int = 0
    boundary: bytes = b""
    inner: tuple["Part", ...] = ()

    def parts(self) -> Iterator["Part"]:
        """Every part inside, at any depth, in order."""
        for part in self.inner:
            yield part
            yield from part.parts()


def structure(said: Any) -> Part | None:
    """What the server said, in imapclient's shapes; None where that makes no sense."""
    try:
        return _part(said, "")
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _part(said: Any, section: str) -> Part:
    """`([part, part], b"MIXED", (b"BOUNDARY", b"x"), …)` or `(b"TEXT", b"PLAIN", …, b"BASE64", 1152, …)`."""
    if not isinstance(said[0], list):
        main, sub, _, _, _, _, octets, *_ = said
        return Part(section=section, content_type=_type(main, sub), octets=int(octets))
    inside = f"{section}." if section else ""
    return Part(
        section=section,
        content_type=_type(b"multipart", said[1]),
        boundary=_parameter(said[2] or (), b"BOUNDARY"),
        inner=tuple(_part(part, f"{inside}{number}") for number, part in enumerate(said[0], 1)),
    )


def _type(main: bytes, sub: bytes) -> str:
    return f"{main.decode('ascii')}/{sub.decode('ascii')}".lower()


def _parameter(pairs: Sequence[bytes], name: bytes) -> bytes:
    return {key.upper(): value for key, value in zip(pairs[::2], pairs[1::2], strict=True)}[name]
