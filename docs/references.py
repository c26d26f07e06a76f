"""Writes what the program knows of itself into the documentation: `make docs`.

Commands, keys, signals and templates are told by the program alone, so that these pages cannot lie; a test
fails where one of them is not as it would be written now. What wants words is written by hand, beside them.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from inspect import cleandoc
from pathlib import Path

import click

from triage.cli import triage
from triage.config import default_rules, default_templates, resource_root
from triage.mail.providers import PROVIDERS
from triage.reading.heat import WORDING, shipped_weights
from triage.reading.replies import FaultKind
from triage.reading.signals import SIGNALS
from triage.writing.suggestions import LEGAL
from triage.writing.templates import ACKNOWLEDGEMENT, SAMPLES

FOLDER = Path(__file__).parent / "reference"
CONFIG = "config_file"
"""The option that every command has; it is told once."""
UNWRAPPED = "\b\n"
"""What begins a paragraph of examples in a command's help."""


def main() -> None:
    """All pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Each page as it is to be."""
    return {
        "commands.md": _page("Commands", _commands()),
        "config.md": _page("The configuration", _configuration()),
        "rules.md": _page("The rules", _rules()),
        "signals.md": _page("Signals, issues, faults", _signals()),
        "templates.md": _page("Templates", _templates()),
        "providers.md": _page("Providers that are known", _providers()),
    }


def _page(title: str, parts: Iterable[str]) -> str:
    origin = "<!-- Written by docs/references.py from the program itself: `make docs` writes it anew. -->"
    return "\n\n".join([f"# {title}", origin, *parts]) + "\n"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _commands() -> Iterator[str]:
    yield (
        "Every command takes `--config FILE`: the configuration; else `$TRIAGE_CONFIG`, else the platform's "
        "config folder. Where it prints facts it takes `--json`, too. `triage COMMAND --help` says what "
        "stands here; `triage --version` tells the version."
    )
    yield _table(
        ["exit code", "means"],
        [
            ("0", "fine"),
            ("1", "problems were found"),
            ("2", "bad usage or configuration"),
            ("3", "a server could not be reached, or lets nobody in"),
            ("4", "refused by the state: already sent, for example"),
        ],
    )
    context = click.Context(triage, info_name="triage")
    for name in triage.list_commands(context):
        command = triage.get_command(context, name)
        assert command
        yield from _command(command, click.Context(command, parent=context, info_name=name), "##")


def _command(command: click.Command, context: click.Context, heading: str) -> Iterator[str]:
    arguments = (each for each in command.params if isinstance(each, click.Argument))
    pieces = (piece for each in arguments for piece in each.get_usage_pieces(context))
    yield " ".join([heading, context.command_path, *pieces])
    text, examples = _help(command)
    yield text
    yield from _options(command, context)
    if examples:
        yield f"```sh\n{examples}\n```"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.commands[name]
            yield from _command(inner, click.Context(inner, parent=context, info_name=name), f"{heading}#")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    options = [each for each in command.params if isinstance(each, click.Option) and each.name != CONFIG]
    records = [each.get_help_record(context) for each in options]
    if rows := [(f"`{record[0]}`", record[1]) for record in records if record]:
        yield _table(["option", "what it does"], rows)


def _help(command: click.Command) -> tuple[str, str]:
    """What a command's help says in words, and its examples: the paragraphs that are not to be wrapped."""
    parts = cleandoc(command.help or "").split("\n\n")
    words = [" ".join(part.split()) for part in parts if not part.startswith(UNWRAPPED)]
    examples = [part.removeprefix(UNWRAPPED) for part in parts if part.startswith(UNWRAPPED)]
    return "\n\n".join(words), "\n".join(examples)


def _configuration() -> Iterator[str]:
    yield (
        'This is `config.example.yaml`: every key, what it means, and its default unless "no default" is '
        "said. `triage config schema` teaches your editor the same keys, `triage config check` tells what is "
        "wrong in yours."
    )
    yield _yaml(resource_root("config.example.yaml"))


