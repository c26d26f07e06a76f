"""What the rep said of a customer's words: what it changes, and what it teaches."""

from datetime import UTC, datetime

from triage.judging.corrections import Correction, Proposal, corrected, proposals
from triage.judging.rules import HeatRules, Phrases, TeamRules
from triage.judging.verdicts import Measure, judge
from triage.reading.heat import Level
from triage.reading.messages import Message, parse_text

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def said(customer: str, words: str, *, heated: bool = False) -> Correction:
    return Correction(team="field", customer=customer, words=words, made_at=NOW, heated=heated)


def test_words_that_were_marked_heated_are_heated() -> None:
    message: Message = parse_text("We will take the order round the corner next month.")
    assert judge(message, Measure()).heat.level is not Level.HEATED
    marked = [said("acme.example", "round the corner", heated=True)]
    assert judge(message, corrected(Measure(), marked)).heat.level is Level.HEATED


def test_what_was_said_of_several_customers_is_proposed() -> None:
    corrections = [
        said("acme.example", "Dead stock"),
        said("bigco.example", "dead stock"),
        said("bigco.example", "a joke"),
    ]
    assert proposals(corrections, TeamRules()) == (Proposal(words="dead stock", heated=False, customers=2),)


def test_what_the_rules_have_is_not_proposed_again() -> None:
    corrections = [said("acme.example", "dead stock"), said("bigco.example", "dead stock")]
    rules = TeamRules(heat=HeatRules(phrases=Phrases(calm=("Dead Stock",))))
    assert proposals(corrections, rules) == ()


def test_what_customers_differ_in_is_a_rule_for_nobody() -> None:
    corrections = [
        said("acme.example", "a joke"),
        said("bigco.example", "a joke"),
        said("curt.example", "a joke", heated=True),
    ]
    assert proposals(corrections, TeamRules()) == ()
