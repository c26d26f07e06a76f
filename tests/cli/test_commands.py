"""Every command explains itself, and nothing that a person can cause ends in a traceback."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Triage
from tests.desk.world import World
from triage.cli import COMMANDS, SHORT
from triage.cli import triage as program


def every_command() -> Iterator[tuple[str, ...]]:
    context = click.Context(program)
    for name in COMMANDS:
        yield (name,)
        command = program.get_command(context, name)
        for below in getattr(command, "commands", ()):
            yield name, below


def test_each_command_has_its_line_in_the_list() -> None:
    assert list(SHORT) == list(COMMANDS)


@pytest.mark.parametrize("words", [(), *every_command()], ids=" ".join)
def test_help(triage: Triage, words: tuple[str, ...]) -> None:
    said = triage(*words, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(" ".join(("Usage: triage", *words)))
    assert f"\n  {' '.join(('triage', *words))} " in f"{said.out} ".replace("\n", " \n"), (
        "it shows an example"
    )
    assert "..." not in said.out.replace("[FILES]...", "").replace("[ARGS]...", ""), "a line is cut off"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("release", "m1"), 4, "No daemon is running"),
        (("withdraw", "m1"), 2, 'they look like "r12"'),
        (("withdraw", "r99"), 2, 'There is no "r99"'),
        (("settle", "r1"), 2, "--arrived or --not-arrived"),
        (("settle", "r1", "--arrived"), 4, "r1 is not in doubt"),
        (("held", "show", "c1"), 2, 'they look like "r12"'),
        (("explain", "x1"), 2, "cannot be explained"),
        (("explain", "reply"), 2, "cannot be explained"),
        (("explain", "nobody@example.com"), 2, "Nothing is known of <nobody@example.com>"),
        (("not-heated", "m"), 2, "is not such an id"),
        (("summary", "--team", "north"), 2, "--team: field"),
        (("summary", "--day", "monday"), 2, "is no date"),
        (("score", "--team", "north", "config.yaml"), 2, 'There is no team "north"'),
        (("suggest", "--team", "north", "config.yaml"), 2, 'There is no team "north"'),
        (("pause", "--for", "a while"), 2, "is no stretch of time"),
        (("pause", "--for", "99999999d"), 2, "a hundred years"),
        (("acknowledge", "r1"), 4, "No daemon is running"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said(
    triage: Triage, holding: World, words: tuple[str, ...], code: int, sentence: str
) -> None:
    said = triage(*words)
    assert (said.code, said.out) == (code, "")
    assert sentence in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("command", ["held", "status", "summary"])
def test_a_store_that_cannot_be_used_is_named(
    triage: Triage, config: Path, tmp_path: Path, command: str
) -> None:
    store = tmp_path / "store.db"
    store.write_bytes(b"this was never a database" * 100)
    said = triage(command)
    assert said.code == 2
    assert str(store) in said.err


def test_a_store_below_a_file_is_named(triage: Triage, config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace("store.db", "field.yaml/store.db"))
    for command in ("held", "status"):
        said = triage(command)
        assert said.code == 2
        assert "field.yaml" in said.err


def test_a_store_of_a_newer_version_is_left_alone(triage: Triage, world: World, tmp_path: Path) -> None:
    world.close()
    store = sqlite3.connect(tmp_path / "store.db")
    store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.commit()
    store.close()
    said = triage("held")
    assert said.code == 2
    assert "9999, newer than this program's" in said.err
