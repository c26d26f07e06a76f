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
from email.message import EmailMessage
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.clock import FakeClock
from tests.fakes.mailbox import FakeMailbox, FakeServer
from tests.fakes.relay import FakeRelay
from triage.config.templates import default_templates
from triage.desk import Account, Desk, Office, Settings, Team
from triage.judging.facts import Intention
from triage.judging.free_mail import FREE_MAIL
from triage.judging.holds import Envelope, HeldReply, State
from triage.judging.rules import TeamRules
from triage.store import Store, open_store

REP = "rep@example.com"
CUSTOMER = "dana@acme.example"
MANAGER = "boss@example.com"
HOT = (
    "This is the third time I am asking where order 4711 is. You promised delivery on Friday and nothing came. "
    "This is completely unacceptable, and if it is not here tomorrow we will cancel the contract."
)
CALM = "Could you send me the current price list when you have a minute? No rush."


class World:
    """Everything that a test moves, and everything that it looks at."""

    def __init__(self, *, store: Store | None = None, **cooldown: Any) -> None:
        self.clock = FakeClock()
        self.server = FakeServer(self.clock, folders=["Drafts", "Sent", "Trash"])
        self.upstream = FakeRelay()
        self.store = store or open_store(None)
        rules = TeamRules.model_validate(
            {
                "cooldown": {"after": "send", **cooldown},
                "issues": {
                    "delivery": {"options": ["expedite it at our cost", "part-ship today"]},
                    "general": {"options": ["call you today", "put it right this week"]},
                },
            }
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
        self._numbers = count(1)
        self.start()

    def start(self, **changes: Any) -> None:
        """Start the daemon's desk (again), with these settings changed."""
        settings = Settings(accounts={REP: self.account}, teams={"field": self.team}, gate=True)
        self.box: FakeMailbox = self.server.connect()
        self.desk = Desk(
            Office(
                store=self.store,
                clock=self.clock,
                settings=replace(settings, **changes),
                relays={REP: self.upstream},
                machine="m1",
                look_first=self._look_first,
            )
        )
        self.desk.start()

    def _look_first(self, _account: str) -> bool:
        self.look()
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
        mail["Message-ID"] = id_ = f"<customer.{next(self._numbers)}@acme.example>"
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
        mail["Message-ID"] = message_id or f"<rep.{next(self._numbers)}@example.com>"
        answers = "<customer.1@acme.example>" if answers is None else answers
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        mail.set_content(text)
        return bytes(mail).replace(b"\n", b"\r\n")

    def rep_sends(self, raw: bytes, *, to: Sequence[str] = (CUSTOMER,)) -> str:
        """The rep's client submits it at the gate; the SMTP answer."""
        return self.desk.reply_submitted(REP, Envelope(mail_from=REP, rcpt_tos=tuple(to)), raw)

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
        """The outbox."""
        with self.store.look() as records:
            return records.all_replies()

    @property
    def only(self) -> HeldReply:
        """The one reply in the outbox."""
        (reply,) = self.replies
        return reply

    @property
    def states(self) -> list[State]:
        """The states of the outbox, oldest first."""
        return [reply.state for reply in self.replies]

    def subjects(self, folder: str) -> list[str]:
        """What lies in a folder."""
        if folder not in self.server.folders():
            return []
        return [_subject(x.raw) for x in self.server.inside(folder) if "\\Deleted" not in x.flags]

    def told(self) -> list[str]:
        """The conditions that `status` shows."""
        with self.store.look() as records:
            return [notice.text for notice in records.notices()]


def _subject(raw: bytes) -> str:
    from triage.reading.messages import parse

    return parse(raw).subject
