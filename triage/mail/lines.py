"""Lines, paths and replies as SMTP has them (RFC 5321): what both submission doors must agree on."""

import re

BARE_LINE_END = "554 5.6.0 The mail holds a bare CR or LF; its lines must end in CRLF"

LONGEST_REPLY = 510
"""Bytes of a reply line without its CRLF (RFC 5321, 4.5.3.1.5)."""

_ADDRESS = r"""
    (?: "(?: [^"\\\x00-\x1f\x7f] | \\[^\x00-\x1f\x7f] )*" @ )?  # a quoted local part may hold anything
    (?!@) [^\s<>"\x00-\x1f\x7f\ud800-\udfff]+ (?<!@)
"""
_WHOLE_ADDRESS = re.compile(_ADDRESS, re.VERBOSE)
_PATH = re.compile(rf"<(?: @[^\s<>:]+: )?(?P<address>{_ADDRESS})?>(?:\s+(?P<rest>.*))?", re.VERBOSE)
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")
_REPLY_LINE = re.compile(r"[245]\d\d(?=[ -]|$)")


def has_bare_line_end(content: bytes) -> bool:
    """True where a CR or LF stands alone: servers disagree about those, and mail is smuggled through."""
    whole = content.count(b"\r\n")
    return content.count(b"\r") != whole or content.count(b"\n") != whole


def is_address(text: str) -> bool:
    """True for what can stand between the angle brackets of MAIL and RCPT and mean nothing else."""
    return _WHOLE_ADDRESS.fullmatch(text) is not None


def split_path(argument: str) -> tuple[str, str] | None:
    """Address and parameters of a MAIL or RCPT; a source route is left out (RFC 5321, 4.1.1.3).

    >>> split_path("<rep@example.com> BODY=8BITMIME")
    ('rep@example.com', 'BODY=8BITMIME')
    """
    path = _PATH.fullmatch(argument.lstrip())
    return None if path is None else (path["address"] or "", path["rest"] or "")


def joined(lines: list[str]) -> str:
    """The text of a reply on one line, without control characters; a code that each line repeats stands once.

    >>> joined(["5.7.1 Not from here.", "5.7.1 Ask the postmaster."])
    '5.7.1 Not from here. Ask the postmaster.'
    """
    first = _ENHANCED.match(lines[0]) if lines else None
    head = first.group() if first else ""
    texts = [lines[0], *(line.removeprefix(head) for line in lines[1:])] if lines else []
    clean = "".join(char if char.isprintable() else " " for char in " ".join(texts))
    return " ".join(clean.split())


def one_reply(answer: str) -> str | None:
    """An answer as one safe reply line, or None where it is no final reply (2xx, 4xx, 5xx) at all.

    >>> one_reply("250-2.0.0 held\\r\\n250 2.0.0 until 14:30")
    '250 2.0.0 held until 14:30'
    """
    code = _REPLY_LINE.match(answer)
    if code is None:
        return None
    lines = [re.sub(rf"^{code.group()}[ -]?", "", line) for line in answer.splitlines()]
    whole = f"{code.group()} {joined(lines)}".strip()
    return whole.encode("utf-8", "replace")[:LONGEST_REPLY].decode("utf-8", "ignore")
