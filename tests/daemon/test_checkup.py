"""The check-up on broken set-ups: each problem is named once, with its mend, and the rest is checked still.

Real servers: Dovecot and the upstream of the tests, with the certificates that people meet.
"""

import socket
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.certs import Authority
from tests.daemon.conftest import ENVIRON, REP, Look, Setup, now
from tests.dovecot import USERS, Dovecot
from tests.upstream import Upstream
from triage.config import load
from triage.daemon.checkup import Check, machine
from triage.daemon.locks import sole_daemon
from triage.mail.mailbox import ImapMailbox
from triage.store import open_store


def the_problem(checks: list[Check]) -> Check:
    """The only one; whatever is a problem has its mend."""
    problems = [each for each in checks if each.level == "problem"]
    assert len(problems) == 1, [each.said for each in problems]
    assert problems[0].mend
    return problems[0]


def test_nothing_is_wrong_where_all_is_well(check: Look) -> None:
    checks = check()
    assert [each for each in checks if each.level == "problem"] == []
    said = {each.what for each in checks}
    assert said >= {
        "config",
        "store",
        "disk",
        "gate",
        "gate password",
        "page",
        "password",
        "imap",
        "extensions",
    }
    assert said >= {"folders", "keywords", "clock", "smtp", "daemon"}
    assert any("IDLE, MOVE, UIDPLUS" in each.said for each in checks)


def test_it_leaves_no_trace_in_the_mailbox(check: Look, mailbox: Dovecot) -> None:
    check()
    box = ImapMailbox.connect(
        host="127.0.0.1", port=mailbox.port, security="none", user=REP, password=lambda: USERS[REP]
    )
    assert box.uids(box.folder("state")) == []
    box.close()


# Certificates


def test_an_expired_certificate(check: Look, upstream: Upstream, authority: Authority) -> None:
    upstream.tls_context = authority.server_context("127.0.0.1", expired=True)
    found = the_problem(check())
    assert (found.what, found.account) == ("smtp", REP)
    assert "expired" in found.said
    assert "must renew it" in found.mend


def test_a_certificate_for_another_name(check: Look, upstream: Upstream, authority: Authority) -> None:
    upstream.tls_context = authority.server_context("smtp.elsewhere.example")
    found = the_problem(check())
    assert "not valid for '127.0.0.1'" in found.said
    assert "as `host`" in found.mend


def test_a_certificate_of_an_unknown_authority(check: Look, setup: Setup) -> None:
    del setup["accounts"][0]["imap"]["ca_file"]
    found = the_problem(check())
    assert found.what == "imap"
    assert "cannot be trusted" in found.said
    assert "`ca_file`" in found.mend


def test_tls_on_a_port_that_speaks_plainly_first(check: Look, setup: Setup, mailbox: Dovecot) -> None:
    setup["accounts"][0]["imap"]["port"] = mailbox.port
    assert "`security: starttls`" in the_problem(check()).mend


# Logging in


def test_a_wrong_password(check: Look) -> None:
    checks = check(environ={**ENVIRON, "MAIL": "wrong horse"})
    problems = [each for each in checks if each.level == "problem"]
    assert [each.what for each in problems] == ["imap", "smtp"]
    assert all("the right password in the environment variable MAIL" in each.mend for each in problems)
    assert not any("wrong horse" in f"{each.said}{each.mend}" for each in checks)


def test_a_password_that_is_not_there(check: Look) -> None:
    checks = check(environ={"GATE": "x"})
    assert "MAIL is not set" in the_problem(checks).said
    assert [each.level for each in checks if each.what in ("imap", "smtp")] == ["ok", "ok"], (
        "reached all the same"
    )


