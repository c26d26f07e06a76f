"""The contract of a desktop, for the fake and the real ones; then what only the real ones have to bear."""

import html
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import triage.desktop
from tests.fakes.desktop import FakeDesktop
from tests.session_bus import DBUS_DAEMON, SessionBus
from triage.desk.ports import Desktop
from triage.desktop import BusDesktop, LibraryDesktop, ProgramDesktop, desktop
from triage.errors import Unreachable

HOSTILE = "-x \"'$(reboot)` <b>bold</b> <a href='http://evil.example'>&amp; &lt; %s \\n {{ 7*7 }} Ünïcödé 🔥"
Shown = Callable[[], list[tuple[str, str]]]

needs_bus = pytest.mark.skipif(DBUS_DAEMON is None, reason="needs dbus-daemon")
with_program = pytest.mark.skipif(sys.platform == "win32", reason="needs a program that is a script")


@pytest.fixture(
    params=[
        "fake",
        pytest.param("bus", marks=needs_bus),
        pytest.param("bus that reads markup", marks=needs_bus),
        pytest.param("program", marks=with_program),
    ]
)
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Desktop, Shown]]:
    """A desktop, and what a person sees on it."""
    with ExitStack() as stack:
        match request.param:
            case "fake":
                fake = FakeDesktop()
                yield fake, lambda: fake.shown
            case "bus":
                bus = stack.enter_context(SessionBus())
                yield BusDesktop(bus.address), lambda: bus.shown
            case "bus that reads markup":
                reader = stack.enter_context(SessionBus(["body", "body-markup"]))
                yield BusDesktop(reader.address), lambda: [(t, _read(b)) for t, b in reader.shown]
            case _:
                program, log = _program(tmp_path)
                yield ProgramDesktop(str(program)), lambda: _seen(log)


def test_a_notice_is_shown(there: tuple[Desktop, Shown]) -> None:
    door, shown = there
    door.show("Heated mail from acme.example", "Order 4711")
    door.show("Your reply to acme.example was sent", "Re: Order 4711")
    assert shown() == [
        ("Heated mail from acme.example", "Order 4711"),
        ("Your reply to acme.example was sent", "Re: Order 4711"),
    ]


def test_strange_words_are_shown_as_they_are(there: tuple[Desktop, Shown]) -> None:
    door, shown = there
    door.show(f"Heated mail from {HOSTILE}", HOSTILE)
    assert shown() == [(f"Heated mail from {HOSTILE}", HOSTILE)]


@needs_bus
def test_no_tag_reaches_a_service_that_would_read_it() -> None:
    with SessionBus(["body", "body-markup"]) as bus:
        BusDesktop(bus.address).show("A title", HOSTILE)
        ((_, text),) = bus.shown
    assert "<" not in text
    assert "&lt;b&gt;bold" in text


# Where there is none


def test_a_machine_without_a_session() -> None:
    with pytest.raises(Unreachable, match="there is no D-Bus session"):
        desktop({}, "linux").show("A title", "A text")


def test_a_session_that_is_over(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        BusDesktop(f"unix:path={tmp_path / 'gone'}").show("A title", "A text")


@pytest.mark.parametrize("address", ["tcp:host=127.0.0.1,port=9", "nonsense", "unix:"])
def test_an_address_that_leads_nowhere(address: str) -> None:
    with pytest.raises(Unreachable):
        BusDesktop(address).show("A title", "A text")


@needs_bus
def test_a_session_without_notices() -> None:
    with SessionBus(served=False) as bus, pytest.raises(Unreachable, match="ServiceUnknown"):
        BusDesktop(bus.address).show("A title", "A text")


@needs_bus
def test_a_service_that_never_answers_costs_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage.desktop, "PATIENCE", 0.1)
    with SessionBus(answers=False) as bus, pytest.raises(Unreachable, match="TimeoutError"):
        BusDesktop(bus.address).show("A title", "A text")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="FileNotFoundError"):
        ProgramDesktop(str(tmp_path / "osascript")).show("A title", "A text")


@with_program
def test_a_program_that_fails(tmp_path: Path) -> None:
    program, log = _program(tmp_path)
    program.write_text(f"#!/bin/sh\necho secret words >> {log}\nexit 1\n")
    with pytest.raises(Unreachable, match="CalledProcessError"):
        ProgramDesktop(str(program)).show("A title", "A text")


def test_each_platform_has_its_own(tmp_path: Path) -> None:
    assert isinstance(desktop({}, "darwin"), ProgramDesktop)
    assert isinstance(desktop({}, "win32"), LibraryDesktop)


@needs_bus
def test_the_bus_of_systemd_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that starts at login may know the session's folder alone."""
    with SessionBus() as bus:
        folder = Path(bus.address.removeprefix("unix:path=")).parent
        (folder / "bus").symlink_to(folder / "socket")
        desktop({"XDG_RUNTIME_DIR": str(folder)}, "linux").show("A title", "A text")
        assert bus.shown == [("A title", "A text")]


def _read(markup: str) -> str:
    """What a service makes of it that reads markup."""
    return html.unescape(markup)


def _program(folder: Path) -> tuple[Path, Path]:
    """A stand-in for macOS's program: it writes down its arguments."""
    program, log = folder / "osascript", folder / "log"
    write = f"open({str(log)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')"
    program.write_text(f"#!{sys.executable}\nimport json, sys\n{write}\n")
    program.chmod(0o755)
    return program, log


def _seen(log: Path) -> list[tuple[str, str]]:
    """The two words behind the script: what it displays are `item 1` and `item 2` of these."""
    calls = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(call[0] == "-e" and "item 1 of words" in call[1] and call[2] == "--" for call in calls)
    return [(call[3], call[4]) for call in calls]
