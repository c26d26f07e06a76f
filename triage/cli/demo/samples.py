"""The sample mailbox: the files in `mails/`, named by what reading should find in them.

`heated-…`, `calm-…` (most of them look-alikes), `grateful-…`, `machine-…` and `ours-…` (a colleague).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

FOLLOWED = "heated-delivery"
"""The message that the story follows."""
CALM = "calm-quote"
"""The calm one that is answered meanwhile."""
ENCORE = "heated-encore"
"""Delivered after the story, for a person who wants to try it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message of the sample mailbox."""

    name: str
    raw: bytes = field(repr=False)

    @property
    def reads_as(self) -> str:
        """What reading should find: a level, or `machine` or `ours` where it should not judge."""
        return self.name.partition("-")[0]


def samples(now: datetime) -> list[Sample]:
    """The messages that are there when the day begins, dated within the last hours."""
    names = sorted(file.name.removesuffix(".eml") for file in _folder().iterdir() if _is_mail(file.name))
    return [
        sample(name, now - timedelta(minutes=7 * number))
        for number, name in enumerate(names, start=1)
        if name != ENCORE
    ]


def sample(name: str, written: datetime) -> Sample:
    """One message, as if it were written at that time."""
    text = _folder().joinpath(f"{name}.eml").read_text("utf-8")
    dated = f"Date: {format_datetime(written)}\n{text}"
    return Sample(name=name, raw=dated.replace("\n", "\r\n").encode())


def _folder() -> Traversable:
    return files(__package__).joinpath("mails")


def _is_mail(name: str) -> bool:
    return name.endswith(".eml")
