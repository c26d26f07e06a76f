"""What `scan` prints; that it reads a real mailbox and changes nothing is `tests/journeys/test_scan.py`."""

import pytest

from tests.fakes.clock import MONDAY
from triage.cli.mailboxes import print_scanned

HEATED = {
    "at": MONDAY,
    "customer": "acme.example",
    "score": 0.93,
    "words": ("third time",),
    "main_issue": "Where is it?",
}
HELD = {"at": MONDAY, "to": ("dana@acme.example",), "subject": "Re: Order 4711"}


def test_the_replies_that_would_have_been_held_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    print_scanned({"account": "rep@example.com", "read": 1, "heated": [HEATED], "held": [HELD]})
    first, *tables = capsys.readouterr().out.splitlines()
    assert first == (
        "rep@example.com: 1 message read; 1 would have been heated, 1 reply would have been held."
    )
    assert [line.split()[0] for line in tables] == ["day", "2026-03-16", "day", "2026-03-16"]
    assert "dana@acme.example  Re: Order 4711" in tables[-1]


def test_of_calm_mail_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_scanned({"account": "rep@example.com", "read": 12, "heated": [], "held": []})
    assert capsys.readouterr().out == (
        "rep@example.com: 12 messages read; 0 would have been heated, 0 replies would have been held.\n"
    )
