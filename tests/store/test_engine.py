"""Opening, surviving, sharing and refusing a store in a file."""

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, insert, inspect

from tests.store.records import MESSAGE, REPLY
from triage.errors import NotAllowed, StoreUnusable
from triage.judging.holds import State
from triage.store import Store, open_store, schema
from triage.store.engine import USUAL_LOG
from triage.store.mapping import to_row
from triage.store.migrations import upgrade
from triage.store.schema import VERSION


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


def test_a_commit_survives(path: Path, store: Store) -> None:
    with store.begin() as records:
        added = records.add_reply(REPLY, b"as they came")
    store.close()
    with closing(open_store(path)) as again, again.look() as records:
        assert records.reply(added.id) == added
        assert records.raw(added.id) == b"as they came"


def test_a_commit_is_on_the_disk_before_it_returns(path: Path, store: Store) -> None:
    """Another process sees it at once, and the settings are those that survive a power cut."""
    with store.begin() as records:
        records.set_note("answered", "250")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM notes").fetchone() == (1,)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store._engine.connect() as connection, connection.begin():
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full


def test_what_is_settled_stands_in_the_file_itself(path: Path, store: Store, tmp_path: Path) -> None:
    """Until then it stands in the log beside it, which is as good."""
    bare = tmp_path / "without-its-log.db"
    with store.begin() as records:
        added = records.add_reply(REPLY, b"as they came")
    shutil.copy(path, bare)
    with closing(open_store(bare)) as before, before.look() as records:
        assert records.all_replies() == []
    store.settle()
    shutil.copy(path, bare)
    with closing(open_store(bare)) as after, after.look() as records:
        assert records.all_replies() == [added]


def test_after_a_burst_the_log_is_short_again(path: Path, store: Store) -> None:
    log = path.with_name("store.db-wal")
    with store.begin() as records:
        records.add_reply(REPLY, b"x" * 10_000_000)
    assert log.stat().st_size > 10_000_000
    store.settle()
    with store.begin() as records:
        records.set_note("the next", 1)
    assert log.stat().st_size <= USUAL_LOG


def test_who_comes_next_has_the_connection_that_was_used_last(store: Store) -> None:
    """Another would read anew what this one has written."""
    with store.look() as one, store.look() as other:
        others = {one._driver, other._driver}
    with store.begin() as records:
        writing = records._driver
    with store.look() as records:
        assert records._driver is writing in others


