"""Past mail read back over IMAP: for a rehearsal, and to judge what is remembered by other rules."""

from collections.abc import Iterable, Iterator
from typing import Any

from triage.desk.arrivals import customer_of, ignored_because
from triage.desk.office import Office
from triage.desk.ports import Letter, Mailbox
from triage.desk.settings import Account
from triage.judging.corrections import corrected
from triage.judging.facts import MessageFacts
from triage.judging.rehearsal import Received, Sent
from triage.judging.rules import TeamRules
from triage.judging.verdicts import NOT_JUDGED, Measure, Verdict, heat_of, issue_of
from triage.reading.heat import Level
from triage.reading.messages import Message, parse


def received(
    letters: Iterable[Letter], *, account: Account, rules: TeamRules, free_mail: frozenset[str]
) -> list[Received]:
    """Messages of the past, judged. What it takes and gives can go to another process and back."""
    return [_received(letter, account, rules, free_mail) for letter in letters]


def _received(letter: Letter, account: Account, rules: TeamRules, free_mail: frozenset[str]) -> Received:
    message = parse(letter.raw)
    ignored = ignored_because(message, account, rules)
    return Received(
        at=letter.internal_date,
        message_id=message.message_id,
        references=message.references,
        subject=message.subject,
        subject_key=message.subject_key,
        customer=customer_of(message, account, free_mail),
        verdict=NOT_JUDGED if ignored else _judged(message, rules.measure()),
        ignored_because=ignored,
    )


def _judged(message: Message, measure: Measure) -> Verdict:
    """Of what is not heated nobody asks for the main issue here."""
    heat = heat_of(message, measure)
    return Verdict(heat=heat, issue=issue_of(message, measure, heat) if heat.level is Level.HEATED else None)


def sent(letter: Letter) -> Sent:
    """A mail that the rep sent; its header block is enough."""
    message = parse(letter.raw)
    return Sent(
        at=letter.internal_date,
        message_id=message.message_id,
        references=message.references,
        subject=message.subject,
        subject_key=message.subject_key,
        recipients=message.recipients,
    )


def replayed(
    office: Office, mailbox: Mailbox, known: Iterable[MessageFacts], rules: TeamRules
) -> Iterator[dict[str, Any]]:
    """Each remembered message with its verdict then and now; `now` is None where the message is gone."""
    for facts in known:
        letter = _read_again(mailbox, facts)
        with office.store.look() as records:
            corrections = records.corrections(facts.team, facts.customer.label)
        measure = corrected(rules.measure(), corrections)
        heat = heat_of(parse(letter.raw), measure) if letter else None
        yield {
            "id": facts.id,
            "customer": facts.customer.label,
            "subject": facts.subject,
            "then": {"score": facts.score, "level": facts.level, "words": facts.words},
            "now": heat and {"score": heat.score, "level": heat.level, "words": heat.words},
        }


def _read_again(mailbox: Mailbox, facts: MessageFacts) -> Letter | None:
    """At its place, where UIDs still mean the same; else wherever its Message-ID is in that folder."""
    place = mailbox.examine(facts.folder)
    uids = (
        [facts.uid]
        if place.uidvalidity == facts.uidvalidity
        else mailbox.find(facts.folder, facts.message_id)
    )
    return next(mailbox.excerpts(facts.folder, uids), None)
