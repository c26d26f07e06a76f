"""`triage demo --once` as a newcomer runs it: a process in an empty folder; and the mail that it shows."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.cli.demo.samples import CALM, ENCORE, FOLLOWED, Sample, sample, samples
from triage.reading.heat import assess
from triage.reading.messages import parse

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
OURS = "harbor-tools.example"
STORY = (
    "6 heated",
    "250 2.0.0 held until",
    "250 2.0.0 Taken by the sink",
    "Cooldown/Held",
    "sent: once, after its time, byte for byte as written",
    "Its copy is back in Sent",
    "brackett-marine.example: delivery; answered",
    "adeyemi-cabinets.example",
    "nothing sent twice",
)
"""What the story says, in this order."""


def start(*python: str, folder: Path) -> subprocess.Popen[str]:
    """Start it, with its temporary files below `folder`; every warning is an error."""
    ours = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        [sys.executable, "-W", "error", *python],
        cwd=folder,
        env={**os.environ, **ours, "TMPDIR": str(folder), "TEMP": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_it_tells_the_whole_story_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with start("-m", "triage", "demo", "--once", folder=tmp_path) as process:
        story, errors = process.communicate(timeout=100)
    assert (process.returncode, errors) == (0, ""), story
    assert list(tmp_path.iterdir()) == []
    lines = " ".join(story.split())
    places = [lines.find(words) for words in STORY]
    assert -1 not in places, dict(zip(STORY, places, strict=True))
    assert places == sorted(places)
    assert "\x1b" not in story, "colours and the countdown are for a terminal"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")
@pytest.mark.parametrize("signals", [(signal.SIGTERM,), (signal.SIGINT,) * 12])
def test_ended_in_the_middle_it_leaves_nothing_behind(
    tmp_path: Path, signals: tuple[signal.Signals, ...]
) -> None:
    """Also by somebody who presses Ctrl-C again and again while it is taken down."""
    with start("-m", "triage", "demo", "--once", folder=tmp_path) as process:
        assert process.stdout
        assert any("Now there is time" in line for line in process.stdout)
        for each in signals:
            process.send_signal(each)
            time.sleep(0.1)  # two that come at once are one
        _, errors = process.communicate(timeout=60)
    assert process.returncode not in (0, 1)
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


SABOTAGE = """
import triage.cli
from triage.cli.demo import sink
sink.ANSWER = "554 5.7.1 Not today"
triage.cli.main(["demo", "--once"])
"""


def test_where_the_sink_refuses_it_says_so_and_exits_1(tmp_path: Path) -> None:
    """The first mail that has to leave is the calm reply; the client gets the sink's own words."""
    script = tmp_path / "sabotage.py"
    script.write_text(SABOTAGE)
    with start(str(script), folder=tmp_path) as process:
        story, _ = process.communicate(timeout=100)
    assert process.returncode == 1
    end = " ".join(story.split()).partition("The demo ends here: ")[2]
    assert end == "this should be so and is not: the calm reply passes at once: 554 5.7.1 Not today"
    assert list(tmp_path.iterdir()) == [script]


EVERY = [*samples(NOON), sample(ENCORE, NOON)]


@pytest.mark.parametrize("mail", EVERY, ids=[mail.name for mail in EVERY])
def test_each_sample_reads_as_its_name_says(mail: Sample) -> None:
    message = parse(mail.raw)
    heat = assess(message.new_text, subject="" if message.references else message.subject)
    assert not message.problems
    assert message.sender
    if mail.reads_as == "machine":
        assert message.machine_made
    elif mail.reads_as == "ours":
        assert message.sender.address.endswith(f"@{OURS}")
    else:
        assert not message.machine_made
        assert heat.level == mail.reads_as, heat.findings


def test_the_sample_is_a_day_of_mixed_mail_from_different_customers() -> None:
    messages = [parse(mail.raw) for mail in EVERY]
    assert len({message.message_id for message in messages}) == len(EVERY) >= 20
    assert {FOLLOWED, CALM} <= {mail.name for mail in EVERY}
    senders = {message.sender.address.rpartition("@")[2] for message in messages if message.sender}
    assert len(senders - {OURS}) >= 18
    assert all(message.date and message.date <= NOON for message in messages)
    assert not any(re.search(rb"(?<!\r)\n", mail.raw) for mail in EVERY)
