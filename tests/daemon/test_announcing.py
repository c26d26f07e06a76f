"""The thread that shows what is new: a desktop that hangs or breaks keeps no mail waiting, ends nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path

import pytest

from tests.desk.world import World
from tests.fakes.desktop import FakeDesktop
from triage.config import load
from triage.daemon import announcing
from triage.daemon.announcing import AnnouncerThread
from triage.daemon.offices import settings_of


class SlowDesktop(FakeDesktop):
    """Shows nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = threading.Event(), threading.Event()

    def show(self, title: str, text: str) -> None:
        self.asked.set()
        assert self.let_go.wait(20)
        super().show(title, text)


class BrokenDesktop(FakeDesktop):
    """Breaks once, in a way that nobody foresaw."""

    def __init__(self) -> None:
        super().__init__()
        self.broken, self.whole = threading.Event(), threading.Event()

    def show(self, title: str, text: str) -> None:
        if not self.broken.is_set():
            self.broken.set()
            raise ZeroDivisionError("customer's words")
        super().show(title, text)
        self.whole.set()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(announcing, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(announcing, "PATIENCE", 0.01)
    world = World(path=tmp_path / "store.db")
    world.start(desktop=frozenset({"heated", "held"}))
    yield world
    world.close()


@contextmanager
def announcing_to(world: World, desktop: FakeDesktop) -> Iterator[None]:
    stopping = threading.Event()
    thread = AnnouncerThread(world.desk.office, desktop, stopping)
    thread.start()
    yield
    stopping.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_desktop_that_hangs_keeps_no_reply_waiting(world: World) -> None:
    slow = SlowDesktop()
    with announcing_to(world, slow):
        world.customer_writes()
        world.look()
        assert slow.asked.wait(10)
        assert world.rep_sends(world.reply()).startswith("250 2.0.0 held until")
        assert slow.shown == []
        slow.let_go.set()


def test_a_desktop_that_breaks_is_asked_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    broken = BrokenDesktop()
    with announcing_to(world, broken):
        world.customer_writes()
        world.look()
        assert broken.broken.wait(10)
        world.rep_sends(world.reply())
        assert broken.whole.wait(10)
    assert "no notices for a minute: ZeroDivisionError" in caplog.text
    assert "customer's words" not in caplog.text


@pytest.mark.parametrize(
    ("typed", "kinds", "quiet"),
    [
        ("", {"heated", "held", "look", "sent", "failed"}, None),
        ("notices: {desktop: {enabled: false}}", set(), None),
        ("notices: {desktop: {sent: false, held: false}}", {"heated", "look", "failed"}, None),
        (
            'notices: {desktop: {quiet: {start: "19:00", end: "07:00"}}}',
            {"heated", "held", "look", "sent", "failed"},
            (time(19), time(7)),
        ),
    ],
)
def test_what_the_config_says(
    tmp_path: Path, typed: str, kinds: set[str], quiet: tuple[time, time] | None
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"accounts: [{{address: rep@example.com, imap: {{host: imap.example.com}}}}]\n{typed}\n"
    )
    config.chmod(0o600)
    settings = settings_of(load(config))
    assert settings.desktop == kinds
    assert (settings.quiet and (settings.quiet.start, settings.quiet.end)) == quiet
