"""`doctor`: what keeps the program from its work, and the mend of each."""

import os
from dataclasses import asdict

import click

from triage.cli.common import counted, print_json, with_config, with_json

_SHOWN = {"ok": "ok      ", "note": "note    ", "problem": "PROBLEM "}


@click.command()
@with_config
@with_json
def doctor(config_file: str | None, as_json: bool) -> int:
    """Check everything: files, passwords, servers, certificates, folders, ports, store, clock.

    Each check is one line; below a problem stands its mend. Exit code 1 says that there is a problem.
    To ask the server for its time, a note is filed in Cooldown/State and taken away again.

    \b
    triage doctor
    triage doctor --json
    """
    from triage import config as files
    from triage.clock import SystemClock
    from triage.daemon.checkup import checkup

    checks = []
    for check in checkup(files.find(config_file, os.environ), os.environ, SystemClock().now):
        checks.append(check)
        if not as_json:
            whose = f" of {check.account}" if check.account else ""
            click.echo(f"{_SHOWN[check.level]}{check.what}{whose}: {check.said}")
            if check.mend:
                click.echo(f"        Mend: {check.mend}.")
    problems = sum(check.level == "problem" for check in checks)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        click.echo(f"{counted(problems, 'problem', 'problems')} found." if problems else "All is well.")
    return 1 if problems else 0
