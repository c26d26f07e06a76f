"""How many files the system lets the daemon have open: a mailbox takes four, a line to send on one."""

import sys
from contextlib import suppress

ENOUGH = 8192
"""For more accounts than one machine will ever watch. Most systems begin with 1,024, some with 256."""


def allow_many_files() -> None:
    """Ask for enough, or for what there is; a system that refuses leaves it as it was."""
    if sys.platform == "win32":  # it has no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
