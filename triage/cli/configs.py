"""`config check` and `config schema`."""

import os

import click

from triage.cli.common import print_json, with_config, with_json
from triage.errors import Mistakes


@click.group()
def config() -> None:
    """Check the configuration and the rules, or print their JSON Schema."""


@config.command()
@click.argument("file", required=False)
@with_config
@with_json
@click.pass_context
def check(ctx: click.Context, file: str | None, config_file: str | None, as_json: bool) -> None:
    """Name everything that is wrong in the configuration and the rules, each with file, line and key.

    \b
    triage config check
    triage config check my-config.yaml
    """
    from triage import config as files

    path = files.find(file or config_file, os.environ)
    try:
        loaded = files.load(path)
    except Mistakes as wrong:
        if as_json:
            keys = ("file", "line", "key", "text")
            print_json({"ok": False, "mistakes": [{k: getattr(m, k) for k in keys} for m in wrong.mistakes]})
        else:
            for mistake in wrong.mistakes:
                click.echo(str(mistake))
            count = len(wrong.mistakes)
            click.echo(f"{count} mistake{'s' if count > 1 else ''} found.", err=True)
        ctx.exit(wrong.exit_code)
    if as_json:
        print_json({"ok": True, "files": [str(f) for f in loaded.files], "warnings": list(loaded.warnings)})
        return
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{path}: all is well.")


@config.command()
@click.option("--rules", is_flag=True, help="The schema of rules/*.yaml instead of config.yaml.")
def schema(rules: bool) -> None:
    """Print the JSON Schema, for completion in editors."""
    from triage import config as files

    print_json(files.rules_schema() if rules else files.schema())
