"""The story, act by act: what is told has been seen in the mailbox, in the sink or in the store."""

from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, policy
from hashlib import sha256
from threading import Event

from triage.cli.demo.rep import ADDRESS, Reply, browse
from triage.cli.demo.samples import CALM, FOLLOWED, Sample, samples
from triage.cli.demo.sink import Arrival
from triage.cli.demo.stage import MANAGER, MINUTES, TEAM, Stage, require, wait_for
from triage.cli.demo.telling import Teller
from triage.clock import SystemClock
from triage.folders import Role
from triage.judging.facts import Intention, MessageFacts
from triage.judging.holds import HeldReply
from triage.reading.heat import Level
from triage.reading.messages import Message, parse

HASTY = """\
Dana,

sorry if you feel that way, but as I told you in March, the last
week of a quarter is always slow
...and frankly, four calls a day do not make the carrier drive any
faster. Your clamps left on Friday \u2013 talk to them, not to me.

Robin
"""
PRICES = """\
Hello Aiko,

with pleasure: 50 pieces are 4.10 each, 200 pieces are 3.65 each,
both from stock. Shall I put some aside for you until Friday?

Robin
"""


def play(stage: Stage, tell: Teller) -> None:
    """The whole story. TriageError where something did not happen."""
    tell.say(
        "Robin Vale sells clamps and jigs for Harbor Tools, and has a busy day. Time runs fast in here: "
        f"a cool-down, else half an hour, takes {MINUTES * 60:g} seconds."
    )
    read = mail_comes_in(stage, tell)
    heated = read[FOLLOWED]
    cooldown_opens(stage, tell, heated)
    hasty = hasty_reply(stage, tell, heated)
    calm_reply(stage, tell, read[CALM])
    held_copy(stage, tell, hasty)
    page_shows(stage, tell, hasty)
    time_passes(stage, tell, hasty)
    sent_once(stage, tell, hasty)
    summary(stage, tell)
    require(len(_arrived(stage, hasty)) == 1, "the held reply went out only once")
    tell.say("That is all of it: nothing scolded, nothing rewritten, nothing lost, nothing sent twice.")


def mail_comes_in(stage: Stage, tell: Teller) -> dict[str, MessageFacts]:
    """The sample mail is delivered, and every message of it is read; the facts by the sample's name."""
    began = SystemClock().now()
    mails = samples(began)
    for mail in mails:
        stage.client.receive(mail.raw)
    named = {parse(mail.raw).message_id: mail for mail in mails}
    read = wait_for("every message is read", lambda: _read(stage, began, named))
    unread = [letter for letter in stage.client.letters("inbox") if "\\Seen" not in letter.flags]
    require(len(unread) == len(mails), "the messages are still unread in INBOX")
    heated = [facts for facts in read.values() if facts.level is Level.HEATED and not facts.ignored_because]
    tell.say(f"{len(read)} messages came in and were read: {len(heated)} heated. All stay unread for Robin.")
    tell.messages(read.values())
    return read


def _read(stage: Stage, since: datetime, named: Mapping[str, Sample]) -> dict[str, MessageFacts]:
    """Every message's facts, or nothing while some are missing."""
    with stage.daemon.store.look() as records:
        found = records.messages_between(TEAM, since, SystemClock().now())
    facts = {named[each.message_id].name: each for each in found if each.message_id in named}
    return facts if len(facts) == len(named) else {}


def cooldown_opens(stage: Stage, tell: Teller, heated: MessageFacts) -> None:
    """The thread cools down, and a suggestion lies in Drafts."""
    require(heated.cooldown, "a cool-down is open on the heated thread")
    words = " / ".join(_one_line(words) for words in heated.words[:4])
    tell.say(
        f"{heated.customer.name} deserves an answer worth having, so this thread cools down. "
        "What it is about, and the words that say so:"
    )
    tell.quote(f"{_one_line(heated.main_issue)}\n{words}", style="italic")
    drafts = wait_for("a suggestion lies in Drafts", lambda: _suggestions(stage, heated))
    require(len(drafts) == 1, "there is one suggestion and no more")
    tell.say("A reply to start from lies in Robin's Drafts, beside whatever Robin writes:")
    tell.quote(drafts[0].new_text)


def _suggestions(stage: Stage, heated: MessageFacts) -> list[Message]:
    drafts = (parse(letter.raw) for letter in stage.client.letters("drafts"))
    return [draft for draft in drafts if heated.message_id in draft.references]


def hasty_reply(stage: Stage, tell: Teller, heated: MessageFacts) -> Reply:
    """Robin answers too soon; the gate takes it and holds it."""
    reply = Reply(heated, HASTY)
    tell.say("Robin has not seen it, is tired, and writes this at once:")
    tell.quote(reply.text)
    answer = stage.client.send(reply)
    require(answer.startswith("250 2.0.0 held until "), f"the gate holds the reply; it answered {answer}")
    require(not _arrived(stage, reply), "nothing of the held reply has left")
    tell.say("Send. The mail client is content; the gate has answered:")
    tell.quote(answer, style="bold")
    return reply


