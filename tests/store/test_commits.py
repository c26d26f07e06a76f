"""Those who write at the same moment share one commit, and nothing else."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from triage.errors import StoreUnusable
from triage.store import Records, Store, open_store

Act = Callable[[Records], None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def commits(store: Store) -> list[str]:
    """How each transaction that is committed from now on had begun."""
    seen: list[str] = []
    event.listen(store._engine, "commit", lambda connection: seen.append(connection.info["begin"]))
    return seen


def write(store: Store, act: Act) -> None:
    with store.begin() as records:
        act(records)


def note(name: str) -> Act:
    return lambda records: records.set_note(name, 1)


def notes(store: Store, *names: str) -> list[bool]:
    with store.look() as records:
        return [records.note(name) == 1 for name in names]


def together(store: Store, *acts: Act) -> list[Future[None]]:
    """All of them wait while another one writes; in their order. Returns when all have ended."""
    waiting = store._commits._turns._queue
    with ThreadPoolExecutor(len(acts)) as threads:
        with store.begin() as records:
            records.set_note("the first", 1)
            futures = []
            for number, act in enumerate(acts, 1):
                futures.append(threads.submit(write, store, act))
                while len(waiting) < number:
                    time.sleep(0.001)
        return futures


def outcomes(futures: list[Future[None]]) -> list[str]:
    return [type(future.exception()).__name__ for future in futures]


def test_who_waits_shares_one_commit(store: Store, commits: list[str]) -> None:
    assert outcomes(together(store, note("a"), note("b"), note("c"))) == ["NoneType"] * 3
    assert commits == ["BEGIN IMMEDIATE"]
    assert notes(store, "the first", "a", "b", "c") == [True] * 4


def test_alone_one_waits_for_nobody(store: Store, commits: list[str]) -> None:
    write(store, note("a"))
    write(store, note("b"))
    assert commits == ["BEGIN IMMEDIATE"] * 2
    assert notes(store, "a", "b") == [True, True]


def test_what_fails_takes_back_its_own_part_only(store: Store) -> None:
    def fail(records: Records) -> None:
        records.set_note("b", 1)
        raise ValueError

    assert outcomes(together(store, note("a"), fail, note("c"))) == ["NoneType", "ValueError", "NoneType"]
    assert notes(store, "the first", "a", "b", "c") == [True, True, False, True]


def test_who_fails_last_commits_for_those_before(store: Store) -> None:
    def fail(_records: Records) -> None:
        raise ValueError

    assert outcomes(together(store, note("a"), fail)) == ["NoneType", "ValueError"]
    assert notes(store, "the first", "a") == [True, True]


def test_what_the_one_before_wrote_is_seen(store: Store) -> None:
    def count(records: Records) -> None:
        records.set_note("count", (records.note("count") or 0) + 1)

    together(store, *[count] * 9)
    with store.look() as records:
        assert records.note("count") == 9


def test_where_the_commit_fails_nobody_is_told_that_it_is_kept(store: Store) -> None:
    def full(connection: Connection) -> None:
        if connection.info["begin"] == "BEGIN IMMEDIATE":
            raise OperationalError("COMMIT", None, Exception("disk is full"))

    event.listen(store._engine, "commit", full)
    with pytest.raises(StoreUnusable, match="disk is full"):
        together(store, note("a"), note("b"))
    event.remove(store._engine, "commit", full)
    assert notes(store, "the first", "a", "b") == [False] * 3
    write(store, note("later"))
    assert notes(store, "later") == [True]


def test_where_sqlite_takes_everything_back_all_who_had_a_part_are_told(store: Store) -> None:
    """As it does where the disk is full, or fails."""

    def trouble(records: Records) -> None:
        records._connection.exec_driver_sql("ROLLBACK")
        raise ValueError

    with pytest.raises(StoreUnusable):
        together(store, note("a"), trouble, note("c"))
    assert notes(store, "the first", "a", "c") == [False, False, True]


def test_what_sqlite_took_back_unnoticed_is_not_taken_for_kept(store: Store) -> None:
    def unnoticed(records: Records) -> None:
        records.set_note("a", 1)
        records._connection.exec_driver_sql("ROLLBACK")

    with pytest.raises(StoreUnusable, match="taken back"):
        write(store, unnoticed)
    assert notes(store, "a") == [False]


def test_nobody_goes_on_before_the_commit(store: Store) -> None:
    order: list[str] = []
    event.listen(store._engine, "commit", lambda _connection: order.append("commit"))

    def log(name: str) -> Act:
        return lambda records: records.afterwards(lambda: order.append(name))

    together(store, log("a"), log("b"))
    assert order[0] == "commit"
    assert sorted(order[1:]) == ["a", "b"]


def test_the_first_waits_for_no_more_than_so_many(
    store: Store, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.store.commits.MOST_PARTS", 3)
    together(store, *(note(name) for name in "abcd"))
    assert commits == ["BEGIN IMMEDIATE"] * 2
    assert notes(store, *"abcd") == [True] * 4
