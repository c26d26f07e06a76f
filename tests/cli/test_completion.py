"""Completion in the shell: the lines to eval, and what they then ask of us."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Triage


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_taught(triage: Triage, shell: str) -> None:
    said = triage("completion", shell)
    assert said.code == 0
    assert f"_TRIAGE_COMPLETE={shell}_complete" in said.out


def test_a_word_that_was_begun_is_completed() -> None:
    asked = {"_TRIAGE_COMPLETE": "bash_complete", "COMP_WORDS": "triage hel", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "triage"],
        env={**os.environ, **asked, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "plain,held\n"
