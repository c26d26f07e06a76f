"""`triage doctor` as a person reads it, on fourteen broken set-ups: what is wrong, and its mend."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.certs import Authority
from tests.daemon.conftest import ENVIRON, REP, Setup
from tests.dovecot import Dovecot
from tests.upstream import Upstream
from triage.cli import run


@dataclass(slots=True, kw_only=True)
class Bench:
    """A set-up that works, and all that one can break in it."""

    setup: Setup
    folder: Path
    mailbox: Dovecot
    upstream: Upstream
    authority: Authority
    rules: str = "extends: default\n"
    environ: dict[str, str] = field(default_factory=lambda: dict(ENVIRON))
    open_: ExitStack = field(default_factory=ExitStack)

    @property
    def imap(self) -> Setup:
        server: Setup = self.setup["accounts"][0]["imap"]
        return server

    @property
    def smtp(self) -> Setup:
        server: Setup = self.setup["accounts"][0]["smtp"]
        return server


@pytest.fixture
def bench(
    setup: Setup, tmp_path: Path, mailbox: Dovecot, upstream: Upstream, authority: Authority
) -> Iterator[Bench]:
    bench = Bench(setup=setup, folder=tmp_path, mailbox=mailbox, upstream=upstream, authority=authority)
    with bench.open_:
        yield bench


def expired_certificate(bench: Bench) -> None:
    bench.upstream.tls_context = bench.authority.server_context("127.0.0.1", expired=True)


def unknown_authority(bench: Bench) -> None:
    del bench.imap["ca_file"]


def blocked_smtp_auth(bench: Bench) -> None:
    bench.upstream.answer(
        "auth", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled"
    )


def refused_sender(bench: Bench) -> None:
    bench.upstream.answer("mail", "550 5.7.60 Client does not have permissions to send as this sender")


def wrong_tls_mode(bench: Bench) -> None:
    bench.imap["port"] = bench.mailbox.port


def nobody_listens(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        bench.smtp["port"] = server.getsockname()[1]


def unknown_name(bench: Bench) -> None:
    bench.imap["host"] = "imap.no-such-name.invalid"


def no_folder_of_that_name(bench: Bench) -> None:
    bench.imap["folders"] = ["INBOX", "Customers"]


def port_taken(bench: Bench) -> None:
    other = bench.open_.enter_context(socket.create_server(("127.0.0.1", 0)))
    bench.setup["doors"]["gate"]["port"] = other.getsockname()[1]


def broken_rules(bench: Bench) -> None:
    bench.rules = "extends: default\ncooldown: {minuts: 3}\n"


def no_password(bench: Bench) -> None:
    del bench.environ["MAIL"]


def open_password_file(bench: Bench) -> None:
    word = bench.folder / "gate.password"
    word.write_text("s3cret")
    word.chmod(0o644)
    bench.setup["doors"]["gate"]["password"] = {"file": word.name}


def store_that_is_none(bench: Bench) -> None:
    (bench.folder / "state").mkdir()
    (bench.folder / "state" / "store.db").write_text("no store at all, but long enough to look like a file")


def no_templates_folder(bench: Bench) -> None:
    bench.setup["teams"]["field"]["templates"] = "gone"


BROKEN: list[tuple[Callable[[Bench], None], str, str]] = [
    (expired_certificate, f"PROBLEM smtp of {REP}: ", "must renew it"),
    (unknown_authority, f"PROBLEM imap of {REP}: ", "as `ca_file`"),
    (blocked_smtp_auth, f"PROBLEM smtp of {REP}: ", "an administrator must allow authenticated SMTP"),
    (refused_sender, f"PROBLEM smtp of {REP}: ", f"allow {REP} to send as {REP}"),
    (wrong_tls_mode, f"PROBLEM imap of {REP}: ", "`security: starttls`"),
    (nobody_listens, f"PROBLEM smtp of {REP}: ", "nothing listens there"),
    (unknown_name, f"PROBLEM imap of {REP}: ", "look at the name imap.no-such-name.invalid"),
    (no_folder_of_that_name, f"PROBLEM folders of {REP}: ", "its name in `imap.folders`"),
    (port_taken, "PROBLEM gate: port ", "set `doors.gate.port` to another one"),
    (broken_rules, "PROBLEM config: ", "`triage config check` looks again"),
    (no_password, f"PROBLEM password of {REP}: ", "keep it where `login` says"),
    (open_password_file, "PROBLEM gate password: ", "keep one where this looks"),
    (store_that_is_none, "PROBLEM store: ", "name another `store`"),
    (no_templates_folder, "PROBLEM config: ", "`triage config check` looks again"),
]


@pytest.mark.parametrize(("harm", "said", "mend"), BROKEN, ids=[harm.__name__ for harm, *_ in BROKEN])
def test_what_is_broken_is_named_with_its_mend(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    harm: Callable[[Bench], None],
    said: str,
    mend: str,
) -> None:
    harm(bench)
    code, out = doctor(bench, monkeypatch, capsys)
    (at,) = [number for number, line in enumerate(out) if line.startswith("PROBLEM")]
    assert out[at].startswith(said)
    assert out[at + 1].startswith("        Mend: ")
    assert mend in out[at + 1]
    assert (code, out[-1]) == (1, "1 problem found.")
    assert "s3cret" not in "".join(out)


def test_where_nothing_is_broken_it_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = doctor(bench, monkeypatch, capsys)
    assert (code, out[-1]) == (0, "All is well.")
    assert not [line for line in out if line.startswith("PROBLEM")]
    assert bench.upstream.mails == [], "nothing was sent"


def doctor(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str]]:
    """Type the command; its exit code and its lines."""
    for name in ENVIRON:
        monkeypatch.delenv(name, raising=False)
    for name, value in bench.environ.items():
        monkeypatch.setenv(name, value)
    config = bench.folder / "config.yaml"
    config.write_text(json.dumps(bench.setup))
    config.chmod(0o600)
    (bench.folder / "rules.yaml").write_text(bench.rules)
    code = run(["doctor", "--config", str(config)])
    return code, capsys.readouterr().out.splitlines()