def test_of_two_that_claim_exactly_one_gets_it(store: Store) -> None:
    with store.begin() as records:
        reply = records.add_reply(REPLY, b"")
    claimed: list[str] = []
    ready = Barrier(2)

    def claim(name: str) -> None:
        ready.wait()
        try:
            with store.begin() as records:
                records.change_reply(reply, replace(reply, state=State.RELEASING))
        except NotAllowed:
            return
        claimed.append(name)

    threads = [Thread(target=claim, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 1


def test_a_look_does_not_wait_for_a_writer(store: Store) -> None:
    with store.begin() as writing:
        writing.set_note("a", 1)
        with store.look() as looking:
            assert looking.note("a") is None


def test_its_version_changes_with_every_commit_of_this_process_and_of_others(
    path: Path, store: Store
) -> None:
    versions = [store.version()]
    with store.begin() as records:
        records.set_note("a", 1)
    versions.append(store.version())
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM notes")
    versions.append(store.version())
    assert len(set(versions)) == 3


def test_its_version_stays_where_nothing_is_written(store: Store) -> None:
    before = store.version()
    with store.look() as records:
        records.note("a")
    with store.begin() as records:
        records.note("a")
    assert store.version() == before


def test_only_the_rep_can_read_it(path: Path, store: Store) -> None:
    with store.begin() as records:
        records.set_note("a", 1)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes) >= {"store.db", "store.db-wal"}
    assert set(modes.values()) == {0o600}


def test_a_store_that_others_can_read_is_tightened(path: Path, store: Store) -> None:
    store.close()
    path.chmod(0o644)
    open_store(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_its_log_and_its_lock_are_tightened_and_no_file_of_the_reps(path: Path, store: Store) -> None:
    store.close()
    ours = [path.with_name(f"store.db{end}") for end in ("-wal", ".lock", ".0001.backup")]
    theirs = [path.with_name(name) for name in ("store.db.txt", "store.dbx", "gate.txt")]
    for file in (*ours, *theirs):
        file.touch()
        file.chmod(0o644)
    with closing(open_store(path)):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert {modes[file.name] for file in ours} == {0o600}
    assert {modes[file.name] for file in theirs} == {0o644}


@pytest.mark.parametrize(("ours", "mode"), [(True, 0o700), (False, 0o755)])
def test_a_folder_that_was_there_is_tightened_only_where_it_is_ours(
    path: Path, *, ours: bool, mode: int
) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o755)
    open_store(path, own_folder=ours).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == mode


def test_a_folder_that_the_rep_put_elsewhere_is_left_as_it_is(path: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o755)
    path.parent.symlink_to(theirs)
    open_store(path, own_folder=True).close()
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o755


def test_a_newer_version_is_refused_and_left_as_it_is(path: Path, store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    with pytest.raises(StoreUnusable, match="newer than this program"):
        open_store(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_file_that_is_no_store_is_refused_in_one_sentence(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are my holiday pictures, not a store. " * 100)
    with pytest.raises(StoreUnusable, match="not a database") as refused:
        open_store(path)
    assert "\n" not in str(refused.value)
    assert path.read_bytes().startswith(b"these are my holiday pictures")


def test_a_damaged_store_is_told_when_it_is_read(path: Path, store: Store) -> None:
    with store.begin() as records:
        for number in range(200):
            records.set_note(f"note {number}", "x" * 500)
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    with pytest.raises(StoreUnusable):
        _read_all(path)


def _read_all(path: Path) -> None:
    with closing(open_store(path)) as store, store.look() as records:
        for number in range(200):
            records.note(f"note {number}")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    in_the_way = tmp_path / "a file, not a folder"
    in_the_way.touch()
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        open_store(in_the_way / "store.db")


def test_a_store_in_memory_is_forgotten() -> None:
    with closing(open_store(None)) as one, one.begin() as records:
        records.set_note("a", 1)
    with closing(open_store(None)) as other, other.look() as records:
        assert records.note("a") is None


def _shape(url: str) -> dict[str, object]:
    engine = create_engine(url)
    try:
        found = inspect(engine)
        return {
            table: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)],
                sorted(
                    (str(i["name"]), tuple(i["column_names"]), bool(i["unique"]))
                    for i in found.get_indexes(table)
                ),
                sorted(tuple(u["column_names"]) for u in found.get_unique_constraints(table)),
            )
            for table in found.get_table_names()
            if table != "alembic_version"
        }
    finally:
        engine.dispose()


def _ddl(path: Path) -> list[str]:
    """As SQLite keeps it: with the conditions of indexes, which the inspection does not tell."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        # A column that was added later stands behind other white space.
        return sorted(re.sub(r"\s*([,()])\s*", r"\1", row[0]) for row in connection.execute(query))


def test_the_migrations_make_exactly_what_a_new_store_has(path: Path, store: Store) -> None:
    store.close()
    migrated = path.with_name("migrated.db")
    engine = create_engine(f"sqlite:///{migrated}")
    upgrade(engine)
    engine.dispose()
    assert _shape(f"sqlite:///{path}") == _shape(f"sqlite:///{migrated}")
    assert _ddl(path) == _ddl(migrated)


def test_a_new_store_needs_no_migrations(path: Path) -> None:
    """Alembic takes a third of a second, and twelve megabytes for as long as the daemon runs."""
    script = "import sys; from pathlib import Path; from triage.store import open_store; "
    script += "open_store(Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == 0


def test_the_store_says_which_version_it_is(path: Path, store: Store) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (VERSION,)


def test_a_message_of_an_earlier_version_asks_for_nothing_that_is_known(path: Path) -> None:
    """As a store of version 0005 holds it, before what is asked for was kept."""
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    upgrade(engine, "0005")
    row = {
        name: value for name, value in to_row(MESSAGE).items() if name not in ("wants", "wants_by", "asked")
    }
    with engine.begin() as connection:
        connection.execute(insert(schema.messages).values(**row))
    engine.dispose()
    with closing(open_store(path)) as again, again.look() as records:
        [message] = records.messages_called(MESSAGE.message_id)
    assert message == replace(MESSAGE, id=message.id, wants="", wants_by="", asked="")


def test_replies_of_an_earlier_version_have_the_bytes_that_came_and_their_ids(path: Path) -> None:
    """As a store of version 0010 holds them, in the rows of the replies; the second ones were wiped."""
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    upgrade(engine, "0010")
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(insert(schema.replies).values(**to_row(REPLY), copy_settled=False))
        connection.exec_driver_sql("UPDATE replies SET raw = ? WHERE id = 1", (b"as they came",))
        [called] = REPLY.message_ids
        names = "INSERT INTO reply_ids (account, message_id, reply) VALUES (?, ?, ?)"
        connection.exec_driver_sql(names, (REPLY.account, called, 2))
    engine.dispose()
    with closing(open_store(path)) as again, again.look() as records:
        assert records.all_replies() == [replace(REPLY, id="r1"), replace(REPLY, id="r2")]
        assert [records.raw(id_) for id_ in ("r1", "r2")] == [b"as they came", None]
        assert [reply.id for reply in records.replies_called(REPLY.account, called)] == ["r2"]


def test_a_writer_does_not_wait_for_ever_for_another_thread(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.store.engine.PATIENCE", 0.05)
    told: list[str] = []

    def write() -> None:
        try:
            with store.begin():
                told.append("written")
        except StoreUnusable as unusable:
            told.append(str(unusable))

    def in_a_thread() -> None:
        thread = Thread(target=write)
        thread.start()
        thread.join()

    with store.begin():
        in_a_thread()
    in_a_thread()
    refused, written = told
    assert "another thread writes for too long" in refused
    assert written == "written"
