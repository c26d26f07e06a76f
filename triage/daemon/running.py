"""The daemon: everything that runs while `triage run` runs."""

import os
import ssl
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from triage import config as files
from triage.clock import SystemClock, Timers, steady
from triage.config import Config
from triage.daemon.announcing import AnnouncerThread
from triage.daemon.apart import Apart
from triage.daemon.limits import allow_many_files
from triage.daemon.logins import SIGNED_IN, Logins
from triage.daemon.offices import settings_of
from triage.daemon.watching import WatcherThread
from triage.daemon.wiring import DOORS, Doors, machine_of
from triage.desk import Agenda, Desk, Office, log
from triage.desktop import desktop
from triage.errors import BadInput, Mistakes, StoreUnusable, TriageError, Unreachable, fault_of
from triage.judging.holds import Envelope
from triage.mail.certificate import server_context
from triage.mail.gate import Gate, Submission
from triage.mail.logins import secret
from triage.store import Store, open_store
from triage.web import PageKey, PageServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOK_FIRST = 3.0
"""Seconds that a client at the gate waits for the watcher to look first."""
RELOAD, REST, TICK, PRUNE = 5.0, 10.0, 60.0, 3600.0
"""Seconds between two knocks; at a tick also with the next beat after the store has changed."""
SOON = timedelta(seconds=5)
"""So long before something is due, whatever it takes is made ready."""
TURN = 0.0005
"""Seconds that a thread which reads may keep the interpreter from one that answers a client."""
HEARS = 2.0
"""Seconds until a stop is heard at the latest: a signal that comes just before a wait does not end it."""
LAST_WORD = 4.0
"""Seconds that a stop leaves to what is being sent; the gate's clients wait a second longer for theirs."""


