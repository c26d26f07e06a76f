"""A config that can be used: few lines are enough, paths are seen from the file, defaults are kind."""

import json
import os
from datetime import time
from pathlib import Path

import pytest

from tests.config.conftest import Write
from triage.config import Config, config_schema, default_rules, find, load, resource_root, stamp
from triage.errors import BadInput, Mistakes

SMALLEST = """\
accounts:
  - address: Rep@Example.com
    imap: {host: imap.example.com}
"""


def config_of(write: Write, text: str) -> Config:
    return load(write("config.yaml", text))


def test_three_lines_are_a_config(write: Write) -> None:
    config = config_of(write, SMALLEST)
    (account,) = config.accounts
    assert account.address == account.user == "rep@example.com"
    assert (account.imap.port, account.imap.security, account.imap.folders) == (993, "tls", ("INBOX",))
    assert account.login.password.source == ("keyring", "true")
    assert account.smtp is None
    assert config.gate is None
    assert config.team_of(account).rules.cooldown.minutes == 30
    assert config.warnings == ()
    assert config.store.name == "triage.db"


def test_json_written_by_a_program_works(write: Write) -> None:
    account = {"address": "rep@example.com", "imap": {"host": "::1", "port": 1143, "security": "none"}}
    config = config_of(write, json.dumps({"accounts": [account], "web": None}))
    assert config.accounts[0].imap.port == 1143


def test_a_key_with_nothing_after_it_has_its_default(write: Write) -> None:
    config = config_of(
        write, SMALLEST.replace("}", "}\n    team: field\n    smtp:") + "web:\nteams:\n  field:\n"
    )
    assert config.web.port == 8430
    assert list(config.teams) == ["field"]
    assert config.accounts[0].smtp is None


@pytest.mark.parametrize(
    ("typed", "imap", "smtp"), [("tls", 993, 465), ("starttls", 143, 587), ("none", 143, 25)]
)
def test_the_usual_port_follows_from_the_security(write: Write, typed: str, imap: int, smtp: int) -> None:
    server = f"{{host: localhost, security: {typed}}}"
    (account,) = config_of(
        write, f"accounts: [{{address: a@b.example, imap: {server}, smtp: {server}}}]"
    ).accounts
    assert account.smtp
    assert (account.imap.port, account.smtp.port) == (imap, smtp)


@pytest.mark.parametrize(
    ("host", "said", "files"),
    [
        ("smtp.gmail.com", "auto", True),
        ("SMTP.Office365.com", "auto", True),
        ("smtp.example.com", "auto", False),
        ("smtp.example.com", "true", True),
        ("smtp.gmail.com", "false", False),
    ],
)
def test_who_files_sent_copies(write: Write, host: str, said: str, files: bool) -> None:
    config = config_of(write, SMALLEST + f"    smtp: {{host: {host}, files_sent: {said}}}\n")
    assert config.accounts[0].files_sent is files


def test_paths_are_seen_from_the_file_that_names_them(write: Write, tmp_path: Path) -> None:
    write("home/rules/field.yaml", "cooldown: {minutes: 0.05}\n")
    authority = write("home/ca.pem", "")
    config = load(
        write(
            "home/config.yaml",
            """\
accounts:
  - address: rep@example.com
    imap: {host: imap.example.com, ca_file: ca.pem}
    login: {password: {file: secrets/rep}}
teams: {field: {rules: rules/field.yaml}}
store: ../data/mail.db
""",
        )
    )
    (account,) = config.accounts
    assert account.imap.ca_file == authority
    assert account.login.password.source == ("file", str(tmp_path / "home/secrets/rep"))
    assert config.team_of(account).rules.cooldown.minutes == 0.05
    assert config.store.resolve() == tmp_path / "data/mail.db"


def test_a_team_has_its_times_and_its_manager(write: Write) -> None:
    write(
        "field.yaml", "working_hours: {timezone: Europe/London}\ncustomers: {free_mail: [Our-ISP.example]}\n"
    )
    team = config_of(
        write,
        SMALLEST
        + """\
teams:
  field:
    rules: field.yaml
    manager: Boss@example.com
    summary: {at: 07:15, timezone: America/Chicago, days: [tue]}
""",
    ).teams["field"]
    assert (team.manager, team.summary_at, team.summary_days) == ("boss@example.com", time(7, 15), ("tue",))
    assert (team.zone.key, team.working_zone.key) == ("America/Chicago", "Europe/London")
    assert {"gmail.com", "our-isp.example"} <= team.free_mail


