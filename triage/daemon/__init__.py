"""Wiring: the only room that knows all the others. `build` makes a `Daemon` from a `Config`.

A thread for each account watches its mailbox, the gate has its own, the timers knock, and a small pool sends.
"""

from triage.daemon.checkup import Check, checkup
from triage.daemon.locks import is_running, sole_daemon
from triage.daemon.logins import Login, Logins, client_at, client_of
from triage.daemon.running import SIGNED_IN, Daemon, build
from triage.daemon.wiring import Doors, connect, default_team, office_of, prove, relay_of, settings_of

__all__ = [
    "SIGNED_IN",
    "Check",
    "Daemon",
    "Doors",
    "Login",
    "Logins",
    "build",
    "checkup",
    "client_at",
    "client_of",
    "connect",
    "default_team",
    "is_running",
    "office_of",
    "prove",
    "relay_of",
    "settings_of",
    "sole_daemon",
]