class Daemon:
    """Everything that runs while `triage run` runs."""

    def __init__(
        self,
        config: Config,
        store: Store,
        environ: Mapping[str, str],
        doors: Doors = DOORS,
        apart: Apart | None = None,
    ) -> None:
        self._config = config
        self._watch(config.files)
        self._environ = environ
        self.store = store
        self.stopping = threading.Event()
        self._apart = apart or Apart(steady)
        settings = settings_of(config)
        self._logins = Logins(config, environ)
        self._relays = {a.address: doors.relay_of(a, self._logins.of(a)) for a in config.accounts if a.smtp}
        self.office = Office(
            store=store,
            clock=SystemClock(),
            settings=settings,
            relays=self._relays,
            machine=machine_of(store),
            look_first=lambda account: self._threads[account].look_now(LOOK_FIRST),
            wake=self._look_soon,
            apart=self._apart,
            is_stopping=self.stopping.is_set,
        )
        self.desk = Desk(self.office)
        self._doors = doors
        self._threads = {a.address: self._watcher_of(a) for a in config.accounts}
        self._announcer = AnnouncerThread(self.office, desktop(environ), self.stopping)
        self._gate = self._make_gate()
        self._page: PageServer | None = None
        self._timers = Timers(on_beat=self._beat, on_wake=self._wake_all)
        self._knock = self._timers.every(TICK, self._tick)
        self._read = self._timers.every(REST, self.desk.read_unread)
        self._unread = 0
        self._agenda = Agenda(tick=self.office.clock.now(), sending={})
        self._version = self._known_version = -1
        self._senders = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sender")
        self._sending: dict[str, Future[None]] = {}
        self._sending_begins = threading.Lock()

    @property
    def page_link(self) -> str:
        """The link that opens the page; empty where there is none."""
        return PageKey.of(self._config.store.parent).link(self._page.address) if self._page else ""

    @property
    def gate_port(self) -> int:
        """Where the gate listens; 0 where there is none."""
        return self._gate.port if self._gate else 0

    def start(self) -> None:
        """Settle what a former run left, then open the doors."""
        allow_many_files()
        sys.setswitchinterval(TURN)
        self._apart.begin()
        self.desk.start()
        if self._gate:
            self._gate.start()
        self._page = self._open_page()
        self._note_doors()
        self._announcer.start()
        for thread in self._threads.values():
            thread.start()
        self._timers.every(RELOAD, self._reload)
        self._timers.every(REST, self._rest)
        self._timers.every(REST, self.store.settle)
        self._timers.every(PRUNE, self.desk.prune)
        self._timers.start()

    def run(self) -> None:
        """Start, say `ready` when all is watched, and stop when `stopping` is set."""
        try:
            self.start()
            while not self.stopping.is_set():
                if all(thread.has_looked.wait(0.1) for thread in self._threads.values()):
                    log.info("ready")
                    break
            while not self.stopping.wait(HEARS):
                pass
        finally:
            self.stop()

    def stop(self) -> None:
        """Close the doors; what is being sent at this moment may finish, if it does not take long.

        Else its line is closed: what had left by then has an unknown outcome, and the rest is still held.
        """
        self.stopping.set()
        last_word = threading.Timer(LAST_WORD, self._hang_up)
        last_word.start()
        self._wake_all()
        self._announcer.wake.set()
        if self._gate:
            self._gate.stop()
        if self._page:
            self._page.stop()
        self._timers.stop()
        self._senders.shutdown(wait=True)
        last_word.cancel()
        self._rest()
        for thread in self._threads.values():
            if thread.is_alive():
                thread.join(timeout=10)
        if self._announcer.is_alive():
            self._announcer.join(timeout=1)
        self.desk.read_unread()
        self._apart.stop()
        with suppress(StoreUnusable), self.store.begin() as records:  # that it runs is seen by its lock
            records.set_note("daemon", None)
        log.info("stopped")

    def _rest(self) -> None:
        self._apart.rest()
        for relay in self._relays.values():
            relay.rest()

    def _hang_up(self) -> None:
        for relay in self._relays.values():
            relay.hang_up()

    def _look_soon(self, account: str) -> None:
        """Ask a watcher to look soon; an account that is no longer configured has none."""
        if account in self._threads:
            self._threads[account].look_soon()

    def _wake_all(self) -> None:
        for thread in self._threads.values():
            thread.wake.set()

    def _beat(self) -> float:
        """Whether there is anything to do; where there is not, this is all that a second costs.

        How many seconds may go by until the next beat.
        """
        now = self.office.clock.now()
        self._send_due()
        self._read_when_quiet()
        self._version = self.store.version()
        if self._version != self._known_version or self._agenda.tick <= now:
            self._knock()
        return self._agenda.rest(now)

    def _read_when_quiet(self) -> None:
        """Who sends a row of mails is not kept: what they say is read when no more have come since a beat, or
        when the timers knock.
        """
        unread = len(self.office.unread)
        if unread and unread == self._unread:
            self._read()
        self._unread = unread

    def _tick(self) -> None:
        """What is asked for, and when the next thing is due; what fails comes again with the next beat."""
        version = self._version
        try:
            self._welcome()
            self.desk.tick()
        finally:  # whatever fails there keeps no reply from leaving
            self._agenda = self.desk.agenda()
            self._send_due()
            self._announcer.wake.set()
        self._known_version = version

    def _send_due(self) -> None:
        """One sender an account: a server that is slow, or an error, keeps nobody else waiting."""
        now = self.office.clock.now()
        if self._agenda.due(now + SOON):
            self._apart.begin()  # what leaves is read: while the store is taken, nobody waits for a start
        with self._sending_begins:
            for account in self._agenda.due(now):
                busy = self._sending.get(account)
                if busy is None or busy.done():
                    self._sending[account] = self._senders.submit(self._release, account)

    def _release(self, account: str) -> None:
        try:
            self.desk.release_due(account)
        except TriageError as error:
            log.error("%s: %s", account, error)
        except Exception as error:
            log.error("%s: sending failed: %s", account, fault_of(error))

    def _welcome(self) -> None:
        """Whoever has signed in anew is not kept waiting until the next patient try."""
        with self.store.look() as records:
            came = records.note(SIGNED_IN)
        if came:
            with self.store.begin() as records:
                records.set_note(SIGNED_IN, None)
            self._wake_all()

    def _reload(self) -> None:
        """Take the human's files anew when they changed; where they are broken, the last good ones hold."""
        if files.stamp(self._files) == self._stamp:
            return
        try:
            config = self._apart(files.load, self._config.file)
        except BadInput as wrong:
            # A file that is named only now is watched too, so that mending it is seen.
            self._watch({*self._files, *_places(wrong)})
            with self.store.begin() as records:
                first, *others = str(wrong).splitlines()
                more = f" (and {len(others)} more)" if others else ""
                text = f"The files have mistakes, so the last good rules hold: {first}{more}"
                self.office.tell(records, "", "files", text)
            return
        with self.store.begin() as records:
            self.office.over(records, "", "files")
        if _doors(config) != _doors(self._config):
            log.warning(
                "accounts, gate, page or store have changed: restart `triage run` to take the changed files"
            )
        else:
            self._config = config
            self.office.settings = settings_of(config)
            self._knock()
            log.info("took the changed files")
        self._watch(config.files)

    def _watch(self, paths: Iterable[Path]) -> None:
        self._files = tuple(sorted(paths))
        self._stamp = files.stamp(self._files)

    def _make_gate(self) -> Gate | None:
        gate = self._config.gate
        if gate is None:
            return None
        kind, value = gate.password.source
        word = secret(kind, value, account="gate", environ=self._environ)
        return Gate(
            gate.host,
            gate.port,
            {a.address: frozenset(a.aliases) for a in self._config.accounts if a.smtp},
            lambda: word,
            self._answer,
            seconds=steady,
            security=gate.security,
            tls_context=self._certificate() if gate.security == "starttls" else None,
        )

    def _open_page(self) -> PageServer | None:
        """The rep's page. A port that is taken is told, and keeps no mail waiting."""
        web = self._config.web
        if not web.enabled:
            return None
        try:
            server = PageServer(web.host, web.port)
        except Unreachable as taken:
            with self.store.begin() as records:
                self.office.tell(records, "", "page", str(taken))
            return None
        with self.store.begin() as records:
            self.office.over(records, "", "page")
        key = PageKey.of(self._config.store.parent)
        server.start(lambda: self._application(server, key))
        return server

    def _application(self, server: PageServer, key: PageKey) -> "ASGIApp":
        from triage.web.pages import application  # and all that it takes: when the first browser comes

        templates = files.resource_root("templates") / "web"
        return application(
            self.office, key, port=server.port, templates=templates, stopping=server.stopping.is_set
        )

    def _certificate(self) -> ssl.SSLContext:
        return server_context(self._config.store.parent, self.office.clock.now())

    def _watcher_of(self, account: files.Account) -> WatcherThread:
        login = self._logins.of(account)
        return WatcherThread(
            account,
            self.office,
            self.desk.watchers[account.address],
            lambda: self._doors.connect(account, login),
            self.stopping,
        )

    def _answer(self, account: str, submission: Submission, raw: bytes) -> str:
        envelope = Envelope(
            mail_from=submission.mail_from, rcpt_tos=submission.rcpt_tos, options=submission.options
        )
        try:
            return self.desk.reply_submitted(account, envelope, raw)
        except StoreUnusable as unusable:
            log.error("%s: no mail can be taken: %s", account, unusable)
            return f"451 4.3.0 {unusable} Keep the mail and try again in a minute"

    def _note_doors(self) -> None:
        gate = self._config.gate
        with self.store.begin() as records:
            note = {"pid": os.getpid(), "started_at": self.office.clock.now().isoformat()}
            if gate:
                note["gate"] = f"{gate.host}:{self.gate_port}"
            if self._page:
                note["page"] = self._page.address
            records.set_note("daemon", note)


def build(config: Config, environ: Mapping[str, str], apart: Apart | None = None) -> Daemon:
    """A daemon over the configured store. `apart` is the process that read the config, if one did."""
    return Daemon(config, open_store(config.store, own_folder=config.owns_folder), environ, apart=apart)


def _places(wrong: BadInput) -> set[Path]:
    return {Path(mistake.file) for mistake in wrong.mistakes} if isinstance(wrong, Mistakes) else set()


def _doors(config: Config) -> tuple[object, ...]:
    """What cannot change while the daemon runs: it stands on open connections."""
    servers = tuple((a.address, a.aliases, a.imap, a.smtp, a.login) for a in config.accounts)
    return servers, config.gate, config.web, config.store
