"""One daemon on one store: the lock that a running one holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from triage.config import Config
from triage.errors import NotAllowed


@contextmanager
def sole_daemon(config: Config) -> Iterator[None]:
    """Hold the lock while the daemon runs; NotAllowed where another one does."""
    lock = daemon_lock(config)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NotAllowed(f"A daemon runs on {config.store} already.") from None
    try:
        yield
    finally:
        lock.release()


def is_running(config: Config) -> bool:
    """Whether a daemon runs on the configured store."""
    try:
        with daemon_lock(config).acquire(timeout=0):
            return False
    except Timeout:
        return True


def daemon_lock(config: Config) -> FileLock:
    """The lock beside the store; the system frees it however its owner ends."""
    config.store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(config.store.with_name(f"{config.store.name}.lock"), mode=0o600)
