"""What a run comes to: what the ledger, the faults and the mailbox say, and whether it is clean."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rig.ledger import Finding, Ledger, digest, marked
from triage.folders import Role
from triage.judging.holds import OPEN, HeldReply
from triage.mail.mailbox import ImapMailbox


@dataclass(slots=True, kw_only=True)
class Faults:
    """What was done to the daemon, and when."""

    kills: list[tuple[float, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    own_deaths: list[int] = field(default_factory=list)
    """Exit codes of daemons that ended although nobody killed them."""
    cuts: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What lies in the mailbox at the end: how many copies of each reply, by folder."""

    copies: dict[str, Counter[int]]
    changed_drafts: list[int]

    def count(self, number: int, *roles: str) -> int:
        return sum(self.copies[role][number] for role in roles)


ROLES: tuple[Role, ...] = ("drafts", "sent", "trash", "held", "send", "earlier")


def look_at(box: ImapMailbox, drafts: dict[int, bytes]) -> Mailbox:
    """Read it all."""
    copies: dict[str, Counter[int]] = {}
    changed: list[int] = []
    for role in ROLES:
        folder = box.folder(role)
        copies[role] = Counter()
        for letter in box.letters(folder, box.uids(folder)):
            number = marked(letter.raw)
            copies[role][number] += 1
            if number in drafts and digest(letter.raw) != digest(drafts[number]):
                changed.append(number)
    return Mailbox(copies=copies, changed_drafts=changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that is known when it is over."""

    ledger: Ledger
    faults: Faults
    outbox: Sequence[HeldReply]
    mailbox: Mailbox
    drafts: Collection[int]
    """The entries that were saved into Drafts."""
    unknown: Sequence[HeldReply]
    """The replies that were in doubt."""
    asked: Mapping[str, int]
    """Why replies waited for the rep."""
    dropped: Sequence[float]
    """When the upstream took a mail and gave no answer."""
    never_marked: int
    seconds: float
    quiet_seconds: float


def report(run: Run) -> dict[str, Any]:
    """The figures, and whether they are clean."""
    ledger, faults, mailbox = run.ledger, run.faults, run.mailbox
    findings = ledger.verdict()
    accepted = [entry for entry in ledger if entry.accepted]
    held = [entry for entry in accepted if entry.held and entry.door != "drafts"]
    sent = {entry.number for entry in held if entry.arrivals}
    drafts = run.drafts
    figures: dict[str, Any] = {
        "seconds": round(run.seconds),
        "quiet_seconds": round(run.quiet_seconds),
        "replies": {
            "answered 250": len(accepted),
            "held at the gate": sum(1 for e in held if e.door == "gate"),
            "passed at the gate": sum(1 for e in accepted if not e.held and e.door == "gate"),
            "handed off": sum(1 for e in accepted if e.door == "hand-off"),
            "drafts": len(drafts),
            "sent again without an answer, same Message-ID": sum(e.again(same_id=True) for e in ledger),
            "sent again without an answer, new Message-ID": sum(e.again(same_id=False) for e in ledger),
        },
        "kills": {"all": len(faults.kills), **Counter(by for _, by in faults.kills)},
        "other faults": dict(faults.others),
        "promises": {kind: _count(findings, kind) for kind in ("lost", "early", "doubled", "byte-changed")},
        "unknown": dict(Counter(_reason(reply, run) for reply in run.unknown)),
        "asked": dict(run.asked),
        "passed mail that its client sent again and that arrived again": ledger.passed_again(),
        "mailbox": {
            "sent without a copy in Sent": sum(1 for n in sent if not mailbox.count(n, "sent")),
            "sent with two copies in Sent": sum(1 for n in sent if mailbox.count(n, "sent") > 1),
            "copies left in Held or Send": sum(mailbox.count(e.number, "held", "send") for e in ledger),
            "drafts lost": sum(1 for n in drafts if not mailbox.count(n, *ROLES)),
            "drafts twice": sum(1 for n in drafts if mailbox.count(n, *ROLES) > 1),
            "drafts not handed back": sum(1 for n in drafts if not mailbox.count(n, "drafts")),
            "drafts changed": len(mailbox.changed_drafts),
        },
        "daemons that ended by themselves": len(faults.own_deaths),
        "heated messages that were never marked": run.never_marked,
        "replies still open at the end": sum(1 for reply in run.outbox if reply.state in OPEN),
        "sent before the time in the store": sum(1 for reply in run.outbox if _early(reply)),
        "findings": [f"{f.fault}: entry {f.entry.number} ({f.entry.door}): {f.words}" for f in findings],
    }
    figures["clean"] = _is_clean(figures)
    return figures


def _count(findings: Iterable[Finding], kind: str) -> int:
    return sum(1 for finding in findings if finding.fault == kind)


def _early(reply: HeldReply) -> bool:
    """Whether it ended by itself before the time that the store says."""
    return reply.released_at is None and reply.finished_at is not None and reply.finished_at < reply.due_at


def _reason(reply: HeldReply, run: Run) -> str:
    """What was done between its hand-over and the moment at which it was found to be in doubt."""
    assert reply.handed_over_at
    assert reply.finished_at
    start, end = reply.handed_over_at.timestamp(), reply.finished_at.timestamp()
    kills = [by for at, by in run.faults.kills if start <= at <= end + 0.5]
    if kills:
        return f"killed {kills[0]}"
    if any(start <= at <= end for at in run.dropped):
        return "the upstream took it and hung up without an answer"
    return "the line to the upstream broke after the first byte"


def _is_clean(figures: dict[str, Any]) -> bool:
    """Everything that must be nought."""
    counts = [
        *figures["promises"].values(),
        *figures["mailbox"].values(),
        figures["daemons that ended by themselves"],
        figures["replies still open at the end"],
        figures["sent before the time in the store"],
        figures["heated messages that were never marked"],
    ]
    return not any(counts) and figures["replies"]["answered 250"] > 0


def table(figures: dict[str, Any]) -> str:
    """For a person."""
    lines: list[str] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [name, *(f"  {key:<62} {number:>7}" for key, number in value.items())]
        elif isinstance(value, list):
            lines += value
        else:
            lines.append(f"{name:<64} {value!s:>7}")
    return "\n".join(lines)
