"""Messages have arrived: read, judged, and kept in one commit with their cool-downs and the bookmark."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from triage.desk.office import Office, log
from triage.desk.ports import Letter, Records
from triage.desk.replies import ask, ask_all_of, join_thread
from triage.desk.settings import Account, Team
from triage.desk.suggesting import suggestion_of
from triage.judging.cooldown import (
    Cooldown,
    Decision,
    Extend,
    Ignore,
    Incoming,
    Open,
    WroteAgain,
    on_message,
)
from triage.judging.corrections import corrected
from triage.judging.customers import Customer, customer_of, ignored_because
from triage.judging.facts import Bookmark, MessageFacts
from triage.judging.holds import ASK_WROTE_AGAIN, WAITING, State
from triage.judging.verdicts import NOT_JUDGED, Verdict, judge
from triage.reading.departures import departed
from triage.reading.heat import Level
from triage.reading.messages import Message, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a message lies."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A message that was read and judged, before it is known what stands in the store."""

    letter: Letter
    message: Message
    ignored: str
    facts: MessageFacts


def messages_arrived(
    office: Office, account: Account, arrived: Sequence[tuple[Spot, Letter]], *, first_start: bool = False
) -> None:
    """Take in some messages of a watched folder, in order and in one commit; what is known stays as it is."""
    judged = [_judged(office, account, spot, letter) for spot, letter in arrived]
    with office.store.begin() as records:
        for each in judged:
            _take_in(office, records, account, each, first_start=first_start)


def _judged(office: Office, account: Account, spot: Spot, letter: Letter) -> _Judged:
    message = parse(letter.raw)
    team = office.team_of(account.address)
    ignored = ignored_because(message, account.insiders, team.rules.customers.never_hold)
    customer = customer_of(message, account.insiders, team.free_mail)
    verdict = NOT_JUDGED if ignored else _judge(office, team, customer, message)
    facts = _facts(account, team, spot, letter, message, customer, verdict, office.clock.now())
    return _Judged(letter=letter, message=message, ignored=ignored, facts=facts)


def _take_in(
    office: Office, records: Records, account: Account, judged: _Judged, *, first_start: bool
) -> None:
    team, message, facts, ignored = (
        office.team_of(account.address),
        judged.message,
        judged.facts,
        judged.ignored,
    )
    _advance(records, facts)
    if _is_known(records, account, message):
        return
    if not ignored and first_start and _is_answered(records, account, message, judged.letter):
        ignored = "it was answered before this program first started"
    ignored = ignored or _judged_elsewhere(records, account, message)
    by_subject = _thread_by_subject(records, team, facts.customer, message)
    thread = join_thread(records, account, message, by_subject)
    facts = records.add_message(replace(facts, thread=thread, ignored_because=ignored))
    about = records.open_cooldowns_about(team.name, thread, message.subject_key)
    decision = on_message(_incoming(facts, ignored), about, team.rules.cooldown, facts.seen_at)
    records.save_message(_apply(office, records, account, team, facts, decision))


def _facts(
    account: Account,
    team: Team,
    spot: Spot,
    letter: Letter,
    message: Message,
    customer: Customer,
    verdict: Verdict,
    now: datetime,
) -> MessageFacts:
    """What is remembered of a message, before its thread and its place among others are known."""
    heat, issue = verdict.heat, verdict.issue
    return MessageFacts(
        account=account.address,
        team=team.name,
        message_id=message.message_id,
        folder=spot.folder,
        uidvalidity=spot.uidvalidity,
        uid=spot.uid,
        customer=customer,
        subject=message.subject,
        subject_key=message.subject_key,
        thread="",
        references=message.references,
        internal_date=letter.internal_date,
        seen_at=now,
        score=heat.score,
        level=heat.level,
        findings=heat.findings,
        main_issue=issue.sentence if issue else "",
        kind=issue.kind if issue else "",
        issue_facts=issue.facts if issue else (),
        wants=issue.wants if issue else "",
        wants_by=issue.by if issue else "",
        asked=issue.asked if issue else "",
        language=message.language,
        problems=message.problems,
        heated_at=team.rules.heat.heated_at,
        departed=departed(message),
    )


def _advance(records: Records, facts: MessageFacts) -> None:
    records.set_bookmark(
        Bookmark(
            account=facts.account,
            folder=facts.folder,
            uidvalidity=facts.uidvalidity,
            uid=facts.uid,
            checked_at=facts.seen_at,
        )
    )


