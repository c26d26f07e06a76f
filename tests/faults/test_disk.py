"""The disk is full or read-only, the database locked, corrupt, older or newer: what is promised is kept.

A client that hears 451 keeps its mail and tries again; what was held before is still held, and leaves once.
"""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.desk.world import World
from triage.errors import StoreUnusable
from triage.judging.holds import State
from triage.store import engine, open_store
from triage.store.schema import VERSION

Trouble = Callable[[World], AbstractContextManager[None]]


@pytest.fixture
def world(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    caplog.set_level("INFO", "triage")
    world = World(path=tmp_path / "store.db")
    world.customer_writes()
    world.look()
    caplog.clear()
    yield world
    world.close()


@contextmanager
def a_full_disk(_world: World) -> Iterator[None]:
    """No file of this process may grow any more: the system refuses each write."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


@contextmanager
def a_read_only_disk(world: World) -> Iterator[None]:
    """SQLite's own answer; the rights of a file mean nothing to root."""
    with pragma(world, "query_only=ON"):
        yield


@contextmanager
def a_locked_database(world: World) -> Iterator[None]:
    """Another program has it, longer than we wait."""
    assert world.path is not None
    with (
        pragma(world, "busy_timeout=10"),
        closing(sqlite3.connect(world.path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def pragma(world: World, words: str) -> Iterator[None]:
    def say(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {words}")

    event.listen(world.store._engine, "checkout", say)
    try:
        yield
    finally:
        event.remove(world.store._engine, "checkout", say)
        world.restart()  # the pragma stays with its connection


TROUBLE = pytest.mark.parametrize("trouble", [a_full_disk, a_read_only_disk, a_locked_database])


@TROUBLE
def test_no_250_is_given_and_sent_again_it_is_held_once(
    world: World, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    raw = world.reply("x" * 50_000)
    with trouble(world), pytest.raises(StoreUnusable):  # the gate answers 451, the client keeps it
        world.rep_sends(raw)
    assert world.states == []
    assert caplog.messages == [], "what was not committed did not happen, in the log neither"
    assert world.rep_sends(raw).startswith("250 2.0.0 held until")
    assert "held r1" in caplog.text
    world.forward(minutes=31)
    assert [mail.raw for mail in world.upstream.taken] == [raw]


@TROUBLE
def test_what_is_due_stays_and_leaves_once_when_it_is_over(world: World, trouble: Trouble) -> None:
    raw = world.reply()
    world.rep_sends(raw)
    world.clock.move(minutes=31)
    with trouble(world), pytest.raises(StoreUnusable):
        world.tick()
    assert not world.upstream.taken
    world.tick()
    assert [mail.raw for mail in world.upstream.taken] == [raw]
    assert world.states == [State.SENT]


@TROUBLE
def test_a_message_that_came_meanwhile_is_judged_when_it_is_over(world: World, trouble: Trouble) -> None:
    world.customer_writes(sender="eve@bolt.example", subject="Invoice 12")
    with trouble(world), pytest.raises(StoreUnusable):
        world.look()
    world.look()
    assert [c.customer.label for c in world.cooldowns] == ["acme.example", "bolt.example"]


# A store that cannot be used at all: `triage run` says so in one sentence and ends.


def run_on(store: Path, folder: Path, *more: str) -> list[str]:
    """`triage run` on that store, as a person types it; the config stands in the folder."""
    config = folder / "config.yaml"
    config.write_text(
        "accounts: [{address: rep@example.com, imap: {host: 127.0.0.1, port: 1, security: none},"
        " login: {password: {env: NOBODY_ASKS}}}]\n"
        f"store: {store}\nweb: {{enabled: false}}\n"
    )
    config.chmod(0o600)
    return [sys.executable, "-m", "triage", "run", "--config", str(config), *more]


def run(store: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """It ends by itself, as the store cannot be used."""
    return subprocess.run(run_on(store, folder), capture_output=True, text=True, timeout=60, check=False)


def test_a_corrupt_store_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database at all, whatever it was. " * 200)
    done = run(tmp_path / "store.db", tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "store.db" in done.stderr


def test_a_store_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path / "store.db").close()
    _set_version(tmp_path / "store.db", "9999")
    before = (tmp_path / "store.db").read_bytes()
    done = run(tmp_path / "store.db", tmp_path)
    assert done.returncode == 2
    assert "newer than this program's" in done.stderr
    assert "update the program" in done.stderr
    assert (tmp_path / "store.db").read_bytes() == before


def test_a_store_of_an_older_version_is_backed_up_whole_and_migrated(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _of_version(path, "0001")
    with closing(open_store(path)) as store, store.look() as records:
        assert records.note("from before") == "still here"
    backup = path.with_name("store.db.0001.backup")
    assert backup.stat().st_mode & 0o077 == 0
    assert (_version_of(backup), _version_of(path)) == ("0001", VERSION)


def test_without_room_for_the_backup_nothing_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _of_version(path, "0001")
    path.with_name("store.db.0001.backup").mkdir()  # nothing can be written there
    with pytest.raises(StoreUnusable, match="backed up"):
        open_store(path)
    assert _version_of(path) == "0001"


def test_a_version_that_nobody_knows_is_said_in_one_sentence(tmp_path: Path) -> None:
    open_store(tmp_path / "store.db").close()
    _set_version(tmp_path / "store.db", "0000")
    with pytest.raises(StoreUnusable, match="0000"):
        open_store(tmp_path / "store.db")


def _of_version(path: Path, version: str) -> None:
    """A store as an earlier program left it."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).with_name("migrations")))
    made = create_engine(f"sqlite:///{path}")
    with made.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.exec_driver_sql("INSERT INTO notes (name, value) VALUES ('from before', '\"still here\"')")
    made.dispose()


def _version_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _set_version(path: Path, version: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
