"""A desktop session's bus, with a notification service that remembers what it was shown.

    with SessionBus() as bus:
        BusDesktop(bus.address).show("A title", "A text")
        assert bus.shown == [("A title", "A text")]

The bus is Debian's `dbus-daemon`, the service our own: what it got over the wire is what a desktop gets.
"""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jeepney import HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

DBUS_DAEMON = shutil.which("dbus-daemon")
NAME = "org.freedesktop.Notifications"
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


class SessionBus:
    """The bus and, unless `served` is false, the service on it."""

    def __init__(
        self, capabilities: Sequence[str] = ("body",), *, served: bool = True, answers: bool = True
    ) -> None:
        """`answers` says whether the service ever answers."""
        self._capabilities = list(capabilities)
        self._served, self._answers = served, answers
        self.shown: list[tuple[str, str]] = []
        """The titles, and the texts as they came over the wire."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bus-")))
            path = folder / "socket"
            (folder / "bus.conf").write_text(_CONFIG.format(path=path))
            self.address = f"unix:path={path}"
            stack.enter_context(_daemon(folder / "bus.conf"))
            if self._served:
                self._stopping = threading.Event()
                self._bus = open_dbus_connection(self.address)
                stack.callback(self._bus.close)
                self._bus.send_and_get_reply(message_bus.RequestName(NAME))
                service = threading.Thread(target=self._serve, name="notification service")
                service.start()
                stack.callback(service.join)
                stack.callback(self._stopping.set)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                asked = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            if asked.header.message_type is MessageType.method_call and self._answers:
                self._bus.send(self._answer(asked))

    def _answer(self, asked: Message) -> Any:
        match asked.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                return new_method_return(asked, "as", (self._capabilities,))
            case "Notify":
                _app, _replaces, _icon, title, text, *_ = asked.body
                self.shown.append((title, text))
                return new_method_return(asked, "u", (len(self.shown),))
            case _:
                return new_error(asked, "org.freedesktop.DBus.Error.UnknownMethod")


class _daemon:  # noqa: N801 (used as a function)
    """The bus, ended by its own process."""

    def __init__(self, config: Path) -> None:
        self._command = [str(DBUS_DAEMON), f"--config-file={config}", "--nofork", "--print-address"]

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        assert self._process.stdout
        assert self._process.stdout.readline(), "the bus did not start"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
