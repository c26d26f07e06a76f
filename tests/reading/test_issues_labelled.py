"""Mail in many voices, each with the sentence that states its main issue (sets/issues.toml).

The floors are what is reached on these texts. On others' mail it is less; docs/judgement.md has the figures.
"""

import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, cast

import pytest

from triage.reading.heat import assess
from triage.reading.issues import MainIssue, main_issue
from triage.reading.sentences import words_of

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
    data = tomllib.loads((Path(__file__).parent / "sets/issues.toml").read_text("utf-8"))
    return [(mail, _issue(mail)) for mail in cast("list[Labels]", data["message"])]


def _issue(mail: Labels) -> MainIssue | None:
    text, subject = mail["text"], mail.get("subject", "")
    return main_issue(text, assess(text, subject=subject), subject=subject)


def alike(said: str, label: str) -> bool:
    """One contains the other, or they share words with an F1 of .5."""
    ours, theirs = ([word.text for word in words_of(text)] for text in (said, label))
    one, other = f" {' '.join(ours)} ", f" {' '.join(theirs)} "
    shared = (Counter(ours) & Counter(theirs)).total()
    return bool(ours) and (one in other or other in one or 4 * shared >= len(ours) + len(theirs))


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
    assert share(right) >= 0.84


def test_the_kind(read: Read) -> None:
    assert share([found is not None and found.kind == mail["kind"] for mail, found in read]) >= 0.55


def test_the_facts(read: Read) -> None:
    right = [set(mail["facts"]) == set(found.facts) for mail, found in read if found and "facts" in mail]
    assert share(right) >= 0.9


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
