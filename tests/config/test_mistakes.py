"""Whatever a person types: every mistake at once, each with file, line, key and mend."""

import contextlib
import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.config.conftest import Write
from triage.config import load
from triage.errors import Mistake, Mistakes

ACCOUNT = "accounts: [{address: rep@example.com, imap: {host: imap.example.com}}]\n"


def mistakes_of(path: Path) -> Sequence[Mistake]:
    with pytest.raises(Mistakes) as told:
        load(path)
    return told.value.mistakes


def test_six_different_mistakes_are_told_at_once(write: Write) -> None:
    path = write(
        "config.yaml",
        """\
accounts:
  - address: rep@example.com
    team: feild
    imap:
      host: imap.example.com
      port: "993"
      poll_secnds: 60
      security: none
web: {enabled: on}
teams:
  field: {summary: {timezone: America/Chigaco}}
""",
    )
    assert [str(mistake).removeprefix(f"{path}:") for mistake in mistakes_of(path)] == [
        "3: accounts.0.team: there is no such team; did you mean `field`?",
        "6: accounts.0.imap.port: should be a whole number",
        "7: accounts.0.imap.poll_secnds: no such key; did you mean `poll_seconds`?",
        "8: accounts.0.imap.security: `none` is only for a server on this machine: write tls or starttls",
        "9: web.enabled: should be true or false",
        "11: teams.field.summary.timezone: no time zone has this name; did you mean `America/Chicago`?",
    ]


def test_mistakes_of_a_rules_file_are_told_with_those_of_the_config(write: Write) -> None:
    rules = write("rules/field.yaml", "extends: default\n\ncooldown:\n  minuts: 20\n")
    config = write("config.yaml", ACCOUNT + "teams: {field: {rules: rules/field.yaml}, inside: {}}\n")
    assert [(m.file, m.line, m.key) for m in mistakes_of(config)] == [
        (str(config), 1, "accounts.0.team"),
        (str(rules), 4, "cooldown.minuts"),
    ]


@pytest.mark.parametrize(
    ("typed", "key", "text"),
    [
        ("retention_days: 4.5", "retention_days", "should be a whole number"),
        ("retention_days: 0", "retention_days", "should be 1 or more"),
        ("retention_days: yes", "retention_days", "should be a whole number"),
        ("web: {port: 70000}", "web.port", "should be 65535 or less"),
        ("web: {host: 0.0.0.0}", "web.host", "may only be this machine"),
        ("web: {host: example.com}", "web.host", "may only be this machine"),
        ("web: []", "web", "should hold keys and values"),
        ("teams: [field]", "teams", "should hold keys and values"),
        ("teams: {t: {manager: boss}}", "teams.t.manager", "e-mail address alone"),
        ("teams: {t: {rules: rules/t.yaml}}", "teams.t.rules", "there is no file"),
        ("teams: {t: {templates: words}}", "teams.t.templates", "there is no folder"),
        ("teams: {t: {summary: {at: 1730}}}", "teams.t.summary.at", 'time of day in quotes, such as "17:30"'),
        ("teams: {t: {summary: {at: 25:00}}}", "teams.t.summary.at", 'time of day, such as "17:30"'),
        ("teams: {t: {summary: {at: 17:30Z}}}", "teams.t.summary.at", "the zone stands in `timezone`"),
        ("teams: {t: {summary: {days: mon}}}", "teams.t.summary.days", "should be a list"),
        ("teams: {t: {summary: {days: [Mon]}}}", "teams.t.summary.days.0", "should be mon, tue,"),
        ("teams: {t: {summary: {timezone: Chicago time}}}", "teams.t.summary.timezone", "Europe/Berlin"),
        ("store: postgresql://db/triage", "store", "PostgreSQL is not supported yet"),
        ("store: sqlite:///x", "store", "the path of a file"),
        ("doors: {drafts: {settle_seconds: .inf}}", "doors.drafts.settle_seconds", "finite number"),
        ("doors: {drafts: {settle_seconds: 0}}", "doors.drafts.settle_seconds", "should be more than 0"),
        ("doors: {gate: {}}", "doors", "the gate has no way out"),
        ("doors: {gate: {security: tls}}", "doors.gate.security", "should be none or starttls"),
        ("doors: {gate: {password: s3cret}}", "doors.gate.password", "a password is never written here"),
        ("doors: {gate: {password: {}}}", "doors.gate.password", "exactly one of"),
        ("doors: {gate: {password: {env: A, file: b}}}", "doors.gate.password", "exactly one of"),
        ("doors: {gate: {password: {keyring: yes}}}", "doors.gate.password.keyring", "true or false"),
        ("nothing_like_it: 1", "nothing_like_it", "no such key; known here: accounts, doors,"),
        ("web: {port: 1}\nweb: {port: 2}", "web", "stands here twice"),
    ],
)
def test_each_mistake_has_its_key_and_its_mend(write: Write, typed: str, key: str, text: str) -> None:
    (mistake,) = mistakes_of(write("config.yaml", f"{ACCOUNT}\n{typed}\n"))
    assert (mistake.line, mistake.key) == (4 if "\n" in typed else 3, key)
    assert text in mistake.text


