"""Two machines on one mailbox: only one of them may act on Drafts, Send and the summary.

Each machine keeps one note in `Cooldown/State`. A holder stays so while its newest note is younger than three
minutes by the server's own clock. With no living holder, the lowest machine takes over, after looking again.
The notes also say up to when a summary was sent, for whoever takes over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from hashlib import sha256

from triage.desk.ports import Letter, Mailbox

BEAT = timedelta(minutes=1)
LIFE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One machine's sign of life, dated by the server."""

    machine: str
    holder: bool
    summed_up: datetime | None = None
    """The cut-off of the last summary that it took upon itself to send."""
    at: datetime
    uid: int


def living(notes: Iterable[Note]) -> list[Note]:
    """The newest note of each machine that lives; "now" is the newest note of all (ours, just filed)."""
    newest: dict[str, Note] = {}
    for note in sorted(notes, key=lambda n: n.uid):
        newest[note.machine] = note
    latest = max((n.at for n in newest.values()), default=None)
    return [n for n in newest.values() if latest and latest - n.at < LIFE]


def may_claim(notes: Iterable[Note], machine: str) -> bool:
    """Whether this machine may offer itself: no living holder, and no lower machine alive."""
    alive = living(notes)
    return not any(n.holder for n in alive) and machine == min((n.machine for n in alive), default=machine)


def holds(notes: Iterable[Note], machine: str) -> bool:
    """Whether this machine acts: it is a living holder, and no lower machine is one, too."""
    holders = [n.machine for n in living(notes) if n.holder]
    return bool(holders) and machine == min(holders)


def is_alone(notes: Iterable[Note], machine: str) -> bool:
    """Whether no other machine holds: two that claim at the same moment both step back."""
    return not any(n.holder and n.machine != machine for n in living(notes))


class Lease:
    """This machine's part in one account's lease."""

    def __init__(self, machine: str) -> None:
        self.machine = machine
        self.holder = False
        self._beat_at: datetime | None = None
        self._notes: Sequence[Note] = ()
        self._summed_up: datetime | None = None

    @property
    def is_alone(self) -> bool:
        """Whether no other machine lives on this mailbox, as far as the last sign of life has shown."""
        return [n.machine for n in living(self._notes)] == [self.machine]

    @property
    def summed_up_elsewhere(self) -> datetime | None:
        """The cut-off of the last summary that another machine, living or not, has taken upon itself."""
        return _newest(n.summed_up for n in self._notes if n.machine != self.machine)

    def acts(self, now: datetime) -> bool:
        """Whether this machine is the holder, and its last sign of life young enough."""
        return self.holder and self._beat_at is not None and now - self._beat_at < LIFE

    def beat(self, mailbox: Mailbox, now: datetime) -> bool:
        """Give a sign of life, at most once a minute; whether this machine is to act."""
        if self._beat_at is not None and timedelta() <= now - self._beat_at < BEAT:
            return self.holder
        folder = mailbox.folder("state")
        if self._beat_at is None:
            former = _notes(mailbox, folder)
            self.holder = holds(former, self.machine)
            self._summed_up = _newest(n.summed_up for n in former if n.machine == self.machine)
        elif now - self._beat_at >= LIFE:
            self.holder = False  # the machine slept: another may have taken over
        notes = self._renew(mailbox, folder, now)
        if self.holder:
            self.holder = holds(notes, self.machine)
        elif may_claim(notes, self.machine):
            self.holder = True
            self.holder = is_alone(self._renew(mailbox, folder, now), self.machine)
        self._beat_at = now
        return self.holder

    def sum_up(self, mailbox: Mailbox, until: datetime, now: datetime) -> bool:
        """Take the summary up to that cut-off upon this machine, before it goes; False where another has."""
        self._summed_up = until
        self.holder = holds(self._renew(mailbox, mailbox.folder("state"), now), self.machine)
        elsewhere = self.summed_up_elsewhere
        return self.holder and (elsewhere is None or elsewhere < until)

    def _renew(self, mailbox: Mailbox, folder: str, now: datetime) -> Sequence[Note]:
        """File a new note, look, then remove our former ones."""
        note = _note(self.machine, self.holder, self._summed_up, now)
        mailbox.append(folder, note, flags=["\\Seen"])
        self._notes = _notes(mailbox, folder)
        ours = [n.uid for n in self._notes if n.machine == self.machine]
        for uid in ours[:-1]:
            mailbox.expunge(folder, uid)
        return self._notes


def _newest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _note(machine: str, holder: bool, summed_up: datetime | None, now: datetime) -> bytes:
    role = "holder" if holder else "waits"
    cut_off = summed_up.isoformat() if summed_up else ""
    stamp = sha256(f"{machine} {role} {cut_off} {now.isoformat()}".encode()).hexdigest()[:24]
    lines = [
        "From: triage <triage@localhost>",
        f"Subject: triage on machine {machine}: {role}",
        f"Message-ID: <{stamp}@state.triage>",
        "Auto-Submitted: auto-generated",
        f"X-Triage-Machine: {machine}",
        f"X-Triage-Role: {role}",
        f"X-Triage-Summed-Up: {cut_off}",
        "",
        "This note says which machine looks after this mailbox. Please leave it here.",
        "",
    ]
    return "\r\n".join(lines).encode()


def _notes(mailbox: Mailbox, folder: str) -> list[Note]:
    mailbox.select(folder)
    letters = mailbox.headers(folder, mailbox.uids(folder))
    return sorted((n for n in map(_read, letters) if n), key=lambda n: n.uid)


def _read(letter: Letter) -> Note | None:
    headers = BytesHeaderParser().parsebytes(letter.raw)
    machine, role, cut_off = (
        str(headers.get(f"X-Triage-{name}", "")).strip() for name in ("Machine", "Role", "Summed-Up")
    )
    if not machine:
        return None
    return Note(
        machine=machine,
        holder=role == "holder",
        summed_up=datetime.fromisoformat(cut_off) if cut_off else None,
        at=letter.internal_date,
        uid=letter.uid,
    )