def calm_reply(stage: Stage, tell: Teller, calm: MessageFacts) -> None:
    """A reply to a calm customer passes while the client waits."""
    reply = Reply(calm, PRICES)
    answer = stage.client.send(reply)
    arrived = _arrived(stage, reply)
    require(answer.startswith("250 ") and len(arrived) == 1, f"the calm reply passes at once: {answer}")
    require(sha256(arrived[0].raw).hexdigest() == reply.sha256, "the calm reply arrived as it was written")
    tell.say(
        f"Robin also sends {calm.customer.name} the prices. Calm mail is not held; it has gone out already:"
    )
    tell.quote(answer, style="bold")


def held_copy(stage: Stage, tell: Teller, reply: Reply) -> None:
    """The mailbox shows what is held."""
    wait_for("the copy lies in Cooldown/Held, not in Sent", lambda: _moved(stage, reply, "sent", "held"))
    tell.say("The mailbox tells the truth: the copy has moved from Sent to Cooldown/Held, on every device.")


def page_shows(stage: Stage, tell: Teller, reply: Reply) -> None:
    """The page says what is held, in the customer's own words, to whoever has its link."""
    held = _held(stage, reply)
    page = browse(stage.daemon.page_link)
    require(held.id in page and "<mark>" in page, "the page shows the held reply and the words that fired")
    tell.say("So does the page, for whoever has this link: it shows what is held, why, and the way out.")
    tell.note(stage.daemon.page_link)


def time_passes(stage: Stage, tell: Teller, reply: Reply) -> None:
    """The cool-down: half an hour, or here some seconds, in which nothing leaves."""
    held = _held(stage, reply)
    due = held.due_at
    tell.say(
        f"Now there is time: to read the suggestion, to write a better reply, to take this one back "
        f"(triage withdraw {held.id}). It is held until {due.astimezone():%H:%M:%S}."
    )
    clock, pause = SystemClock(), Event()
    with tell.countdown("cooling down") as show:
        while (left := (due - clock.now()).total_seconds()) > 0:
            show(left)
            require(not _arrived(stage, reply) or clock.now() >= due, "nothing leaves before its time")
            pause.wait(min(left, 0.2))


def sent_once(stage: Stage, tell: Teller, reply: Reply) -> None:
    """It leaves after its time, as it was written, and its copy goes to Sent."""
    due = _held(stage, reply).due_at
    arrival = wait_for("the held reply is sent", lambda: _arrived(stage, reply))[0]
    require(arrival.at >= due, "the reply left after its time")
    require(sha256(arrival.raw).hexdigest() == reply.sha256, "the reply left byte for byte as written")
    tell.say(
        f"Robin kept it, so it was sent: once, after its time, byte for byte as written "
        f"(sha256 {reply.sha256[:12]}, in the sink the same)."
    )
    wait_for("the copy lies in Sent, not in Cooldown/Held", lambda: _moved(stage, reply, "held", "sent"))
    tell.say("Its copy is back in Sent.")


def summary(stage: Stage, tell: Teller) -> None:
    """The manager's mail of the day, asked for as `triage summary --send` does."""
    before = len(stage.sink.arrived(to=MANAGER))
    wanted = Intention(verb="summary", subject=TEAM, made_at=SystemClock().now())
    with stage.daemon.store.begin() as records:
        records.intend(wanted)
    arrived = wait_for("the summary is sent", lambda: stage.sink.arrived(to=MANAGER)[before:])
    subject, text = _subject_and_text(arrived[0].raw)
    require("6 heated" in subject and "answered" in text, "the summary says what was heated, and the outcome")
    tell.say("In the evening the manager gets one short mail. It counts, and quotes nobody:")
    tell.quote(f"{subject}\n\n{text}")


def _subject_and_text(raw: bytes) -> tuple[str, str]:
    """A mail's subject and its plain part, as a mail client would show them."""
    mail = message_from_bytes(raw, policy=policy.default)
    plain = mail.get_body(("plain",))
    require(plain, "the mail has a plain part")
    return str(mail["Subject"]), str(plain.get_content()) if plain else ""


def _moved(stage: Stage, reply: Reply, source: Role, target: Role) -> bool:
    return stage.client.has(target, reply) and not stage.client.has(source, reply)


def _arrived(stage: Stage, reply: Reply) -> list[Arrival]:
    return stage.sink.arrived(to=reply.to)


def _held(stage: Stage, reply: Reply) -> HeldReply:
    with stage.daemon.store.look() as records:
        return records.replies_called(ADDRESS, reply.message_id)[-1]


def _one_line(text: str) -> str:
    return " ".join(text.split())
