"""`triage ...`: click commands over the daemon's room. Errors become words and exit codes here, only here.

Exit codes: 0 fine, 1 found problems, 2 bad usage or configuration, 3 a server could not be reached, 4 refused
by the state. Each command is imported when it is called: `triage --help` needs click and nothing else.
"""

import sys
from importlib import import_module

import click

from triage.errors import TriageError

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "login": "signing_in:login",
    "client": "clients:client",
    "doctor": "doctor:doctor",
    "run": "running:run",
    "service": "services:service",
    "status": "standing:status",
    "page": "standing:page",
    "held": "held:held",
    "release": "replies:release",
    "withdraw": "replies:withdraw",
    "settle": "replies:settle",
    "acknowledge": "replies:acknowledge",
    "not-heated": "replies:not_heated",
    "heated": "replies:heated",
    "pause": "replies:pause",
    "resume": "replies:resume",
    "score": "texts:score",
    "suggest": "texts:suggest",
    "check": "checks:check",
    "explain": "explaining:explain",
    "scan": "mailboxes:scan",
    "replay": "mailboxes:replay",
    "promises": "relations:promises",
    "kept": "relations:kept",
    "accounts": "relations:accounts",
    "stats": "relations:stats",
    "summary": "summaries:summary",
    "forget": "company:forget",
    "export": "company:export",
    "rules": "rules:rules",
    "config": "configs:config",
    "completion": "completion:completion",
}
"""Where each command is: module and function below `triage.cli`, in the order of `--help`."""


class Commands(click.Group):
    """The commands, imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """All of them, in the order in which a newcomer would meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """One of them."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"triage.cli.{module}"), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in `--help`, from words that stand here: nothing is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SHORT[name]) for name in COMMANDS])


SHORT = {
    "demo": "See it work: an embedded mailbox, sample mail, fast time.",
    "init": "Set up: from your address to a config that works.",
    "login": "Sign in: by a password, or at Google or Microsoft.",
    "client": "What to set in your mail client.",
    "doctor": "Check everything; say how to mend what is wrong.",
    "run": "The daemon, in the foreground.",
    "service": "Start the daemon at login: install, uninstall, status.",
    "status": "Doors, last checks, held replies, and what is not enforced.",
    "page": "The page that shows what is held, in the browser.",
    "held": "The held replies; `held show ID` for one.",
    "release": "Send a held reply: before its time with a reason, else at once.",
    "withdraw": "Take a held reply back to Drafts, or discard it.",
    "settle": "Say whether a reply in doubt arrived.",
    "acknowledge": "Send the customer a short word now, once per cool-down.",
    "not-heated": "Correct the verdict; it sticks for that customer and those words.",
    "heated": "Say that a message is heated; it sticks for that customer and those words.",
    "pause": "Let everything pass, visibly.",
    "resume": "End a pause.",
    "score": "Heat, level, findings and main issue of mail or text.",
    "suggest": "The suggested reply to a message.",
    "check": "What in a reply makes things worse, and what to write instead.",
    "explain": "Why a message was or was not heated, why a reply is or was held.",
    "scan": "Read the mailbox, change nothing: what would have been held.",
    "replay": "The same messages under other rules: what would change.",
    "promises": "What was promised to customers, and is still to be kept.",
    "kept": "Say that a promise is kept.",
    "accounts": "How the relationships stand: arrows, silences, thanks.",
    "stats": "Did waiting help? What came of the held replies.",
    "summary": "The manager's mail, on the terminal or sent.",
    "forget": "Erase all that is kept of an address.",
    "export": "Write all that is kept, as JSON lines.",
    "rules": "What the rules might learn from your corrections.",
    "config": "Check the files; print their JSON Schema.",
    "completion": "Teach a shell to complete these commands.",
}


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cooldown-triage", prog_name="triage")
def triage() -> None:
    """Hold the reply to a heated customer e-mail for half an hour, and help to write a better one.

    \b
    triage demo                      see it work, without an account
    triage init                      set it up
    triage doctor                    is everything right?
    triage scan --since 90d          what would it have held?
    triage run                       start it
    triage held                      what is held, and what you can do
    """


def main(arguments: list[str] | None = None) -> None:
    """Run a command; end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code. What a person can cause gets a sentence, never a traceback."""
    try:
        code = triage.main(args=arguments, prog_name="triage", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except TriageError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`triage held | head`): nothing is wrong
        return 0
    except OSError as error:  # the disk's or the system's: a folder that nobody may write, say
        click.echo(f"{error.filename or 'triage'}: {error.strerror or error}", err=True)
        return 2
    except KeyboardInterrupt:
        return 130
    return code if isinstance(code, int) else 0
