"""Why a message was or was not heated, why a reply is or was held: `explain`.

Each record says `what` it is and, under `because`, one labelled line a fact, with times as people say them.
"""

import math
import re
from collections.abc import Sequence
from datetime import datetime

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.views.matters import matter, matter_lines
from triage.desk.views.replies import held_reply, shown
from triage.desk.views.reviews import Facts
from triage.errors import BadInput
from triage.judging.cooldown import Cooldown
from triage.judging.facts import MessageFacts, OutgoingFacts
from triage.judging.holds import Door, HeldReply, State
from triage.reading.heat import Finding, Level

_ID = re.compile(r"[mcr]\d+")
_NAMES = {Door.ACKNOWLEDGEMENT: "an acknowledgement", Door.SUMMARY: "a summary for the manager"}
_MENTIONED = 0.2
"""Log-odds from which a finding is worth a word."""
_MOST_NAMED = 3
_ENDS = {State.SENT: "sent", State.FAILED: "refused", State.UNKNOWN: "the line broke"}
_WAYS = {Door.GATE: "by the gate", Door.HAND_OFF: "by Cooldown/Send", Door.DRAFTS: "by Drafts"}


def explained(office: Office, records: Records, id_: str) -> list[Facts]:
    """What is known of an id or a Message-ID, with all that belongs to it."""
    if id_.startswith("<") or "@" in id_:
        return _called(office, records, id_ if id_.startswith("<") else f"<{id_}>")
    if not _ID.fullmatch(id_):
        raise BadInput(f'"{id_}" cannot be explained: name a message (m34), a reply (r12), a cool-down (c5).')
    if id_.startswith("m"):
        return [_message(office, records.message(id_))]
    if id_.startswith("c"):
        replies = [_reply(office, records, reply) for reply in records.replies_of(id_)]
        return [*_opened(office, records, id_), *replies]
    reply = records.reply(id_)
    held_for = _opened(office, records, reply.cooldown) if reply.cooldown else []
    return [_reply(office, records, reply), *held_for]


def _opened(office: Office, records: Records, id_: str) -> list[Facts]:
    """A cool-down, and the message that it is about."""
    cooldown = records.cooldown(id_)
    return [_cooldown(office, cooldown), _message(office, records.message(cooldown.message))]


def _called(office: Office, records: Records, message_id: str) -> list[Facts]:
    found = [_message(office, facts) for facts in records.messages_called(message_id)]
    for account in office.settings.accounts:
        found += [_reply(office, records, reply) for reply in records.replies_called(account, message_id)]
    found += [_outgoing(office, facts) for facts in records.outgoing_called(message_id)]
    if not found:
        raise BadInput(f"Nothing is known of {message_id}: mail is remembered from the first start on.")
    return found


def _lines(*facts: tuple[str, str]) -> list[str]:
    """A line for each fact that there is."""
    return [f"{label}: {words}" for label, words in facts if words]


def _message(office: Office, facts: MessageFacts) -> Facts:
    judged = not facts.ignored_because
    issue = matter(office, facts)
    because = _lines(
        ("subject", facts.subject),
        ("came in", shown(office, facts.account, facts.internal_date)),
        ("score", f"{facts.score:.2f}, and heated from {facts.heated_at:.2f} on" if judged else ""),
        ("decision", facts.decision + (f" ({facts.cooldown})" if facts.cooldown else "") if judged else ""),
        ("why not", facts.ignored_because),
        *matter_lines(issue),
        ("what would change it", nearest_change(facts) if judged else ""),
        *(("could not be read", problem) for problem in facts.problems),
    )
    return {
        "id": facts.id,
        "what": f"a message of {facts.customer.label}: {facts.level if judged else 'not judged'}",
        "because": because,
        "score": facts.score,
        "level": facts.level,
        "heated_at": facts.heated_at,
        **issue,
        "findings": [
            {"signal": f.signal, "words": f.words, "weight": f.weight, "sentence": f.sentence}
            for f in facts.findings
            if judged
        ],
        "cooldown": facts.cooldown,
    }


def nearest_change(facts: MessageFacts) -> str:
    """The least that would have changed the verdict; empty where nothing of ours would."""
    if facts.score < facts.heated_at:
        return f"it is {facts.heated_at - facts.score:.2f} below the threshold{_for_and_against(facts)}"
    if facts.level is not Level.HEATED:
        return ""  # the rep has corrected it
    least = _needed(facts)
    words = _listed([finding.words for finding in least])
    without = _score_without(facts, least)
    then = "not heated" if without < facts.heated_at else "still heated"
    return f"without {words} the score would be about {without:.2f}: {then}" if least else ""


