"""What the desk itself puts into the mailbox: the keyword, the suggested reply, short notices."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

from triage.desk.office import Office
from triage.desk.ports import Mailbox, Records
from triage.desk.settings import Account
from triage.desk.suggesting import is_suggestion, original_of
from triage.errors import MailboxRefused
from triage.folders import Role
from triage.judging.cooldown import NOT_HEATED, Cooldown
from triage.judging.customers import domain_of
from triage.judging.facts import MessageFacts, Notice
from triage.reading.messages import parse
from triage.writing.letters import notice, reply_draft
from triage.writing.steps import next_steps
from triage.writing.times import local

HEATED = "$Heated"


def flag_heated(office: Office, account: Account, mailbox: Mailbox) -> None:
    """Let heated messages bear the keyword, where the server keeps keywords; and no corrected one."""
    with office.store.look() as records:
        due = [c for c in records.open_cooldowns(account.team) if not c.flagged]
        heated = [(c, records.message(c.message)) for c in due if c.message]
        corrected = records.cooldowns_closed_because(account.address, NOT_HEATED)
        calm = [(c, records.message(c.message)) for c in corrected]
    for cooldown, message in heated:
        if message.account == account.address:
            _flag(office, account, mailbox, message)
            _change(office, cooldown, flagged=True)
    for cooldown, message in calm:
        with suppress(MailboxRefused):
            if mailbox.select(message.folder).uidvalidity == message.uidvalidity:
                mailbox.unflag(message.folder, message.uid, HEATED)
        _change(office, cooldown, flagged=False)


def _flag(office: Office, account: Account, mailbox: Mailbox, message: MessageFacts) -> None:
    try:
        place = mailbox.select(message.folder)
    except MailboxRefused:
        return  # the folder is gone: there is nothing to mark
    key = f"keywords {message.folder}"
    with office.store.begin() as records:
        if place.keywords:
            office.over(records, account.address, key)
        else:
            text = f"The server keeps no keywords in {message.folder}: heated mail is not marked there."
            office.tell(records, account.address, key, text)
    if place.keywords and place.uidvalidity == message.uidvalidity:
        mailbox.flag(message.folder, message.uid, HEATED)


def place_suggestions(office: Office, account: Account, mailbox: Mailbox) -> None:
    """Put each new suggestion into Drafts once; take it to Trash when its cool-down is closed."""
    unfinished = _unfinished(office, account)
    closed = [c for c in unfinished if c.closed_at is not None]
    if closed:
        _take_away(office, mailbox, closed)
    for cooldown in unfinished:
        if cooldown.closed_at is None and office.settings.suggest:
            _place(office, account, mailbox, cooldown)


def note_suggestions(office: Office, account: Account, mailbox: Mailbox) -> None:
    """Remember the suggestions that another machine has put into Drafts: one is enough."""
    for cooldown in _unfinished(office, account):
        if cooldown.closed_at is None and _is_there(account, mailbox, cooldown):
            _change(office, cooldown, suggested="drafted")


def _unfinished(office: Office, account: Account) -> list[Cooldown]:
    with office.store.look() as records:
        return records.unfinished_suggestions(account.address)


def _is_there(account: Account, mailbox: Mailbox, cooldown: Cooldown) -> bool:
    """Whether it was put there, wherever the rep has it now."""
    id_ = _suggestion_id(account, cooldown)
    return any(mailbox.find(mailbox.folder(role), id_) for role in _WHERE_IT_MAY_BE)


_WHERE_IT_MAY_BE: tuple[Role, ...] = ("drafts", "trash", "held", "earlier", "send", "sent")


def _place(office: Office, account: Account, mailbox: Mailbox, cooldown: Cooldown) -> None:
    folder = mailbox.folder("drafts")
    id_ = _suggestion_id(account, cooldown)
    if not _is_there(account, mailbox, cooldown):
        with office.store.look() as records:
            facts = records.message(cooldown.message)
        raw = reply_draft(
            original_of(facts),
            rep=account.rep,
            body=cooldown.suggestion,
            message_id=id_,
            date=office.clock.now(),
        )
        mailbox.append(folder, raw, flags=["\\Draft", "\\Seen"])
    _change(office, cooldown, suggested="drafted")


def _take_away(office: Office, mailbox: Mailbox, closed: Sequence[Cooldown]) -> None:
    """Known by their text alone, to whomever it is addressed by now; whatever the rep changed in it stays."""
    folder = mailbox.folder("drafts")
    mailbox.select(folder)
    drafts = [(x.uid, parse(x.raw)) for x in mailbox.letters(folder, mailbox.uids(folder))]
    for uid, message in drafts:
        if any(is_suggestion(message, cooldown) for cooldown in closed):
            mailbox.move(folder, uid, mailbox.folder("trash"))
    for cooldown in closed:
        _change(office, cooldown, suggested="gone")


def _suggestion_id(account: Account, cooldown: Cooldown) -> str:
    """The same on every try and on every machine, so that it is never put twice."""
    digest = sha256(f"{account.address} {cooldown.thread} {cooldown.opened_by}".encode()).hexdigest()[:32]
    return f"<suggestion.{digest}@{domain_of(account.address)}>"


def _change(office: Office, cooldown: Cooldown, **changes: object) -> None:
    with office.store.begin() as records:
        records.save_cooldown(replace(records.cooldown(cooldown.id), **changes))  # type: ignore[arg-type]


def post_notices(office: Office, account: Account, mailbox: Mailbox) -> None:
    """File a short unread mail for each notice that wants one."""
    with office.store.look() as records:
        wanted = records.notices(office.clock.now(), unmailed_of=account.address)
    for told in wanted:
        id_ = f"<notice.{told.id}.{int(told.told_at.timestamp())}@{domain_of(account.address)}>"
        folder = mailbox.folder("inbox")
        if not mailbox.find(folder, id_):
            raw = notice(
                rep=account.rep,
                subject=f"triage: {told.text.partition(':')[0].rstrip('.')}",
                text=_words(office, told),
                notice_id=told.id,
                message_id=id_,
                date=told.told_at,
            )
            mailbox.append(folder, raw)
        with office.store.begin() as records:
            records.mailed(told)


def _words(office: Office, told: Notice) -> str:
    """What happened, to which reply, and what to do; no word of the reply itself."""
    with office.store.look() as records:
        if told.about.startswith("p"):
            return _promise_words(office, records, told)
        if not told.about.startswith("r"):
            return told.text
        reply = records.reply(told.about)
    zone = office.team_of(reply.account).zone
    about = [
        f"To: {', '.join(reply.to)}",
        f"Subject: {reply.subject}",
        f"Its time: {local(reply.due_at, zone, told.told_at)}",
        f"The server said: {reply.last_answer}" if reply.last_answer else "",
    ]
    steps = ["What you can do:", *(f"  {step}" for step in next_steps(reply))] if next_steps(reply) else []
    return "\n".join([told.text, "", *filter(None, about), "", *steps])


def _promise_words(office: Office, records: Records, told: Notice) -> str:
    """What was promised, in the rep's own words, to whom and until when."""
    given = records.promise(told.about)
    zone = office.team_of(given.account).zone
    due = f"Due: {local(given.due_at, zone, told.told_at)}" if given.due_at else ""
    about = [f"To: {given.customer.label}", f"You wrote: {given.text}", *filter(None, [due])]
    return "\n".join([told.text, "", *about, "", f"Once it is kept: triage kept {given.id}"])
