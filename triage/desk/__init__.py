"""The use-cases, and the Protocols of what they need. The desk gathers, asks the core, and applies.

`Desk` is all that the daemon knows of it. Times come from the clock it is handed, mail from the mailboxes and
the gate, and everything that it must not forget is in the store before anything else happens.
"""

from triage.desk.agenda import Agenda, agenda
from triage.desk.announcing import Announcer
from triage.desk.commands import obey
from triage.desk.housekeeping import expire, prune
from triage.desk.looking import Watcher
from triage.desk.office import Office, log
from triage.desk.outcomes import recover
from triage.desk.promises import remind
from triage.desk.sending import release_due
from triage.desk.settings import Account, Settings, Team
from triage.desk.submissions import reply_submitted
from triage.desk.summaries import installed_at
from triage.desk.unread import read_unread
from triage.judging.holds import Envelope

__all__ = ["Account", "Agenda", "Announcer", "Desk", "Office", "Settings", "Team", "Watcher", "log"]


class Desk:
    """The house's use-cases over one office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.watchers = {address: Watcher(office, address) for address in office.settings.accounts}

    def start(self) -> None:
        """Before anything else: settle what a former run left in the middle."""
        with self.office.store.begin() as records:
            installed_at(self.office, records)
        recover(self.office)

    def reply_submitted(self, account: str, envelope: Envelope, raw: bytes) -> str:
        """The gate's question; the SMTP answer."""
        return reply_submitted(self.office, account, envelope, raw)

    def read_unread(self) -> None:
        """Read the mail that has its answer, and nobody waits for; one call at a time."""
        read_unread(self.office)

    def tick(self) -> None:
        """What time and people ask for, save sending: intentions, expiry, reminders."""
        obey(self.office)
        expire(self.office)
        remind(self.office)

    def agenda(self) -> Agenda:
        """What falls due when, if nothing is written to the store before."""
        return agenda(self.office)

    def release_due(self, account: str) -> None:
        """Send, ask about or hand back what is due on one account."""
        release_due(self.office, account)

    def prune(self) -> None:
        """Forget what need not be kept any longer."""
        prune(self.office)
