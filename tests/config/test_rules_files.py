"""A team's rules and templates: only what differs, on top of what is shipped or of another file."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.config.conftest import Write
from triage.config import (
    default_rules,
    default_team,
    default_templates,
    load,
    resource_root,
    resources,
    rules_schema,
)
from triage.config.rules import read_rules
from triage.config.templates import read_templates
from triage.errors import Mistakes
from triage.judging.rules import TeamRules

SHIPPED = resource_root("templates")


def told_of(path: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(Mistakes) as told:
        read_rules(path)
    return [(Path(m.file).name, m.line, m.key) for m in told.value.mistakes]


def test_the_shipped_rules_say_what_the_schema_says_by_itself() -> None:
    assert replace(default_rules(), issues={}) == TeamRules()


def test_a_file_says_only_what_differs(write: Write) -> None:
    rules, files = read_rules(
        write(
            "field.yaml",
            """\
extends: default
cooldown: {minutes: 45}
heat: {signals: {capitals: 0.5}}
issues:
  delivery: {options: [one way, another way]}
""",
        )
    )
    assert (rules.cooldown.minutes, rules.cooldown.after) == (45, "ask_if_pointed")
    assert rules.heat.signals == {"capitals": 0.5}
    assert rules.issues["delivery"].options == ("one way", "another way")
    assert rules.issues.keys() == default_rules().issues.keys()
    assert [file.name for file in files] == ["default.yaml", "field.yaml"]


def test_a_file_that_extends_nothing_stands_on_the_shipped_rules(write: Write) -> None:
    rules, _ = read_rules(write("field.yaml", "cooldown: {minutes: 45}\n"))
    assert rules.issues == default_rules().issues


def test_a_chain_of_files_each_over_the_one_before(write: Write) -> None:
    write("company/all.yaml", "cooldown: {minutes: 20, scope: customer}\ncustomers: {top: [a.example]}\n")
    rules, files = read_rules(
        write("teams/field.yaml", "extends: ../company/all.yaml\ncooldown: {minutes: 40}\n")
    )
    assert (rules.cooldown.minutes, rules.cooldown.scope) == (40, "customer")
    assert rules.customers.top == ("a.example",)
    assert [file.name for file in files] == ["default.yaml", "all.yaml", "field.yaml"]


def test_mistakes_of_a_chain_are_told_in_the_file_that_made_them(write: Write) -> None:
    write("all.yaml", "cooldown:\n  minutes: soon\n  after: never\n")
    field = write("field.yaml", "extends: all.yaml\ncooldown: {after: send, early_release: maybe}\n")
    assert told_of(field) == [
        ("all.yaml", 2, "cooldown.minutes"),
        ("field.yaml", 2, "cooldown.early_release"),
    ]


def test_the_rest_of_a_file_is_judged_also_where_its_base_is_missing(write: Write) -> None:
    field = write("field.yaml", "extends: missing.yaml\ncooldown: {minutes: 0}\n")
    assert told_of(field) == [("field.yaml", 1, "extends"), ("field.yaml", 2, "cooldown.minutes")]


def test_files_that_extend_each_other_are_told(write: Write) -> None:
    write("a.yaml", "cooldown: {minutes: 1}\nextends: b.yaml\n")
    write("b.yaml", "extends: a.yaml\n")
    assert told_of(write("self.yaml", "extends: self.yaml\n")) == [("self.yaml", 1, "extends")]
    assert told_of(write("c.yaml", "extends: a.yaml\n")) == [("b.yaml", 1, "extends")]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("extends: missing.yaml", "extends"),
        ("extends: 5", "extends"),
        ("extend: default", "extend"),
        ("cooldown: {minutes: .inf}", "cooldown.minutes"),
        ("cooldown: {minutes: 1e300}", "cooldown.minutes"),
        ("cooldown: {minutes: 0}", "cooldown.minutes"),
        ("heat: {heated_at: 50}", "heat.heated_at"),
        ("heat: {signals: {capitls: 0}}", "heat.signals.capitls"),
        ("heat: {phrases: {heated: lead times}}", "heat.phrases.heated"),
        ("issues: {delivery: {options: [only one]}}", "issues.delivery.options"),
        ("working_hours: {timezone: Mars/Base}", "working_hours.timezone"),
        ("working_hours: {start: 8}", "working_hours.start"),
        ("working_hours: {start: 08:00Z}", "working_hours.start"),
        ("working_hours: {start: 19:00}", "working_hours"),
        ("working_hours: {days: []}", "working_hours"),
        ("summary: {details: all}", "summary.details"),
        ("allow_pause: off", "allow_pause"),
        ("customers: {never_hold: [' ']}", "customers.never_hold.0"),
        ("heat: {phrases: {heated: [" + "joke " * 41 + "]}}", "heat.phrases.heated.0"),
    ],
)
def test_each_mistake_of_a_rules_file(write: Write, typed: str, key: str) -> None:
    assert told_of(write("field.yaml", f"# ours\n{typed}\n")) == [("field.yaml", 2, key)]


def test_a_wrong_key_comes_with_the_right_one(write: Write) -> None:
    with pytest.raises(Mistakes, match="did you mean `capitals`") as told:
        read_rules(write("field.yaml", "extend: default\nheat: {signals: {capitls: 0}}\n"))
    assert "did you mean `extends`" in str(told.value)


def test_without_a_config_there_is_a_team_as_shipped() -> None:
    team = default_team()
    assert (team.rules, team.templates) == (default_rules(), default_templates())
    assert (team.manager, "gmail.com" in team.free_mail) == ("", True)


def test_shipped_files_lie_in_the_package_or_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (resource_root("rules") / "default.yaml").is_file()
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "triage/config/resources.py"))
    assert resource_root("rules") == tmp_path / "rules"
    (tmp_path / "triage/_data/rules").mkdir(parents=True)
    assert resource_root("rules") == tmp_path / "triage/_data/rules"


def test_editors_know_the_rules_and_extends() -> None:
    assert {"extends", "cooldown", "heat", "customers"} <= rules_schema()["properties"].keys()


def test_a_team_replaces_one_template_and_keeps_the_others(write: Write) -> None:
    shipped = (SHIPPED / "replies/delivery.txt").read_text(encoding="utf-8")
    own = write("words/replies/delivery.txt", shipped.replace("title:", "title: Ours, not", 1))
    write("words/replies/.delivery.txt.swp", "rubbish {% ")
    write("words/notes.bak", "rubbish {% ")
    titles = {reply.name: reply.front.title for reply in read_templates(own.parents[1]).replies}
    assert titles.pop("replies/delivery.txt").startswith("Ours, not")
    theirs = {reply.name: reply.front.title for reply in default_templates().replies}
    del theirs["replies/delivery.txt"]
    assert titles == theirs


def test_templates_lie_beside_the_rules_or_where_the_team_says(write: Write) -> None:
    text = (SHIPPED / "replies/delivery.txt").read_text(encoding="utf-8")
    beside = write("rules/templates/replies/beside.txt", text)
    named = write("words/replies/named.txt", text)
    write("rules/t.yaml", "{}")
    config = load(
        write(
            "config.yaml",
            """\
accounts: [{address: a@b.example, imap: {host: a}, team: one}]
teams:
  one: {rules: rules/t.yaml}
  two: {rules: rules/t.yaml, templates: words}
""",
        )
    )
    names = {name: {reply.name for reply in team.templates.replies} for name, team in config.teams.items()}
    assert names["one"] - names["two"] == {"replies/beside.txt"}
    assert names["two"] - names["one"] == {"replies/named.txt"}
    assert {beside, named} <= set(config.files)


def test_mistakes_of_templates_are_told_with_those_of_the_config(write: Write) -> None:
    template = write("templates/replies/delivery.txt", "---\ntitle: Ours\n---\nDear {{ nobody_knows }}\n")
    config = write("config.yaml", "accounts: [{address: a@b.example, imap: {host: a}}]\nnotices: {mail: 1}\n")
    with pytest.raises(Mistakes) as told:
        load(config)
    assert {m.file for m in told.value.mistakes} == {str(config), str(template)}


def test_a_template_that_is_no_text_is_told(write: Write, tmp_path: Path) -> None:
    write("replies/delivery.txt", "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Mistakes, match="UTF-8"):
        read_templates(tmp_path)
