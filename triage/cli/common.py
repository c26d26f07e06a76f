"""What the commands share: options, the configuration, the store, and how facts are printed."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:  # these take long to import, and many commands need none of them
    from triage.config import Config
    from triage.desk import Office

F = TypeVar("F", bound=Callable[..., Any])

with_config = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="The configuration; else $TRIAGE_CONFIG, else the platform's config folder.",
)
with_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
with_team = click.option(
    "--team", default="", metavar="NAME", help="Which team's rules, where there are several."
)

_ID = re.compile(r"[A-Za-z]\d+")


def _in_our_case(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
    """An id in the case in which we write it; a Message-ID as it is."""
    return typed.lower() if _ID.fullmatch(typed) else typed


with_id = click.argument("id_", metavar="ID", callback=_in_our_case)


def load_config(config_file: str | None, *, lenient: bool = False) -> "Config":
    """The configuration. Leniently, mistakes in a team's files are one warning, and do not stop the rep."""
    from triage import config

    loaded = config.load(config.find(config_file, os.environ), lenient=lenient)
    if loaded.mistakes:
        first, *others = loaded.mistakes
        more = f" (and {len(others)} more)" if others else ""
        click.echo(f"warning: {first}{more}; until it is mended, the shipped rules stand in here", err=True)
    return loaded


def warn_of(warnings: Iterable[str]) -> None:
    """Warnings go to stderr, and change no exit code."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def counted(number: int, one: str, many: str) -> str:
    """ "1 reply", "2 replies"."""
    return f"{number} {one if number == 1 else many}"


@contextmanager
def opened_office(config: "Config") -> Iterator["Office"]:
    """The store behind an office that has no doors, for reading and for writing intentions."""
    from triage.daemon.offices import office_of
    from triage.store import open_store

    store = open_store(config.store, own_folder=config.owns_folder)
    try:
        yield office_of(config, store)
    finally:
        store.close()


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """Times as ISO 8601, tuples as lists: what JSON can carry."""
    if isinstance(value, date):  # a time is one, too
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, Path):
        return str(value)
    return value


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table that fits the terminal; customers' words in it are text, never mark-up."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    console.print(table)
