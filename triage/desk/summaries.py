"""The manager's mail of the day: claimed once, its facts frozen, sent through the outbox like all mail."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256

from triage.desk.lease import Lease
from triage.desk.month import month
from triage.desk.office import SENT, Office, log
from triage.desk.ports import Mailbox, Records
from triage.desk.relations import promise_items, standings
from triage.desk.replies import enqueue
from triage.desk.settings import Account, Team
from triage.desk.tones import waited
from triage.errors import BadInput, NotAllowed, StoreUnusable
from triage.judging.cooldown import NOT_HEATED, Cooldown
from triage.judging.customers import domain_of
from triage.judging.facts import HeardOf, OutgoingFacts, SummaryRun, Way
from triage.judging.holds import (
    DISCARDED,
    HANDED_BACK,
    OPEN,
    REPS_DOORS,
    SUPERSEDED,
    TAKEN_BACK,
    Door,
    Envelope,
    HeldReply,
    State,
)
from triage.judging.rules import WEEKDAYS
from triage.judging.waiting import waiting_of
from triage.reading.heat import Level
from triage.reading.messages import Person
from triage.writing.letters import mail
from triage.writing.summary import (
    CHART,
    Arrow,
    HeatedItem,
    SummaryFacts,
    SummaryMail,
    Watched,
    summarise,
)
from triage.writing.times import (
    Window,
    cut_off_for,
    last_cut_off,
    local_day,
    next_cut_off,
    summary_due,
    window_of,
)

INSTALLED = "installed"
WAITING_SINCE = timedelta(days=30)
"""Whether waiting helps is told of the last month: a day's few replies say nothing."""


def send_due_summary(office: Office, account: Account, lease: Lease, mailbox: Mailbox) -> None:
    """Send the scheduled summary of an account's team, if one is due and it is this account that sends it.

    At most once among the machines on the mailbox: it is taken on there before it is sent.
    """
    team = office.team_of(account.address)
    now = office.clock.now()
    if not team.manager or sender_of(office, team) != account:
        return
    with office.store.begin() as records:
        last = records.last_summary(team.name)
        ends = [end for end in (last and last.until, lease.summed_up_elsewhere) if end]
        window = summary_due(
            now,
            at=team.summary_at,
            days=team.summary_days,
            zone=team.zone,
            last=max(ends, default=None),
            installed=installed_at(office, records),
        )
    if window and lease.sum_up(mailbox, window.until, now):
        _send_scheduled(office, team, account, window)


def _send_scheduled(office: Office, team: Team, account: Account, window: Window) -> None:
    """Claimed and frozen in one commit. A team's broken template must not stop the look."""
    try:
        with office.store.begin() as records:
            run = records.claim_summary(_run(team, window, scheduled=True))
            if run is not None:
                _enqueue(office, records, team, account, run, again=False)
    except StoreUnusable:
        raise
    except Exception as error:
        log.error("the summary of %s could not be made: %s", team.name, type(error).__name__)


def next_summary(office: Office, account: Account) -> datetime | None:
    """When an account has to send its team's next scheduled summary."""
    team = office.team_of(account.address)
    if not team.manager or sender_of(office, team) != account:
        return None
    return next_cut_off(office.clock.now(), team.summary_at, team.summary_days, team.zone)


def send_summary(office: Office, records: Records, team_name: str, day: str) -> str:
    """Send a summary because a person asked for it; the scheduled one still goes."""
    team = named_team(office, team_name)
    account = sender_of(office, team)
    if account is None:
        raise NotAllowed(f"No account of the team {team.name} has `smtp` in the configuration.")
    if not team.manager:
        raise NotAllowed(f"The team {team.name} has no `manager` in the configuration.")
    window = window_for(office, records, team, day)
    again = records.summary_of(team.name, window.day.isoformat()) is not None
    run = records.claim_summary(_run(team, window, scheduled=False))
    if run is not None:
        _enqueue(office, records, team, account, run, again=again)
    return f"The summary of {team.name} goes to {team.manager}."


def summary_mail(office: Office, records: Records, team: Team, day: str) -> SummaryMail:
    """The mail as it would go out, for the terminal and for the rep to read first."""
    return summarise(gather(office, records, team, window_for(office, records, team, day)), team.templates)


def named_team(office: Office, name: str) -> Team:
    """A team by its name; the only one where none is named."""
    teams = office.settings.teams
    if not name and len(teams) == 1:
        return next(iter(teams.values()))
    if name not in teams:
        raise BadInput(f"Name one of your teams with --team: {', '.join(sorted(teams))}.")
    return teams[name]


