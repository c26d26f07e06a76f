"""What a rep is told of a relationship, a sentence each; and the short notes that there are to send.

How it stands is `judging.accounts`'s. The manager's mail has the arrow and its counts alone.
"""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

from triage.judging.accounts import Standing
from triage.writing.names import greeting_name
from triage.writing.templates import Templates
from triage.writing.times import local_day

Note: TypeAlias = Literal["thanks", "reference", "what-happened"]
"""A short mail that a rep may send; a template under `notes/`."""


def hints(standing: Standing, zone: tzinfo) -> tuple[str, ...]:
    """What the rep may want to do, the most urgent first."""
    return tuple(_hints(standing, zone))


def _hints(standing: Standing, zone: tzinfo) -> Iterator[str]:
    def day(moment: datetime) -> str:
        return local_day(moment.astimezone(zone).date())

    if standing.broken_promises:
        count = standing.broken_promises
        broken = "A promise is" if count == 1 else f"{count} promises are"
        yield f"{broken} broken: make it good today, or say when you will."
    if standing.left_at:
        yield f"Nothing heard since {day(standing.left_at)}, after a heated thread: ask what happened."
    for address in standing.departed:
        yield f"{address} is no longer there: find out who is now, and where they went."
    if standing.silent_for:
        yield f"They have not heard from you for {standing.silent_for.days} days, longer than usual."
    if standing.thanked_at:
        yield f"They said thank you on {day(standing.thanked_at)}: thank them back."
    if standing.may_refer:
        yield "Happy for a long time: ask whether they would be a reference."
    if standing.at_risk:
        lately = (
            f"last promise kept {day(standing.last_kept)}" if standing.last_kept else "no promise kept yet"
        )
        yield f"Up, and so the most at risk: what have you done for them lately? ({lately})"


def notes(standing: Standing) -> tuple[Note, ...]:
    """The notes that fit how it stands."""
    wanted: tuple[tuple[Note, bool], ...] = (
        ("what-happened", standing.left_at is not None),
        ("thanks", standing.thanked_at is not None),
        ("reference", standing.may_refer),
    )
    return tuple(note for note, fits in wanted if fits)


def write_note(note: Note, templates: Templates, *, contact: str, rep: str = "") -> str:
    """The note, to a contact of that name where one is known."""
    return templates.render(f"notes/{note}.txt", name=greeting_name(contact), rep=rep).strip()
