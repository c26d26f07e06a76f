"""Start at login, by what each system has for it: a systemd user unit, a launchd agent, a scheduled task.

A service is one rendered file and a few commands of the system; who runs the commands is an argument. No
environment of the rep's shell reaches a service: everything it needs stands in its command, by full paths.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.config import Config
from triage.daemon.rendering import rendered
from triage.errors import BadInput, NotAllowed
from triage.private import write_private

NAME = "cooldown-triage"

Command = tuple[str, ...]
Run = Callable[[Command], int]
"""Runs a command of the system, for its exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How one system starts the daemon at login."""

    file: Path
    """What the system reads."""
    content: bytes
    log: Path
    """Where the daemon's log goes, beside stderr."""
    start: tuple[Command, ...]
    stop: tuple[Command, ...]
    forget: tuple[Command, ...]
    """Run after the file is gone."""
    asks: Command
    """Exits with 0 where the system says that the service is active (launchd, the scheduler: known)."""


def service_of(config: Config, *, platform: str = sys.platform, home: Path | None = None) -> Service:
    """The service of this system for that config. BadInput where it has none that we know."""
    home = home or Path.home()
    log = config.store.with_name("triage.log")
    words = ("-m", "triage", "run", "--config", str(config.file), "--log", str(log))
    if platform == "linux":
        return _systemd(home, log, (sys.executable, *words))
    if platform == "darwin":
        return _launchd(home, log, (sys.executable, *words))
    if platform == "win32":
        silent = Path(sys.executable).with_name("pythonw.exe")  # opens no window
        return _task(log, (str(silent), *words))
    raise BadInput(
        f"This system ({platform}) has no service that is known here: start `triage run` yourself."
    )


def _systemd(home: Path, log: Path, command: Command) -> Service:
    unit = f"{NAME}.service"
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    user = ("systemctl", "--user")
    return Service(
        file=folder / "systemd" / "user" / unit,
        content=rendered(f"service/{unit}", command=command).encode(),
        log=log,
        start=((*user, "daemon-reload"), (*user, "enable", unit), (*user, "restart", unit)),
        stop=((*user, "disable", "--now", unit),),
        forget=((*user, "daemon-reload"),),
        asks=(*user, "is-active", "--quiet", unit),
    )


def _launchd(home: Path, log: Path, command: Command) -> Service:
    file = home / "Library" / "LaunchAgents" / f"{NAME}.plist"
    domain = f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"
    return Service(
        file=file,
        content=rendered(f"service/{file.name}", command=command, label=NAME).encode(),
        log=log,
        start=(("launchctl", "bootstrap", domain, str(file)),),
        stop=(("launchctl", "bootout", f"{domain}/{NAME}"),),
        forget=(),
        asks=("launchctl", "print", f"{domain}/{NAME}"),
    )


def _task(log: Path, command: Command) -> Service:
    file = log.with_name(f"{NAME}.xml")
    user = "\\".join(filter(None, (os.environ.get("USERDOMAIN"), os.environ.get("USERNAME"))))
    text = rendered(f"service/{file.name}", command=command, user=user)
    return Service(
        file=file,
        content=text.encode("utf-16"),
        log=log,
        start=(
            ("schtasks", "/Create", "/TN", NAME, "/XML", str(file), "/F"),
            ("schtasks", "/Run", "/TN", NAME),
        ),
        stop=(("schtasks", "/End", "/TN", NAME), ("schtasks", "/Delete", "/TN", NAME, "/F")),
        forget=(),
        asks=("schtasks", "/Query", "/TN", NAME),
    )


def unseen(config: Config) -> Iterator[str]:
    """The environment variables that passwords come from: a service has none of them."""
    for password in config.passwords.values():
        kind, name = password.source
        if kind == "env":
            yield name


def install(service: Service, run: Run) -> None:
    """Write the file and start; over an earlier one. NotAllowed where the system refuses."""
    if service.file.exists():
        _stop(service, run)
    write_private(service.file, service.content)
    for command in service.start:
        if run(command):
            raise NotAllowed(
                f"The system refused `{' '.join(command)}`; the service's file is {service.file}."
            )


def uninstall(service: Service, run: Run) -> None:
    """Stop, and take the file away. NotAllowed where none is installed."""
    if not service.file.exists():
        raise NotAllowed("No service is installed.")
    _stop(service, run)
    service.file.unlink()
    for command in service.forget:
        run(command)


def _stop(service: Service, run: Run) -> None:
    """What is not running cannot be stopped: that is no failure."""
    for command in service.stop:
        run(command)


def run_quietly(command: Command) -> int:
    """Run a command of the system. NotAllowed where the system has no such program."""
    try:
        # Our own words and paths, run without a shell.
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise NotAllowed(f"`{command[0]}` cannot be run here: start `triage run` yourself.") from None
