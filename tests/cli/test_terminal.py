"""For programs: JSON from every command that tells facts. For people: colours, on a terminal alone."""

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Triage
from tests.desk.world import World
from tests.terminal import converse
from triage.cli import triage as program

WITHOUT_JSON = {
    "demo": "a story, to be read",
    "login": "a talk with a person",
    "run": "its log goes to stderr, and `status --json` tells the rest",
    "export": "JSON lines in any case",
    "config schema": "JSON in any case",
    "completion": "lines for a shell",
}
ESCAPE = "\x1b["


def leaves(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    context = click.Context(command)
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield words, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below
            yield from leaves(below, (*words, name))


LEAVES = {" ".join(words): command for words, command in leaves(program)}


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_prints_json_or_has_a_reason_not_to(name: str) -> None:
    options = {option for parameter in LEAVES[name].params for option in parameter.opts}
    assert ("--json" in options) is (name not in WITHOUT_JSON)


@pytest.mark.parametrize("name", LEAVES)
def test_what_the_examples_show_can_be_typed(name: str) -> None:
    """Each example in the help has only options and words that the command takes."""
    examples = re.findall(rf"^ *triage {name}(?: .*)?$", LEAVES[name].help or "", re.MULTILINE)
    assert examples
    for example in examples:
        typed = shlex.split(re.split(r" [>|] |  +#?", example.strip())[0], comments=True)
        arguments = typed[1 + len(name.split()) :]
        context = click.Context(LEAVES[name], info_name=name)
        LEAVES[name].make_parser(context).parse_args(arguments)


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("held",),
        ("held", "--all"),
        ("held", "show", "r1"),
        ("withdraw", "r1"),
        ("not-heated", "m1"),
        ("heated", "m2", "--words", "price list"),
        ("pause", "--for", "2h"),
        ("resume",),
        ("score", "FILE"),
        ("suggest", "FILE"),
        ("check", "FILE"),
        ("explain", "r1"),
        ("promises",),
        ("kept", "p1"),
        ("accounts",),
        ("stats",),
        ("summary",),
        ("forget", "nobody@acme.example"),
        ("rules", "learn"),
        ("config", "check"),
        ("service", "status"),
    ],
    ids=" ".join,
)
def test_with_json_nothing_else_is_on_stdout(
    triage: Triage, holding: World, tmp_path: Path, words: tuple[str, ...]
) -> None:
    holding.customer_writes("Could you send me the price list?", subject="Prices")
    holding.look()
    holding.rep_sends(holding.reply("I will call you by 4 pm.", answers="", subject="A call"))
    mail = tmp_path / "mail.eml"
    mail.write_bytes(holding.reply("I am sorry you feel that way."))
    said = triage(*(str(mail) if word == "FILE" else word for word in words), "--json")
    json.loads(said.out)
    assert said.code in (0, 1)


@pytest.mark.parametrize("words", [("held",), ("status",), ("explain", "r1"), ("summary",)], ids=" ".join)
def test_a_file_or_a_pipe_gets_no_colours(triage: Triage, holding: World, words: tuple[str, ...]) -> None:
    assert ESCAPE not in triage(*words).out


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ],
)
def test_on_a_terminal_colours_are_the_persons_choice(
    holding: World, config: Path, environ: dict[str, str], *, coloured: bool
) -> None:
    shown = converse(("held",), [], {**os.environ, "COLUMNS": "200", **environ})
    assert "r1" in shown.text
    colours = [code for code in re.findall(r"\x1b\[([\d;]*)m", shown.text) if code not in ("", "0", "1")]
    assert (ESCAPE in shown.text) or not coloured
    assert not colours or coloured