def _needed(facts: MessageFacts) -> list[Finding]:
    """The fewest findings without which it would not be heated; all for heat where none suffice."""
    hot = sorted((f for f in facts.findings if f.weight > 0), key=lambda f: -f.weight)
    for number in range(1, len(hot)):
        if _score_without(facts, hot[:number]) < facts.heated_at:
            return hot[:number]
    return hot


def _score_without(facts: MessageFacts, left_out: Sequence[Finding]) -> float:
    """About: the findings add up to the score's log-odds, but what is left would count a little otherwise."""
    score = min(max(facts.score, 1e-9), 1 - 1e-9)
    log_odds = math.log(score / (1 - score)) - sum(finding.weight for finding in left_out)
    return 1 / (1 + math.exp(-log_odds))


def _for_and_against(facts: MessageFacts) -> str:
    """The words that weighed most on either side; of little weight is what nobody would ask about."""
    ranked = sorted(facts.findings, key=lambda finding: -abs(finding.weight))
    for_heat = [f.words for f in ranked if f.weight >= _MENTIONED][:_MOST_NAMED]
    against = [f.words for f in ranked if f.weight <= -_MENTIONED][:_MOST_NAMED]
    said = [f"for heat spoke {_listed(for_heat)}"] if for_heat else []
    said += [f"against it {_listed(against)}"] if against else []
    return "".join(f"; {each}" for each in said)


def _listed(words: Sequence[str]) -> str:
    """“one”, “two” and “three”; of many only the first."""
    quoted = [f"“{' '.join(each.split())}”" for each in dict.fromkeys(words)]
    if len(quoted) > _MOST_NAMED + 1:
        quoted = [*quoted[:_MOST_NAMED], f"{len(quoted) - _MOST_NAMED} more"]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))


def _cooldown(office: Office, cooldown: Cooldown) -> Facts:
    def at(when: datetime | None) -> str:
        return shown(office, cooldown.account, when) if when else ""

    closed = f"closed {at(cooldown.closed_at)}: {cooldown.closed_because}" if cooldown.closed_at else "open"
    return {
        "id": cooldown.id,
        "what": f"a cool-down of {cooldown.customer.label}",
        "because": _lines(
            ("state", closed),
            ("opened", f"{at(cooldown.opened_at)}, by {cooldown.message}"),
            (
                "clock",
                f"started {at(cooldown.started_at)}" if cooldown.started_at else "not started by a reply",
            ),
            ("due", at(cooldown.due_at)),
            ("acknowledged", at(cooldown.acknowledged_at)),
        ),
    }


def _reply(office: Office, records: Records, reply: HeldReply) -> Facts:
    return {
        **held_reply(office, records, reply),
        "what": f"{_NAMES.get(reply.door, 'a reply')}, {reply.state}",
        "because": _reply_lines(office, reply),
    }


def _reply_lines(office: Office, reply: HeldReply) -> list[str]:
    def at(when: datetime | None) -> str:
        return shown(office, reply.account, when) if when else ""

    asked = ("waits for you" if reply.state is State.ASKED else "waited for you", reply.asked_because)
    early = f" before its time: {reply.release_reason}" if reply.release_reason else ""
    return _lines(
        ("to", ", ".join(reply.to)),
        ("subject", reply.subject),
        ("came in", f"{at(reply.submitted_at)} {_WAYS.get(reply.door, '')}".strip()),
        ("due", at(reply.due_at)),
        (_ENDS.get(reply.state, "ended"), at(reply.finished_at)),
        ("held because of" if reply.cooldown else "not held", ", ".join(reply.reasons)),
        asked,
        ("released", f"{at(reply.released_at)}{early}" if reply.released_at else ""),
        ("why it ended", reply.because),
        ("tried", f"{reply.tries} times" if reply.tries > 1 else ""),
        ("the server said", reply.last_answer),
    )


def _outgoing(office: Office, facts: OutgoingFacts) -> Facts:
    return {
        "id": facts.id,
        "what": f"a mail that was not held: {facts.way}",
        "because": _lines(
            ("to", ", ".join(facts.recipients)), ("seen", shown(office, facts.account, facts.at))
        ),
        "cooldown": facts.cooldown,
    }
