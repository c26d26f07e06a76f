"""rules/default.yaml is the manual of a team's rules: complete, explained, and true."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, get_type_hints

from tests.writing.conftest import ROOT
from triage.config import read_rules
from triage.judging.rules import TeamRules
from triage.judging.sections import Section

FILE = ROOT / "rules" / "default.yaml"
KINDS = {"delivery", "quality", "billing", "service", "no_response", "contract", "outage", "general"}


def rules() -> TeamRules:
    return read_rules(FILE)[0]


def keys(section: type[Any]) -> Iterator[str]:
    kinds = get_type_hints(section)
    for name in {field.name for field in fields(section)} - {"extends"}:  # these rules stand on nothing
        yield name
        kind = kinds[name]
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from keys(kind)


def test_the_file_says_what_holds_where_nothing_is_said() -> None:
    assert replace(rules(), issues={}) == TeamRules()


def test_every_key_stands_in_the_file_with_a_line_of_explanation() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    for key in keys(TeamRules):
        line = next((line for line in lines if line.strip().startswith(f"{key}:")), "")
        assert line, f"{key} is missing"
        is_section = line.strip() == f"{key}:"
        assert is_section or " # " in line, f"{key} is not explained"


def test_each_kind_of_issue_has_two_to_four_options_that_begin_with_a_verb() -> None:
    issues = rules().issues
    assert set(issues) == KINDS
    for kind, issue in issues.items():
        assert 2 <= len(issue.options) <= 4, kind
        for option in issue.options:
            assert option[0].islower(), option
            assert option.split()[0] not in {"a", "an", "the", "we", "i", "our"}, f"I can {option}"
            assert not option.endswith("."), option
