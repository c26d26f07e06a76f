"""What is past its time goes bit by bit: whoever writes meanwhile comes in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from tests.desk.world import World
from tests.store.records import MESSAGE
from triage.desk import housekeeping
from triage.desk.ports import Records
from triage.store import Store


class Busy:
    """A store that somebody else writes to before each transaction."""

    def __init__(self, store: Store) -> None:
        self.look, self.scrub, self.store = store.look, store.scrub, store
        self.written = 0

    @contextmanager
    def begin(self) -> Iterator[Records]:
        writer = Thread(target=self._write)
        writer.start()
        writer.join()
        with self.store.begin() as records:
            yield records

    def _write(self) -> None:
        with self.store.begin() as records:
            records.set_note("written", self.written + 1)
        self.written += 1


def test_others_write_while_years_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "SLICE", 10)
    world = World(path=tmp_path / "store.db")
    try:
        long_ago = world.clock.now() - 2 * world.desk.office.settings.retention
        with world.store.begin() as records:
            for number in range(95):
                records.add_message(
                    replace(MESSAGE, cooldown="", message_id=f"<{number}@x>", seen_at=long_ago)
                )
        busy = Busy(world.store)
        world.desk.office.store = busy
        world.desk.prune()
        with world.store.look() as records:
            assert records.messages_since(long_ago - timedelta(days=1)) == []
        assert busy.written == 10
    finally:
        world.close()


def test_pruning_stops_with_the_daemon() -> None:
    world = World()
    long_ago = world.clock.now() - 2 * world.desk.office.settings.retention
    with world.store.begin() as records:
        records.add_message(replace(MESSAGE, seen_at=long_ago))
    world.desk.office.is_stopping = lambda: True
    world.desk.prune()
    with world.store.look() as records:
        assert records.messages_since(long_ago)
