"""A daemon whose month goes by in seconds: all of it is real, on real servers, save for the clock.

    with Calendar(Dovecot.flavoured("as_it_is")) as calendar:
        play(calendar)

The daemon runs in this process, so that its clock can be moved: gate, page, watcher and sender are its own
threads, and mail comes and goes over the wire. A message is delivered with the date of its day.
"""

import json
from base64 import b64encode
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from tests.dovecot import Dovecot
from tests.fakes.clock import FakeClock
from tests.journeys.house import MANAGER, REP, House, until
from tests.month import MONTH, START
from triage import config as files
from triage.daemon.running import Daemon, build
from triage.desk.relations import standings
from triage.judging.accounts import Standing
from triage.judging.rules import WORKDAYS
from triage.writing.times import next_cut_off

SUMMARY_AT, CHICAGO = time(17, 30), ZoneInfo("America/Chicago")
LOOK = 30.0
"""Seconds that one look may take on a slow machine."""


class Calendar(House):
    """The house, and the hands of a month's script."""

    def __init__(self, dovecot: Dovecot) -> None:
        rules = {"late_minutes": 600}
        super().__init__(dovecot, cooldown=30 * 60, poll=300, rules=rules, page=True)
        self.clock = FakeClock(START)

    def _set_up(self, ca_file: Path) -> None:
        """A team in Chicago, whose summary goes at half past five, and whose rules list the accounts."""
        super()._set_up(ca_file)
        config = json.loads(self.config.read_text())
        config["teams"]["field"]["summary"] = {"at": f"{SUMMARY_AT:%H:%M}", "timezone": str(CHICAGO)}
        self.config.write_text(json.dumps(config))
        rules = self.folder / "rules.yaml"
        rules.write_text(json.dumps({**json.loads(rules.read_text()), "customers": {"top": list(MONTH)}}))

    def start(self, ready: bool = True) -> None:
        """Start the daemon in this process, by the calendar's clock."""
        self.running: Daemon = build(files.load(self.config), self.environ)
        self.running.office.clock = self.clock
        self.running.start()
        self.look()

    def stop(self) -> int:
        """Stop it, and let go of its store."""
        self.running.stop()
        self.running.store.close()
        return 0

    def look(self) -> None:
        """The watcher looks now; returns when it has."""
        assert self.running._threads[REP].look_now(LOOK), "the watcher did not look in time"

    def send_due(self) -> None:
        """The senders are knocked at; returns when all has left."""
        self.running._tick()
        until(self.outbox_is_empty, "what is due leaves", LOOK)

    # -- the hands of the script --------------------------------------------------------------------------

    def at(self, moment: datetime) -> None:
        """The clock is moved there, with a stop at the end of each working day, when the summary goes."""
        while (end := next_cut_off(self.clock.now(), SUMMARY_AT, WORKDAYS, CHICAGO)) and end < moment:
            self.clock.set(end)
            self.look()
            self.send_due()
        self.clock.set(max(moment, self.clock.now()))

    def customer_writes(self, text: str = "", *, sender: str = "", subject: str = "") -> str:
        """A message is delivered with the calendar's date; its Message-ID, when it was read."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, REP, subject
        mail["Date"] = self.clock.now()
        mail["Message-ID"] = id_ = f"<customer.{next(self._numbers)}@customers.example>"
        mail.set_content(text)
        self.box.append("INBOX", bytes(mail).replace(b"\n", b"\r\n"), at=self.clock.now())
        self.look()
        return id_

    def rep_replies(self, text: str, *, to: str, answers: str, subject: str) -> None:
        """The rep's client submits it at the gate; what is held leaves half an hour later."""
        code, answer = self.rep_sends(self.reply(answers, text, to=to, subject=subject), to)
        assert code == 250, answer
        if "held" in answer:
            self.clock.move(minutes=30)
            self.send_due()
        else:
            self.running._read()
            until(self.all_is_read, "what has passed is read", LOOK)

    # -- what there is to see -----------------------------------------------------------------------------

    def outbox_is_empty(self) -> bool:
        """Whether all has left."""
        with self.running.store.look() as records:
            return not records.open_replies()

    def all_is_read(self) -> bool:
        """Whether it is known what all that has passed promises."""
        with self.running.store.look() as records:
            passed = records.outgoing_between("field", START, self.clock.now() + timedelta(seconds=1))
            return all(mail.noted for mail in passed)

    def summaries(self) -> list[EmailMessage]:
        """What the manager got."""
        sent = [mail.raw for mail in self.upstream.mails if mail.rcpt_tos == (MANAGER,)]
        return [message_from_bytes(raw, policy=policy.default) for raw in sent]

    def last_summary(self, form: Literal["plain", "html"]) -> str:
        """The text of the newest; its picture stands in the HTML itself."""
        mail = self.summaries()[-1]
        body = mail.get_body((form,))
        assert body is not None
        text: str = body.get_content()
        for part in mail.walk():
            name, picture = str(part["Content-ID"] or "").strip("<>"), part.get_payload(decode=True)
            if name and isinstance(picture, bytes):
                inline = f"data:{part.get_content_type()};base64,{b64encode(picture).decode()}"
                text = text.replace(f"cid:{name}", inline)
        return text

    def standings(self) -> dict[str, Standing]:
        """How the accounts stand now."""
        office = self.running.office
        with self.running.store.look() as records:
            found = standings(office, records, office.settings.teams["field"], self.clock.now())
        return {each.customer: each for each in found}
