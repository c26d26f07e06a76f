"""A month of correspondence with twelve accounts, and how each must stand at its end.

The script is played in memory (`tests/desk/test_month.py`), on a Dovecot (`tests/journeys/test_month.py`)
and for the documentation's pictures. Whoever plays it lends it their `Hands`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from triage.judging.accounts import Direction, Standing

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
"""A Monday morning in Chicago."""
END = START + timedelta(days=29)

CALM = "Could you send me the current price list when you have a minute? No rush."
HOT = (
    "This is the third time I am asking where order 4711 is. You promised delivery on Friday and nothing "
    "came. This is completely unacceptable, and if it is not here tomorrow we will cancel the contract."
)
THANKS = "Thank you so much for your help! You saved our week, and the whole team is grateful."
BOUNCE = "Your message could not be delivered.\n\n<{contact}>: 550 5.1.1 user unknown"
LISTS = "The price list is attached. Best regards"

Sign: TypeAlias = Literal["thanked", "left", "departed", "broken", "at risk", "silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One day with one account: what they write, if anything, and what we write after so many hours."""

    day: int
    theirs: str = ""
    ours: str = LISTS
    after: int = 2
    sender: str = ""
    """Another than the contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happens with one account, and how it stands in the end."""

    scenes: tuple[Scene, ...]
    arrow: Direction = "steady"
    why: str = "in their usual tone"
    signs: frozenset[Sign] = frozenset()


def _every(days: range, theirs: str = CALM, *, ours: str = LISTS, after: int = 2) -> tuple[Scene, ...]:
    return tuple(Scene(day=day, theirs=theirs, ours=ours, after=after) for day in days)


MONTH: dict[str, Story] = {
    "harvestmoon-bakery.example": Story(  # grows fonder of us
        scenes=(*_every(range(0, 14, 4)), *_every(range(16, 29, 4), THANKS)),
        arrow="up",
        why="4 of 4 messages in 14 days said thank you",
        signs=frozenset({"thanked", "at risk"}),
    ),
    "ironbridge-pumps.example": Story(  # cools down: half a month of trouble
        scenes=(*_every(range(0, 14, 4)), *_every(range(16, 29, 4), HOT)),
        arrow="down",
        why="4 of 4 messages in 14 days heated or tense, 0 of 4 before",
    ),
    "lakeside-clinic.example": Story(scenes=_every(range(0, 29, 4))),  # nothing happens
    "ostrander-steel.example": Story(scenes=_every(range(0, 29, 4), HOT)),  # has always been curt
    "marlow-and-finch.example": Story(  # a promise is broken
        scenes=(*_every(range(0, 21, 5)), Scene(day=22, theirs=CALM, ours="I will ship the pump tomorrow.")),
        arrow="down",
        why="1 promise broken in 14 days",
        signs=frozenset({"broken"}),
    ),
    "tidewater-marina.example": Story(  # a promise is kept
        scenes=(
            *_every(range(0, 21, 5)),
            Scene(day=22, theirs=CALM, ours="I will ship the spare pump by Friday."),
            Scene(day=23, ours="The spare pump has been shipped.", after=1),
        ),
        arrow="up",
        why="1 promise kept in time in 14 days",
        signs=frozenset({"at risk"}),
    ),
    "pinecrest-school.example": Story(  # falls silent, and so do we
        scenes=_every(range(0, 11, 2)),
        arrow="down",
        why="nothing heard for 19 days, usually every 2 days",
        signs=frozenset({"silent"}),
    ),
    "calloway-print.example": Story(  # leaves after a heated thread
        scenes=(*_every(range(0, 4, 2)), Scene(day=5, theirs=HOT)),
        arrow="down",
        why="nothing heard for 24 days, since a heated message",
        signs=frozenset({"left"}),
    ),
    "rosewood-theatre.example": Story(  # writes on, and hears nothing from us
        scenes=(*_every(range(0, 11, 2)), *_every(range(14, 28, 4), ours="")),
        signs=frozenset({"silent"}),
    ),
    "seabright.example": Story(  # the contact has moved on
        scenes=(
            *_every(range(0, 29, 7)),
            Scene(day=24, theirs=BOUNCE, ours="", sender="mailer-daemon@seabright.example"),
        ),
        signs=frozenset({"departed"}),
    ),
    "kim@gmail.com": Story(scenes=_every(range(1, 29, 7))),  # a customer by address
    "quarrytown-builders.example": Story(  # waits for our answers
        scenes=(*_every(range(0, 14, 4)), *_every(range(16, 27, 4), after=50)),
        arrow="down",
        why="answered within 2 days, before within 2 hours",
    ),
}


class Hands(Protocol):
    """What the script needs of whoever plays it."""

    def at(self, moment: datetime) -> None:
        """The clock is moved there; it never runs back."""
        ...

    def customer_writes(self, text: str, *, sender: str, subject: str) -> str:
        """A message comes in, and is read; its Message-ID."""
        ...

    def rep_replies(self, text: str, *, to: str, answers: str, subject: str) -> None:
        """The rep answers; a reply that is held leaves half an hour later."""
        ...


def play(hands: Hands) -> None:
    """Everything in the order of time, up to the month's end."""
    threads: dict[tuple[str, int], str] = {}
    for moment, customer, scene, theirs in sorted(_acts(), key=lambda act: act[0]):
        hands.at(moment)
        contact = contact_of(customer)
        subject = f"Price list, {customer.partition('.')[0]}, {scene.day + 2} March"
        if theirs:
            sender, text = scene.sender or f"Dana Lee <{contact}>", scene.theirs.format(contact=contact)
            threads[customer, scene.day] = hands.customer_writes(text, sender=sender, subject=subject)
        else:
            answers = threads.get((customer, scene.day)) or threads[customer, scene.day - 1]
            hands.rep_replies(scene.ours, to=contact, answers=answers, subject=f"Re: {subject}")
    hands.at(END)


def _acts() -> Iterator[tuple[datetime, str, Scene, bool]]:
    """Each message and each answer, at its time; `True` for theirs."""
    for number, (customer, story) in enumerate(MONTH.items()):
        for scene in story.scenes:
            moment = START + timedelta(days=scene.day, minutes=number)
            if scene.theirs:
                yield moment, customer, scene, True
            if scene.ours:
                yield moment + timedelta(hours=scene.after), customer, scene, False


def contact_of(customer: str) -> str:
    """Who writes for an account."""
    return customer if "@" in customer else f"dana@{customer}"


def signs_of(standing: Standing) -> frozenset[Sign]:
    """What of the script's signs an account shows."""
    shown: dict[Sign, object] = {
        "thanked": standing.thanked_at,
        "left": standing.left_at,
        "departed": standing.departed,
        "broken": standing.broken_promises,
        "at risk": standing.at_risk,
        "silent": standing.silent_for,
    }
    return frozenset(sign for sign, there in shown.items() if there)
