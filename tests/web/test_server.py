"""The page on a real socket: changes are told as they happen; the daemon can stop while somebody looks."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from time import monotonic

import pytest
from starlette.types import ASGIApp

from tests.desk.world import HOT, World
from triage.config import resource_root
from triage.errors import Unreachable
from triage.web import PageKey, PageServer
from triage.web.guard import cookie_name
from triage.web.pages import application


@pytest.fixture
def server(world: World, key: PageKey) -> Iterator[PageServer]:
    server = PageServer("127.0.0.1", 0)
    templates = resource_root("templates") / "web"
    server.start(
        lambda: application(
            world.desk.office, key, port=server.port, templates=templates, stopping=server.stopping.is_set
        )
    )
    yield server
    server.stop()


def test_what_changes_is_told_at_once(server: PageServer, key: PageKey, world: World) -> None:
    with _events(server, key) as answer:
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        assert answer.readline() == b"retry: 3000\n"
        world.customer_writes(HOT)
        world.look()
        lines = [answer.readline() for _ in range(40)]
    assert b"event: changed\n" in lines


def test_the_daemon_stops_while_somebody_looks(server: PageServer, key: PageKey) -> None:
    with _events(server, key) as answer:
        answer.readline()
        began = monotonic()
        server.stop()
        assert monotonic() - began < 5
    with pytest.raises(OSError):
        socket.create_connection((server.host, server.port), timeout=1)


def test_a_port_that_is_taken_is_said_with_the_mend(server: PageServer) -> None:
    with pytest.raises(Unreachable, match=r"web\.port"):
        PageServer(server.host, server.port)


def test_a_server_that_never_served_stops_too(server: PageServer) -> None:
    PageServer("127.0.0.1", 0).stop()
    server.stop()  # nobody has come
    assert server._thread
    assert not server._thread.is_alive()


def test_a_page_that_cannot_be_made_is_told_and_refuses_its_visitors(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails() -> ASGIApp:
        raise ImportError("as after an update underneath")

    server = PageServer("127.0.0.1", 0)
    server.start(fails)
    assert not _heard(server)
    server.stop()
    assert "there is no page: ImportError at" in caplog.text


def _heard(server: PageServer) -> bytes:
    """What a browser hears that says nothing; nothing where it is turned away, even while it connects."""
    with (
        suppress(ConnectionResetError),
        closing(socket.create_connection((server.host, server.port), timeout=10)) as line,
    ):
        return line.recv(1)
    return b""


@contextmanager
def _events(server: PageServer, key: PageKey) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection(server.host, server.port, timeout=10)) as line:
        line.request("GET", "/events", headers={"Cookie": f"{cookie_name(server.port)}={key.cookie}"})
        with closing(line.getresponse()) as answer:
            assert answer.status == 200
            yield answer
