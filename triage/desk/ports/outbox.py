"""What the desk needs of the outbox: the mails that it sends, or may send, with their bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from triage.judging.holds import Door, HeldReply, State


class Outbox(Protocol):
    """The mails that we send, or may send, with their bytes."""

    def add_reply(self, reply: HeldReply, raw: bytes) -> HeldReply:
        """Take a mail into the outbox with its bytes; its id comes back with it."""
        ...

    def also_called(self, reply: HeldReply, message_id: str) -> None:
        """Let a further Message-ID belong to a reply (the client sent it again)."""
        ...

    def change_reply(self, before: HeldReply, after: HeldReply) -> HeldReply:
        """Write a reply that was read as `before`; NotAllowed where its state has changed meanwhile."""
        ...

    def claim(self, claimed: Sequence[HeldReply]) -> None:
        """Write held replies that are claimed for sending; NotAllowed where one is not held any longer."""
        ...

    def hand_over(self, claimed: HeldReply, at: datetime) -> None:
        """Note that its bytes leave; NotAllowed where it has been asked about since it was claimed."""
        ...

    def retry_now(self, account: str, now: datetime) -> None:
        """Let what is due, and waits for its next try, be tried at once."""
        ...

    def reply(self, id_: str) -> HeldReply:
        """A mail of the outbox by its id."""
        ...

    def replies_named(self, ids: Sequence[str]) -> list[HeldReply]:
        """Those of these mails that are still known, oldest first."""
        ...

    def raw(self, id_: str) -> bytes | None:
        """Its bytes; None once they were wiped."""
        ...

    def replies_with_bytes(self, ids: Sequence[str], most: int) -> list[tuple[HeldReply, bytes | None]]:
        """The first of these mails, with so many bytes together at most, but one at least; oldest first."""
        ...

    def replies_in(self, *states: State, account: str = "") -> list[HeldReply]:
        """The mails of the outbox in these states, oldest first."""
        ...

    def open_replies(self, account: str = "") -> list[HeldReply]:
        """What a person still has to see."""
        ...

    def all_replies(self) -> list[HeldReply]:
        """The whole outbox, oldest first."""
        ...

    def ended_replies(self, words: Sequence[str], *, before: str = "", most: int) -> list[HeldReply]:
        """What has ended of the mail to customers, the newest first, from below the id `before`.

        Only what bears all these words: in its id, subject, recipients or customer, in any case.
        """
        ...

    def due_replies(self, account: str, now: datetime) -> list[HeldReply]:
        """What a tick has to decide about: what is held and due, and what may have waited too long."""
        ...

    def next_attempts(self) -> dict[str, datetime]:
        """When the first of what is held is due, by account."""
        ...

    def due_twice(self, account: str, now: datetime) -> set[str]:
        """The ids of what is due of which another mail, by its Message-ID, may have gone out already."""
        ...

    def replies_of(self, cooldown: str, *, door: Door | None = None) -> list[HeldReply]:
        """The replies of one cool-down: all, or those that came in by one door."""
        ...

    def replies_called(self, account: str, message_id: str) -> list[HeldReply]:
        """The mails of the outbox with this Message-ID, newest last."""
        ...

    def has_taken(self, team: str, since: datetime) -> bool:
        """Whether any mail of that team was taken since then."""
        ...

    def replies_with_content(self, account: str, content_key: str, since: datetime) -> list[HeldReply]:
        """The replies with the same subject and body, taken since then."""
        ...

    def copies_in_held(self, account: str) -> list[HeldReply]:
        """The open replies whose copy was last seen in Held: there the rep may take it."""
        ...

    def loose_copies(self, account: str, *, above: str = "", most: int) -> list[tuple[str, State]]:
        """Ids and states of the others whose copy is not home for good: so many, above that id."""
        ...

    def awaits_copy(self, account: str, since: datetime) -> bool:
        """Whether a client that submitted a reply since then may still file its copy."""
        ...

    def replies_to_note(self, account: str) -> list[HeldReply]:
        """Some of the replies that have left and whose promises are still to be taken down; oldest first."""
        ...

    def accounts_to_note(self) -> list[str]:
        """The accounts with such replies."""
        ...

    def replies_between(self, team: str, since: datetime, until: datetime) -> list[HeldReply]:
        """The team's mails of the outbox that came in, or ended, in that time."""
        ...

    def replies_to_tell(self, team: str, since: datetime, until: datetime) -> list[tuple[str, State]]:
        """Ids and states of the rep's replies that a cool-down has held, or that left after one, then."""
        ...

    def claims_since(self, account: str, since: datetime) -> int:
        """How many mails of that account were claimed for sending since then."""
        ...