@pytest.mark.parametrize(
    ("typed", "key", "text"),
    [
        ("", "address", "is needed here and missing"),
        ("address: rep", "address", "e-mail address alone"),
        ("address: Rep <rep@example.com>", "address", "e-mail address alone"),
        ("address: rep@example.com, aliases: rep@example.org", "aliases", "should be a list"),
        ("address: rep@example.com, aliases: [a@b.c, x]", "aliases.1", "e-mail address alone"),
        ("address: rep@example.com, name: 5", "name", "should be text: put it in quotes"),
        ("address: rep@example.com, team: other", "team", "there is no such team"),
        ("address: rep@example.com, smtp: {}", "smtp.host", "is needed here and missing"),
        ("address: rep@example.com, smtp: {host: a b}", "smtp.host", "a server's name alone"),
        ("address: rep@example.com, smtp: {host: 'smtp://a'}", "smtp.host", "a server's name alone"),
        ("address: rep@example.com, smtp: {host: 'a:587'}", "smtp.host", "a server's name alone"),
        ("address: rep@example.com, smtp: {host: a, port: 0}", "smtp.port", "should be 1 or more"),
        (
            "address: rep@example.com, smtp: {host: a, security: ssl}",
            "smtp.security",
            "tls, starttls or none",
        ),
        ("address: rep@example.com, smtp: {host: a, security: none}", "smtp.security", "on this machine"),
        (
            "address: rep@example.com, smtp: {host: a, files_sent: yes}",
            "smtp.files_sent",
            "auto, true or false",
        ),
        ("address: rep@example.com, smtp: {host: a, ca_file: ca.pem}", "smtp.ca_file", "there is no file"),
        ("address: rep@example.com, login: {oauth: aol}", "login.oauth.provider", "google or microsoft"),
        ("address: rep@example.com, login: {oauth: google, password: {env: A}}", "login", "keep one"),
        (
            "address: rep@example.com, login: {oauth: {provider: google, endpoints: {token: 'http://a.b/c'}}}",
            "login.oauth.endpoints.token",
            "should begin with https://",
        ),
    ],
)
def test_each_mistake_of_an_account(write: Write, typed: str, key: str, text: str) -> None:
    separator = ", " if typed else ""
    config = f"accounts:\n  - {{{typed}{separator}imap: {{host: imap.example.com}}}}\n"
    (mistake,) = mistakes_of(write("config.yaml", config))
    assert (mistake.line, mistake.key) == (2, f"accounts.0.{key}")
    assert text in mistake.text


@pytest.mark.parametrize("typed", ["", "accounts:\n", "accounts: []\n"])
def test_a_config_needs_an_account(write: Write, typed: str) -> None:
    (mistake,) = mistakes_of(write("config.yaml", typed))
    assert mistake.key == "accounts"


def test_two_accounts_with_one_address_are_both_named(write: Write) -> None:
    path = write(
        "config.yaml",
        """\
accounts:
  - {address: rep@example.com, imap: {host: a.example}}
  - {address: Rep@Example.com, imap: {host: b.example}}
""",
    )
    assert [(m.line, m.key) for m in mistakes_of(path)] == [
        (2, "accounts.0.address"),
        (3, "accounts.1.address"),
    ]


def test_the_page_and_the_gate_cannot_share_a_port(write: Write) -> None:
    account = ACCOUNT.replace("}}]", "}, smtp: {host: smtp.example.com}}]")
    path = write("config.yaml", f"{account}doors: {{gate: {{}}}}\nweb: {{port: 1587}}\n")
    assert [m.key for m in mistakes_of(path)] == ["web"]


def test_what_was_typed_is_never_repeated(write: Write) -> None:
    account = {
        "address": "rep@example.com",
        "imap": {"host": "imap.example.com"},
        "login": {"password": "hunter2", "pasword": "hunter2", "oauth": {"client_secret": ["hunter2"]}},
    }
    told = mistakes_of(write("config.yaml", json.dumps({"accounts": [account]})))
    assert len(told) == 4
    assert "hunter2" not in "".join(map(str, told))


ODD = [None, True, -1, 1e300, float("nan"), "", "x", "a\0b", "~nobody/x", [None], [[1]], {"a": None}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_whatever_stands_in_place_of_a_part_is_told_or_taken(write: Write, odd: object) -> None:
    team = {"rules": "default", "templates": "words", "summary": {"at": "17:30", "timezone": "UTC"}}
    config = {"accounts": [{"address": "a@b.example", "imap": {"host": "a"}}], "teams": {"field": team}}
    for way in (
        ("accounts",),
        ("accounts", 0),
        ("teams",),
        ("teams", "field"),
        *(("teams", "field", k) for k in team),
    ):
        changed: Any = copy.deepcopy(config)
        holder = changed
        for part in way[:-1]:
            holder = holder[part]
        holder[way[-1]] = odd
        with contextlib.suppress(Mistakes):
            load(write("config.yaml", json.dumps(changed)))
