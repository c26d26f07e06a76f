"""The whole product in memory: one rep, one mailbox, one upstream, and a clock that is moved.

world = World()
world.customer_writes("You promised. I am done with this.")
world.look()
answer = world.rep_sends(world.reply("On its way."))       # "250 2.0.0 held until ..."
world.forward(minutes=30)
assert world.upstream.taken
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine

from tests.fakes.clock import FakeClock
from tests.fakes.mailbox import FakeMailbox, FakeServer
from tests.fakes.relay import FakeRelay
from triage.config.templates import default_templates
from triage.desk import Account, Desk, Office, Settings, Team
from triage.desk.summaries import summary_mail
from triage.errors import Unreachable
from triage.judging.cooldown import Cooldown
from triage.judging.facts import Intention, Way
from triage.judging.free_mail import FREE_MAIL
from triage.judging.holds import Door, Envelope, HeldReply, State
from triage.judging.rules import CooldownRules, IssueRules, TeamRules
from triage.store import Store, open_store
from triage.writing.summary import SummaryMail

REP = "rep@example.com"
CUSTOMER = "dana@acme.example"
MANAGER = "boss@example.com"
HOT = (
    "This is the third time I am asking where order 4711 is. You promised delivery on Friday and nothing "
    "came. This is completely unacceptable, and if it is not here tomorrow we will cancel the contract."
)
FIRST = "<customer.1@acme.example>"
"""The Message-ID of the first message that the customer writes."""
CALM = "Could you send me the current price list when you have a minute? No rush."


class World:
    """Everything that a test moves, and everything that it looks at.

    A world `beside` another is a second machine on the same mailbox, with a store of its own.
    """

    def __init__(
        self, *, path: Path | None = None, beside: "World | None" = None, machine: str = "m1", **cooldown: Any
    ) -> None:
        self.machine = machine
        self.clock: FakeClock = beside.clock if beside else FakeClock()
        self.server: FakeServer = (
            beside.server if beside else FakeServer(self.clock, folders=["Drafts", "Sent", "Trash"])
        )
        self.upstream: FakeRelay = beside.upstream if beside else FakeRelay()
        self.path = path
        self.store = open_store(path)
        rules = TeamRules(
            cooldown=CooldownRules(**{"after": "send", **cooldown}),
            issues={
                "delivery": IssueRules(options=("expedite it at our cost", "part-ship today")),
                "general": IssueRules(options=("call you today", "put it right this week")),
            },
        )
        zone = ZoneInfo("America/Chicago")
        self.team = Team(
            name="field",
            rules=rules,
            templates=default_templates(),
            free_mail=FREE_MAIL,
            zone=zone,
            working_zone=zone,
            manager=MANAGER,
            summary_days=("mon", "tue", "wed", "thu", "fri"),
        )
        self.account = Account(
            address=REP, name="Robin Reyes", team="field", internal_domains=frozenset({"example.com"})
        )
        self.colleagues: list[Account] = []
        self._customers_numbers, self._reps_numbers = count(1), count(1)
        self.start()

    def start(self, **changes: Any) -> None:
        """Start the daemon's desk (again), with these settings changed."""
        settings = Settings(
            accounts={a.address: a for a in (self.account, *self.colleagues)},
            teams={"field": self.team},
            gate=True,
        )
        self.box: FakeMailbox = self.server.connect()
        self.desk = Desk(
            Office(
                store=self.store,
                clock=self.clock,
                settings=replace(settings, **changes),
                relays={REP: self.upstream},
                machine=self.machine,
                look_first=self._look_first,
            )
        )
        self.desk.start()

    def change_rules(self, rules: TeamRules) -> None:
        """Start again under other rules."""
        self.team = replace(self.team, rules=rules)
        self.start()

    def restart(self) -> None:
        """The process ends, by whatever cause, and starts again over the same file."""
        self.close()
        self.store = open_store(self.path)
        self.start()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _look_first(self, _account: str) -> bool:
        try:
            self.look()
        except Unreachable:
            self.box = self.server.connect()
            return False
        return True

    # -- what happens outside -----------------------------------------------------------------------------

    def customer_writes(
        self,
        text: str = HOT,
        *,
        sender: str = f"Dana Lee <{CUSTOMER}>",
        subject: str = "Order 4711",
        references: Sequence[str] = (),
        flags: Sequence[str] = (),
        folder: str = "INBOX",
        **headers: str,
    ) -> str:
        """A message is delivered; its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, REP, subject
        mail["Message-ID"] = id_ = f"<customer.{next(self._customers_numbers)}@acme.example>"
        if references:
            mail["References"] = " ".join(references)
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.server.deliver(folder, bytes(mail), flags=flags)
        return id_

    def reply(
        self,
        text: str = "I have looked into it and will call you at three.",
        *,
        to: str = CUSTOMER,
        answers: str | None = None,
        subject: str = "Re: Order 4711",
        message_id: str | None = None,
        bcc: str = "",
    ) -> bytes:
        """A reply as the rep's client writes it; it answers the customer's first message unless said."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Robin Reyes <{REP}>", to, subject
        if bcc:
            mail["Bcc"] = bcc
        mail["Message-ID"] = message_id or f"<rep.{next(self._reps_numbers)}@example.com>"
        answers = "<customer.1@acme.example>" if answers is None else answers
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        mail.set_content(text)
        return bytes(mail).replace(b"\n", b"\r\n")

    def rep_sends(self, raw: bytes, *, to: Sequence[str] = (CUSTOMER,)) -> str:
        """The rep's client submits it at the gate; the SMTP answer."""
        answer = self.desk.reply_submitted(REP, Envelope(mail_from=REP, rcpt_tos=tuple(to)), raw)
        self.desk.read_unread()
        return answer

    def client_files(self, raw: bytes, folder: str = "Sent") -> int:
        """The rep's client files its own copy."""
        return self.server.deliver(folder, raw, flags=["\\Seen"])

    def asks(self, verb: str, subject: str = "", argument: str = "") -> Intention:
        """A command of the rep's, obeyed by the next tick."""
        with self.store.begin() as records:
            wanted = records.intend(
                Intention(verb=verb, subject=subject, argument=argument, made_at=self.clock.now())
            )
        self.tick()
        with self.store.look() as records:
            return records.intention(wanted.id)

    # -- what the daemon does -----------------------------------------------------------------------------

    def look(self) -> None:
        """One look into the mailbox."""
        self.desk.watchers[REP].look(self.box)
        self.desk.read_unread()

    def drop_and_look(self) -> None:
        """A look that may meet a broken line, as the daemon meets it: connect again at the next."""
        try:
            self.look()
        except Unreachable:
            self.box = self.server.connect()

    def settle(self) -> None:
        """Look until what lies in Drafts and Send has settled."""
        self.look()
        self.clock.move(minutes=2)
        self.look()

    def tick(self) -> None:
        """One tick of the timers."""
        self.desk.tick()
        self.desk.release_due(REP)

    def forward(self, **parts: float) -> None:
        """Let time pass: tick and look at its end."""
        self.clock.move(**parts)
        self.tick()
        self.look()

    # -- what there is to see -----------------------------------------------------------------------------

    @property
    def replies(self) -> list[HeldReply]:
        """The outbox, save for the manager's summaries."""
        with self.store.look() as records:
            return [reply for reply in records.all_replies() if reply.door is not Door.SUMMARY]

    @property
    def only(self) -> HeldReply:
        """The one reply in the outbox."""
        (reply,) = self.replies
        return reply

    @property
    def states(self) -> list[State]:
        """The states of the outbox, oldest first."""
        return [reply.state for reply in self.replies]

    @property
    def cooldowns(self) -> list[Cooldown]:
        """All cool-downs, oldest first."""
        with self.store.look() as records:
            return records.cooldowns_between("field", self.later(days=-3650), self.later(days=1))

    def ways(self) -> list[Way]:
        """How mail went out that did not go through the outbox."""
        with self.store.look() as records:
            sent = records.outgoing_between("field", self.later(days=-3650), self.later(days=1))
        return [mail.way for mail in sent]

    def later(self, **parts: float) -> datetime:
        """A moment after now, or before."""
        return self.clock.now() + timedelta(**parts)

    def bytes_of(self, id_: str) -> bytes | None:
        """The bytes of a reply."""
        with self.store.look() as records:
            return records.raw(id_)

    def spoil(self, id_: str) -> None:
        """Let a disk or a person change the bytes of a reply behind our back."""
        with self.store.begin() as records:
            reply = records.reply(id_)
            records.change_reply(reply, replace(reply, sha256="0" * 64))

    def break_store(self) -> None:
        """Let the store be one that takes nothing."""
        engine = create_engine("sqlite://")
        self.store = Store(engine)
        self.desk.office.store = self.store

    def subjects(self, folder: str) -> list[str]:
        """What lies in a folder."""
        if folder not in self.server.folders():
            return []
        return [_subject(x.raw) for x in self.server.inside(folder) if "\\Deleted" not in x.flags]

    def summary(self, day: str = "") -> SummaryMail:
        """The manager's mail as it would go out now."""
        with self.store.begin() as records:
            return summary_mail(self.desk.office, records, self.team, day)

    def told(self) -> list[str]:
        """The conditions that `status` shows."""
        with self.store.look() as records:
            return [notice.text for notice in records.notices(self.clock.now())]


def _subject(raw: bytes) -> str:
    from triage.reading.messages import parse

    return parse(raw).subject