def _is_known(records: Records, account: Account, message: Message) -> bool:
    """The same message may come by again: moved, or under another UIDVALIDITY."""
    known = records.messages_called(message.message_id, account=account.address) if message.message_id else []
    sender = message.sender.address if message.sender else ""
    return any(sender in facts.customer.addresses for facts in known)


def _judged_elsewhere(records: Records, account: Account, message: Message) -> str:
    """A message to two of a team's reps opens one cool-down, and is no second message of the customer's."""
    known = records.messages_called(message.message_id) if message.message_id else []
    same_team = [facts for facts in known if facts.team == account.team and not facts.ignored_because]
    return f"it is {same_team[0].id} in the mailbox of {same_team[0].account}" if same_team else ""


def _thread_by_subject(records: Records, team: Team, customer: Customer, message: Message) -> str:
    """The thread of an open cool-down, where no reference is known: by customer and subject."""
    if not message.subject_key or records.thread_of(team.name, message.references):
        return ""
    about = records.open_cooldowns_about(team.name, "", message.subject_key)
    same = (c for c in about if c.subject_key == message.subject_key)
    return next((c.thread for c in same if c.customer.overlaps(customer)), "")


def _is_answered(records: Records, account: Account, message: Message, letter: Letter) -> bool:
    flags = {flag.lower() for flag in letter.flags}
    return "\\answered" in flags or records.is_answered(account.team, message.message_id)


def _judge(office: Office, team: Team, customer: Customer, message: Message) -> Verdict:
    with office.store.look() as records:
        corrections = records.corrections(team.name, customer.label)
    return office.apart(judge, message, corrected(team.rules.measure(), corrections))


def reconsider(office: Office, records: Records, facts: MessageFacts) -> MessageFacts:
    """A remembered message whose verdict was changed by the rep: what follows from that, now."""
    account, team = office.account(facts.account), office.team_of(facts.account)
    cooldowns, now = records.open_cooldowns(team.name), office.clock.now()
    decision = on_message(_incoming(facts, ""), cooldowns, team.rules.cooldown, now)
    judged = _apply(office, records, account, team, facts, decision)
    records.save_message(judged)
    return judged


def _incoming(facts: MessageFacts, ignored: str) -> Incoming:
    return Incoming(
        message=facts.id,
        message_id=facts.message_id,
        account=facts.account,
        team=facts.team,
        customer=facts.customer,
        thread=facts.thread,
        subject_key=facts.subject_key,
        heated=facts.level is Level.HEATED,
        internal_date=facts.internal_date,
        ignore_because=ignored,
    )


def _apply(
    office: Office, records: Records, account: Account, team: Team, facts: MessageFacts, decision: Decision
) -> MessageFacts:
    """Write down what was decided; the facts come back with it."""
    match decision:
        case Ignore(reason=reason):
            return replace(facts, decision=reason)
        case WroteAgain(cooldowns=cooldowns, reason=reason):
            for cooldown in cooldowns:
                ask_all_of(office, records, cooldown, ASK_WROTE_AGAIN)
            return replace(facts, decision=reason, cooldown=cooldowns[0].id)
        case Extend(cooldown=cooldown, reason=reason):
            records.save_cooldown(replace(cooldown, flagged=False))
            ask_all_of(office, records, cooldown, ASK_WROTE_AGAIN)
            return replace(facts, decision=reason, cooldown=cooldown.id)
        case Open(cooldown=cooldown, instead_of=old, reason=reason):
            text = suggestion_of(records, account, team, facts, cooldown, office.clock.now()).body
            opened = records.add_cooldown(replace(cooldown, suggestion=text))
            if old:
                _hand_over(office, records, old, opened)
            words = "%s: heated: %s opens %s (%s)", account.address, facts.id, opened.id, facts.kind
            records.afterwards(partial(log.info, *words))
            return replace(facts, decision=reason, cooldown=opened.id)


def _hand_over(office: Office, records: Records, old: Cooldown, new: Cooldown) -> None:
    """The old cool-down's time is over: it closes, and replies still held move to the new one."""
    records.save_cooldown(
        replace(old, closed_at=office.clock.now(), closed_because="the customer wrote again, heated")
    )
    for reply in records.replies_of(old.id):
        if reply.state in (*WAITING, State.RELEASING):
            records.change_reply(reply, moved := replace(reply, cooldown=new.id))
            ask(office, records, moved, ASK_WROTE_AGAIN)
