"""One look into an account's mailbox: everything there is to read, and everything there is to put right."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from triage.desk.drafts import fold_drafts
from triage.desk.following import Follower
from triage.desk.handing_off import take_hand_offs
from triage.desk.lease import Lease
from triage.desk.office import SENT, Office, log
from triage.desk.ports import Mailbox
from triage.desk.posting import flag_heated, note_suggestions, place_suggestions, post_notices
from triage.desk.sent import read_sent
from triage.desk.settings import Account
from triage.desk.settling import Settling
from triage.desk.summaries import next_summary, send_due_summary
from triage.desk.watching import watch
from triage.errors import MailboxRefused, NotAllowed

SECOND = timedelta(seconds=1)
SENT_IS_WATCHED = timedelta(minutes=1)
"""After a hold, Sent is looked at every second for that long: the client files its copy any moment."""
MAILBOX = "mailbox"


class Watcher:
    """What one account's watcher remembers between its looks; used by one thread."""

    def __init__(self, office: Office, address: str) -> None:
        self._office = office
        self._address = address
        self._lease = Lease(office.machine)
        self._settling = Settling()
        self._follower = Follower(office)

    @property
    def holder(self) -> bool:
        """Whether this machine acts on Drafts, Send and the summary: while its last sign of life is young."""
        return self._lease.acts(self._office.clock.now())

    @property
    def is_ready(self) -> bool:
        """Whether every watched folder has its bookmark."""
        account = self._office.account(self._address)
        with self._office.store.look() as records:
            return all(records.bookmark(account.address, folder) for folder in account.folders)

    def look(self, mailbox: Mailbox, *, hurried: bool = False) -> None:
        """Read and put right, each step by itself: what the server refuses in one does not stop the others.

        A hurried look, for which somebody waits, leaves to the next one what can wait.
        Raises Unreachable where the line is gone.
        """
        office, account = self._office, self._office.account(self._address)
        now = office.clock.now()
        refusals = [self._step(lambda: self._lease.beat(mailbox, now))]
        with office.store.look() as records:
            first_start = records.bookmark(account.address, SENT) is None
        follow = partial(self._follower.follow, account, mailbox, hurried=hurried)
        steps: list[Callable[[], None]] = [
            *(partial(watch, office, account, mailbox, folder) for folder in account.folders),
            lambda: flag_heated(office, account, mailbox),
            lambda: read_sent(office, account, mailbox, self._unclear()),
            follow,
        ]
        if first_start:
            steps.insert(0, lambda: read_sent(office, account, mailbox, None))
        if self.holder:
            steps += self._holders_steps(account, mailbox, follow)
        else:
            steps.append(lambda: note_suggestions(office, account, mailbox))
        steps.append(lambda: post_notices(office, account, mailbox))
        refusals += [self._step(step) for step in steps]
        self._tell(account, [r for r in refusals if r])

    def _holders_steps(
        self, account: Account, mailbox: Mailbox, follow: Callable[[], None]
    ) -> list[Callable[[], None]]:
        office, settings = self._office, self._office.settings
        steps: list[Callable[[], None]] = [
            lambda: place_suggestions(office, account, mailbox),
            lambda: send_due_summary(office, account, self._lease, mailbox),
        ]
        if settings.hand_off and account.sends:
            steps.append(lambda: take_hand_offs(office, account, mailbox, self._settling))
        if settings.drafts:
            steps.append(lambda: fold_drafts(office, account, mailbox, self._settling))
        return [*steps, follow]

    def _unclear(self) -> Settling | None:
        """What another machine may be about to move; None where there is none."""
        return None if self._lease.is_alone else self._settling

    def _step(self, step: Callable[[], object]) -> str:
        try:
            step()
        except MailboxRefused as refused:
            return str(refused)
        except NotAllowed as overtaken:
            log.info("%s: overtaken, looking again: %s", self._address, overtaken)
        return ""

    def _tell(self, account: Account, refusals: list[str]) -> None:
        with self._office.store.begin() as records:
            if refusals:
                text = f"The mail server refused: {'; '.join(dict.fromkeys(refusals))}"
                self._office.tell(records, account.address, MAILBOX, text)
            else:
                self._office.over(records, account.address, MAILBOX)

    def next_look(self) -> timedelta:
        """How long to wait for the doorbell before looking again by itself."""
        office, account = self._office, self._office.account(self._address)
        now = office.clock.now()
        with office.store.look() as records:
            fresh = records.awaits_copy(account.address, now - SENT_IS_WATCHED)
            cooling = any(not c.is_over(now) for c in records.open_cooldowns(account.team))
        summary_at = next_summary(office, account)
        waits = [account.poll]
        if fresh or self._follower.is_behind:
            waits.append(SECOND)
        if cooling:
            waits.append(max(SECOND, office.settings.settle / 2))
        if summary_at:
            waits.append(summary_at - now)
        return min(waits)
