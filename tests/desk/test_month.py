"""A month of correspondence with twelve accounts: what is said of each at its end is what the script says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.desk.world import CALM, HOT, World
from triage.desk.relations import standings
from triage.judging.accounts import Direction, Standing

THANKS = "Thank you so much for your help! You saved our week, and the whole team is grateful."
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One day with one account: what they write, if anything, and what we write after so many hours."""

    day: int
    theirs: str = ""
    ours: str = "The price list is attached. Best regards"
    after: int = 2
    sender: str = ""


def every(days: range, theirs: str = CALM, **more: object) -> list[Scene]:
    return [Scene(day=day, theirs=theirs, **more) for day in days]  # type: ignore[arg-type]


BOUNCE = "Your message could not be delivered.\n\n<dana@departed.example>: 550 5.1.1 user unknown"
MONTH = {
    "warm.example": [*every(range(0, 14, 4)), *every(range(16, 29, 4), THANKS)],
    "cooling.example": [*every(range(0, 14, 4)), *every(range(16, 29, 4), HOT)],
    "steady.example": every(range(0, 29, 4)),
    "curt.example": every(range(0, 29, 4), HOT),
    "broken.example": [
        *every(range(0, 21, 5)),
        Scene(day=22, theirs=CALM, ours="I will ship the pump tomorrow."),
    ],
    "kept.example": [
        *every(range(0, 21, 5)),
        Scene(day=22, theirs=CALM, ours="I will ship the spare pump by Friday."),
        Scene(day=23, ours="The spare pump has been shipped.", after=1),
    ],
    "quiet.example": every(range(0, 11, 2)),
    "left.example": [*every(range(0, 4, 2)), Scene(day=5, theirs=HOT)],
    "forgotten.example": [*every(range(0, 11, 2)), *every(range(14, 28, 4), ours="")],
    "departed.example": [
        *every(range(0, 29, 7)),
        Scene(day=24, theirs=BOUNCE, ours="", sender="mailer-daemon"),
    ],
    "kim@gmail.com": every(range(1, 29, 7)),
    "slow.example": [*every(range(0, 14, 4)), *every(range(16, 27, 4), after=50)],
}


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[World, dict[str, Standing]]]:
    """The month is played once."""
    world = World()
    world.clock.set(START)
    world.look()
    play(world)
    world.clock.set(START + timedelta(days=29))
    world.tick()
    with world.store.look() as records:
        found = standings(world.desk.office, records, world.team, world.clock.now())
    top = world.team.rules.model_copy(
        update={"customers": world.team.rules.customers.model_copy(update={"top": tuple(MONTH)})}
    )
    world.change_rules(top)
    with world.store.look() as records:
        listed = standings(world.desk.office, records, world.team, world.clock.now())
    assert len(found) == 10
    assert [each.customer for each in listed] == list(MONTH)
    yield world, {each.customer: each for each in listed}
    world.close()


def play(world: World) -> None:
    """Everything in the order of time; a held reply leaves half an hour later."""
    acts: list[tuple[datetime, str, Scene, bool]] = []
    for number, (customer, scenes) in enumerate(MONTH.items()):
        for scene in scenes:
            at = START + timedelta(days=scene.day, minutes=number)
            if scene.theirs:
                acts.append((at, customer, scene, True))
            if scene.ours:
                acts.append((at + timedelta(hours=scene.after), customer, scene, False))
    threads: dict[str, str] = {}
    for at, customer, scene, theirs in sorted(acts, key=lambda act: act[0]):
        world.clock.set(max(at, world.clock.now()))
        contact = customer if "@" in customer else f"dana@{customer}"
        if theirs:
            sender = f"{scene.sender}@{customer}" if scene.sender else f"Dana Lee <{contact}>"
            subject = f"{customer} {scene.day}"
            threads[f"{customer} {scene.day}"] = world.customer_writes(
                scene.theirs, sender=sender, subject=subject
            )
            world.look()
        else:
            answers = threads.get(f"{customer} {scene.day}") or threads[f"{customer} {scene.day - 1}"]
            subject = f"Re: {customer} {scene.day}"
            answer = world.rep_sends(
                world.reply(scene.ours, to=contact, answers=answers, subject=subject), to=[contact]
            )
            if "held" in answer:
                world.forward(minutes=30)


@pytest.mark.parametrize(
    ("customer", "arrow", "why"),
    [
        ("warm.example", "up", "4 of 4 messages in 14 days said thank you"),
        ("cooling.example", "down", "4 of 4 messages in 14 days heated or tense, 0 of 4 before"),
        ("steady.example", "steady", "4 messages in 14 days, in their usual tone"),
        ("curt.example", "steady", "in their usual tone"),
        ("broken.example", "down", "1 promise broken in 14 days"),
        ("kept.example", "up", "1 promise kept in time in 14 days"),
        ("quiet.example", "down", "nothing heard for 19 days, usually every 2 days"),
        ("left.example", "steady", "no message in 14 days"),
        ("forgotten.example", "steady", "in their usual tone"),
        ("departed.example", "steady", "in their usual tone"),
        ("kim@gmail.com", "steady", "in their usual tone"),
        ("slow.example", "down", "answered within 2 days, before within 2 hours"),
    ],
)
def test_the_arrow_and_its_reason(
    told: tuple[World, dict[str, Standing]], customer: str, arrow: Direction, why: str
) -> None:
    standing = told[1][customer]
    assert standing.arrow == arrow, standing.why
    assert why in standing.why


def test_who_is_to_be_looked_after(told: tuple[World, dict[str, Standing]]) -> None:
    standing = told[1]
    assert {name for name, each in standing.items() if each.thanked_at} == {"warm.example"}
    assert {name for name, each in standing.items() if each.left_at} == {"left.example"}
    assert {name for name, each in standing.items() if each.departed} == {"departed.example"}
    assert {name for name, each in standing.items() if each.broken_promises} == {"broken.example"}
    assert {name for name, each in standing.items() if each.at_risk} == {"warm.example", "kept.example"}
    silent = {name for name, each in standing.items() if each.silent_for}
    assert silent == {"quiet.example", "forgotten.example"}


def test_the_managers_mail_counts_and_quotes_nobody(told: tuple[World, dict[str, Standing]]) -> None:
    text = told[0].summary().text
    assert "broken.example: was due Wed 18:00 CDT, still open" in text
    assert "warm.example: ▲ better, 4 of 4 messages in 14 days said thank you" in text
    assert "pump" not in text
