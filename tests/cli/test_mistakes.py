"""A mistake in the team's rules does not lock the rep out; whoever sets the team up hears of all of it."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Triage
from tests.desk.world import World

BROKEN = "extends: default\ncooldown:\n  minuts: 20\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("held",), 0),
        (("held", "show", "r1"), 0),
        (("status",), 0),
        (("explain", "r1"), 0),
        (("withdraw", "r1"), 0),
        (("release", "r1"), 4),
        (("acknowledge", "r1"), 4),
        (("settle", "r1", "--arrived"), 4),
        (("not-heated", "m1"), 0),
        (("pause",), 0),
        (("resume",), 0),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_the_rep_goes_on(
    triage: Triage, holding: World, rules: Path, words: tuple[str, ...], code: int
) -> None:
    rules.write_text(BROKEN)
    said = triage(*words)
    assert said.code == code
    warning = said.err.splitlines()[0]
    assert warning.startswith(f"warning: {rules}:3: cooldown.minuts: no such key; did you mean `minutes`?;")


def test_several_mistakes_are_one_line(triage: Triage, world: World, rules: Path) -> None:
    rules.write_text(BROKEN + "heat: {heated: 1}\n")
    said = triage("held")
    assert len(said.err.splitlines()) == 1
    assert "(and 1 more)" in said.err


@pytest.mark.parametrize(
    "words", [("run",), ("scan",), ("score", "-"), ("suggest", "-"), ("config", "check")]
)
def test_what_depends_on_the_rules_stays_strict(
    triage: Triage, config: Path, rules: Path, words: tuple[str, ...]
) -> None:
    rules.write_text(BROKEN)
    told = triage(*words, "--config", str(config))
    assert told.code == 2
    assert f"{rules}:3: cooldown.minuts" in told.out + told.err


def test_a_mistake_in_the_config_itself_stops_everybody(triage: Triage, config: Path, rules: Path) -> None:
    config.write_text(config.read_text().replace('"store"', '"stroe"'))
    rules.write_text(BROKEN)
    said = triage("held")
    assert said.code == 2
    assert "stroe: no such key" in said.err
    assert f"{rules}:3" in said.err


def test_config_check_warns_of_variables_that_are_not_set(
    triage: Triage, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = triage("config", "check")
    assert (said.code, said.out) == (0, f"{config}: 1 warning.\n")
    assert "rep@example.com: login.password: the environment variable REP_PASSWORD is not set" in said.err
    monkeypatch.setenv("REP_PASSWORD", "x")
    said = triage("config", "check")
    assert (said.code, said.out, said.err) == (0, f"{config}: all is well.\n", "")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_config_open_to_others_is_told_by_config_check_and_not_each_time(
    triage: Triage, world: World, config: Path
) -> None:
    config.chmod(0o644)
    assert "chmod 600" in triage("config", "check").err
    assert triage("held").err == ""


def test_a_folder_is_no_config(triage: Triage, tmp_path: Path) -> None:
    said = triage("config", "check", "--config", str(tmp_path))
    assert said.code == 2
    assert said.err == f"{tmp_path} is a folder: name the config in it\n"
