"""Mail is judged in a process of its own; whatever happens to that, nothing stays unjudged, nobody behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from tests.desk.world import HOT
from tests.journeys.house import runs, until
from triage.config import default_rules, load
from triage.daemon.apart import PATIENCE, REST, Apart
from triage.desk.ports import Apart as Seam
from triage.desk.ports import here
from triage.errors import BadInput, Mistakes
from triage.judging.reviews import review
from triage.judging.rules import TeamRules, standpoint
from triage.judging.verdicts import Measure, judge
from triage.reading.messages import parse_text

MESSAGE = parse_text(HOT, "Order 4711")
REPLY = "As I told you, it is not our fault. I will send it on Monday."
NOW, ZONE = datetime(2026, 3, 16, tzinfo=UTC), ZoneInfo("America/Chicago")
RULES = TeamRules()
UTC_FILE = (
    b"TZif" + bytes(16) + b"".join(n.to_bytes(4, "big") for n in (0, 0, 0, 0, 1, 4)) + bytes(6) + b"UTC\0"
)
"""The file of a zone (RFC 9636, version 1)."""


class Watch:
    """A clock that is moved."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def apart(watch: Watch) -> Iterator[Apart]:
    apart = Apart(watch)
    yield apart
    apart.stop()


@pytest.fixture(params=["here", "apart"])
def seam(request: pytest.FixtureRequest, apart: Apart) -> Seam:
    return here if request.param == "here" else apart


def process_of(apart: Apart) -> "subprocess.Popen[bytes]":
    assert apart._process
    return apart._process


def test_a_message_is_judged_alike(seam: Seam) -> None:
    assert seam(judge, MESSAGE, Measure()) == judge(MESSAGE, Measure())


def test_a_reply_is_reviewed_alike(seam: Seam) -> None:
    where, serious = standpoint(NOW, ZONE, RULES), RULES.check.serious
    found = seam(review, REPLY, serious, where, main_issue="Order 4711")
    assert found == review(REPLY, serious, where, main_issue="Order 4711")
    assert found.serious
    assert found.promises


def test_the_humans_files_are_read_alike(seam: Seam, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("accounts: [{address: rep@example.com, imap: {host: imap.example.com}}]\n")
    file.chmod(0o600)
    found, ours = seam(load, file), load(file)
    assert replace(found, teams={}) == replace(ours, teams={})
    (team,) = found.teams.values()
    assert team.rules == default_rules()
    assert "Anna" in team.templates.render("notes/thanks.txt", name="Anna", rep="Ana Ruiz")


def test_mistakes_in_the_humans_files_are_told_alike(seam: Seam, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("accounts: [{address: rep, imap: {hots: imap.example.com}}]\n")
    with pytest.raises(Mistakes) as ours:
        load(file)
    with pytest.raises(Mistakes) as told:
        seam(load, file)
    assert told.value.mistakes == ours.value.mistakes
    assert str(told.value) == str(ours.value)


def test_where_a_person_is_mistaken_nothing_is_done_again_here(apart: Apart) -> None:
    with pytest.raises(BadInput) as told:
        apart(fails_with_its_process)
    assert str(told.value) == str(process_of(apart).pid)


def fails_with_its_process() -> None:
    raise BadInput(str(os.getpid()))


def test_what_fails_raises_what_it_raises(seam: Seam) -> None:
    with pytest.raises(ZeroDivisionError):
        seam(divmod, 1, 0)


def test_threads_that_ask_at_once_get_each_its_own_answer(seam: Seam) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda number: seam(divmod, number, 7), range(200))
        assert list(found) == [divmod(number, 7) for number in range(200)]


def test_it_is_another_process(apart: Apart) -> None:
    assert apart(os.getpid) == process_of(apart).pid


def test_what_cannot_be_handed_over_is_done_here(apart: Apart) -> None:
    """A zone that was read from a file has no name by which it could be found elsewhere."""
    where = standpoint(NOW, ZoneInfo.from_file(BytesIO(UTC_FILE)), RULES)
    assert apart(review, REPLY, (), where).promises
    assert apart._process is None


def test_a_process_that_was_killed_is_replaced(apart: Apart) -> None:
    first = apart(os.getpid)
    process_of(apart).kill()
    assert apart(os.getpid) not in (first, os.getpid())


def test_work_whose_process_is_killed_is_done_again(apart: Apart) -> None:
    apart.begin()
    Thread(target=process_of(apart).kill).start()
    assert apart(judge, MESSAGE, Measure()) == judge(MESSAGE, Measure())


def test_what_kills_every_process_is_done_here(apart: Apart, caplog: pytest.LogCaptureFixture) -> None:
    assert apart(dies_elsewhere, os.getpid()) == "done"
    assert caplog.messages == ["the process that judges mail was lost (EOFError): its work is done again"] * 2


def dies_elsewhere(home: int) -> str:
    """As one that the system ends for want of memory; or a fault in a library that is not Python."""
    if os.getpid() != home:
        os._exit(9)
    return "done"


def test_where_no_process_can_be_started_the_work_is_done_here(
    apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/not/there")
    apart.begin()
    assert apart(os.getpid) == os.getpid()


def test_without_work_for_long_it_ends_and_comes_back_with_the_next_mail(apart: Apart, watch: Watch) -> None:
    apart.begin()
    first = process_of(apart)
    watch.seconds += REST
    apart.rest()
    assert first.poll() is None
    watch.seconds += 1
    apart.rest()
    assert first.poll() is not None
    assert apart(os.getpid) != os.getpid()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process is stopped here")
def test_a_process_that_gives_no_answer_is_replaced(apart: Apart, watch: Watch) -> None:
    first = apart(os.getpid)
    os.kill(first, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(apart, os.getpid)
        until(apart._turn.locked, "the question")
        watch.seconds += PATIENCE + 1
        apart.rest()
        assert waiting.result(20) not in (first, os.getpid())


def test_after_the_stop_nothing_is_left_and_work_is_done_here(apart: Apart) -> None:
    apart.begin()
    process = process_of(apart)
    apart.stop()
    assert process.poll() is not None
    assert apart(os.getpid) == os.getpid()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are seen in /proc")
def test_it_has_no_file_and_no_line_of_the_daemons(apart: Apart, tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        for _ in range(2):
            apart(os.getpid)  # it has begun, and then loaded all
        files = sorted(file.name for file in Path(f"/proc/{process_of(apart).pid}/fd").iterdir())
    assert files == ["0", "1", "2"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_daemon_that_is_killed_leaves_no_process() -> None:
    program = (
        "import os, time; from triage.daemon.apart import Apart; apart = Apart(time.monotonic)\n"
        "print(apart(os.getpid), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout
        pid = int(daemon.stdout.readline())
        assert runs(pid)
        daemon.kill()
    until(lambda: not runs(pid), "its end")
