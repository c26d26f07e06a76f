"""`score` and `suggest`: mail and text from files, stdin and lines of JSON."""

import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.conftest import Triage
from tests.desk.world import CALM, HOT

MAIL = f"From: Dana Lee <dana@acme.example>\nSubject: Order 4711\n\n{HOT}\n"


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped rules hold, whatever this machine is set up for."""
    monkeypatch.delenv("TRIAGE_CONFIG", raising=False)
    monkeypatch.setattr("triage.config.resources.config_path", lambda: tmp_path / "nowhere.yaml")
    monkeypatch.chdir(tmp_path)


def typed(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    """Let that be on stdin."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))


@pytest.mark.parametrize("words", [("-",), ()])
def test_stdin_is_a_dash_or_nothing(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    typed(monkeypatch, HOT.encode())
    (facts,) = triage("score", "--json", *words).json
    assert (facts["id"], facts["level"]) == ("stdin", "heated")


def test_a_missing_file_is_named_after_the_others_were_scored(triage: Triage, tmp_path: Path) -> None:
    Path("one.txt").write_text(HOT)
    Path("two.eml").write_text(MAIL)
    said = triage("score", "one.txt", "gone.eml", "two.eml")
    assert said.code == 2
    assert said.err == "gone.eml cannot be read: No such file or directory.\n"
    scored = [line.split()[0] for line in said.out.splitlines() if not line.startswith(" ")]
    assert scored == ["mail", "one.txt", "two.eml"]


def test_machine_made_mail_is_marked(triage: Triage) -> None:
    Path("a.eml").write_text(f"Auto-Submitted: auto-replied\n{MAIL}")
    Path("b.eml").write_text(MAIL)
    machine, person = triage("score", "--json", "a.eml", "b.eml").json
    assert machine["machine_made"] == "Auto-Submitted: auto-replied"
    assert person["machine_made"] is None
    assert triage("score", "a.eml", "b.eml").out.count("machine-made, would be ignored") == 1


def test_western_text_is_text_and_random_bytes_are_not(triage: Triage) -> None:
    Path("old.txt").write_bytes(
        "Könnten Sie mir bitte die Preisliste schicken? Vielen Dank.".encode("cp1252")
    )
    assert triage("score", "old.txt").code == 0
    Path("noise").write_bytes(random.Random(1).randbytes(2000))
    for command in ("score", "suggest"):
        said = triage(command, "noise")
        assert (said.code, said.out, said.err) == (2, "", "noise is neither mail nor text.\n")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ({"id": 1}, "it has no `text`"),
        ({"id": 1, "text": 7}, "its `text` is no string"),
        ({"id": 1, "text": CALM, "subject": ["Order"]}, "its `subject` is no string"),
        ([1], "it is no object"),
    ],
)
def test_a_line_that_cannot_be_read_has_its_error_in_its_place(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, line: Any, error: str
) -> None:
    lines = [{"id": "a", "text": HOT}, line, {"id": "b", "text": CALM}]
    typed(monkeypatch, "\n".join(map(json.dumps, lines)).encode())
    first, wrong, last = map(json.loads, triage("score", "--jsonl").out.splitlines())
    assert (first["level"], last["level"]) == ("heated", "calm")
    assert wrong == {
        "id": line["id"] if isinstance(line, dict) else None,
        "line": 2,
        "error": f"cannot be read: {error}",
    }


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"no JSON", id="no JSON"),
        pytest.param(b'{"id": 1, "text": "cut o', id="cut off"),
        pytest.param(b'{"id": 1, "text": "\xff\xfe"}', id="no UTF-8"),
        pytest.param(b'{"id": 1, "text": "a\x00b"}', id="NUL"),
        pytest.param(b'{"id": NaN, "text": "a"}', id="no JSON, but Python reads it"),
        pytest.param(b'{"id": ' + b"9" * 5_000 + b', "text": "a"}', id="huge number"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"id": 1, "text": "' + b"a" * 17_000_000 + b'"}', id="huge line"),
    ],
)
def test_after_a_line_that_is_no_json_the_run_goes_on(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    typed(monkeypatch, line + b'\n{"id": "b", "text": "This is unacceptable."}')
    wrong, good = map(json.loads, triage("score", "--jsonl").out.splitlines())
    assert (wrong["id"], wrong["line"]) == (None, 1)
    assert wrong["error"].startswith("cannot be read: ")
    assert (good["id"], good["level"]) == ("b", "heated")


@pytest.mark.parametrize(
    "text", ["", "\0", "\ud800", "a\0b", "x" * 1_000_000, "\u202e‮ \x1b[2J", "> " * 9_000]
)
def test_any_text_gets_a_verdict_and_its_id_back(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    typed(monkeypatch, json.dumps({"id": "\ud800", "text": text, "subject": text}).encode())
    (verdict,) = map(json.loads, triage("score", "--jsonl").out.splitlines())
    assert verdict["id"] == "\ud800"
    assert 0 <= verdict["score"] <= 1


def answered(number: int, folder: Path) -> int:
    """Let a process answer so many lines, each of another text; the most memory that it held, in kB."""
    asked, told = folder / "asked.jsonl", folder / "told.jsonl"
    texts = (f"Where is order {at}? Nobody calls back about pump A{at}. We will sue." for at in range(number))
    asked.write_text("".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts)))
    with asked.open("rb") as stdin, told.open("wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, "-m", "triage", "score", "--jsonl"],
            stdin=stdin,
            stdout=stdout,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "XDG_CONFIG_HOME": str(folder)},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert [json.loads(line)["id"] for line in told.read_text().splitlines()] == [*range(number)]
    return usage.ru_maxrss


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss differs")
def test_thousands_of_lines_are_answered_in_order_and_none_is_kept(tmp_path: Path) -> None:
    assert answered(2_500, tmp_path) - answered(500, tmp_path) < 10_000


def test_files_and_lines_together_are_refused(triage: Triage) -> None:
    said = triage("score", "--jsonl", "one.txt")
    assert said.code == 2
    assert "name no files" in said.err


def test_a_suggestion_for_calm_mail_says_that_it_may_not_be_needed(triage: Triage) -> None:
    Path("calm.txt").write_text(CALM)
    Path("hot.eml").write_text(MAIL)
    calm, hot = triage("suggest", "calm.txt"), triage("suggest", "hot.eml")
    assert calm.err.startswith("This message is calm: perhaps it needs no such answer.\n")
    assert hot.err == "Not ready: fill in [[your name]]\n"
    assert hot.out.startswith("Hello Dana,\n")


@pytest.mark.usefixtures("config")
def test_a_suggestion_is_signed_by_the_only_one_of_the_team(triage: Triage, config: Path) -> None:
    Path("hot.eml").write_text(MAIL)
    said = triage("suggest", "hot.eml", "--config", str(config))
    assert (said.code, said.err) == (0, "")
    assert said.out.rstrip().endswith("\nRobin Reyes")


def test_of_an_archive_the_first_is_answered_and_that_is_said(triage: Triage) -> None:
    Path("two.mbox").write_text(
        f"From a Mon Mar 16 14:00:00 2026\n{MAIL}\nFrom b Mon Mar 16 14:00:00 2026\n{MAIL}"
    )
    said = triage("suggest", "two.mbox")
    assert "two.mbox holds 2 messages; this answers the first, two.mbox:1." in said.err
    Path("none.mbox").write_text("")
    assert triage("suggest", "none.mbox").err == "none.mbox holds no mail.\n"
    assert triage("suggest", "gone.mbox").code == 2
