"""What is remembered, read back over IMAP and judged by other rules."""

from collections.abc import Iterable, Iterator
from typing import Any

from triage.desk.office import Office
from triage.desk.ports import Letter, Mailbox
from triage.judging.corrections import corrected
from triage.judging.facts import MessageFacts
from triage.judging.rules import TeamRules
from triage.judging.verdicts import heat_of
from triage.reading.messages import parse


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