def sender_of(office: Office, team: Team) -> Account | None:
    """The team's first account that can send."""
    ours = (a for a in office.settings.accounts.values() if a.team == team.name and a.sends)
    return next(ours, None)


def installed_at(office: Office, records: Records) -> datetime:
    """When the store was first used: a fresh install sums nothing up that was before it."""
    stamp = records.note(INSTALLED)
    if stamp is None:
        stamp = office.clock.now().isoformat()
        records.set_note(INSTALLED, stamp)
    return datetime.fromisoformat(stamp)


def window_for(office: Office, records: Records, team: Team, day: str) -> Window:
    """What a summary covers that a person asks for: that day's, or from the last cut-off to now."""
    now, installed = office.clock.now(), installed_at(office, records)
    if day:
        try:
            asked = date.fromisoformat(day)
        except ValueError:
            raise BadInput(f'"{day}" is no date; write it as 2026-03-20.') from None
        if (
            cut_off_for(asked, team.summary_at, team.zone) < installed
            or asked > now.astimezone(team.zone).date()
        ):
            raise BadInput(
                f"There is nothing to tell of {day}: it is before the first start, or still to come."
            )
        if WEEKDAYS[asked.weekday()] not in team.summary_days:
            days = ", ".join(team.summary_days) or "none"
            raise BadInput(f"The team {team.name} has none on {local_day(asked)}: its days are {days}.")
        return window_of(
            asked, at=team.summary_at, days=team.summary_days, zone=team.zone, installed=installed
        )
    cut_off = last_cut_off(now, team.summary_at, team.summary_days, team.zone)
    return Window(day=now.astimezone(team.zone).date(), since=max(cut_off or installed, installed), until=now)


def _run(team: Team, window: Window, *, scheduled: bool) -> SummaryRun:
    return SummaryRun(
        team=team.name,
        day=window.day.isoformat(),
        since=window.since,
        until=window.until,
        scheduled=scheduled,
    )


def _enqueue(
    office: Office, records: Records, team: Team, account: Account, run: SummaryRun, *, again: bool
) -> None:
    window = Window(day=date.fromisoformat(run.day), since=run.since, until=run.until)
    words = summarise(gather(office, records, team, window, again=again), team.templates)
    now = office.clock.now()
    stamp = sha256(f"summary {run.id} {team.name} {now.isoformat()}".encode()).hexdigest()[:32]
    raw = mail(
        sender=account.rep,
        to=[Person(address=team.manager)],
        subject=words.subject,
        text=words.text,
        html=words.html,
        picture=words.chart,
        picture_id=CHART,
        message_id=f"<{stamp}@{domain_of(account.address)}>",
        date=now,
    )
    envelope = Envelope(mail_from=account.address, rcpt_tos=(team.manager,))
    reply = enqueue(records, Door.SUMMARY, account, envelope, raw, now)
    said = f"the summary of {team.name} for {run.day} is on its way ({reply.id})"
    records.afterwards(partial(log.info, "%s: %s", account.address, said))


def gather(
    office: Office, records: Records, team: Team, window: Window, *, again: bool = False
) -> SummaryFacts:
    """The day's facts: counts, customers, kinds and outcomes; no words of anybody's."""
    span = (team.name, window.since, window.until)
    messages = records.heard_between(*span)
    mails = records.replies_between(*span)
    replies = [r for r in mails if r.door in REPS_DOORS]
    ended = [r for r in replies if window.covers(r.finished_at)]
    told = [r for r in mails if r.door is Door.ACKNOWLEDGEMENT and window.covers(r.finished_at)]
    outgoing = records.outgoing_between(*span)
    open_now = [r for r in records.open_replies() if r.team == team.name and r.door in REPS_DOORS]
    accounts = [a for a in office.settings.accounts.values() if a.team == team.name]
    pauses = records.note("pauses") or []
    return SummaryFacts(
        team=team.name,
        reps=tuple(a.name or a.address for a in accounts),
        window=window,
        zone=team.zone,
        again=again,
        seen=len(messages),
        heated=_count(messages, Level.HEATED),
        tense=_count(messages, Level.TENSE),
        grateful=_count(messages, Level.GRATEFUL),
        not_judged=sum(o.way == "not judged" for o in outgoing),
        held=sum(window.covers(r.submitted_at) and bool(r.cooldown) for r in replies),
        sent_after=sum(r.state is State.SENT and bool(r.cooldown) and not _early(r) for r in ended),
        released_early=sum(r.state is State.SENT and _early(r) for r in ended),
        waiting=sum(r.state in (State.HELD, State.ASKED) for r in open_now),
        withdrawn=sum(r.because in (TAKEN_BACK, DISCARDED) for r in ended),
        handed_back=sum(r.because == HANDED_BACK for r in ended),
        bypasses=sum(o.way == "bypass" for o in outgoing),
        failed=sum(r.state is State.FAILED for r in open_now),
        unknown=sum(r.state is State.UNKNOWN for r in open_now),
        acknowledged=sum(r.state is State.SENT for r in told),
        items=tuple(_items(records, team, records.cooldowns_between(*span), outgoing)),
        waited=waiting_of(waited(records, team, window.until - WAITING_SINCE, window.until)),
        promises=tuple(promise_items(records, team, window)),
        arrows=tuple(
            Arrow(customer=each.customer, direction=each.arrow, why=each.why)
            for each in standings(office, records, team, window.until)
        ),
        thanks=tuple(dict.fromkeys(m.customer for m in messages if m.level is Level.GRATEFUL)),
        month=month(records, team, window),
        pauses=sum(window.covers(datetime.fromisoformat(at)) for at in pauses),
        watched=tuple(_watched(records, account) for account in accounts),
        not_enforced=not_enforced(office),
    )


