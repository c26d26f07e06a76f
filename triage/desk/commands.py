"""What a person asks for by command. A command writes an intention; the daemon obeys within one tick.

Each verb is one function under `@verb`; it answers in one sentence, or raises what forbids it.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from triage.desk.arrivals import reconsider
from triage.desk.elsewhere import acknowledgement_id
from triage.desk.office import Office, log
from triage.desk.ports import Records
from triage.desk.promises import drop, keep, note_promises_of
from triage.desk.replies import close, decide, enqueue, join_thread, release, start_clocks, withdraw
from triage.desk.suggesting import original_of, suggestion_facts
from triage.desk.summaries import send_summary
from triage.errors import BadInput, NotAllowed, StoreUnusable, TriageError, fault_of
from triage.judging.cooldown import NOT_HEATED, Cooldown, Pass
from triage.judging.corrections import marked_heated
from triage.judging.facts import Intention
from triage.judging.holds import (
    DISCARDED,
    REFUSALS,
    TAKEN_BACK,
    WAITING,
    Door,
    Envelope,
    Event,
    HeldReply,
    State,
    move,
)
from triage.reading.heat import Level
from triage.reading.messages import parse
from triage.writing.letters import acknowledgement, answer_to
from triage.writing.suggestions import acknowledge
from triage.writing.times import acknowledge_by, local

Verb = Callable[[Office, Records, Intention], str]
VERBS: dict[str, Verb] = {}


def verb(name: str) -> Callable[[Verb], Verb]:
    """Register a verb under the name that the command writes."""

    def register(function: Verb) -> Verb:
        VERBS[name] = function
        return function

    return register


def obey(office: Office) -> None:
    """Carry out everything that was asked for; each in its own transaction, with its answer."""
    with office.store.look() as records:
        wanted = records.open_intentions()
    for intention in wanted:
        try:
            with office.store.begin() as records:
                if records.intention(intention.id).done_at is not None:
                    continue  # another command, without a daemon, was quicker
                answer = VERBS[intention.verb](office, records, intention)
                _settled(office, records, intention, 0, answer)
        except StoreUnusable:
            raise  # nothing was written: it is carried out when the store is back
        except TriageError as error:
            _refuse(office, intention, error.exit_code, str(error))
        except Exception as error:
            log.error("could not carry out %s: %s", _logged(intention), fault_of(error))
            _refuse(office, intention, 1, "Something in this program went wrong; the log says more.")


def _settled(office: Office, records: Records, intention: Intention, code: int, answer: str) -> None:
    """In the same commit as what was done: nothing is done twice."""
    done = replace(intention, done_at=office.clock.now(), exit_code=code, answer=answer)
    records.settle_intention(done)
    records.afterwards(partial(log.info, "%s: done with exit code %d", _logged(intention), code))


def _logged(intention: Intention) -> str:
    """ "release r1"; with its own id where a person typed something else than an id: an address, perhaps."""
    is_id = re.fullmatch(r"[a-z]\d+", intention.subject)
    return f"{intention.verb} {intention.subject if is_id else intention.id}"


def _refuse(office: Office, intention: Intention, code: int, why: str) -> None:
    with office.store.begin() as records:
        _settled(office, records, intention, code, why)


@verb("release")
def _release(office: Office, records: Records, intention: Intention) -> str:
    """A held one before its time needs a reason; one that waits, or failed, does not."""
    reply = records.reply(intention.subject)
    rules = office.team_of(reply.account).rules.cooldown
    early = reply.state in WAITING and reply.released_at is None and office.clock.now() < reply.due_at
    if early and rules.early_release == "never":
        raise NotAllowed(f"{reply.id} cannot go before its time: your team's rules do not allow it.")
    if early and reply.state is State.HELD and not intention.argument.strip():
        raise BadInput(f'{reply.id} is still held: give a reason, as in `--reason "the truck leaves at 3"`.')
    release(office, records, reply, intention.argument.strip() if early else "")
    return (
        f"{reply.id} goes out now."
        if reply.door is not Door.DRAFTS
        else f"{reply.id} goes back to Drafts now."
    )


@verb("confirm")
def _confirm(office: Office, records: Records, intention: Intention) -> str:
    """The rep has looked already: it goes by itself when its time is over, unless something happens."""
    reply = records.reply(intention.subject)
    if reply.state is not State.HELD:
        raise NotAllowed(f"{reply.id} cannot be confirmed: {REFUSALS[reply.state]}.")
    if reply.door is Door.DRAFTS:
        raise NotAllowed(f"{reply.id} came by Drafts: it comes back there, and is never sent from there.")
    if reply.blanks:
        raise NotAllowed(f"{reply.id} has a blank left in it: {reply.blanks[0]}. Take it back and fill it.")
    records.change_reply(reply, replace(reply, confirmed_at=office.clock.now()))
    team = office.team_of(reply.account)
    return f"{reply.id} goes out by itself at {local(reply.due_at, team.zone, office.clock.now())}."


@verb("withdraw")
def _withdraw(office: Office, records: Records, intention: Intention) -> str:
    """Back to Drafts, or to Trash with "discard"."""
    reply = records.reply(intention.subject)
    discard = intention.argument == "discard"
    withdraw(office, records, reply, DISCARDED if discard else TAKEN_BACK)
    records.afterwards(partial(office.wake, reply.account))
    return f"{reply.id} goes to Trash." if discard else f"{reply.id} goes back to Drafts."


@verb("settle")
def _settle(office: Office, records: Records, intention: Intention) -> str:
    """The rep has looked: it arrived, or it did not and is sent again."""
    reply = records.reply(intention.subject)
    if reply.state is not State.UNKNOWN:
        raise NotAllowed(f"{reply.id} is not in doubt: it is {reply.state}.")
    arrived = intention.argument == "arrived"
    now = office.clock.now()
    settled = replace(reply, state=move(reply.state, Event.ARRIVED if arrived else Event.NOT_ARRIVED))
    if not arrived:
        settled = replace(
            settled, released_at=now, next_attempt_at=now, handed_over_at=None, finished_at=None
        )
    records.change_reply(reply, replace(settled, copy=replace(reply.copy, settled=False)))
    if arrived:
        note_promises_of(office, records, reply, at=reply.handed_over_at or now)
    office.over(records, reply.account, f"unknown {reply.id}")
    records.afterwards(partial(office.wake, reply.account))
    return f"{reply.id} was sent." if arrived else f"{reply.id} is sent again."


@verb("acknowledge")
def _acknowledge(office: Office, records: Records, intention: Intention) -> str:
    """One short word to the customer, once per cool-down, at once."""
    cooldown = _cooldown_of(records, intention.subject)
    if cooldown.closed_at is not None:
        raise NotAllowed(f"The cool-down {cooldown.id} is closed.")
    if cooldown.acknowledged_at is not None:
        raise NotAllowed(f"The cool-down {cooldown.id} was acknowledged already.")
    if any(r.state is State.SENT for r in records.replies_of(cooldown.id)):
        raise NotAllowed(f"The customer of {cooldown.id} was answered already.")
    account, team = office.account(cooldown.account), office.team_of(cooldown.account)
    if not account.sends:
        raise NotAllowed(f"{account.address} has no `smtp` in the configuration: nothing can be sent.")
    now, rules = office.clock.now(), team.rules
    facts = records.message(cooldown.message)
    by = acknowledge_by(cooldown.due_at, now, rules.cooldown.minutes, rules.working_hours, team.working_zone)
    words = suggestion_facts(account, team, facts, local(by, team.zone, now))
    original = original_of(facts)
    customer = answer_to(original)
    if customer is None:
        raise NotAllowed("The customer's address cannot be written to.")
    raw = acknowledgement(
        original,
        rep=account.rep,
        body=acknowledge(words, team.templates).body,
        message_id=acknowledgement_id(records, cooldown),
        date=now,
    )
    envelope = Envelope(mail_from=account.address, rcpt_tos=(customer.address,))
    enqueue(records, Door.ACKNOWLEDGEMENT, account, envelope, raw, now)
    records.save_cooldown(replace(cooldown, acknowledged_at=now, answer_by=by))
    join_thread(records, account, parse(raw), cooldown.thread)
    return f"{customer.address} is told that you will answer by {local(by, team.zone, now)}."


@verb("not-heated")
def _not_heated(office: Office, records: Records, intention: Intention) -> str:
    """The rep's correction: it sticks for that customer and those words, and frees what was held for it."""
    cooldown = _cooldown_of(records, intention.subject)
    for facts in records.messages_of(cooldown.id):
        if facts.level is Level.HEATED:
            records.correct(cooldown.team, cooldown.customer.label, facts.words, office.clock.now())
            records.save_message(replace(facts, level=Level.CALM, decision="the rep marked it as not heated"))
    if cooldown.closed_at is None:
        close(office, records, cooldown, NOT_HEATED)
    else:
        records.save_cooldown(replace(cooldown, closed_because=NOT_HEATED))
    held = [r for r in records.replies_of(cooldown.id) if r.state is State.HELD and not r.blanks]
    early = office.team_of(cooldown.account).rules.cooldown.early_release == "with_reason"
    for reply in held if early else ():
        _let_go(office, records, reply)
    return f"{cooldown.id} is closed; these words no longer count for {cooldown.customer.label}."


