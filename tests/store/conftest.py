"""How a store is opened: each way is a parameter, and every contract holds for all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.store import Store, open_store


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.db" if request.param == "file" else None)
    yield opened
    opened.close()
