"""The demo's hint names the program as it can be called from another terminal."""

import sys
from pathlib import Path

import pytest

from triage.cli.demo.staying import program


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A `triage` as an installer writes it."""
    file = tmp_path / "bin" / "triage"
    file.parent.mkdir()
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def test_its_name_will_do_where_it_is_on_the_path(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(script)])
    monkeypatch.setenv("PATH", str(script.parent))
    assert program() == "triage"


def test_else_it_is_named_whole(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(script)])
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == str(script.resolve())


def test_run_as_a_module_it_is_called_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/triage/__main__.py"])
    assert program() == f"{sys.executable} -m triage"
