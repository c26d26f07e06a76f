"""The manager's mail of the day: what was heated, what became of it, whom to thank.

It counts; it never quotes a message and never grades a person. Which facts there are, the store says; whether
the main issue's sentence is among them, the team's rules. A new section is one function under `@section`.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

from triage.judging.waiting import Waiting
from triage.writing.chart import HEIGHT, WEEK, WIDTH, Day, picture
from triage.writing.plain import listed, one_line
from triage.writing.templates import Templates
from triage.writing.times import Window, local, local_day, short_day
from triage.writing.waiting import waiting_line

_MOST_ROWS = 12
"""Rows of one section; a mail that is short is read."""
CHART = "chart@cooldown-triage"
"""The Content-ID of the mail's picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatedItem:
    """One heated customer: "acme.example", "delivery", "sent after its time"."""

    customer: str
    kind: str
    outcome: str
    waits: bool = False
    """The customer has had no answer yet."""
    main_issue: str = ""
    """Only where the team's rules say `details: main_issue`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseItem:
    """A promise to a customer, without its words."""

    customer: str
    state: Literal["due", "kept", "broken"]
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Where a relationship is going, and the counts that say so."""

    customer: str
    direction: Literal["up", "steady", "down"]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """When an account was last looked at; None: never."""

    address: str
    last_checked: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """All that a summary may say of the time that `window` covers. Counts are of replies save where said."""

    team: str
    reps: tuple[str, ...]
    window: Window
    zone: tzinfo
    again: bool = False
    """That day's summary went out before."""

    seen: int = 0
    """Customers' messages that were read; `heated`, `tense`, `grateful` and `not_judged` are of these."""
    heated: int = 0
    tense: int = 0
    grateful: int = 0
    not_judged: int = 0

    held: int = 0
    sent_after: int = 0
    released_early: int = 0
    """Before the time: the rep let it go, for a reason."""
    acknowledged: int = 0
    """Customers who got a short word at once."""
    waiting: int = 0
    """Waiting for the rep or for their time, now."""
    withdrawn: int = 0
    handed_back: int = 0
    bypasses: int = 0
    failed: int = 0
    unknown: int = 0

    items: tuple[HeatedItem, ...] = ()
    promises: tuple[PromiseItem, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    thanks: tuple[str, ...] = ()
    """Customers who said thank you."""
    month: tuple[Day, ...] = ()
    """The last four weeks, day by day."""
    waited: Waiting | None = None
    """Of the last month: did waiting help?"""
    pauses: int = 0
    """How often everything was let pass."""
    watched: tuple[Watched, ...] = ()
    not_enforced: tuple[str, ...] = ()
    """What the doors in use cannot hold, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a section; `lead` is set in bold, and a line that is `open` stands out."""

    lead: str
    text: str = ""
    open: bool = False


Look: TypeAlias = Literal["rows", "chart", "notes"]
"""How a section is shown: as rows; under the picture; small, as nobody has to act on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its lines."""

    title: str
    rows: tuple[Row, ...]
    look: Look = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryMail:
    """The mail, twice the same: once plain, once in HTML."""

    subject: str
    text: str
    html: str
    chart: bytes = b""
    """The picture that the HTML names by its Content-ID; empty where it names none."""

    @property
    def page(self) -> str:
        """The HTML for a browser, with the picture in it."""
        return self.html.replace(f"cid:{CHART}", f"data:image/png;base64,{b64encode(self.chart).decode()}")


def summarise(facts: SummaryFacts, templates: Templates) -> SummaryMail:
    """The whole mail."""
    words = {
        "figures": _figures(facts),
        "headline": _headline(facts),
        "sections": _sections(facts),
        "closing": _closing(facts),
        "chart": {"cid": CHART, "width": WIDTH, "height": HEIGHT},
    }
    page = templates.render("summary/summary.html", **words)
    from css_inline import CSSInliner  # once a day; it takes long to import, and its memory for good

    inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return SummaryMail(
        subject=_subject(facts),
        text=templates.render("summary/summary.txt", **words),
        html=inliner.inline(page),
        chart=picture(facts.month) if _has_chart(facts) else b"",
    )


Rows: TypeAlias = Callable[[SummaryFacts], Iterator[Row]]
_SECTIONS: list[tuple[str, Look, Rows]] = []


def section(title: str, look: Look = "rows") -> Callable[[Rows], Rows]:
    """Register a section, in the order of the mail. Without rows it does not appear."""

    def register(rows: Rows) -> Rows:
        _SECTIONS.append((title, look, rows))
        return rows

    return register


def _sections(facts: SummaryFacts) -> tuple[Section, ...]:
    found = ((title, look, tuple(rows(facts))) for title, look, rows in _SECTIONS)
    return tuple(Section(title=title, look=look, rows=_short(rows)) for title, look, rows in found if rows)


def _short(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    more = len(rows) - _MOST_ROWS
    return rows if more <= 1 else (*rows[:_MOST_ROWS], Row(lead=f"and {more} more"))


_KINDS = {"no_response": "slow answers", "general": "various"}
"""Kinds whose name alone would mislead beside the outcome."""


@section("Heated customers")
def _heated(facts: SummaryFacts) -> Iterator[Row]:
    for item in sorted(facts.items, key=lambda item: not item.waits):
        sentence = one_line(item.main_issue, 160)
        text = one_line(f"{_KINDS.get(item.kind, item.kind)}; {item.outcome}")
        yield _about(item.customer, f"{text}: “{sentence}”" if sentence else text, open_=item.waits)


@section("What became of the replies")
def _replies(facts: SummaryFacts) -> Iterator[Row]:
    counts = (
        (facts.held, "held for the cool-down"),
        (facts.sent_after, "sent after the time"),
        (facts.released_early, "sent before the time, by the rep"),
        (facts.acknowledged, "acknowledged at once"),
        (facts.waiting, "waiting now"),
        (facts.withdrawn, "taken back before it was sent"),
        (facts.handed_back, "handed back to Drafts"),
        (facts.bypasses, "sent by another way during a cool-down"),
        (facts.failed, "refused by the mail server"),
        (facts.unknown, "may have been sent; the rep is looking"),
    )
    yield from (Row(lead=str(count), text=words) for count, words in counts if count)


@section("Promises")
def _promises(facts: SummaryFacts) -> Iterator[Row]:
    for promise in sorted(facts.promises, key=lambda promise: promise.due):
        when = local(promise.due, facts.zone, facts.window.until)
        words = {"due": f"due {when}", "kept": f"kept, due {when}", "broken": f"was due {when}, still open"}
        yield _about(promise.customer, words[promise.state], open_=promise.state == "broken")


@section("How the relationships stand")
def _arrows(facts: SummaryFacts) -> Iterator[Row]:
    for direction, sign in (("down", "▼ worse"), ("up", "▲ better")):
        for arrow in facts.arrows:
            if arrow.direction == direction:
                yield _about(arrow.customer, f"{sign}, {one_line(arrow.why)}")
    steady = tuple(one_line(arrow.customer, 80) for arrow in facts.arrows if arrow.direction == "steady")
    if steady:
        yield Row(lead="► steady:", text=listed(steady))


@section("Said thank you: a good day to call them, or to ask for a reference")
def _thanks(facts: SummaryFacts) -> Iterator[Row]:
    for customer in dict.fromkeys(facts.thanks):
        yield Row(lead=one_line(customer, 80))


@section("Four weeks: heated mails, replies sent", "chart")
def _four_weeks(facts: SummaryFacts) -> Iterator[Row]:
    if _has_chart(facts):
        for start in range(0, len(facts.month), WEEK):
            week = facts.month[start : start + WEEK]
            heated, sent = (sum(day.heated for day in week), sum(day.sent for day in week))
            yield Row(lead=f"from {short_day(week[0].day)}:", text=f"{heated} heated, {sent} sent")


def _has_chart(facts: SummaryFacts) -> bool:
    return any(day.heated or day.sent for day in facts.month)


@section("Good to know", "notes")
def _good_to_know(facts: SummaryFacts) -> Iterator[Row]:
    if facts.not_judged:
        yield Row(lead=str(facts.not_judged), text="passed without being judged")
    if facts.waited and facts.waited.sent:
        yield Row(lead="In 30 days:", text=waiting_line(facts.waited))
    if facts.pauses:
        yield Row(lead=_count(facts.pauses, "pause"), text="in which everything passed")
    yield from (Row(lead="Not held:", text=one_line(sentence)) for sentence in facts.not_enforced)
    for account in facts.watched:
        seen = account.last_checked
        checked = f"last checked {local(seen, facts.zone, facts.window.until)}" if seen else "not checked yet"
        yield _about(account.address, checked)


def _about(who: str, text: str, *, open_: bool = False) -> Row:
    return Row(lead=f"{one_line(who, 80)}:", text=text, open=open_)


def _figures(facts: SummaryFacts) -> tuple[Row, ...]:
    """The day in three figures."""
    sent = facts.sent_after + facts.released_early
    waiting = len({item.customer for item in facts.items if item.waits})
    return (
        Row(lead=str(facts.heated), text="heated mail" if facts.heated == 1 else "heated mails"),
        Row(lead=str(sent), text="reply sent" if sent == 1 else "replies sent"),
        Row(lead=str(waiting), text="without an answer yet", open=bool(waiting)),
    )


def _headline(facts: SummaryFacts) -> str:
    """ "41 messages read: 2 heated, 3 tense, 1 grateful." """
    counts = ((facts.heated, "heated"), (facts.tense, "tense"), (facts.grateful, "grateful"))
    found = tuple(f"{count} {word}" for count, word in counts if count)
    read = f"{_count(facts.seen, 'message')} read"
    return (
        f"{read}: {', '.join(found)}." if facts.heated else f"{read}, {', '.join(('none heated', *found))}."
    )


def _closing(facts: SummaryFacts) -> str:
    window = facts.window
    since, until = (local(moment, facts.zone, window.until) for moment in (window.since, window.until))
    return f"{one_line(facts.team, 60)}, {local_day(window.day)}: from {since} to {until}."


def _subject(facts: SummaryFacts) -> str:
    """ "Field (Ana Ruiz and Ben Cole): 2 heated, Fri 20 Mar"."""
    reps = facts.reps[:5] + ((f"{len(facts.reps) - 5} more",) if len(facts.reps) > 5 else ())
    names = f" ({listed(tuple(one_line(rep, 40) for rep in reps))})" if reps else ""
    heat = f"{facts.heated} heated" if facts.heated else "nothing heated"
    again = " (again)" if facts.again else ""
    return f"{one_line(facts.team, 60)}{names}: {heat}, {local_day(facts.window.day)}{again}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
