"""The documentation cannot lie: its commands parse, its examples load, nothing of the program is left out."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.references import FOLDER, pages
from tests.docs.pages import PAGES, ROOT, blocks, commands, inline, text_of
from triage.cli import triage
from triage.config import config_schema, default_rules, load, read_rules, rules_schema
from triage.config.documents import read
from triage.config.templates import read_templates
from triage.mail.providers import PROVIDERS
from triage.reading.replies import FaultKind
from triage.reading.signals import SIGNALS

EVERYTHING = "\n".join(page.read_text("utf-8") for page in PAGES)
WRITTEN_BY_HAND = [page for page in PAGES if page.parent != FOLDER]


def typed(text: str) -> Iterator[str]:
    """Each `triage ...` that a person is told to type; within a sentence a command may be named alone."""
    yield from (line for line in commands(text) if re.match(r"triage\b", line))
    yield from (code for code in inline(text) if re.match(r"triage [a-z-]+ \S", code))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_can_be_typed(page: Path) -> None:
    assert [wrong for line in typed(page.read_text("utf-8")) if (wrong := mistake(line))] == []


def mistake(line: str) -> str:
    """What the command line would say against it; nothing is run."""
    command: click.Command = triage
    words = shlex.split(re.split(r" (?:<|>>?) ", line)[0])[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return f"{line}: there is no {words[0]}"
        command, words = found, words[1:]
    try:
        if not isinstance(command, click.Group):
            command.make_context("", words)
    except click.ClickException as error:
        return f"{line}: {error.message}"
    return ""


def yaml_blocks() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for number, block in enumerate(blocks(page.read_text("utf-8"), "yaml"), 1):
            yield f"{page.name}-{number}", block


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in yaml_blocks()])
def test_every_example_of_a_config_or_of_rules_loads(tmp_path: Path, block: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(block, encoding="utf-8")
    said = read(file).data
    if set(said) & (set(config_schema()["properties"]) - {"summary"}):
        accounts = "" if "accounts" in said else f"{ACCOUNT}\n"
        file.write_text(accounts + block, encoding="utf-8")
        file.chmod(0o600)
        surroundings(tmp_path)
        assert load(file).mistakes == ()
    else:
        (tmp_path / "company.yaml").write_text("extends: default\n")
        assert read_rules(file)[0]


ACCOUNT = """accounts:
  - {address: rep@example.com, imap: {host: imap.example.com}, smtp: {host: smtp.example.com}}
"""


def surroundings(folder: Path) -> None:
    """The files that the examples name."""
    (folder / "rules").mkdir()
    (folder / "rules" / "field.yaml").write_text("extends: default\n")
    (folder / "field-templates").mkdir()


TEMPLATE = re.compile(
    r"`templates/(replies/[\w-]+\.txt)`[^`]*?(?:`triage[^`]*`[^`]*?)?```text\n(.*?)```", re.DOTALL
)


def test_every_example_of_a_template_is_one(tmp_path: Path) -> None:
    examples = dict(TEMPLATE.findall(text_of("docs/templates.md")))
    assert len(examples) == len(blocks(text_of("docs/templates.md"), "text"))
    for name, block in examples.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(block, encoding="utf-8")
    chosen = read_templates(tmp_path).reply_for("delivery", frozenset({"name", "about"}))
    assert chosen.name == "replies/delivery-named.txt"


def test_the_reference_is_as_the_program_writes_it_now() -> None:
    written = {file.name: file.read_text("utf-8") for file in FOLDER.iterdir()}
    assert written == pages(), "run `make docs`"


def every_command(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path} {name}")


def names() -> Iterator[str]:
    """Everything of the program that has a name for a person."""
    for path, command in every_command(triage, "triage"):
        yield path
        yield from (word for each in command.params for word in each.opts if word.startswith("--"))
    for document in (config_schema(), rules_schema()):
        yield from (
            key for part in [document, *document["$defs"].values()] for key in part.get("properties", ())
        )
    yield from (*SIGNALS, *FaultKind, *default_rules().issues)
    yield from (file.name for file in (ROOT / "templates").glob("[nrs]*/*.txt"))
    yield from (provider.name for provider in PROVIDERS)


def test_nothing_is_left_out() -> None:
    assert [name for name in names() if not said(name)] == []


def said(name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", EVERYTHING) is not None


def test_every_page_is_in_the_site() -> None:
    listed = re.findall(r": ([\w/-]+\.md)$", text_of("mkdocs.yml"), re.MULTILINE)
    assert sorted(listed) == sorted(
        page.relative_to(ROOT / "docs").as_posix() for page in PAGES if page.is_relative_to(ROOT / "docs")
    )


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[\w-]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
