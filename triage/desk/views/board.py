"""What the rep's page shows at a glance: what is held, what wants a reply, and how everything stands."""

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.views.matters import matter
from triage.desk.views.relations import given_promises
from triage.desk.views.replies import BY_ITSELF, held_reply, shown, whole_reply
from triage.desk.views.reviews import Facts
from triage.desk.views.standing import standing
from triage.judging.cooldown import Cooldown
from triage.judging.facts import MessageFacts
from triage.judging.holds import Door, Event, HeldReply, State, can_move


def board(office: Office, records: Records) -> Facts:
    """The whole page. Only a daemon that runs serves it."""
    facts = standing(office, records, running=True)
    held = [_whole(office, records, records.reply(each["id"])) for each in facts["held"]]
    answered = {each["cooldown"] for each in held}
    waiting = [
        _wanting(office, records, records.cooldown(each["id"]))
        for each in facts["cooldowns"]
        if each["id"] not in answered
    ]
    return {
        **facts,
        "now": office.clock.now(),
        "held": held,
        "waiting": waiting,
        "promises": given_promises(office, records),
    }


def history(office: Office, records: Records, text: str, *, before: str = "", most: int = 50) -> Facts:
    """What became of earlier replies, the newest first, from below the id `before`.

    Where `text` is given, those that bear its words; `older` is the id below which there are more.
    """
    found = records.ended_replies(text.split(), before=before, most=most + 1)
    shown_now = found[:most]
    return {
        "replies": [held_reply(office, records, reply) for reply in shown_now],
        "older": shown_now[-1].id if len(found) > most else "",
    }


def _whole(office: Office, records: Records, reply: HeldReply) -> Facts:
    """A held reply with all its texts, and what can be done with it."""
    cooldown = records.cooldown(reply.cooldown) if reply.cooldown else None
    early = reply.state is State.HELD and office.clock.now() < reply.due_at
    rules = office.team_of(reply.account).rules.cooldown
    facts = whole_reply(office, records, reply)
    sendable = reply.state is State.HELD and reply.door is not Door.DRAFTS and not reply.blanks
    return {
        **facts,
        "sentences": _sentences(records.message(cooldown.message)) if cooldown else [],
        "early": early,
        "can_confirm": sendable and facts["then"] != BY_ITSELF,
        "can_release": can_move(reply.state, Event.RELEASE)
        and not (early and rules.early_release == "never"),
        "can_withdraw": can_move(reply.state, Event.WITHDRAW),
        "in_doubt": reply.state is State.UNKNOWN,
        "can_acknowledge": cooldown is not None and _can_acknowledge(office, records, cooldown),
        "can_correct": cooldown is not None and cooldown.closed_at is None,
    }


def _wanting(office: Office, records: Records, cooldown: Cooldown) -> Facts:
    """A heated message that nobody has answered yet."""
    message = records.message(cooldown.message)
    return {
        "id": cooldown.id,
        "customer": cooldown.customer.label,
        "subject": message.subject,
        "came_in": shown(office, cooldown.account, message.internal_date),
        **matter(office, message),
        "words": message.words,
        "sentences": _sentences(message),
        "suggestion": cooldown.suggestion,
        "due": cooldown.due_at,
        "due_local": shown(office, cooldown.account, cooldown.due_at) if cooldown.due_at else "",
        "answer_by": shown(office, cooldown.account, cooldown.answer_by) if cooldown.answer_by else "",
        "can_acknowledge": _can_acknowledge(office, records, cooldown),
        "can_correct": True,
    }


def _can_acknowledge(office: Office, records: Records, cooldown: Cooldown) -> bool:
    if cooldown.closed_at or cooldown.acknowledged_at or not office.account(cooldown.account).sends:
        return False
    return all(reply.state is not State.SENT for reply in records.replies_of(cooldown.id))


def _sentences(message: MessageFacts) -> list[Facts]:
    """The customer's hot sentences, each with its hot words; the main issue first."""
    hot: dict[str, list[str]] = {message.main_issue: []} if message.main_issue else {}
    for finding in message.findings:
        if finding.weight > 0 and finding.sentence:
            hot.setdefault(finding.sentence, []).append(finding.words)
    return [{"text": text, "words": tuple(dict.fromkeys(words))} for text, words in hot.items()]
