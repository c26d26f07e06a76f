"""The check-up: all that must hold for the daemon to do its work, and the mend of what does not.

It changes nothing that the daemon would not change at its start: the store is made where there is none, and
a note in `Cooldown/State` asks the server for its time and is taken away again. The facts come out as they
are found; how they look is the command's business.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from triage import config as files
from triage.config import Config
from triage.daemon.checkup.check import Check, fine, note, problem
from triage.daemon.checkup.machine import check_machine
from triage.daemon.checkup.servers import check_account
from triage.daemon.logins import Logins
from triage.errors import BadInput, Mistakes

__all__ = ["Check", "checkup"]


def checkup(path: Path, environ: Mapping[str, str], now: Callable[[], datetime]) -> Iterator[Check]:
    """Check the config and all that it names. Where the team's rules are wrong, the rest is checked still."""
    try:
        config = files.load(path)
    except Mistakes as wrong:
        for mistake in wrong.mistakes:
            yield problem("config", str(mistake), "mend it there; `triage config check` looks again")
        try:
            config = files.load(path, lenient=True)
        except BadInput:
            return
    else:
        yield fine("config", f"{path} and the rules have no mistakes")
    yield from _warnings(config)
    yield from check_machine(config, environ)
    logins = Logins(config, environ)
    for account in config.accounts:
        yield from check_account(account, logins, now)


def _warnings(config: Config) -> Iterator[Check]:
    for warning in config.warnings:
        yield note("config", warning)