@pytest.mark.parametrize(
    ("address", "rules", "internal"),
    [
        ("rep@acme.example", "{}", {"acme.example"}),
        ("rep@gmail.com", "{}", set()),
        ("rep@acme.example", "{customers: {internal_domains: [ACME.com]}}", {"acme.com"}),
        ("rep@acme.example", "{customers: {free_mail: [acme.example]}}", set()),
    ],
)
def test_our_own_domains(write: Write, address: str, rules: str, internal: set[str]) -> None:
    write("t.yaml", rules)
    config = config_of(
        write, f"accounts: [{{address: {address}, imap: {{host: a}}}}]\nteams: {{t: {{rules: t.yaml}}}}"
    )
    assert config.internal_domains(config.accounts[0]) == internal


def test_an_account_is_found_by_its_address_in_any_case(write: Write) -> None:
    config = config_of(write, SMALLEST)
    assert config.account("REP@example.com") is config.accounts[0]
    assert config.account("other@example.com") is None


def test_doors_open_by_what_is_configured(write: Write) -> None:
    smtp = "    smtp: {host: smtp.example.com}\n"
    both = config_of(write, SMALLEST + smtp + "doors: {gate: {port: 2525}}\n")
    assert both.gate
    assert both.gate.port == 2525
    assert both.doors.hand_off.enabled
    neither = config_of(
        write, SMALLEST + smtp + "doors: {gate: {enabled: false}, hand_off: {enabled: false}}\n"
    )
    assert neither.gate is None
    assert not neither.doors.hand_off.enabled


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_config_open_to_others_is_a_warning(write: Write) -> None:
    path = write("config.yaml", SMALLEST)
    path.chmod(0o644)
    (warning,) = load(path).warnings
    assert "chmod 600" in warning


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_config_open_to_others_is_refused_where_it_holds_a_secret(write: Write) -> None:
    path = write("config.yaml", SMALLEST + "    login: {oauth: {provider: google, client_secret: s3cret}}\n")
    oauth = load(path).accounts[0].login.oauth
    assert oauth
    assert oauth.client_secret == "s3cret"
    assert "s3cret" not in repr(oauth)
    path.chmod(0o640)
    with pytest.raises(Mistakes, match=r":4: accounts\.0\.login\.oauth\.client_secret: others") as told:
        load(path)
    assert "s3cret" not in str(told.value)


def test_a_manager_who_would_get_no_mail_is_a_warning(write: Write) -> None:
    (warning,) = config_of(write, SMALLEST + "teams: {t: {manager: boss@example.com}}\n").warnings
    assert "teams.t.manager" in warning


def test_the_stamp_tells_edits_apart(write: Write, tmp_path: Path) -> None:
    write("templates/replies/delivery.txt", (resource_root("templates") / "replies/delivery.txt").read_text())
    config = config_of(write, SMALLEST)
    before = stamp(config.files)
    assert stamp(config.files) == before

    saved = write("config.new", SMALLEST)  # as editors save: a new file in the old one's place
    saved.replace(config.file)
    assert stamp(config.files) != before

    before = stamp(config.files)
    write("templates/replies/quality.txt", "")
    assert stamp(config.files) != before

    config.file.unlink()
    assert stamp([config.file]) == (None,)


def test_the_config_is_found_by_option_then_environment_then_platform(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = write("one.yaml", ""), write("two.yaml", "")
    environ = {"TRIAGE_CONFIG": str(two)}
    assert find(str(one), environ) == one
    assert find(None, environ) == two
    monkeypatch.chdir(tmp_path)
    assert find("one.yaml", {}) == one
    with pytest.raises(BadInput, match="check the path"):
        find("three.yaml", {})
    monkeypatch.setattr("triage.config.resources.config_path", lambda: tmp_path / "config.yaml")
    with pytest.raises(BadInput, match="`triage init` makes one; or name one with --config"):
        find(None, {})
    standard = write("config.yaml", "")
    assert find(None, {}) == standard


def test_editors_get_every_key_with_its_description() -> None:
    described = config_schema()
    sections = {"ConfigFile": described, **described["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, section in sections.items()
        for key, field in section["properties"].items()
        if not field.get("description") and "$ref" not in field  # the section says it
    ]
    assert silent == []
    assert sections["SummaryTimes"]["properties"]["at"]["pattern"]


def test_read_leniently_the_shipped_rules_stand_in_for_broken_ones(write: Write) -> None:
    rules = write("north.yaml", "cooldown: {minuts: 20}\n")
    write("south.yaml", "cooldown: {minutes: 20}\n")
    teams = "    team: south\nteams: {north: {rules: north.yaml}, south: {rules: south.yaml}}\n"
    path = write("config.yaml", SMALLEST + teams)
    config = load(path, lenient=True)
    (mistake,) = config.mistakes
    assert (mistake.file, mistake.line, mistake.key) == (str(rules), 1, "cooldown.minuts")
    assert config.teams["north"].rules == default_rules()
    assert config.teams["south"].rules.cooldown.minutes == 20
    with pytest.raises(Mistakes, match=r"cooldown\.minuts"):
        load(path)