def _early(reply: HeldReply) -> bool:
    return reply.finished_at is not None and reply.finished_at < reply.due_at


def _count(messages: list[HeardOf], level: Level) -> int:
    return sum(m.level is level for m in messages)


def _items(
    records: Records, team: Team, cooldowns: list[Cooldown], outgoing: list[OutgoingFacts]
) -> list[HeatedItem]:
    details = team.rules.summary.details == "main_issue"
    items = []
    for cooldown in cooldowns:
        facts = records.message(cooldown.message)
        replies = records.replies_of(cooldown.id)
        ways = {o.way for o in outgoing if o.cooldown == cooldown.id}
        items.append(
            HeatedItem(
                customer=cooldown.customer.label,
                kind=facts.kind or "general",
                outcome=outcome_of(cooldown, replies, ways),
                waits=cooldown.closed_at is None and not is_answered(replies, ways),
                main_issue=facts.main_issue if details else "",
            )
        )
    return items


_OUTCOMES = {
    State.HELD: "a reply is held",
    State.ASKED: "a reply waits for the rep",
    State.RELEASING: "a reply is being sent",
    State.SENT: "answered",
    State.FAILED: "a reply was refused by the server",
    State.UNKNOWN: "a reply may have been sent",
}


def is_answered(replies: list[HeldReply], ways: Collection[Way]) -> bool:
    """Whether a reply went out; one on another way is an answer, too."""
    return any(reply.state is State.SENT for reply in replies) or not _ANSWERS.isdisjoint(ways)


_ANSWERS: frozenset[Way] = frozenset({"bypass", "after the time"})


def outcome_of(cooldown: Cooldown, replies: list[HeldReply], ways: Collection[Way]) -> str:
    """What became of a heated message, in a few words; `ways` are those on which other replies went."""
    if cooldown.closed_because == NOT_HEATED:
        return "not heated, says the rep"
    for reply in reversed(replies):
        if reply.state is State.SENT and _early(reply):
            return "answered before the time"
        if reply.state is State.SENT or reply.state in OPEN:
            return _OUTCOMES[reply.state]
    if is_answered(replies, ways):
        return _OUTCOMES[State.SENT]
    if cooldown.closed_at is not None:
        return cooldown.closed_because
    if "held elsewhere" in ways:
        return "another machine has held a reply"
    if any(reply.because not in ("", SUPERSEDED) for reply in replies):
        return "the rep is writing"
    return "acknowledged" if cooldown.acknowledged_at else "no reply yet"


def _watched(records: Records, account: Account) -> Watched:
    checked = [b.checked_at for b in records.bookmarks() if b.account == account.address and b.folder != SENT]
    return Watched(address=account.address, last_checked=min(checked, default=None))


def not_enforced(office: Office) -> tuple[str, ...]:
    """What the open doors cannot hold, said plainly."""
    settings = office.settings
    gate = (
        "Mail sent from a phone or on the web goes round the gate; it is found in Sent afterwards."
        if settings.gate
        else "There is no gate: whatever a mail client sends goes out at once."
    )
    drafts = () if settings.drafts else ("Drafts are left where they are.",)
    return (gate, *drafts)
