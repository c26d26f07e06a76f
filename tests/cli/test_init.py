"""`init` without a person: every answer is an option; what is missing, wrong or there already is said."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.errors import KeyringLocked
from ruamel.yaml import YAML

from tests.cli.company import REP, Company, refused
from tests.cli.conftest import Triage
from tests.config.test_logins import Keychain
from tests.dovecot import USERS, Dovecot
from tests.terminal import converse
from triage.config import OAuth, load
from triage.config.accounts import Endpoints
from triage.daemon.locks import sole_daemon
from triage.daemon.setting_up import Kept, Plan, Safe, config_text, write_files
from triage.errors import BadInput
from triage.mail.logins import SERVICE
from triage.mail.providers import Server, imaps, submissions

ROOT = Path(__file__).parents[2]


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_it_writes_a_config_that_works(triage: Triage, company: Company) -> None:
    said = triage(
        "init", *company.words, *company.imap, *company.smtp, "--name", "Robin Reyes", "--team", "field"
    )
    assert said.code == 0, said.err
    config = load(company.config)
    assert (config.warnings, config.mistakes) == ((), ())
    (account,) = config.accounts
    assert (account.address, account.name, account.team) == (REP, "Robin Reyes", "field")
    assert account.login.password.source == ("env", "MAIL")
    rules = company.config.parent / "rules" / "field.yaml"
    assert YAML().load(rules.read_text())["extends"] == "default"
    for file, schema in ((company.config, "config.schema.json"), (rules, "../rules.schema.json")):
        assert file.read_text().startswith(f"# yaml-language-server: $schema={schema}\n")
        assert "properties" in json.loads((file.parent / schema).read_text())
    password = company.config.parent / "gate.password"
    assert (mode(company.config), mode(rules), mode(password)) == (0o600, 0o600, 0o600)
    assert "only you can open" in said.err


def test_it_says_what_to_set_and_never_a_password(triage: Triage, company: Company) -> None:
    said = triage("init", *company.words, *company.imap, *company.smtp)
    config = load(company.config)
    assert config.gate
    word = (company.config.parent / "gate.password").read_text().strip()
    for value in (
        "127.0.0.1",
        str(config.gate.port),
        REP,
        "Thunderbird",
        "Apple Mail",
        "Outlook",
        "triage doctor",
    ):
        assert value in said.out
    assert f"`triage client --show-password --config {company.config}` shows it" in said.out
    assert word not in said.out + said.err
    assert USERS[REP] not in said.out + said.err
    shown = triage("client", "--show-password", "--config", str(company.config))
    assert word in shown.out
    again = triage("client", "--json", "--config", str(company.config))
    assert again.json == {"host": "127.0.0.1", "port": config.gate.port, "security": "none", "users": [REP]}


def test_with_a_keychain_the_password_lies_there(triage: Triage, company: Company) -> None:
    chain = Keychain()
    keyring.set_keyring(chain)
    assert triage("init", *company.words, *company.imap, *company.smtp).code == 0
    config = load(company.config)
    assert config.gate
    assert config.gate.password.source == ("keyring", "true")
    assert set(chain.entries) == {(SERVICE, "gate")}
    first = chain.entries[SERVICE, "gate"]
    assert triage("init", *company.words, *company.imap, *company.smtp, "--force").code == 0
    assert chain.entries[SERVICE, "gate"] == first, "the mail client knows it already"


def test_a_keychain_that_did_not_answer_is_not_waited_for_again(tmp_path: Path) -> None:
    chain, said = Keychain(), list[str]()
    chain.failure = KeyringLocked()
    keyring.set_keyring(chain)
    safe = Safe(tmp_path, said.append)
    assert safe.keep(REP, "s3cret") == ("file", f"{REP}.password")
    chain.failure = None
    assert safe.keep("other", "s3cret") == ("file", "other.password")
    assert len(said) == 2
    assert "s3cret" not in "".join(said)


def test_it_never_writes_over_a_config_unasked(triage: Triage, company: Company) -> None:
    company.config.parent.mkdir()
    company.config.write_text("mine")
    said = triage("init", *company.words, *company.imap, *company.smtp)
    assert (said.code, "--force" in said.err) == (4, True)
    assert company.config.read_text() == "mine"
    assert triage("init", *company.words, *company.imap, *company.smtp, "--force").code == 0
    assert company.config.with_name("config.yaml.old").read_text() == "mine"
    with sole_daemon(load(company.config)):
        said = triage("init", *company.words, *company.imap, *company.smtp, "--force")
    assert (said.code, said.err) == (4, "A daemon runs on this config: end it first.\n")


class OneDomain:
    """A DNS that leads acme.example, a domain of its own, to the servers of this machine."""

    def __init__(self, imap: int, smtp: int) -> None:
        self._ports = {"_imaps": imap, "_submissions": smtp}

    def mx(self, domain: str) -> list[str]:
        return []

    def srv(self, service: str, domain: str) -> list[tuple[str, int]]:
        return [("127.0.0.1", self._ports[service])] if service in self._ports else []


def test_a_foreign_server_hears_no_password_before_somebody_agreed(
    triage: Triage, company: Company, mailbox: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns = OneDomain(mailbox.tls_port, company.upstream.port)
    monkeypatch.setattr("triage.mail.resolving.Dns", lambda: dns)
    words = ("init", *company.words, *company.imap[-2:], "--address", "dana@acme.example", "--user", REP)
    said = triage(*words)
    assert (said.code, "Is 127.0.0.1 right? Say --yes" in refused(said, company)) == (2, True)
    assert "AUTH" not in company.upstream.commands

    assert triage(*words, "--yes").code == 0
    assert "AUTH" in company.upstream.commands
    (account,) = load(company.config).accounts
    assert (account.imap.port, account.user) == (mailbox.tls_port, REP)


def test_without_a_way_out_there_is_no_gate(triage: Triage, company: Company) -> None:
    said = triage("init", *company.words, *company.imap, "--no-smtp", "--json")
    assert said.json == {"config": str(company.config), "client": None}
    config = load(company.config)
    assert (config.gate, config.accounts[0].smtp) == (None, None)


def test_a_wrong_password_writes_nothing(
    triage: Triage, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL", "wrong horse")
    said = triage("init", *company.words, *company.imap, *company.smtp)
    assert said.code == 3
    assert "wrong horse" not in refused(said, company)


def test_a_person_who_mistypes_is_asked_again(company: Company) -> None:
    environ = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PYTHONPATH": str(ROOT),
    }
    answers = (
        ("Your e-mail address", "rep at example"),
        ("Your e-mail address", REP),
        ("Your name", ""),
        ("Your manager's address", ""),
        ("Your team's name", ""),
        ("The password of your mailbox", "wrong horse"),
        ("The password of your mailbox", USERS[REP]),
    )
    words = ("init", "--config", str(company.config), *company.imap, "--no-smtp")
    shown = converse(words, answers, environ)
    assert shown.code == 0, shown.text
    assert "It should be an e-mail address alone" in shown.text
    assert "Try again." in shown.text
    assert "horse" not in shown.text
    (account,) = load(company.config).accounts
    assert account.login.password.source == ("file", str(company.config.with_name(f"{REP}.password")))


def test_a_way_out_that_lets_nobody_in_is_told_apart(triage: Triage, company: Company) -> None:
    company.upstream.answer("auth", "535 5.7.139 SmtpClientAuthentication is disabled")
    said = triage("init", *company.words, *company.imap, *company.smtp)
    assert (said.code, "say --no-smtp" in refused(said, company)) == (3, True)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), 2, "name the address with --address"),
        (("--address", "rep"), 2, "such as rep@example.com"),
        (("--address", REP, "--manager", "boss", "--imap-host", "127.0.0.1", "--no-smtp"), 2, "manager"),
        (("--address", REP, "--team", "../field", "--imap-host", "127.0.0.1", "--no-smtp"), 2, "plain words"),
        (("--address", REP, "--imap-host", "127.0.0.1", "--no-smtp"), 2, "--password-env"),
        (("--address", "rep@no-such-domain.invalid", "--password-env", "MAIL"), 3, "name it by --imap-host"),
        (
            ("--address", REP, "--password-env", "MAIL", "--no-smtp", "--imap-host", "mail.example.com",
             "--imap-security", "none"),
            2,
            "for this machine only",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_one_sentence(
    triage: Triage, company: Company, words: tuple[str, ...], code: int, sentence: str
) -> None:
    said = triage("init", "--config", str(company.config), *words)
    assert (said.code, sentence in refused(said, company)) == (code, True), said.err


def test_answers_that_make_no_config_leave_none_behind(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    with pytest.raises(BadInput, match="ca_file: there is no file"):
        write_files(file, replace(PLAN, ca_file=tmp_path / "gone.pem"), KEPT)
    assert [each.name for each in tmp_path.iterdir()] == []
    file.write_text("mine")
    with pytest.raises(BadInput):
        write_files(file, replace(PLAN, ca_file=tmp_path / "gone.pem"), KEPT)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("config.yaml", "mine")]


PLAN = Plan(
    address=REP,
    name="",
    user="",
    imap=imaps("imap.example.com"),
    smtp=submissions("smtp.example.com"),
    ca_file=None,
    oauth=None,
    team="",
    manager="",
    gate_port=1587,
)


KEPT = Kept(mailbox=("keyring", "true"), gate=("keyring", "true"))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"smtp": None},
        {"name": "Robin “R.” O'Reyes: #1", "user": "true"},
        {"team": "null", "manager": "boss@example.com"},
        {"team": "Étage 3 & co"},
        {"imap": Server(host="::1", port=143, security="starttls"), "gate_port": 2587},
        {"oauth": OAuth(provider="google", client_id="1: a", client_secret="{b}")},
        {"oauth": OAuth(provider="microsoft", client_id="1", endpoints=Endpoints(token="https://a/b?c"))},
    ],
)
def test_any_answer_makes_a_config_without_mistakes(tmp_path: Path, changed: dict[str, Any]) -> None:
    wanted = replace(PLAN, **changed)
    file = tmp_path / "config.yaml"
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / f"{wanted.team}.yaml").write_text("extends: default\n")
    file.write_text(config_text(wanted, KEPT, web_port=8431), encoding="utf-8")
    file.chmod(0o600)
    (account,) = load(file).accounts
    assert (account.name, account.login.user) == (wanted.name, wanted.user)
    assert (account.imap.host, account.imap.port) == (wanted.imap.host, wanted.imap.port)
    assert (account.smtp is None) == (wanted.smtp is None)
    assert account.login.oauth == wanted.oauth


def test_it_says_only_what_differs_from_the_defaults() -> None:
    lines = config_text(PLAN, KEPT, web_port=8430).splitlines()
    assert [line for line in lines if line.strip() and not line.strip().startswith("#")] == [
        "accounts:",
        "  - address: rep@example.com",
        "    imap: {host: imap.example.com}",
        "    smtp: {host: smtp.example.com}",
        "    login: {password: {keyring: true}}",
        "doors:",
        "  gate: {password: {keyring: true}}",
    ]
