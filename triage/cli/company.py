"""`forget` and `export`: the company's data."""

import json
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from triage.cli.common import counted, load_config, opened_office, print_json, with_config, with_json
from triage.errors import NotAllowed

if TYPE_CHECKING:
    from triage.config import Config


@click.command()
@click.argument("address")
@with_config
@with_json
def forget(address: str, config_file: str | None, as_json: bool) -> None:
    """Erase all that is kept of an ADDRESS; the mail itself stays where it is.

    \b
    triage forget dana@acme.example
    """
    from triage.desk.company import forget as erase

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office:
        erased = erase(office, address)
    named = _still_named(config, address)
    if as_json:
        print_json({"erased": erased, "named_in": named})
        return
    records = counted(erased, "record", "records")
    click.echo(f"Erased {records}; no byte of {address} is left in the store, its log or its copies.")
    for file in named:
        click.echo(f"{file} still names it: that file is yours to change.")


def _still_named(config: "Config", address: str) -> list[str]:
    """The human's files that name the address."""
    texts = (
        (file, file.read_text(encoding="utf-8", errors="replace"))
        for file in sorted(config.files)
        if file.is_file()
    )
    return [str(file) for file, text in texts if address.lower() in text.lower()]


@click.command()
@click.option("--to", "target", type=click.Path(path_type=Path), help="A new file; else stdout.")
@with_config
def export(target: Path | None, config_file: str | None) -> None:
    """Write all that is kept, as JSON lines; docs/privacy.md says what stands in them.

    \b
    triage export > accounts.jsonl
    triage export --to accounts.jsonl
    """
    if target is None:
        _write(config_file, None)
        return
    if target.exists():
        raise NotAllowed(f"{target} is there already: name a new file.")
    _write(config_file, target)
    click.echo(f"Wrote {target}.", err=True)


def _write(config_file: str | None, target: Path | None) -> None:
    from pydantic_core import to_jsonable_python

    from triage.cli.mailboxes import with_progress
    from triage.desk.company import exported

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        lines = exported(office, records)
        with _opened(target) as out:
            for record in with_progress(lines, None, "export"):
                out.write(json.dumps(to_jsonable_python(record), ensure_ascii=False) + "\n")


def _opened(target: Path | None) -> AbstractContextManager[IO[str]]:
    """The new file, for its owner alone; else stdout."""
    if target is None:
        return nullcontext(sys.stdout)
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
