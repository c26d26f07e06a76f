"""One of each kind of record, complete, for the contracts to change."""

from datetime import UTC, datetime, timedelta, timezone

from triage.desk.housekeeping import PRUNED
from triage.judging.cooldown import Cooldown
from triage.judging.customers import Customer
from triage.judging.facts import Bookmark, Intention, MessageFacts, Notice, OutgoingFacts, SummaryRun
from triage.judging.holds import Copy, Door, Envelope, HeldReply
from triage.reading.heat import Finding, Level
from triage.store.records import Records

REP, TEAM = "rep@example.com", "field"
NOW = datetime(2026, 3, 16, 14, 0, 0, 123456, tzinfo=UTC)
CHICAGO = timezone(timedelta(hours=-5))
ACME = Customer(addresses=("dana@acme.example",), domains=("acme.example",), name="Dana Lee")

MESSAGE = MessageFacts(
    account=REP,
    team=TEAM,
    message_id="<1@acme.example>",
    folder="INBOX",
    uidvalidity=4_294_967_295,
    uid=4_294_967_295,
    customer=ACME,
    subject="Bestellung 4711 – \N{ANGRY FACE}",
    subject_key="bestellung 4711",
    thread="<1@acme.example>",
    references=("<0@acme.example>",),
    internal_date=NOW.astimezone(CHICAGO),
    seen_at=NOW,
    score=0.75,
    level=Level.HEATED,
    findings=(
        Finding(signal="asked_again", words="third", start=4, end=9, sentence="The third time.", weight=1.5),
    ),
    main_issue="Where is it?",
    kind="delivery",
    issue_facts=("order 4711",),
    wants="Send it by Friday.",
    wants_by="by Friday",
    asked="third time",
    language="en",
    problems=("no Date",),
    heated_at=0.5,
    decision="the message is heated",
    cooldown="c1",
)
COOLDOWN = Cooldown(
    account=REP,
    team=TEAM,
    customer=ACME,
    thread="<1@acme.example>",
    subject_key="bestellung 4711",
    length=timedelta(minutes=0.05),
    message="m1",
    opened_by="<1@acme.example>",
    opened_at=NOW,
    expires_at=NOW + timedelta(days=7),
)
REPLY = HeldReply(
    account=REP,
    team=TEAM,
    door=Door.GATE,
    cooldown="c1",
    envelope=Envelope(
        mail_from=REP, rcpt_tos=("dana@acme.example", "boss@acme.example"), options=("SMTPUTF8",)
    ),
    message_ids=("<r1@example.com>",),
    subject="Re: Bestellung 4711",
    sha256="00",
    content_key="11",
    blanks=("[[date]]",),
    submitted_at=NOW,
    due_at=NOW + timedelta(minutes=30),
    next_attempt_at=NOW + timedelta(minutes=30),
    reasons=("cool-down c1 of acme.example",),
    copy=Copy(at="held", uid=7, ours=True),
)
OUTGOING = OutgoingFacts(
    account=REP,
    team=TEAM,
    message_id="<r2@example.com>",
    thread="<1@acme.example>",
    answers="<1@acme.example>",
    recipients=("dana@acme.example",),
    at=NOW,
    way="bypass",
    cooldown="c1",
)
NOTICE = Notice(account=REP, key="asked r1", text="Your reply r1 waits for you.", told_at=NOW, mail=True)
BOOKMARK = Bookmark(account=REP, folder="INBOX", uidvalidity=1, uid=10, checked_at=NOW)
INTENTION = Intention(verb="release", subject="r1", argument="the truck leaves", made_at=NOW)
RUN = SummaryRun(team=TEAM, day="2026-03-16", since=NOW - timedelta(days=1), until=NOW, scheduled=True)


def forget_before(records: Records, before: datetime) -> None:
    """All in one transaction; the desk does it in slices."""
    for kind in PRUNED:
        while numbers := records.outdated(kind, before, most=1000):
            records.forget(kind, numbers, before)
    records.unlink(records.unused_links(), records.newest_link())
