"""The only file that puts a notice on the desktop; what it says, and when, is the desk's business.

On Linux and its kin by the session's D-Bus, on macOS by the system's own program, on Windows by the library
of the extra `[desktop]`. Each raises Unreachable where nothing can be shown.
"""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

from triage.errors import Unreachable

APP = "triage"
PATIENCE = 5.0
"""Seconds that a desktop may take for one answer."""


def desktop(environ: Mapping[str, str], platform: str = sys.platform) -> "Desktop":
    """This machine's."""
    if platform == "darwin":
        return ProgramDesktop()
    if platform == "win32":
        return LibraryDesktop()
    return BusDesktop(environ.get("DBUS_SESSION_BUS_ADDRESS") or _usual_bus(environ))


def _usual_bus(environ: Mapping[str, str]) -> str:
    """Where systemd puts the session's bus; empty where there is none."""
    bus = Path(environ.get("XDG_RUNTIME_DIR") or "/nowhere", "bus")
    return f"unix:path={bus}" if bus.exists() else ""


class BusDesktop:
    """The desktop notifications of freedesktop.org. A line for each notice: a session may begin anew."""

    def __init__(self, address: str) -> None:
        self._address = address

    def show(self, title: str, text: str) -> None:
        """Show a notice; a server that reads markup in its text gets it escaped."""
        if not self._address:
            raise Unreachable("there is no D-Bus session")
        from html import escape

        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection

        try:
            with closing(open_dbus_connection(self._address, auth_timeout=PATIENCE)) as bus:
                (capabilities,) = _asked(bus, "GetCapabilities")
                body = escape(text, quote=False) if "body-markup" in capabilities else text
                # Its own name, no notice to replace, no picture; no buttons, no hints, its own time.
                _asked(bus, "Notify", "susssasa{sv}i", (APP, 0, "", title, body, [], {}, -1))
        except DBusErrorResponse as refused:
            raise Unreachable(f"its notification service said {refused.name}") from refused
        except (OSError, ValueError, RuntimeError) as error:  # the last two: an address that is none
            raise Unreachable(f"its D-Bus does not answer: {type(error).__name__}") from error


def _asked(bus: Any, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    from jeepney import DBusAddress, new_method_call
    from jeepney.wrappers import unwrap_msg

    name = "org.freedesktop.Notifications"
    service = DBusAddress("/org/freedesktop/Notifications", bus_name=name, interface=name)
    asked = new_method_call(service, method, signature or None, body)
    answer: tuple[Any, ...] = unwrap_msg(bus.send_and_get_reply(asked, timeout=PATIENCE))
    return answer


_SCRIPT = "on run words\ndisplay notification (item 2 of words) with title (item 1 of words)\nend run"


class ProgramDesktop:
    """The program that macOS has for it. The words are its arguments, never a part of the script."""

    def __init__(self, program: str = "osascript") -> None:
        self._program = program

    def show(self, title: str, text: str) -> None:
        """Show a notice."""
        command = [self._program, "-e", _SCRIPT, "--", title, text]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603 (no shell)
        except (OSError, subprocess.SubprocessError) as error:
            raise Unreachable(f"{self._program} did not show it: {type(error).__name__}") from error


class LibraryDesktop:
    """What Windows needs besides. That library tells nobody whether a notice could be shown."""

    def __init__(self) -> None:
        self._notifier: Any = None

    def show(self, title: str, text: str) -> None:
        """Show a notice."""
        try:
            from desktop_notifier.sync import DesktopNotifierSync
        except ImportError as missing:
            raise Unreachable("it needs `pip install cooldown-triage[desktop]`") from missing
        self._notifier = self._notifier or DesktopNotifierSync(app_name=APP)
        self._notifier.send(title=title, message=text)


Desktop: TypeAlias = BusDesktop | ProgramDesktop | LibraryDesktop
