"""The page over the product in memory, and a browser's requests without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.desk.world import World
from triage.config import resource_root
from triage.web import PageKey
from triage.web.pages import application

PORT = 8430
ADDRESS = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Over a file: the page's threads and the daemon's each have their own connection."""
    world = World(path=tmp_path / "triage.db")
    yield world
    world.close()


@pytest.fixture
def key(tmp_path: Path) -> PageKey:
    return PageKey.of(tmp_path)


@pytest.fixture
def stranger(world: World, key: PageKey) -> Iterator[TestClient]:
    """A browser that has never seen the link."""
    templates = resource_root("templates") / "web"
    page = application(world.desk.office, key, port=PORT, templates=templates, stopping=lambda: False)
    client = TestClient(page, base_url=ADDRESS, follow_redirects=False)
    yield client
    client.close()


@pytest.fixture
def browser(stranger: TestClient, key: PageKey) -> TestClient:
    """A browser that came in by the link."""
    assert stranger.get(key.link(ADDRESS)).status_code == 303
    return stranger