@verb("heated")
def _heated(office: Office, records: Records, intention: Intention) -> str:
    """The other correction: these words are heated where this customer writes them, and so is the message."""
    facts = records.message(intention.subject)
    if facts.level is Level.HEATED:
        raise NotAllowed(f"{facts.id} is heated already.")
    words = intention.argument.strip() or facts.main_issue
    if not words:
        raise BadInput(f'Say which words are heated: triage heated {facts.id} --words "we look around".')
    records.correct(facts.team, facts.customer.label, [words], office.clock.now(), heated=True)
    opened = reconsider(office, records, marked_heated(facts, words))
    records.afterwards(partial(office.wake, facts.account))
    return (
        f"{facts.id} is heated ({opened.cooldown}); so are these words from {facts.customer.label}: {words}"
    )


def _let_go(office: Office, records: Records, reply: HeldReply) -> None:
    """It goes now, unless another cool-down holds it too."""
    message = parse(records.raw(reply.id) or b"")
    decision = decide(office, records, office.account(reply.account), message, reply.to)
    if isinstance(decision, Pass):
        release(office, records, reply, "not heated")
        return
    start_clocks(records, decision.started)
    other, until = decision.cooldown.id, decision.until
    records.change_reply(reply, replace(reply, cooldown=other, due_at=until, next_attempt_at=until))