def _rules() -> Iterator[str]:
    yield (
        "This is `rules/default.yaml`: every rule with the value that holds where a team says nothing. A "
        "team's own file says `extends: default` and only what differs; the [cookbook](../rules.md) has "
        "examples. `triage config schema --rules` teaches your editor these keys."
    )
    yield _yaml(resource_root("rules") / "default.yaml")


def _yaml(file: Path) -> str:
    return f"```yaml\n{file.read_text(encoding='utf-8').rstrip()}\n```"


def _signals() -> Iterator[str]:
    yield (
        "What `triage explain` and `triage score` name, and what a team's rules may weigh by name "
        "([how it is judged](../judgement.md))."
    )
    yield "## Signals of heat"
    yield (
        "The weight is in log-odds, before the words around it are looked at: more than 0 speaks for heat, "
        "less than 0 for calm. `heat.signals` multiplies it."
    )
    rows = [(f"`{name}`", _first_line(find.__doc__), _weight(name)) for name, find in SIGNALS.items()]
    learned = (f"`{WORDING}`", "The words themselves, by what was learned of them.", "learned")
    yield _table(["signal", "what the customer does", "weight"], [*rows, learned])
    yield "## Kinds of issue"
    titles = {kind: reply.front.title for reply in default_templates().replies for kind in reply.front.fits}
    yield _table(["kind", "what it is"], [(f"`{kind}`", titles[kind]) for kind in default_rules().issues])
    yield "## Faults of a reply"
    yield (
        "What `triage check` finds. Under `after: ask_if_pointed`, a reply with a serious one waits for your "
        "word; which are serious, `check.serious` of the rules says."
    )
    advice, serious = _advice(), default_rules().check.serious
    yield _table(
        ["fault", "why it makes things worse", "what to write instead", "serious"],
        [
            (f"`{kind}`", advice[kind]["why"], advice[kind]["instead"], "yes" if kind in serious else "")
            for kind in FaultKind
        ],
    )


def _weight(signal: str) -> str:
    weight = shipped_weights().weights.get(signal)
    return "" if weight is None else f"{weight:g}"


def _advice() -> dict[str, dict[str, str]]:
    folder = files("triage.reading") / "data" / "replies"
    texts = (file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))
    return {kind: said for text in texts for kind, said in tomllib.loads(text).items()}


def _first_line(docstring: str | None) -> str:
    return (docstring or "").splitlines()[0]


def _templates() -> Iterator[str]:
    yield (
        "The texts that come with the program. A folder `templates/` beside a team's rules replaces them one "
        "by one; the [cookbook](../templates.md) says how."
    )
    replies = sorted(default_templates().replies, key=lambda reply: reply.name)
    yield "## Replies"
    yield _table(
        ["template", "for", "kinds of issue"],
        [
            (f"`{reply.name}`", reply.front.title, ", ".join(f"`{kind}`" for kind in reply.front.fits))
            for reply in replies
        ],
    )
    yield (
        f"`{LEGAL}` is taken where the customer speaks of lawyers or courts, whatever the issue is; "
        f"`{ACKNOWLEDGEMENT}` is the short word that `triage acknowledge` sends."
    )
    yield "## Notes and the manager's mail"
    names = sorted(
        file.relative_to(resource_root("templates")).as_posix()
        for folder in ("notes", "summary")
        for file in resource_root("templates").glob(f"{folder}/*")
    )
    yield "\n".join(f"- `{name}`" for name in names)
    yield "## The words that a template may use"
    yield _table(
        ["in", "words"],
        [(f"`{folder}`", ", ".join(f"`{word}`" for word in words)) for folder, words in SAMPLES.items()],
    )


def _providers() -> Iterator[str]:
    yield (
        "`triage init` knows these by an address's domain, or by where a company's mail goes. What a sign-in "
        "takes, [Providers](../providers.md) says."
    )
    yield _table(
        ["provider", "mailbox", "sending", "domains", "what a login needs"],
        [
            (each.name, str(each.imap), str(each.smtp), ", ".join(sorted(each.domains)), each.login)
            for each in PROVIDERS
        ],
    )


if __name__ == "__main__":
    main()
