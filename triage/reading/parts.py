"""The MIME tree of a message (RFC 2045, 2046), as places in its bytes: nothing is decoded before asked for.

Bounded in depth and number, whatever the message claims, since anybody may send one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import Message as Parameters
from email.utils import collapse_rfc2231_value
from functools import lru_cache
from itertools import islice

from triage.reading.decoding import decode_header, decode_transfer, one_line
from triage.reading.headers import Headers, read_headers

MOST_PARTS = 500
DEEPEST = 40
_LONGEST_VALUE = 10_000

_TYPE = re.compile(r"[^\s/]+/[^\s/]+")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r{0,2}\n|\r|\Z)")
_FIRST_DELIMITER = re.compile(rb"(?<![^\r\n])--([^\r\n]{1,200})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One leaf of the tree: its headers, and where its still encoded bytes stand."""

    headers: Headers
    content_type: str
    parameters: Mapping[str, str]
    disposition: str
    file_name: str
    encoding: str
    start: int
    end: int

    def payload(self, raw: bytes, most: int | None = None) -> tuple[bytes, str]:
        """The decoded bytes, of at most `most` encoded ones; and what was wrong with them."""
        end = self.end if most is None else min(self.end, self.start + most)
        return decode_transfer(raw[self.start : end], self.encoding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The leaves in order, the types of the containers around them, and what was wrong.

    `whole` is false where parts were left out; `headers` are those of the message itself.
    """

    headers: Headers
    leaves: tuple[Part, ...]
    containers: tuple[str, ...]
    problems: tuple[str, ...]
    whole: bool


def read_parts(raw: bytes) -> Tree:
    """Walk the tree, depth first; parts beyond `MOST_PARTS` or too deep are left out, and that is said."""
    root = _part(raw, 0, len(raw), "text/plain")
    leaves: list[Part] = []
    containers: list[str] = []
    problems: list[str] = []
    whole = True
    todo = [(root, 0)]
    while todo:
        part, depth = todo.pop()
        is_container = part.content_type.startswith("multipart/")
        if len(leaves) >= MOST_PARTS or (is_container and depth >= DEEPEST):
            whole = False
            problems.append("parts nested too deep" if is_container else "too many parts")
        elif not is_container:
            leaves.append(part)
        else:
            containers.append(part.content_type)
            pieces = _pieces(raw, part, problems)
            todo.extend((piece, depth + 1) for piece in reversed(pieces or [_as_text(part)]))
    return Tree(
        headers=root.headers,
        leaves=tuple(leaves),
        containers=tuple(containers),
        problems=tuple(dict.fromkeys(problems)),
        whole=whole,
    )


def _part(raw: bytes, start: int, end: int, default: str) -> Part:
    headers = read_headers(raw, start, end)
    content_type, parameters = _parameters(headers.get("content-type")[:_LONGEST_VALUE])
    disposition, more = _parameters(headers.get("content-disposition")[:_LONGEST_VALUE])
    if not _TYPE.fullmatch(content_type):
        content_type = default
    return Part(
        headers=headers,
        content_type=content_type,
        parameters=parameters,
        disposition=disposition,
        file_name=one_line(more.get("filename", "") or parameters.get("name", "")),
        encoding=headers.get("content-transfer-encoding").decode("latin-1").partition(";")[0].strip().lower(),
        start=headers.body,
        end=end,
    )


@lru_cache(maxsize=64)
def _parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """The value of Content-Type or Content-Disposition in lower case, and its parameters (RFC 2231).

    Remembered, as nearly all mail says one of a few things here.
    """
    holder = Parameters()
    holder["Content-Type"] = decode_header(value)
    try:
        pairs = holder.get_params([])
        plain = {name.lower(): collapse_rfc2231_value(text) for name, text in pairs[1:]}
    except (LookupError, ValueError, TypeError, AttributeError):  # what real mail makes of RFC 2231
        return str(holder["Content-Type"]).partition(";")[0].strip().lower(), {}
    return (pairs[0][0].strip().lower() if pairs else ""), plain


def _pieces(raw: bytes, part: Part, problems: list[str]) -> list[Part]:
    """The parts inside a multipart, a few more than may be read at most."""
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    places = islice(_places(raw, part, problems), MOST_PARTS + 1)
    return [_part(raw, start, end, default) for start, end in places]


def _places(raw: bytes, part: Part, problems: list[str]) -> Iterator[tuple[int, int]]:
    """Where the parts inside a multipart stand. The line end before a delimiter belongs to it."""
    boundary = _boundary(raw, part, problems)
    if not boundary:
        return
    begin = None
    for start, rest in _delimiters(raw, part, b"--" + boundary):
        if begin is not None:
            yield begin, _before_line_end(raw, begin, start)
        if rest[1]:
            return
        begin = rest.end()
    problems.append("a multipart without parts" if begin is None else "a multipart without its end")
    if begin is not None:
        yield begin, part.end


def _boundary(raw: bytes, part: Part, problems: list[str]) -> bytes:
    """The declared boundary; else what the first line that looks like a delimiter says."""
    declared = part.parameters.get("boundary", "").rstrip()
    if declared:
        return declared.encode("utf-8", "replace")
    problems.append("a multipart without boundary")
    guess = _FIRST_DELIMITER.search(raw, part.start, part.end)
    return guess[1].rstrip() if guess else b""


def _delimiters(raw: bytes, part: Part, mark: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Where each line begins that is such a mark, and what of the line follows the mark."""
    start = raw.find(mark, part.start, part.end)
    while start >= 0:
        rest = _AFTER_BOUNDARY.match(raw, start + len(mark), part.end)
        if rest and (start == part.start or raw[start - 1] in b"\r\n"):
            yield start, rest
        start = raw.find(mark, rest.end() if rest else start + 1, part.end)


def _before_line_end(raw: bytes, start: int, end: int) -> int:
    for line_end in (b"\r\n", b"\n", b"\r"):
        if raw.endswith(line_end, start, end):
            return end - len(line_end)
    return end


def _as_text(part: Part) -> Part:
    return replace(part, content_type="text/plain", parameters={}, disposition="", file_name="")
