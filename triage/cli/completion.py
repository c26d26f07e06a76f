"""`completion`: what a shell needs to complete our commands and options."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the lines that teach a shell to complete `triage`.

    \b
    triage completion bash >> ~/.bashrc
    triage completion zsh >> ~/.zshrc
    triage completion fish > ~/.config/fish/completions/triage.fish
    """
    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(ctx.find_root().command, {}, "triage", "_TRIAGE_COMPLETE").source())
