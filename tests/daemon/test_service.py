"""Start at login: what is written for each system, read back by that system's own rules, and what is run."""

import os
import plistlib
import shlex
import shutil
import stat
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from triage.config import Config, load
from triage.daemon.service import Command, Service, install, service_of, uninstall, unseen
from triage.errors import BadInput, NotAllowed

SYSTEMS = ("linux", "darwin", "win32")
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """In a folder whose name means something to systemd, to XML and to a shell."""
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    folder = tmp_path / 'R&D 100% $HOME "x"'
    folder.mkdir()
    file = folder / "config.yaml"
    file.write_text(
        "accounts:\n"
        "  - {address: rep@example.com, imap: {host: imap.example.com}, login: {password: {env: MAIL}}}\n"
        "store: triage.db\n"
    )
    file.chmod(0o600)
    return load(file)


class System:
    """Runs nothing, and remembers what it was to run; `refuses` is what it says no to."""

    def __init__(self, refuses: str = "") -> None:
        self.ran: list[str] = []
        self._refuses = refuses

    def __call__(self, command: Command) -> int:
        self.ran.append(" ".join(command))
        return 1 if self._refuses and self._refuses in self.ran[-1] else 0


def words_of(service: Service, system: str) -> list[str]:
    """The command that the service's file names, read as that system reads it."""
    if system == "darwin":
        words: list[str] = plistlib.loads(service.content)["ProgramArguments"]
        return words
    if system == "win32":
        action = ET.fromstring(service.content.decode("utf-16")).find(f"{TASK}Actions/{TASK}Exec")
        assert action is not None
        arguments = (action.findtext(f"{TASK}Arguments") or "").replace('\\"', "\0")
        return [
            action.findtext(f"{TASK}Command") or "",
            *(word.replace("\0", '"') for word in shlex.split(arguments)),
        ]
    line = next(x for x in service.content.decode().splitlines() if x.startswith("ExecStart="))
    plain = line.removeprefix("ExecStart=").replace("%%", "%").replace("$$", "$")
    return shlex.split(plain)


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_is_told_the_whole_command(config: Config, tmp_path: Path, system: str) -> None:
    service = service_of(config, platform=system, home=tmp_path)
    program, *words = words_of(service, system)
    assert Path(program).is_absolute()
    log = config.store.with_name("triage.log")
    assert words == ["-m", "triage", "run", "--config", str(config.file), "--log", str(log)]


def test_systemd_finds_nothing_wrong_with_the_unit(config: Config, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("systemd-analyze is missing (Debian: systemd)")
    service = service_of(config, platform="linux", home=tmp_path)
    unit = tmp_path / service.file.name
    unit.write_bytes(service.content)
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    command = ["systemd-analyze", "--user", "verify", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_launchd_starts_it_at_login_and_again_where_it_fails(config: Config, tmp_path: Path) -> None:
    agent = plistlib.loads(service_of(config, platform="darwin", home=tmp_path).content)
    assert (agent["RunAtLoad"], agent["KeepAlive"], agent["Umask"]) == (
        True,
        {"SuccessfulExit": False},
        0o077,
    )


def test_windows_starts_it_at_logon_without_a_window_or_a_limit(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERDOMAIN", "R&D")
    monkeypatch.setenv("USERNAME", "robin")
    service = service_of(config, platform="win32", home=tmp_path)
    task = ET.fromstring(service.content.decode("utf-16"))
    assert task.findtext(f"{TASK}Triggers/{TASK}LogonTrigger/{TASK}UserId") == "R&D\\robin"
    assert task.findtext(f"{TASK}Settings/{TASK}ExecutionTimeLimit") == "PT0S"
    assert words_of(service, "win32")[0].endswith("pythonw.exe")


def test_a_system_that_is_not_known_is_said(config: Config) -> None:
    with pytest.raises(BadInput, match="start `triage run` yourself"):
        service_of(config, platform="plan9")


STARTED = {
    "linux": ["systemctl --user daemon-reload", "systemctl --user enable", "systemctl --user restart"],
    "darwin": ["launchctl bootstrap gui/"],
    "win32": ["schtasks /Create /TN cooldown-triage /XML", "schtasks /Run /TN cooldown-triage"],
}
STOPPED = {
    "linux": ["systemctl --user disable --now", "systemctl --user daemon-reload"],
    "darwin": ["launchctl bootout gui/"],
    "win32": ["schtasks /End /TN cooldown-triage", "schtasks /Delete /TN cooldown-triage /F"],
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_installed_and_taken_away(config: Config, tmp_path: Path, system: str) -> None:
    service, machine = service_of(config, platform=system, home=tmp_path / "home"), System()
    install(service, machine)
    assert stat.S_IMODE(service.file.stat().st_mode) == 0o600
    assert_began(machine.ran, STARTED[system])

    machine = System()
    uninstall(service, machine)
    assert not service.file.exists()
    assert_began(machine.ran, STOPPED[system])
    with pytest.raises(NotAllowed, match="No service is installed"):
        uninstall(service, machine)


def assert_began(ran: list[str], beginnings: list[str]) -> None:
    assert [line[: len(begin)] for line, begin in zip(ran, beginnings, strict=True)] == beginnings


def test_installed_twice_the_former_one_is_stopped_first(config: Config, tmp_path: Path) -> None:
    service, machine = service_of(config, platform="darwin", home=tmp_path), System(refuses="bootout")
    install(service, machine)
    install(service, machine)
    assert [line.split()[1] for line in machine.ran] == ["bootstrap", "bootout", "bootstrap"]


def test_a_refusal_is_told_with_the_command(config: Config, tmp_path: Path) -> None:
    service = service_of(config, platform="linux", home=tmp_path)
    with pytest.raises(NotAllowed, match="systemctl --user enable"):
        install(service, System(refuses="enable"))


def test_a_password_that_a_service_cannot_see_is_named(config: Config) -> None:
    assert list(unseen(config)) == ["MAIL"]
