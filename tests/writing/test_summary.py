"""The manager's mail: short on a quiet day, complete on a busy one, and never a quotation or a grade."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from triage.writing.chart import Day
from triage.writing.summary import (
    CHART,
    Arrow,
    HeatedItem,
    PromiseItem,
    SummaryFacts,
    SummaryMail,
    Watched,
    summarise,
)
from triage.writing.templates import Templates
from triage.writing.times import Window

UNTIL = datetime(2026, 3, 20, 22, 30, tzinfo=UTC)


def month(counts: dict[date, tuple[int, int]]) -> tuple[Day, ...]:
    """Four weeks up to 20 March, in which these days had heated mails and replies sent."""
    days = [date(2026, 3, 20) - timedelta(days=before) for before in reversed(range(28))]
    return tuple(
        Day(day=day, heated=heated, sent=sent) for day in days for heated, sent in [counts.get(day, (0, 0))]
    )


QUIET = SummaryFacts(
    team="Field",
    reps=("Ana Ruiz",),
    window=Window(day=date(2026, 3, 20), since=UNTIL - timedelta(days=1), until=UNTIL),
    zone=ZoneInfo("America/Chicago"),
    seen=12,
    watched=(Watched(address="ana@us.example", last_checked=UNTIL - timedelta(minutes=1)),),
)
BUSY = replace(
    QUIET,
    reps=("Ana Ruiz", "Ben Cole"),
    seen=41,
    heated=2,
    tense=3,
    grateful=1,
    not_judged=1,
    held=4,
    sent_after=2,
    released_early=3,
    acknowledged=1,
    waiting=1,
    withdrawn=1,
    handed_back=1,
    bypasses=1,
    failed=1,
    unknown=1,
    pauses=1,
    items=(
        HeatedItem(customer="acme.example", kind="no_response", outcome="sent after the time"),
        HeatedItem(customer="bob@freemail.example", kind="delivery", outcome="waiting now", waits=True),
    ),
    promises=(
        PromiseItem(customer="acme.example", state="due", due=UNTIL + timedelta(hours=20)),
        PromiseItem(customer="bigco.example", state="broken", due=UNTIL - timedelta(hours=2)),
    ),
    arrows=(Arrow(customer="acme.example", direction="down", why="2 heated in 30 days"),),
    thanks=("bigco.example", "bigco.example"),
    month=month({date(2026, 3, 2): (3, 1), date(2026, 3, 20): (2, 5)}),
    watched=(*QUIET.watched, Watched(address="ben@us.example", last_checked=None)),
    not_enforced=("Mail sent from a phone.",),
)
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Reads HTML strictly: every element that opens is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += ((name, value or "") for name, value in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@pytest.fixture
def busy(templates: Templates) -> SummaryMail:
    return summarise(BUSY, templates)


def test_a_quiet_day_in_a_few_lines(templates: Templates) -> None:
    mail = summarise(QUIET, templates)
    assert mail.subject == "Field (Ana Ruiz): nothing heated, Fri 20 Mar"
    assert mail.text.splitlines() == [
        "   0 heated mails",
        "   0 replies sent",
        "   0 without an answer yet",
        "",
        "12 messages read, none heated.",
        "",
        "Good to know",
        "  ana@us.example: last checked 17:29 CDT",
        "",
        "Field, Fri 20 Mar: from Thu 17:30 CDT to 17:30 CDT.",
    ]


def test_a_busy_day(busy: SummaryMail) -> None:
    assert busy.subject == "Field (Ana Ruiz and Ben Cole): 2 heated, Fri 20 Mar"
    assert busy.text.splitlines() == [
        "   2 heated mails",
        "   5 replies sent",
        "   1 without an answer yet",
        "",
        "41 messages read: 2 heated, 3 tense, 1 grateful.",
        "",
        "Heated customers",
        "  bob@freemail.example: delivery; waiting now",
        "  acme.example: slow answers; sent after the time",
        "",
        "What became of the replies",
        "  4 held for the cool-down",
        "  2 sent after the time",
        "  3 sent before the time, by the rep",
        "  1 acknowledged at once",
        "  1 waiting now",
        "  1 taken back before it was sent",
        "  1 handed back to Drafts",
        "  1 sent by another way during a cool-down",
        "  1 refused by the mail server",
        "  1 may have been sent; the rep is looking",
        "",
        "Promises",
        "  bigco.example: was due 15:30 CDT, still open",
        "  acme.example: due Sat 13:30 CDT",
        "",
        "How the relationships stand",
        "  acme.example: ▼ worse, 2 heated in 30 days",
        "",
        "Said thank you: a good day to call them, or to ask for a reference",
        "  bigco.example",
        "",
        "Four weeks: heated mails, replies sent",
        "  from 21 Feb: 0 heated, 0 sent",
        "  from 28 Feb: 3 heated, 1 sent",
        "  from 7 Mar: 0 heated, 0 sent",
        "  from 14 Mar: 2 heated, 5 sent",
        "",
        "Good to know",
        "  1 passed without being judged",
        "  1 pause in which everything passed",
        "  Not held: Mail sent from a phone.",
        "  ana@us.example: last checked 17:29 CDT",
        "  ben@us.example: not checked yet",
        "",
        "Field, Fri 20 Mar: from Thu 17:30 CDT to 17:30 CDT.",
    ]


@pytest.mark.parametrize("facts", [QUIET, BUSY])
def test_the_html_says_the_same_as_the_text(facts: SummaryFacts, templates: Templates) -> None:
    mail = summarise(facts, templates)
    assert Page(mail.html).text == " ".join(mail.text.split())


def test_the_html_fetches_nothing_and_runs_nothing(busy: SummaryMail) -> None:
    page = Page(busy.html)
    assert not page.tags & {"script", "link", "iframe", "svg", "object", "a", "form"}
    assert not re.search(r"https?:|url\(|@import|data:", busy.html)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "href"]
    assert [value for name, value in page.attributes if name == "src"] == [f"cid:{CHART}"]


def test_the_html_is_made_for_phones_and_dark_screens(busy: SummaryMail) -> None:
    attributes = Page(busy.html).attributes
    assert ("content", "width=device-width, initial-scale=1") in attributes
    assert ("content", "light dark") in attributes
    assert "@media (prefers-color-scheme: dark)" in busy.html
    styled = [value for name, value in attributes if name == "style"]
    assert any("max-width" in style for style in styled), "the style stands on the elements themselves"
    assert not re.search(r"(?<!max-)\bwidth:\s*\d+px", busy.html)


def test_who_has_no_answer_stands_first_and_stands_out(busy: SummaryMail) -> None:
    waiting, answered = (busy.html.index(name) for name in ("bob@freemail.example", "acme.example"))
    assert waiting < answered
    (first,) = re.findall(r'<tr class="open"[^>]*>(?:(?!</tr>).)*bob@freemail', busy.html, re.DOTALL)
    assert "acme" not in first


def test_facts_are_escaped(templates: Templates) -> None:
    hostile = "<script>alert(1)</script>{{ 7 * 7 }}\r\n\u202eNext line"
    facts = replace(
        BUSY,
        team=hostile,
        reps=(hostile,),
        items=(HeatedItem(customer=hostile, kind=hostile, outcome="held", main_issue=hostile),),
        thanks=(hostile,),
        not_enforced=(hostile,),
        arrows=(Arrow(customer=hostile, direction="up", why=hostile),),
    )
    mail = summarise(facts, templates)
    assert "script" not in Page(mail.html).tags
    assert "&lt;script&gt;" in mail.html
    assert "49" not in mail.text
    assert "\u202e" not in mail.subject + mail.text + mail.html
    assert "\r" not in mail.subject + mail.text
    assert "\n" not in mail.subject
    assert not any(line.startswith("Next line") for line in mail.text.splitlines())


def test_a_sentence_stands_there_only_where_the_team_wants_it(templates: Templates) -> None:
    item = HeatedItem(
        customer="acme.example", kind="delivery", outcome="held", main_issue="Where is order 4711?"
    )
    mail = summarise(replace(QUIET, heated=1, items=(item,)), templates)
    assert "  acme.example: delivery; held: “Where is order 4711?”" in mail.text.splitlines()


def test_a_second_one_for_the_same_day_says_so(templates: Templates) -> None:
    assert summarise(replace(QUIET, again=True), templates).subject.endswith("Fri 20 Mar (again)")


def test_many_reps_and_many_rows_are_counted_and_not_listed(templates: Templates) -> None:
    items = tuple(HeatedItem(customer=f"c{n}.example", kind="delivery", outcome="held") for n in range(40))
    mail = summarise(
        replace(QUIET, reps=tuple(f"Rep {n}" for n in range(9)), heated=40, items=items), templates
    )
    assert mail.subject.startswith("Field (Rep 0, Rep 1, Rep 2, Rep 3, Rep 4 and 4 more): 40 heated")
    assert "  c11.example: delivery; held\n  and 28 more\n" in mail.text
    assert "c12.example" not in mail.text


def test_nothing_at_all_is_still_a_mail(templates: Templates) -> None:
    mail = summarise(replace(QUIET, seen=0, reps=(), watched=()), templates)
    assert mail.subject == "Field: nothing heated, Fri 20 Mar"
    assert mail.text.endswith(
        "0 messages read, none heated.\n\nField, Fri 20 Mar: from Thu 17:30 CDT to 17:30 CDT."
    )
    assert (mail.chart, "img" in Page(mail.html).tags) == (b"", False), "there is nothing to draw yet"


def test_it_grades_nobody(busy: SummaryMail) -> None:
    assert not re.search(
        r"\b(?:score|best|bad|poor|rank|performance|fail(?:ed|ure)|violat)", busy.text, re.IGNORECASE
    )
    assert "Ana" not in busy.text, "no count stands beside a rep's name"