def _cooldown_of(records: Records, id_: str) -> Cooldown:
    """The cool-down behind the id of a cool-down, a held reply or a message."""
    if id_.startswith("r"):
        id_ = records.reply(id_).cooldown
    elif id_.startswith("m"):
        id_ = records.message(id_).cooldown
    if not id_:
        raise NotAllowed("There is no cool-down for that.")
    return records.cooldown(id_)


@verb("kept")
def _kept(office: Office, records: Records, intention: Intention) -> str:
    """The rep's word: it is kept; or, with "none", it was no promise."""
    given = records.promise(intention.subject)
    if intention.argument == "none":
        drop(office, records, given)
        return f"{given.id} is forgotten: it was no promise."
    if given.kept_at is not None:
        raise NotAllowed(f"{given.id} was kept already: {given.kept_because}.")
    keep(office, records, given)
    return f"{given.id} is kept."


@verb("pause")
def _pause(office: Office, records: Records, intention: Intention) -> str:
    """Everything passes, visibly, until then (an ISO 8601 time) or until `resume`."""
    if not all(team.rules.allow_pause for team in office.settings.teams.values()):
        raise NotAllowed("Your team's rules do not allow a pause.")
    until = intention.argument or None
    if until is not None and not _is_moment(until):
        raise BadInput(f'"{until}" is no end of a pause; write it as 2026-03-20T15:00+01:00.')
    records.set_note("pause", {"since": office.clock.now().isoformat(), "until": until})
    records.set_note("pauses", [*(records.note("pauses") or []), office.clock.now().isoformat()][-1000:])
    return "Paused: new mail passes; what is held leaves at its time."


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


@verb("resume")
def _resume(office: Office, records: Records, intention: Intention) -> str:  # noqa: ARG001
    """The rule holds again."""
    if records.note("pause") is None:
        return "Nothing was paused."
    records.set_note("pause", None)
    for account in office.settings.accounts:
        records.afterwards(partial(office.wake, account))
    return "Resumed."


@verb("summary")
def _summary(office: Office, records: Records, intention: Intention) -> str:
    """Send a team's summary now, of that day where one is named."""
    return send_summary(office, records, intention.subject, intention.argument)
