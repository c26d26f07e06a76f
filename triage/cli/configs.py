"""`config check` and `config schema`."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from triage.cli.common import counted, print_json, warn_of, with_config, with_json
from triage.errors import Mistakes

if TYPE_CHECKING:
    from triage.config import Config


@click.group()
def config() -> None:
    """Check the configuration and the rules, or print their JSON Schema.

    \b
    triage config check
    triage config schema > config.schema.json
    """


@config.command(short_help="Name everything that is wrong, with line and key.")
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
            click.echo(f"{counted(len(wrong.mistakes), 'mistake', 'mistakes')} found.", err=True)
        ctx.exit(wrong.exit_code)
    warnings = [*loaded.warnings, *_unset(loaded, os.environ)]
    if as_json:
        print_json({"ok": True, "files": [str(f) for f in loaded.files], "warnings": warnings})
        return
    warn_of(warnings)
    click.echo(f"{path}: {counted(len(warnings), 'warning', 'warnings') if warnings else 'all is well'}.")


def _unset(config: "Config", environ: Mapping[str, str]) -> Iterator[str]:
    """Passwords that are to come from environment variables which are not set here."""
    for key, password in config.passwords.items():
        kind, name = password.source
        if kind == "env" and not environ.get(name):
            yield f"{config.file}: {key}: the environment variable {name} is not set at present"


@config.command()
@click.option("--rules", is_flag=True, help="The schema of rules/*.yaml instead of config.yaml.")
def schema(rules: bool) -> None:
    """Print the JSON Schema, for completion in editors.

    \b
    triage config schema > config.schema.json
    triage config schema --rules > rules.schema.json
    """
    from triage import config as files

    print_json(files.rules_schema() if rules else files.config_schema())
