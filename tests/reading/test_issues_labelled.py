"""Mail in many voices, each with the sentence that states its main issue (sets/issues.toml).

The floors are what is reached on these texts. On others' mail it is less; docs/judgement.md has the figures.
"""

from collections.abc import Sequence
from typing import TypedDict, cast

import pytest

from benchmarks.issues import alike, bench_particulars, labelled
from benchmarks.replies import ALL, SETS
from triage.reading.heat import assess
from triage.reading.issues import MainIssue, main_issue

Labels = TypedDict(
    "Labels",
    {
        "text": str,
        "subject": str,
        "says": str,
        "or": str,
        "kind": str,
        "facts": list[str],
        "wants": str,
        "by": str,
        "asked": str,
    },
    total=False,
)
Read = Sequence[tuple[Labels, MainIssue | None]]


@pytest.fixture(scope="module")
def read() -> Read:
    return [(mail, _issue(mail)) for mail in cast("list[Labels]", labelled(SETS / "issues.toml"))]


def _issue(mail: Labels) -> MainIssue | None:
    text, subject = mail["text"], mail.get("subject", "")
    return main_issue(text, assess(text, subject=subject), subject=subject)


def share(right: Sequence[bool]) -> float:
    return sum(right) / len(right)


def test_there_are_enough(read: Read) -> None:
    assert len(read) >= 100


def test_the_sentence(read: Read) -> None:
    right = [
        found is not None
        and any(alike(found.sentence, label) for label in (mail["says"], mail.get("or", "")) if label)
        for mail, found in read
    ]
    assert share(right) >= 0.86


def test_the_kind(read: Read) -> None:
    assert share([found is not None and found.kind == mail["kind"] for mail, found in read]) >= 0.65


def test_the_facts(read: Read) -> None:
    right = [set(mail["facts"]) == set(found.facts) for mail, found in read if found and "facts" in mail]
    assert share(right) >= 0.89


def test_what_is_asked_for(read: Read) -> None:
    assert (
        share([alike(found.wants, mail["wants"]) for mail, found in read if found and "wants" in mail]) >= 0.9
    )


def test_by_when(read: Read) -> None:
    assert share([found.by == mail["by"] for mail, found in read if found and "by" in mail]) >= 0.8


def test_how_often_they_asked(read: Read) -> None:
    assert (
        share([alike(found.asked, mail["asked"]) for mail, found in read if found and "asked" in mail]) >= 0.9
    )


@pytest.mark.parametrize(("name", "precision", "recall"), [("", 1.0, 1.0), ("-held-out", 0.96, 0.91)])
def test_all_that_a_mail_says_to_be_exact(name: str, precision: float, recall: float) -> None:
    scores = bench_particulars(labelled(SETS / f"particulars{name}.toml"))
    assert set(scores) == {"facts", "wants", "by", "asked", ALL}
    assert scores[ALL].precision >= precision
    assert scores[ALL].recall >= recall
