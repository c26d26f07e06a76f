"""What the rep can do with a reply that is not done: the commands, in words."""

from triage.judging.holds import Door, HeldReply, State


def next_steps(reply: HeldReply) -> tuple[str, ...]:
    """A line for each way forward; none where there is nothing to do."""
    back = f"triage withdraw {reply.id}: take it back to Drafts (or move it there from Cooldown/Held)"
    goes = "put it back into Drafts now" if reply.door is Door.DRAFTS else "send it now"
    match reply.state:
        case State.HELD:
            return (f'triage release {reply.id} --reason "...": {goes}', back)
        case State.ASKED:
            return (f"triage release {reply.id}: {goes}", back)
        case State.FAILED:
            return (f"triage release {reply.id}: try again", back)
        case State.UNKNOWN:
            look = "look in Sent, or ask the customer; then"
            return (
                f"{look} triage settle {reply.id} --arrived",
                f"or triage settle {reply.id} --not-arrived: it is sent again",
            )
        case _:
            return ()
