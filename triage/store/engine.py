"""Opening the store: one SQLite file in WAL with full sync, or one in memory for tests and dry runs.

A commit is on the disk before `begin()` returns: a reply that was answered 250 survives a power cut.
"""

import glob
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from triage.errors import NotAllowed, StoreUnusable
from triage.store.asking import driver_of
from triage.store.commits import Commits, TurnNeverCame
from triage.store.records import Records
from triage.store.schema import VERSION, metadata

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a writer waits for another one, of this process or of another."""

LONGEST_LOG = 10_000
"""Pages of the log at which whoever commits takes them into the file: 40 MB, six hundred replies."""

USUAL_LOG = 4_000_000
"""Bytes of the log that stay on the disk after a burst."""


class Store:
    """The store behind one engine. `begin()` is one transaction that writes; `look()` one that reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._commits = Commits(engine)
        self._onlooker: PoolProxiedConnection | None = None

    @contextmanager
    def begin(self) -> Iterator[Records]:
        """One transaction, taken exclusively at its start: what is read in it stays true until the commit."""
        with self._said(), self._commits.part(PATIENCE) as connection:
            yield (records := Records(connection))
        for act in records.acts:
            act()

    @contextmanager
    def look(self) -> Iterator[Records]:
        """One consistent view for reading; waits for nobody."""
        with self._said(), self._engine.connect() as connection:
            connection.info["begin"] = "BEGIN DEFERRED"
            with connection.begin():
                yield Records(connection)

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What the database cannot do is said in one sentence."""
        try:
            yield
        except TurnNeverCame:
            raise StoreUnusable(
                f"The store {self._engine.url.database}: another thread writes for too long."
            ) from None
        except (DatabaseError, PoolTimeoutError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> StoreUnusable:
        return StoreUnusable(f"The store {self._engine.url.database}: {_why(error)}.")

    def version(self) -> int:
        """Another number whenever somebody has committed, in this process or in another; asked by one thread.

        It takes microseconds. Of a store in memory it tells nothing: nobody else can know that.
        """
        try:
            if self._onlooker is None:
                # Only a connection that never writes sees all others' commits so.
                self._onlooker = self._engine.raw_connection()
                self._onlooker.detach()
            return int(self._onlooker.cursor().execute("PRAGMA data_version").fetchone()[0])
        except (DatabaseError, PoolTimeoutError, sqlite3.Error) as error:
            self._look_away()
            raise self._unusable(error) from error

    def _look_away(self) -> None:
        if self._onlooker is not None:
            self._onlooker.close()
            self._onlooker = None

    def settle(self) -> None:
        """Take what was committed from the log into the file; keeps nobody waiting, and takes what it can."""
        with self._said():
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
            finally:
                raw.close()

    def scrub(self) -> None:
        """Leave no trace of what was deleted: in the file, in its log, in the copies made before migrations.

        Raises NotAllowed while somebody reads the store, so that its log cannot be emptied.
        """
        path = self._engine.url.database
        raw = self._engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.close()
        except sqlite3.Error as error:
            raise StoreUnusable(f"The store {path} cannot be cleaned: {error}.") from error
        finally:
            raw.close()
        if busy:
            raise NotAllowed("The store is being read at this moment, so its log still stands: try again.")
        if path:
            for copy in _backups_of(Path(path)):
                copy.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        self._look_away()
        self._engine.dispose()


def open_store(path: Path | None, *, own_folder: bool = False) -> Store:
    """Open the store in that file, made or migrated where needed; None keeps it in memory only.

    `own_folder` says that its folder is for nothing else, so that it is closed to others, too.
    Raises StoreUnusable where the file is no store, of a newer version, or cannot be written.
    """
    if path is not None:
        _make_private(path, own_folder=own_folder)
    url = f"sqlite:///{path}" if path else "sqlite://"
    # The connection that was used last still knows the pages: others read anew what it has written.
    pool: dict[str, Any] = {"pool_use_lifo": True} if path else {"poolclass": StaticPool}
    options = {"check_same_thread": False, "timeout": PATIENCE}
    engine = create_engine(url, connect_args=options, hide_parameters=True, **pool)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    try:
        _migrate(engine, path)
    except (DatabaseError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreUnusable(f"The store {path} cannot be used: {_why(error)}.") from error
    except StoreUnusable:
        engine.dispose()
        raise
    return Store(engine)


def _why(error: Exception) -> object:
    """SQLite's own words, where they are."""
    if isinstance(error, DatabaseError):
        return error.orig
    return error if isinstance(error, sqlite3.Error) else type(error).__name__