def test_microsofts_blocked_submission(check: Look, upstream: Upstream) -> None:
    upstream.answer("auth", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled")
    found = the_problem(check())
    assert "5.7.139" in found.said
    assert "administrator must allow authenticated SMTP" in found.mend


def test_a_port_that_takes_no_password(check: Look, upstream: Upstream) -> None:
    upstream.mechanisms = ("GSSAPI",)
    assert "use the submission port" in the_problem(check()).mend


def test_a_server_that_does_not_let_this_login_send_as_that_address(check: Look, upstream: Upstream) -> None:
    upstream.answer("mail", "550 5.7.60 Client does not have permissions to send as this sender")
    found = the_problem(check())
    assert "5.7.60" in found.said
    assert f"allow {REP} to send as {REP}" in found.mend
    assert upstream.mails == []


def test_a_server_that_takes_no_mail_for_the_moment(check: Look, upstream: Upstream) -> None:
    upstream.answer("mail", "451 4.3.2 Please try again later")
    assert "try again later" in the_problem(check()).mend


# Reaching


def test_a_port_where_nobody_listens(check: Look, setup: Setup) -> None:
    setup["accounts"][0]["smtp"]["port"] = _closed_port()
    found = the_problem(check())
    assert "no server listens there" in found.said
    assert "`port`" in found.mend


def test_a_name_that_nobody_has(check: Look, setup: Setup) -> None:
    setup["accounts"][0]["imap"]["host"] = "imap.no-such-name.invalid"
    assert "look at the name imap.no-such-name.invalid" in the_problem(check()).mend


# The mailbox


def test_no_drafts_folder(check: Look, setup: Setup) -> None:
    with Dovecot.flavoured("bare") as poor:
        setup["accounts"][0]["imap"] = {"host": "127.0.0.1", "port": poor.port, "security": "none"}
        checks = check()
    problems = [each for each in checks if each.level == "problem"]
    assert [each.said for each in problems] == [
        f"no folder for {name} was found" for name in ("Drafts", "Sent", "Trash")
    ]
    assert "named Drafts" in problems[0].mend
    notes = {each.what: each.said for each in checks if each.level == "note"}
    assert "works without IDLE, MOVE, UIDPLUS, SPECIAL-USE" in notes["extensions"]
    assert notes["clock"] == "it cannot be compared with this server's"


def test_a_watched_folder_that_is_not_there(check: Look, setup: Setup) -> None:
    setup["accounts"][0]["imap"]["folders"] = ["INBOX", "Customers"]
    found = the_problem(check())
    assert "Customers" in found.said
    assert "`imap.folders`" in found.mend


def test_a_mailbox_in_which_nothing_can_be_filed(check: Look, setup: Setup) -> None:
    with Dovecot() as full:
        setup["accounts"][0]["imap"] = {"host": "127.0.0.1", "port": full.port, "security": "none"}
        check()
        folder = full.config.parent / "homes" / REP / "mail" / ".Cooldown.State"
        folder.rename(full.config.parent / "away")
        folder.write_text("a file where the folder should be")
        found = the_problem(check())
    assert found.said.startswith("nothing can be filed")


@pytest.mark.parametrize(("off", "side"), [(10, "ahead of"), (-10, "behind")])
def test_a_clock_that_is_wrong(check: Look, off: int, side: str) -> None:
    found = the_problem(check(now=lambda: now() + timedelta(minutes=off)))
    assert found.what == "clock"
    assert f"s {side} the server's" in found.said
    assert "set it by the network" in found.mend


# This machine


def test_a_port_that_is_taken(check: Look, setup: Setup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        setup["doors"]["gate"]["port"] = other.getsockname()[1]
        found = the_problem(check())
    assert (found.what, "another program does" in found.said) == ("gate", True)
    assert "`doors.gate.port`" in found.mend


def test_a_running_daemons_own_port_is_no_problem(check: Look, setup: Setup, tmp_path: Path) -> None:
    check()
    with socket.create_server(("127.0.0.1", 0)) as gate:
        setup["doors"]["gate"]["port"] = port = gate.getsockname()[1]
        check()
        config = load(tmp_path / "config.yaml")
        with closing(open_store(config.store)) as store, store.begin() as records:
            records.set_note("daemon", {"gate": f"127.0.0.1:{port}"})
        with sole_daemon(config):
            checks = check()
    assert [each.said for each in checks if each.what == "gate"] == ["it answers"]
    assert [each.said for each in checks if each.what == "daemon"] == ["the daemon is running"]


def test_a_store_that_cannot_be_written(check: Look, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    found = the_problem(check())
    assert (found.what, "name another `store`" in found.mend) == ("store", True)


def test_a_store_that_is_none(check: Look, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "store.db").write_text("no store at all, but quite long enough to look like a file")
    assert the_problem(check()).what == "store"


def test_a_full_disk(check: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LITTLE_SPACE", 2**70)
    found = the_problem(check())
    assert (found.what, "make room" in found.mend) == ("disk", True)


# The files


def test_rules_that_are_broken(check: Look) -> None:
    checks = check(rules="extends: default\ncooldown: {minuts: 3}\n")
    found = the_problem(checks)
    assert "rules.yaml:2" in found.said
    assert "did you mean `minutes`?" in found.said
    assert any(each.what == "smtp" for each in checks), "the servers are checked all the same"


def test_a_config_that_is_broken_ends_the_check_up(check: Look, setup: Setup) -> None:
    setup["accounts"][0]["imap"] = {}
    assert "accounts.0.imap.host" in the_problem(check()).said


def test_a_secret_in_a_config_that_others_can_open(check: Look, setup: Setup) -> None:
    setup["accounts"][0]["login"] = {"oauth": {"provider": "google", "client_secret": "s3cret"}}
    found = the_problem(check(mode=0o644))
    assert "`chmod 600` it" in found.said
    assert "s3cret" not in found.said


def test_a_password_file_that_others_can_open(check: Look, setup: Setup, tmp_path: Path) -> None:
    word = tmp_path / "gate.password"
    word.write_text("s3cret")
    word.chmod(0o644)
    setup["doors"]["gate"]["password"] = {"file": "gate.password"}
    assert "`chmod 600` it" in the_problem(check()).said


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
