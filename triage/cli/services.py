"""`service`: start at login, by the system's own means."""

import time
from typing import TYPE_CHECKING

import click

from triage.cli.common import load_config, print_json, warn_of, with_config, with_json
from triage.errors import NotAllowed

if TYPE_CHECKING:
    from triage.config import Config

COMES_UP_WITHIN = 10
"""Seconds that a daemon is given to come up."""


@click.group()
def service() -> None:
    """Start the daemon at login: a systemd user unit, a launchd agent, or a scheduled task.

    \b
    triage service install
    triage service status
    triage service uninstall
    """


@service.command()
@with_config
@with_json
def install(config_file: str | None, as_json: bool) -> int:
    """Install the service and start it now. Exit code 1: it is installed, but no daemon came up.

    \b
    triage service install
    """
    from triage.daemon import service as services
    from triage.daemon.locks import is_running

    config = load_config(config_file)
    warn_of(
        f"{config.file}: the environment variable {name} is unknown to a service, so the password is too: "
        "use keyring, file or command"
        for name in services.unseen(config)
    )
    ours = services.service_of(config)
    if is_running(config) and services.run_quietly(ours.asks):
        raise NotAllowed("A daemon runs already, and not as a service: end it, then install.")
    services.install(ours, services.run_quietly)
    running = _comes_up(config)
    if as_json:
        print_json({"running": running, "file": ours.file, "log": ours.log})
    elif running:
        click.echo(f"It runs, and starts at every login ({ours.file}). Its log is {ours.log}.")
    else:
        click.echo(f"Installed ({ours.file}), but no daemon came up: {ours.log} says why.")
    return 0 if running else 1


def _comes_up(config: "Config") -> bool:
    """Whether a daemon runs, at once or soon: the system only says that it has started one."""
    from triage.daemon.locks import is_running

    for _ in range(COMES_UP_WITHIN):
        if is_running(config):
            return True
        time.sleep(1)
    return is_running(config)


@service.command()
@with_config
@with_json
def uninstall(config_file: str | None, as_json: bool) -> None:
    """Stop the service and take it away; what is held stays held.

    \b
    triage service uninstall
    """
    from triage.daemon import service as services

    ours = services.service_of(load_config(config_file, lenient=True))
    services.uninstall(ours, services.run_quietly)
    if as_json:
        print_json({"removed": ours.file})
    else:
        click.echo("The service is gone. What is held stays held until a daemon runs again.")


@service.command(short_help="Is it installed, and does a daemon run?")
@with_config
@with_json
def status(config_file: str | None, as_json: bool) -> int:
    """Say whether the service is installed, and whether a daemon runs. Exit code 1: it does not.

    \b
    triage service status
    """
    from triage.daemon import service as services
    from triage.daemon.locks import is_running

    config = load_config(config_file, lenient=True)
    ours = services.service_of(config)
    installed = ours.file.exists()
    active = installed and services.run_quietly(ours.asks) == 0
    running = is_running(config)
    if as_json:
        print_json(
            {"installed": installed, "active": active, "running": running, "file": ours.file, "log": ours.log}
        )
    else:
        state = "active" if active else "installed, but not active" if installed else "NOT installed"
        click.echo(f"The service is {state} ({ours.file}).")
        click.echo("A daemon is running." if running else "The daemon is NOT running.")
        click.echo(f"Its log is {ours.log}.")
    return 0 if active and running else 1
