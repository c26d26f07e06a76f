"""`service` as a person types it; a stand-in for the system's own command notes what it is told."""

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Triage
from triage.cli import services
from triage.config import load
from triage.daemon.locks import sole_daemon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is for systemctl")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What systemctl was told; `is-active` says yes once something was started."""
    told = tmp_path / "told"
    told.touch()
    stand_in = tmp_path / "bin" / "systemctl"
    stand_in.parent.mkdir()
    stand_in.write_text(
        f'#!/bin/sh\n[ "$2" != is-active ] || exec /bin/grep -q restart {told}\necho "$@" >> {told}\n'
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(stand_in.parent))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(services, "COMES_UP_WITHIN", 0)
    return told


def test_where_the_daemon_does_not_come_up_the_log_is_named(triage: Triage, config: Path, told: Path) -> None:
    said = triage("service", "install")
    assert (said.code, "triage.log says why" in said.out) == (1, True)
    assert "the environment variable REP_PASSWORD is unknown to a service" in said.err
    assert "restart cooldown-triage.service" in told.read_text()


def test_installed_seen_and_taken_away(triage: Triage, config: Path, told: Path) -> None:
    assert triage("service", "status", "--json").json["installed"] is False
    triage("service", "install")
    with sole_daemon(load(config)):
        assert "It runs" in triage("service", "install").out, "over itself"
        said = triage("service", "status")
    assert (said.code, "The service is active" in said.out) == (0, True)
    assert triage("service", "uninstall").code == 0
    assert "disable --now" in told.read_text()
    assert triage("service", "status").code == 1
    assert triage("service", "uninstall").code == 4


def test_beside_a_daemon_in_a_window_none_is_installed(triage: Triage, config: Path, told: Path) -> None:
    with sole_daemon(load(config)):
        said = triage("service", "install")
    assert (said.code, "end it, then install" in said.err) == (4, True)
    assert told.read_text() == ""


def test_a_machine_without_systemd_is_told_what_to_do(
    triage: Triage, config: Path, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    said = triage("service", "install")
    assert (said.code, "start `triage run` yourself" in said.err) == (4, True)
