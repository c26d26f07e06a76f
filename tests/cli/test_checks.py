"""`check`: one reply from a file or stdin, and lines of JSON for programs."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Triage
from tests.cli.test_texts import typed

POINTED = "Hello Dana,\n\nI am sorry you feel that way. You should have read the manual.\n"
GOOD = (
    "Hello Dana,\n\norder 4711 is late, and that is on me. I can send it today, or bring it on Friday.\n"
    "I will call you by 17:00 to hear which.\n"
)
ASKED = "Where is order 4711? This is unacceptable, it should have been here on Monday!\n"


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped rules hold, whatever this machine is set up for."""
    monkeypatch.delenv("TRIAGE_CONFIG", raising=False)
    monkeypatch.setattr("triage.config.resources.config_path", lambda: tmp_path / "nowhere.yaml")
    monkeypatch.chdir(tmp_path)


def test_what_was_found_is_said_with_what_to_write_instead(triage: Triage) -> None:
    Path("reply.txt").write_text(POINTED)
    said = triage("check", "reply.txt")
    assert said.code == 1
    assert "A non-apology: “sorry you feel” (asks you before it is sent)\n" in said.out
    assert "Blame of the customer: “You should have read”" in said.out
    assert "    Instead: Name what went wrong and own it" in said.out
    assert "No options\n" in said.out


def test_a_good_reply_is_fine_and_shows_its_promise(triage: Triage) -> None:
    Path("reply.txt").write_text(GOOD)
    Path("asked.eml").write_text(f"From: dana@acme.example\nSubject: Order 4711\n\n{ASKED}")
    said = triage("check", "reply.txt", "--reply-to", "asked.eml")
    assert said.code == 0
    assert said.out.startswith("Nothing found.\nYou promise: “I will call you by 17:00")


def test_the_customers_own_matter_is_looked_for(triage: Triage) -> None:
    Path("reply.txt").write_text("We thank you for your message and will call you at 17:00.\n")
    Path("asked.txt").write_text(ASKED)
    facts = triage("check", "reply.txt", "--reply-to", "asked.txt", "--json").json
    assert "issue_not_acknowledged" in [fault["kind"] for fault in facts["faults"]]
    assert (facts["read"], facts["serious"], facts["owned"]) == (True, False, False)


def test_quoted_words_and_the_signature_are_not_the_writers(triage: Triage) -> None:
    Path("reply.txt").write_text(
        f"{GOOD}\n-- \nCalm down Ltd.\n\nOn Monday Dana wrote:\n> You should have read it.\n"
    )
    assert triage("check", "reply.txt").code == 0


def test_another_language_is_said_not_to_be_read(triage: Triage) -> None:
    Path("reply.txt").write_text("Wir haben Ihre Nachricht erhalten und melden uns bei Ihnen.\n")
    said = triage("check", "reply.txt")
    assert (said.code, said.out) == (
        0,
        "The check reads English only, and is not sure that this is English.\n",
    )


def test_each_line_is_answered_in_order(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        {
            "id": "a",
            "body": "I will call you by 4 pm.",
            "sent_at": "2026-03-04T20:00:00Z",
            "timezone": "America/Chicago",
        },
        {
            "id": "b",
            "body": "You'll have it on Friday.",
            "sent_at": "2026-03-04T14:00",
            "timezone": "Europe/Paris",
        },
        {"id": "c", "body": POINTED, "main_issue": "The pump leaks."},
    ]
    typed(monkeypatch, "\n".join(map(json.dumps, lines)).encode())
    said = triage("check", "--jsonl")
    first, second, third = map(json.loads, said.out.splitlines())
    assert said.code == 0
    assert first["promises"] == [{"text": "I will call you by 4 pm", "due": "2026-03-04T16:00:00-06:00"}]
    assert second["promises"][0]["due"] == "2026-03-06"
    assert (first["id"], first["serious"]) == ("a", False)
    assert (third["id"], third["serious"]) == ("c", True)
    assert set(third["faults"][0]) == {"kind", "text", "instead"}
    assert "issue_not_acknowledged" in [fault["kind"] for fault in third["faults"]]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ({"id": 1}, "it has no `body`"),
        ({"id": 1, "body": 7}, "its `body` is no string"),
        ({"id": 1, "body": "x", "timezone": "Mars/City"}, "its `timezone` is no IANA name"),
        ({"id": 1, "body": "x", "timezone": "../etc"}, "its `timezone` is no IANA name"),
        ({"id": 1, "body": "x", "sent_at": "noon"}, "its `sent_at` is no time in ISO 8601"),
        ({"id": 1, "body": "x", "sent_at": "0001-01-01"}, "its `sent_at` is not of these times"),
    ],
)
def test_a_line_that_cannot_be_read_has_its_error_in_its_place(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, line: dict[str, object], error: str
) -> None:
    typed(monkeypatch, "\n".join(map(json.dumps, [line, {"id": 2, "body": GOOD}])).encode())
    wrong, right = map(json.loads, triage("check", "--jsonl").out.splitlines())
    assert (wrong["id"], wrong["line"]) == (1, 1)
    assert wrong["error"].startswith(f"cannot be read: {error}")
    assert right["id"] == 2


@pytest.mark.parametrize("words", [(), ("--jsonl", "reply.txt"), ("gone.txt",)])
def test_wrong_usage_is_said(triage: Triage, words: tuple[str, ...]) -> None:
    said = triage("check", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err
