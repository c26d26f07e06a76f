"""How the story looks on the terminal: coloured on one, plain lines elsewhere.

Whatever a customer wrote is text here, never mark-up.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from textwrap import indent

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from triage.clock import SystemClock
from triage.judging.facts import MessageFacts
from triage.reading.heat import Level

_STYLES = {
    Level.HEATED: "bold red",
    Level.TENSE: "yellow",
    Level.CALM: "",
    Level.GRATEFUL: "green",
    Level.UNSURE: "dim",
}
_COLUMNS = (
    ("customer", 14, 18),
    ("subject", 18, 26),
    ("level", 8, 8),
    ("score", 5, 5),
    ("the words that fired", 20, None),
)
"""Heading, least and greatest width: on a narrow terminal the words are cut, not the verdict."""
_MOST_WORDS = 3


class Teller:
    """Tells the story, each line with its time."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def on_terminal(self) -> bool:
        """Whether a person may be watching."""
        return self._console.is_terminal

    def say(self, text: str, *, style: str = "") -> None:
        """One thing that happened just now."""
        self._console.print()
        line = Table.grid(padding=(0, 2))
        now = SystemClock().now().astimezone()
        line.add_row(Text(f"{now:%H:%M:%S}", style="dim"), Text(text, style=style))
        self._console.print(line)

    def quote(self, text: str, *, style: str = "dim") -> None:
        """Somebody's words, set in."""
        self._console.print()
        self._console.print(Padding(Text(text.strip(), style=style), (0, 2, 0, 10)))

    def note(self, text: str) -> None:
        """Lines to copy from: set in, and never broken."""
        self._console.print()
        self._console.print(Text(indent(text.strip(), " " * 10)), soft_wrap=True)

    def messages(self, read: Iterable[MessageFacts]) -> None:
        """What was read, the hottest first."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for heading, least, most in _COLUMNS:
            table.add_column(heading, no_wrap=True, min_width=least, max_width=most)
        for facts in sorted(read, key=_hottest_first):
            table.add_row(*_row(facts))
        self._console.print()
        self._console.print(table)

    @contextmanager
    def countdown(self, text: str) -> Iterator[Callable[[float], None]]:
        """While something takes its time; what it gives is called with the seconds that are left."""
        if not self.on_terminal:
            yield lambda _left: None
            return
        with self._console.status(text, spinner="dots") as status:
            yield lambda left: status.update(f"{text}: {left:.0f} s left")


def _hottest_first(facts: MessageFacts) -> tuple[bool, float]:
    return bool(facts.ignored_because), -facts.score


def _row(facts: MessageFacts) -> tuple[Text, ...]:
    who = Text(facts.customer.name or facts.customer.label)
    if facts.ignored_because:
        return who, Text(facts.subject), Text("-"), Text("-"), Text(facts.ignored_because, style="dim")
    hot = facts.level in (Level.HEATED, Level.TENSE)
    words = ", ".join(" ".join(words.split()) for words in facts.words[:_MOST_WORDS]) if hot else ""
    style = _STYLES[facts.level]
    return who, Text(facts.subject), Text(facts.level, style=style), Text(f"{facts.score:.2f}"), Text(words)
