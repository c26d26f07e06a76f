"""The daemon as a process, its store on a small disk of its own: it fills up, it is full, it is read-only.

What the store does in itself stands in `tests/faults/test_disk.py`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.faults.test_disk import run, run_on
from tests.journeys.house import HOT, House, digest, until


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not shutil.which("mount") or mount(disk, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nobody here may mount a disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def mount(disk: Path, *words: str) -> int:
    return subprocess.run(["mount", *words, str(disk)], capture_output=True, check=False).returncode


def fill(disk: Path) -> Path:
    """To its last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError:
            return filler


def test_a_disk_that_fills_up_costs_no_reply_and_gets_no_promise(disk: Path) -> None:
    dovecot_or_skip()
    with House(Dovecot.flavoured("as_it_is"), state=disk) as house:
        id_ = house.customer_writes(HOT)
        held, refused = house.reply(id_), house.reply(id_, "x" * 400_000)
        assert house.rep_sends(held)[0] == 250
        filler = fill(disk)
        code, words = house.rep_sends(refused)
        assert (code, "disk is full. Keep the mail" in words) == (451, True)
        until(lambda: "disk is full" in house.log.read_text(), "the sentence in the log")
        assert house.log.read_text().count(" held ") == 1, "of the refused one nothing was kept"
        filler.unlink()
        until(lambda: house.upstream.mails, "what was held, in its time", 30)
        assert house.rep_sends(refused)[0] == 250
        until(lambda: len(house.upstream.mails) > 1, "the other one, taken at the second time", 30)
        fill(disk)
        assert house.stop() == 0
        log = house.log.read_text()
    assert [digest(mail.raw) for mail in house.upstream.mails] == [digest(held), digest(refused)]
    assert "Traceback" not in log


@pytest.mark.parametrize(("full", "why"), [(True, "disk is full"), (False, "Read-only file system")])
def test_without_a_disk_to_write_to_it_does_not_start_and_says_so(
    disk: Path, why: str, *, full: bool
) -> None:
    if full:
        fill(disk)
    else:
        mount(disk, "-o", "remount,ro")
    done = run(disk / "store.db", disk.parent)
    assert done.returncode == 2
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_log_without_room_ends_nothing(disk: Path, tmp_path: Path) -> None:
    fill(disk)
    said = tmp_path / "said"
    with said.open("w") as out:
        daemon = subprocess.Popen(
            run_on(tmp_path / "store.db", tmp_path, "--log", str(disk / "log")), stderr=out
        )
    until(lambda: "cannot be watched" in said.read_text(), "its first line", 60)
    daemon.terminate()
    assert daemon.wait(30) == 0
    assert "stopped" in said.read_text()
    assert "Traceback" not in said.read_text()
