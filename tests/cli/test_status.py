"""`status` and `pause`: what is held comes first, and nothing is called open that is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Triage
from tests.desk.world import World
from triage import config as files
from triage.daemon.locks import sole_daemon


@pytest.fixture
def daemon(config: Path) -> Iterator[None]:
    """As the commands see it, a daemon runs."""
    with sole_daemon(files.load(config)):
        yield


def test_without_a_daemon_no_door_is_open(triage: Triage, holding: World) -> None:
    said = triage("status")
    assert "The daemon is NOT running" in said.out
    assert [line for line in said.out.splitlines() if "is closed: no daemon runs." in line] == [
        "Drafts is closed: no daemon runs.",
        "Cooldown/Send is closed: no daemon runs.",
    ]
    assert "Not held: No daemon runs" in said.out
    doors = triage("status", "--json").json["doors"]
    assert (doors["watch"], doors["drafts"], doors["hand_off"], doors["gate"]) == ([], False, [], None)


def test_each_door_says_what_it_holds_or_why_it_is_closed(
    triage: Triage, holding: World, daemon: None
) -> None:
    with holding.store.begin() as records:
        records.set_note("daemon", {"pid": 1, "started_at": holding.clock.now().isoformat()})
    lines = triage("status").out.splitlines()
    assert lines[0] == "The daemon is running."
    assert "The gate is closed: `doors.gate` is not enabled in the configuration." in lines
    assert "Cooldown/Send holds what is saved in the folder Cooldown/Send (rep@example.com)." in lines
    assert any(line.startswith("Drafts holds a draft to a heated customer") for line in lines)


def test_what_is_held_and_what_waits_comes_first(triage: Triage, holding: World) -> None:
    assert triage("status").out.splitlines()[1] == "1 reply is held."
    holding.forward(minutes=31)
    assert triage("status").out.splitlines()[1] == "1 reply waits for you."
    assert "! rep@example.com: Reply r1 waits for you" in triage("status").out


def test_times_are_the_teams_own_and_iso_for_programs(triage: Triage, holding: World) -> None:
    said = triage("status")
    assert "rep@example.com INBOX: last checked 09:00 CDT" in said.out
    assert "Cool-down c1 of acme.example: until 09:30 CDT" in said.out
    (cooldown,) = triage("status", "--json").json["cooldowns"]
    assert cooldown["due"] == "2026-03-16T14:30:00+00:00"


def test_a_pause_says_until_when(triage: Triage, world: World) -> None:
    assert triage("pause", "--for", "2h").out.endswith("It lasts until 11:00 CDT.\n")
    assert "PAUSED until 11:00 CDT: new mail passes.\n" in triage("status").out
    triage("resume")
    assert "PAUSED" not in triage("status").out
    assert triage("pause").out.endswith("It lasts until `triage resume`.\n")
    assert "PAUSED until `triage resume`" in triage("status").out
