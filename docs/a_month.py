"""Four weeks of a rep's mail, played through the whole product in memory, for the pictures of the summary."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.desk.world import CALM, HOT, World
from triage.desk.summaries import summary_mail
from triage.writing.summary import SummaryMail

LAST = date(2026, 3, 20)
THANKS = "Thank you so much, Robin! You saved our week, and the whole team is grateful."
LEAVING = (
    "The second pallet arrived broken, too, and nobody calls back. I have lost patience: if this is not "
    "settled by Monday we move the account to another supplier."
)
OPTIONS = "I have looked into it myself. I can ship today, or come by tomorrow: which suits you better?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a customer writes on one day, and what Robin answers an hour later."""

    customer: str
    days: tuple[int, ...]
    """Days before the last."""
    text: str
    answer: str = OPTIONS


SCENES = (
    Scene(customer="kestrel-yachts.example", days=(25, 22, 11), text=HOT),
    Scene(customer="kestrel-yachts.example", days=(24, 18, 10), text=CALM, answer="It is attached."),
    Scene(customer="northgate-doors.example", days=(25, 23, 16), text=HOT),
    Scene(customer="northgate-doors.example", days=(24, 15, 3, 2, 0), text=THANKS),
    Scene(customer="brandt-bau.example", days=(21, 18, 14, 11, 7, 5), text=CALM, answer="It is attached."),
    Scene(customer="orchard-foods.example", days=(20, 13, 9, 5, 3), text=THANKS),
    Scene(customer="tamar-marine.example", days=(25, 22, 18, 15), text=CALM, answer="It is attached."),
    Scene(customer="tamar-marine.example", days=(11, 8, 3), text=LEAVING),
)
BUSY = (
    Scene(customer="tamar-marine.example", days=(0,), text=LEAVING, answer=""),
    Scene(
        customer="kestrel-yachts.example",
        days=(0,),
        text=HOT,
        answer="I have looked into it: I will call you by 11 am on Monday with two ways to mend it.",
    ),
)
"""What makes the last day a busy one."""


def summary_of(*, busy: bool) -> SummaryMail:
    """The manager's mail of the last day, a busy one or a quiet one."""
    world = World(after="send")
    try:
        for before in reversed(range(28)):
            day = LAST - timedelta(days=before)
            for hour, scene in enumerate((*BUSY, *SCENES) if busy else SCENES, 7):
                if before in scene.days and day.weekday() < 5:
                    play(world, scene, day, hour)
        at(world, LAST, 17, 30)
        world.look()
        with world.store.begin() as records:
            return summary_mail(world.desk.office, records, world.team, LAST.isoformat())
    finally:
        world.close()


def play(world: World, scene: Scene, day: date, hour: int) -> None:
    """A mail comes in; the answer is held, and leaves half an hour later."""
    at(world, day, hour)
    contact = f"dana@{scene.customer}"
    subject = f"Order {4700 + hour} of {day:%d.%m.}"
    received = world.customer_writes(scene.text, sender=f"Dana Lee <{contact}>", subject=subject)
    world.look()
    if scene.answer:
        at(world, day, hour, 20)
        world.rep_sends(
            world.reply(scene.answer, to=contact, answers=received, subject=f"Re: {subject}"), to=[contact]
        )
        world.forward(minutes=30)


def at(world: World, day: date, hour: int, minute: int = 0) -> None:
    """Let it be that time where the team works."""
    world.clock.set(datetime.combine(day, time(hour, minute), world.team.zone))
    world.tick()
