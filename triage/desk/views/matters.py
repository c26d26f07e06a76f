"""What a customer's message is about, as the faces show it: the main issue, and what a reply has to meet."""

from triage.desk.office import Office
from triage.desk.suggesting import wanted_by
from triage.desk.views.reviews import Facts
from triage.judging.facts import MessageFacts


def matter(office: Office, message: MessageFacts) -> Facts:
    """The main sentence and its facts; what they ask for, until when and how often, in their own words.

    `by_local` is the day or moment that `by` means; empty where it cannot be told.
    """
    known = message.account in office.settings.accounts
    return {
        "main_issue": message.main_issue,
        "kind": message.kind,
        "facts": message.issue_facts,
        "wants": message.wants,
        "by": message.wants_by,
        "by_local": wanted_by(office.team_of(message.account), message, office.clock.now()) if known else "",
        "asked": message.asked,
    }


NO_MATTER: Facts = dict.fromkeys(("main_issue", "kind", "wants", "by", "by_local", "asked"), "") | {
    "facts": ()
}
"""The same where there is no message."""


def matter_lines(facts: Facts) -> list[tuple[str, str]]:
    """The same as lines for a person: a label, and words that may be empty."""
    return [
        ("main issue", facts["main_issue"]),
        ("it names", ", ".join(facts["facts"])),
        ("they ask", facts["wants"]),
        ("until", " = ".join(filter(None, (facts["by"], facts["by_local"])))),
        ("asked before", facts["asked"]),
    ]
