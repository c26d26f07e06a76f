"""Messages out of FETCH, a few at a time: their headers, the whole of them, or what is read of them.

Where a folder is selected and what FETCH looks like on the wire is known next door, in `imap` and `line`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from triage.errors import MailboxRefused
from triage.mail.mailbox import excerpts as cut
from triage.mail.mailbox import letters as of
from triage.mail.mailbox.answers import Fetched
from triage.mail.mailbox.letters import DELETED, Letter
from triage.mail.mailbox.structure import Part

SIZES_AT_ONCE = 500
HEADERS_AT_ONCE = 100
LETTERS_AT_ONCE = 200
BYTES_AT_ONCE = 4_000_000

SMALL = 32_000
"""Bytes of a message that is fetched whole sooner than asked about."""

_ABOUT = ("FLAGS", "INTERNALDATE", "RFC822.SIZE")
_WHOLE = "BODY.PEEK[]"
_EPOCH = datetime.fromtimestamp(0, UTC)


class Fetch(Protocol):
    """FETCH in one folder: what the server said of those messages that still exist."""

    def __call__(self, uids: Sequence[int], *items: str) -> dict[int, Fetched]:
        """By UID."""
        ...


def headers(fetch: Fetch, uids: Sequence[int]) -> Iterator[Letter]:
    """The header blocks."""
    for batch in of.in_batches(uids, HEADERS_AT_ONCE):
        yield from _letters(fetch, batch, "BODY.PEEK[HEADER]")


def letters(fetch: Fetch, uids: Sequence[int]) -> Iterator[Letter]:
    """The whole messages."""
    for many in of.in_batches(uids, SIZES_AT_ONCE):
        sizes = _sizes(fetch, many)
        for batch in of.by_weight(sizes, sizes, count=LETTERS_AT_ONCE, weight=BYTES_AT_ONCE):
            yield from _letters(fetch, batch, _WHOLE)


def excerpts(fetch: Fetch, uids: Sequence[int]) -> Iterator[Letter]:
    """The messages without the bodies of their attachments; whole where that cannot be had, or is small."""
    for many in of.in_batches(uids, SIZES_AT_ONCE):
        sizes = _sizes(fetch, many)
        built = _structures(fetch, [uid for uid, size in sizes.items() if size > SMALL])
        weights = sizes | {uid: cut.weight(message) for uid, message in built.items()}
        for batch in of.by_weight(sizes, weights, count=LETTERS_AT_ONCE, weight=BYTES_AT_ONCE):
            found = {letter.uid: letter for letter in _excerpts(fetch, batch, built)}
            for uid in batch:
                yield from [found[uid]] if uid in found else _letters(fetch, [uid], _WHOLE)


def _sizes(fetch: Fetch, uids: Sequence[int]) -> dict[int, int]:
    """Of those that still exist, in the order asked for."""
    found = fetch(uids, "RFC822.SIZE")
    return {uid: found[uid].size or 0 for uid in uids if uid in found}


def _structures(fetch: Fetch, uids: Sequence[int]) -> dict[int, Part]:
    """How those messages are built that can be cut."""
    found = _told(fetch, uids, "BODYSTRUCTURE")
    return {
        uid: said.structure
        for uid, said in found.items()
        if said.structure and cut.can_be_cut(said.structure)
    }


def _excerpts(fetch: Fetch, batch: Sequence[int], built: Mapping[int, Part]) -> Iterator[Letter]:
    """In no order: one FETCH for all that are built alike."""
    yield from _letters(fetch, [uid for uid in batch if uid not in built], _WHOLE)
    alike: dict[tuple[str, ...], list[int]] = {}
    for uid in batch:
        if uid in built:
            alike.setdefault(cut.items(built[uid]), []).append(uid)
    for items, uids in alike.items():
        for uid, said in _told(fetch, uids, *_ABOUT, *items).items():
            raw = cut.excerpt(built[uid], said.sections, said.size or 0)
            if letter := _letter(uid, said, raw):
                yield letter


def _told(fetch: Fetch, uids: Sequence[int], *items: str) -> dict[int, Fetched]:
    """What the server tells of them; nothing where it refuses: then they are fetched whole."""
    try:
        found = fetch(uids, *items) if uids else {}
    except MailboxRefused:
        return {}
    return {uid: said for uid, said in found.items() if uid in uids}


def _letters(fetch: Fetch, batch: Sequence[int], body: str) -> Iterator[Letter]:
    found = fetch(batch, *_ABOUT, body) if batch else {}
    for uid in batch:
        if uid in found and (letter := _letter(uid, found[uid], found[uid].body)):
            yield letter


def _letter(uid: int, said: Fetched, raw: bytes | None) -> Letter | None:
    r"""None for what the server could not show whole, and for the `\Deleted`.

    A message that another session expunged may come without flags or with an empty body.
    """
    if said.flags is None or not raw or DELETED.casefold() in {flag.casefold() for flag in said.flags}:
        return None
    return Letter(
        uid=uid,
        flags=said.flags,
        internal_date=(said.internal_date or _EPOCH).astimezone(UTC),
        size=said.size if said.size is not None else len(raw),
        raw=raw,
    )