def _backups_of(path: Path) -> list[Path]:
    return list(path.parent.glob(f"{glob.escape(path.name)}.*.backup"))


def _make_private(path: Path, *, own_folder: bool) -> None:
    """Only the rep may read the store: it holds customers' addresses and the rep's replies.

    A folder of the rep's own, and what else lies in it, stays as it is.
    """
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if own_folder and not folder.is_symlink():
            folder.chmod(0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        for end in ("", "-wal", "-shm", "-journal", ".lock", ".*.backup"):
            for file in folder.glob(f"{glob.escape(path.name)}{end}"):
                with suppress(FileNotFoundError):  # SQLite removes its log when the last one closes
                    file.chmod(0o600)
    except OSError as error:
        raise StoreUnusable(f"The store {path} cannot be opened: {error.strerror}.") from error


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; so DDL is atomic, too
    # SQLite's own knows the cases of ASCII letters only.
    connection.create_function("folded", 1, str.casefold, deterministic=True)
    cursor = connection.cursor()
    pragmas = [
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE * 1000:.0f}",
        "secure_delete=ON",
        f"wal_autocheckpoint={LONGEST_LOG}",  # in the middle of an answer; before that, `settle` is called
        f"journal_size_limit={USUAL_LOG}",
    ]
    if sys.platform == "darwin":
        pragmas += ["fullfsync=1", "checkpoint_fullfsync=1"]
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    driver_of(connection).execute(connection.info.get("begin", "BEGIN IMMEDIATE"))


def _version(engine: Engine) -> str:
    """The migration that the store is at; empty for a new one."""
    with engine.connect() as connection, connection.begin():
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _migrate(engine: Engine, path: Path | None) -> None:
    version = _version(engine)
    if version == VERSION:
        return
    if version > VERSION:
        raise StoreUnusable(
            f"The store {path} is of version {version}, newer than this program's {VERSION}: "
            "update the program, or name another store in the configuration."
        )
    if not version:
        _make(engine)
        return
    from triage.store.migrations import (
        VERSIONS,
        upgrade,
    )  # Alembic takes long to import, and much memory; it is rarely needed

    if version not in VERSIONS:
        raise StoreUnusable(
            f"The store {path} is of version {version}, which no program of ours has written."
        )
    if path is not None:
        _back_up(engine, path, path.with_name(f"{path.name}.{version}.backup"))
    upgrade(engine)


def _make(engine: Engine) -> None:
    """A new store, of the newest version; another process may make it at the same moment."""
    with engine.connect() as connection, connection.begin():
        metadata.create_all(connection)
        # As Alembic makes it.
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS alembic_version ("
            "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.execute(
            text("INSERT OR IGNORE INTO alembic_version VALUES (:version)"), {"version": VERSION}
        )


def _back_up(engine: Engine, path: Path, target: Path) -> None:
    """A whole copy of the store as it stands, before it is migrated."""
    raw = engine.raw_connection()
    try:
        target.unlink(missing_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
        raw.cursor().execute("VACUUM INTO ?", (str(target),))
    except (OSError, sqlite3.Error) as error:
        raise StoreUnusable(f"The store {path} cannot be backed up to {target.name}: {error}.") from error
    finally:
        raw.close()
    log.info("backed up the store to %s", target)
