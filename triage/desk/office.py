"""What every use-case shares: the doors, the settings, and how the rep is told of something once."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from triage.desk.ports import Apart, Clock, Records, Relay, Store, here
from triage.desk.settings import Account, Settings, Team
from triage.judging.facts import Notice
from triage.judging.reviews import Review
from triage.reading.messages import Message

log = logging.getLogger("triage")

EVENT_IS_SHOWN = timedelta(days=1)
SENT = "\\Sent"
"""The name under which the bookmark of Sent stands, whatever the server calls that folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A mail of the rep's that is to be read when its client has the answer (`unread`)."""

    account: str
    raw: bytes
    leaves_at: datetime
    written_at: datetime | None = None
    note: Callable[[Records, Message, Review], None]
    """Writes down what was read."""


class Office:
    """The desk's room. `settings` is replaced whole when the human's files change."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: Settings,
        relays: Mapping[str, Relay],
        machine: str = "",
        look_first: Callable[[str], bool] = lambda account: True,  # noqa: ARG005
        wake: Callable[[str], None] = lambda account: None,  # noqa: ARG005
        apart: Apart = here,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take the doors.

        `look_first` makes the watcher of an account look into its folders now, and says whether it could
        in time. `wake` asks it to look soon. `apart` calls a function of the core, where it may be in another
        process. `is_stopping` is asked between two mails. `machine` names this machine among those on one
        mailbox.
        """
        self.store = store
        self.clock = clock
        self.settings = settings
        self.relays = relays
        self.machine = machine
        self.look_first = look_first
        self.wake = wake
        self.apart = apart
        self.is_stopping = is_stopping
        self.unread = deque[Unread]()
        """Mail that has its answer and is still to be read, the oldest first."""

    def account(self, address: str) -> Account:
        """An account by its address."""
        return self.settings.accounts[address]

    def team_of(self, account: str) -> Team:
        """The team of an account."""
        return self.settings.team_of(account)

    def tell(
        self,
        records: Records,
        account: str,
        key: str,
        text: str,
        *,
        about: str = "",
        mail: bool = False,
        event: bool = False,
    ) -> None:
        """Tell the rep once: in `status`, as a WARNING line, and as a short mail where that is wanted.

        `text` goes into the log: no address, subject or word of a mail. An event is shown for a day.
        """
        now = self.clock.now()
        wanted = mail and self.settings.notice_mails
        over_at = now + EVENT_IS_SHOWN if event else None
        told = Notice(
            account=account, key=key, text=text, about=about, told_at=now, mail=wanted, over_at=over_at
        )
        if records.tell(told):
            records.afterwards(partial(log.warning, "%s", f"{account}: {text}" if account else text))

    def over(self, records: Records, account: str, key: str) -> bool:
        """A condition is over, said once, quietly; whether it was being told."""
        was_told = records.over(account, key, self.clock.now())
        if was_told:
            text = f"settled: {key}"
            records.afterwards(partial(log.info, "%s", f"{account}: {text}" if account else text))
        return was_told

    def paused(self, records: Records, team: Team) -> bool:
        """Whether everything passes for now."""
        pause = records.note("pause")
        if not pause or not team.rules.allow_pause:
            return False
        until = pause.get("until")
        return until is None or self.clock.now() < datetime.fromisoformat(until)
