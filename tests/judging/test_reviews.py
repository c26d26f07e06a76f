"""A reply reviewed by a team's rules: what is serious, and why it should not go by itself."""

from datetime import UTC, datetime

import pytest

from triage.judging.reviews import Review, review
from triage.judging.rules import CheckRules, TeamRules, standpoint
from triage.reading.replies import FaultKind

RULES = TeamRules()
NOW = datetime(2026, 3, 11, 14, 15, tzinfo=UTC)


def reviewed(text: str, team: TeamRules = RULES) -> Review:
    where = standpoint(NOW, UTC, team, written_at=NOW.replace(hour=13))
    return review(text, team.check.serious, where)


@pytest.mark.parametrize(
    ("text", "objections"),
    [
        ("The pump is on its way, and I will call you at 17:00.", ()),
        ("Please calm down, it will be with you.", ("the reply check found making light of it",)),
        (
            "I am sorry if you were upset. As I said, you should have called us.",
            ("the reply check found a non-apology, an I-told-you-so and blame of the customer",),
        ),
        ("I will have it with you by 14:00.", ("it promises something for a time before it leaves",)),
        ("Wir haben das erhalten und melden uns.", ("the reply check cannot read its language",)),
    ],
)
def test_why_a_reply_should_not_go_by_itself(text: str, objections: tuple[str, ...]) -> None:
    assert reviewed(text).objections == objections


def test_objections_quote_nothing_as_they_stand_in_logs() -> None:
    (objection,) = reviewed("Please calm down, it will be with you.").objections
    assert "calm" not in objection


def test_what_is_serious_is_the_teams_rule() -> None:
    text = "It is against company policy. Please calm down, it will be with you."
    assert {fault.kind for fault in reviewed(text).serious} == {"dismissive"}
    stricter = reviewed(text, TeamRules(check=CheckRules(serious=(FaultKind.POLICY_HIDING,))))
    assert {fault.kind for fault in stricter.serious} == {"policy_hiding"}
    assert reviewed(text, TeamRules(check=CheckRules(serious=()))).objections == ()


def test_in_another_language_nothing_is_found_and_that_is_said() -> None:
    found = reviewed("Leider haben Sie das falsche Teil bestellt, das ist nicht unser Fehler.")
    assert (found.read, found.faults, found.promises) == (False, (), ())
