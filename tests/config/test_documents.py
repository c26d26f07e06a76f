"""YAML as people write it: what is a word stays a word, and every value knows its line."""

from pathlib import Path

import pytest

from tests.config.conftest import Write
from triage.config.documents import Value, merge, read
from triage.errors import Mistakes


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("22:30", "22:30"),
        ("12:30:00", "12:30:00"),
        ("2026-11-21", "2026-11-21"),
        ("2026-13-45", "2026-13-45"),
        ("010", 10),
        ('"10"', "10"),
        ("true", True),
        ("0.05", 0.05),
        ("", None),
        ("[a, 1]", ["a", 1]),
    ],
)
def test_nothing_is_guessed(write: Write, typed: str, value: Value) -> None:
    assert read(write("a.yaml", f"key: {typed}\n")).data == {"key": value}


def test_a_key_called_no_is_a_word(write: Write) -> None:
    assert read(write("a.yaml", "no: 1\n2: two\n")).data == {"no": 1, "2": "two"}


def test_json_is_yaml(write: Write) -> None:
    text = '{"web": {"port": 8430}, "accounts": [{"address": "rep@example.com"}]}'
    assert read(write("a.yaml", text)).data == {
        "web": {"port": 8430},
        "accounts": [{"address": "rep@example.com"}],
    }


def test_a_mark_at_the_beginning_is_no_text(write: Write) -> None:
    assert read(write("a.yaml", "\ufeffkey: 1\n")).data == {"key": 1}


def test_an_empty_file_says_nothing(write: Write) -> None:
    assert read(write("a.yaml", "# only a comment\n")).data == {}


def test_a_mistake_stands_in_the_line_of_its_key_or_of_what_holds_it(write: Write) -> None:
    document = read(write("a.yaml", "one: 1\nlist:\n  - name: x\n  - name: y\n    size: 2\n"))
    lines = {
        ("one",): 1,
        ("list",): 2,
        ("list", 1): 4,
        ("list", 1, "size"): 5,
        ("list", 1, "colour"): 4,
        ("nowhere", "at", "all"): 1,
    }
    assert {loc: document.mistake(loc, "?").line for loc in lines} == lines
    assert document.mistake(("list", 1, "size"), "?").key == "list.1.size"


def test_all_that_is_written_twice_is_told(write: Write) -> None:
    document = read(write("a.yaml", "a: 1\nb: {c: 1, c: 2}\na: 3\n"))
    assert [(m.line, m.key) for m in document.mistakes] == [(2, "b.c"), (3, "a")]
    assert "first in line 1" in document.mistakes[1].text
    assert document.data == {"a": 1, "b": {"c": 1}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1\nc: 2\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: *nobody\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("- a\n- b\n", 1),
        ("just text\n", 1),
        ("a: &a [*a]\n", 1),
        ("[" * 1000, 0),
        ("a: \0\n", 0),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(write: Write, text: str, line: int) -> None:
    with pytest.raises(Mistakes) as told:
        read(write("a.yaml", text))
    assert [mistake.line for mistake in told.value.mistakes] == [line]


def test_a_tag_of_another_program_is_a_mistake_and_runs_nothing(write: Write) -> None:
    document = read(write("a.yaml", "ok: 1\nbad: !!python/name:os.system x\n"))
    assert [(m.line, m.key) for m in document.mistakes] == [(2, "bad")]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="cannot be read"):
        read(tmp_path / "missing.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: Jürgen\n".encode("latin-1"))
    with pytest.raises(Mistakes, match="UTF-8"):
        read(tmp_path / "latin.yaml")


def test_mappings_merge_and_lists_replace(write: Write) -> None:
    base = read(write("base.yaml", "a: {x: 1, y: 2}\nlist: [1, 2]\nkept: yes\n"))
    over = read(write("over.yaml", "\na: {y: 3, z: 4}\nlist: [9]\nkept:\n"))
    both = merge(base, over)
    assert both.data == {"a": {"x": 1, "y": 3, "z": 4}, "list": [9], "kept": "yes"}
    assert [Path(both.mistake(("a", key), "?").file).name for key in "xy"] == ["base.yaml", "over.yaml"]
